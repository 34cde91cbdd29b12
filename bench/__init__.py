"""Figures of the house, each against a peer in the same run: `make bench`."""
