"""The room's table: the requests of late, so that one told twice is counted once."""

SCRIPT = """
CREATE TABLE hand_offs (turn INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL UNIQUE);
"""
