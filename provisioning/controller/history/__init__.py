"""Figures of boxes over time, for plots."""
