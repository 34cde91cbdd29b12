"""Buttons and lamps within reach of people."""
