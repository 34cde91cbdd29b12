"""The room's table, and the time of its appointment beside a ticket."""

SCRIPT = """
ALTER TABLE tickets ADD COLUMN appointment_at TEXT;
CREATE TABLE appointment_tickets (
    code TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    ticket TEXT NOT NULL,
    number TEXT NOT NULL,
    late INTEGER NOT NULL,
    appointment BLOB NOT NULL
);
CREATE INDEX appointment_tickets_by_day ON appointment_tickets (day);
"""
