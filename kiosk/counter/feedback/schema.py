"""The room's table. What was written (`told`) and answered is sealed; `asked` is a sealed digest.

`held` is `here`, `leaving` (its contents are the outbox's `item`) or `there`.
"""

SCRIPT = """
CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    kiosk TEXT NOT NULL,
    request TEXT NOT NULL,
    asked BLOB NOT NULL,
    category TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    due TEXT NOT NULL,
    may_be_public INTEGER NOT NULL,
    held TEXT NOT NULL,
    told BLOB NOT NULL DEFAULT x'',
    item TEXT NOT NULL DEFAULT '',
    foreign_id TEXT NOT NULL DEFAULT '',
    token TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'received',
    answer BLOB NOT NULL DEFAULT x'',
    answered_at TEXT,
    expected TEXT,
    told_at TEXT NOT NULL,
    look_at TEXT NOT NULL,
    rating INTEGER,
    rating_scale INTEGER,
    revision INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kiosk, request)
);
CREATE INDEX feedback_by_state ON feedback (held, state, look_at);
CREATE INDEX feedback_by_answer ON feedback (answered_at);
"""
