"""Calling an officer."""
