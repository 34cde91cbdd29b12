"""The day's figures, by counter and by service, on the page and as CSV."""
