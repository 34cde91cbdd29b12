"""The room's table: the screens that were opened with an officer's code."""

SCRIPT = """
CREATE TABLE facing_screens (
    turn INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT NOT NULL UNIQUE,
    counter TEXT NOT NULL
);
"""
