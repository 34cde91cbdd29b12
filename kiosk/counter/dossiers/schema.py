"""The room's table: kiosks' own numbers and the official codes they have become (DOS-3)."""

SCRIPT = """
CREATE TABLE dossier_codes (
    local_code TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    since TEXT NOT NULL
);
"""
