"""Scans of a citizen's papers: in memory only, bounded, and overwritten when they have served."""
