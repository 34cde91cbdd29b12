"""Taking a number."""
