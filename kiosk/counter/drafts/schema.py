"""The room's table: which draft belongs to which number. Nothing of a person is in it."""

SCRIPT = """
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    kiosk TEXT NOT NULL,
    request TEXT NOT NULL,
    local_code TEXT UNIQUE,
    mark TEXT NOT NULL DEFAULT '',
    day TEXT NOT NULL,
    serial INTEGER NOT NULL DEFAULT 0,
    ticket TEXT NOT NULL DEFAULT '',
    joined INTEGER NOT NULL DEFAULT 0,
    service TEXT NOT NULL DEFAULT '',
    procedure TEXT NOT NULL DEFAULT '',
    papers INTEGER NOT NULL DEFAULT 0,
    key_id TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    by_hand INTEGER NOT NULL DEFAULT 0,
    counter TEXT NOT NULL DEFAULT '',
    received_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    UNIQUE (kiosk, request)
);
CREATE INDEX drafts_by_state ON drafts (state, expires_at);
CREATE INDEX drafts_by_day ON drafts (day, state);
"""
