"""Real programs that tests start for themselves."""
