"""Whole flows over real processes on the real topology."""
