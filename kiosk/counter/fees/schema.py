"""The room's tables: fees that kiosks have shown, on which days, and what officers said of them.

`state`, `confirmed_at` and `confirmed_by` are the payment system's words, `told_at` when it said
them. The latest act of a fee is the officers' word.
"""

SCRIPT = """
CREATE TABLE fees (
    reference TEXT PRIMARY KEY,
    dossier TEXT NOT NULL,
    amount_vnd INTEGER NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL,
    confirmed_at TEXT,
    confirmed_by TEXT NOT NULL,
    told_at TEXT NOT NULL,
    shown_at TEXT NOT NULL,
    shown_day TEXT NOT NULL
);
CREATE INDEX fees_by_day ON fees (shown_day);
CREATE TABLE fee_acts (
    turn INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL REFERENCES fees (reference) ON DELETE CASCADE,
    confirmed INTEGER NOT NULL,
    counter TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    day TEXT NOT NULL
);
CREATE INDEX fee_acts_by_reference ON fee_acts (reference, turn);
"""

LOOKS = """
CREATE TABLE fee_looks (
    reference TEXT NOT NULL REFERENCES fees (reference) ON DELETE CASCADE,
    day TEXT NOT NULL,
    PRIMARY KEY (reference, day)
) WITHOUT ROWID;
CREATE INDEX fee_looks_by_day ON fee_looks (day);
INSERT INTO fee_looks SELECT reference, shown_day FROM fees;
DROP INDEX fees_by_day;
ALTER TABLE fees DROP COLUMN shown_day;
"""
