"""Figures of boxes over time: sampled, rolled up, drawn."""
