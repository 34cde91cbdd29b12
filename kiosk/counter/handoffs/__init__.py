"""Counting the citizens who go on at the national portal."""
