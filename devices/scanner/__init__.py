"""Scanners: what a citizen holds before the reader comes out as text, and is told apart."""
