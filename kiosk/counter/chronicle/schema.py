"""The chronicle's table."""

SCRIPT = """
CREATE TABLE acts (
    turn INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    counter TEXT NOT NULL,
    ticket TEXT NOT NULL,
    service TEXT NOT NULL,
    took_s REAL NOT NULL,
    by TEXT NOT NULL
);
CREATE INDEX acts_by_day ON acts (day);
"""
