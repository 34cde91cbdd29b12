"""The agent of a box: its identity, its settings, what the province asks of it as a whole."""
