"""Chips of identity cards: opened with what is printed on them, read, and judged."""
