"""New firmware for a board: what may be installed, and how it gets there without risk."""
