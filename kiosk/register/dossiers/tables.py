"""The tables of dossiers. What is a person's stands in sealed columns (`*_sealed`) alone."""

TABLES = (
    """
    CREATE TABLE numbers (
        code TEXT PRIMARY KEY,
        day TEXT NOT NULL,
        serial INTEGER NOT NULL,
        client TEXT NOT NULL,
        request TEXT NOT NULL,
        asked TEXT NOT NULL,
        given_at TEXT NOT NULL,
        UNIQUE (day, serial),
        UNIQUE (client, request)
    );
    CREATE TABLE papers (
        id TEXT PRIMARY KEY,
        client TEXT NOT NULL,
        request TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        stored_at TEXT NOT NULL,
        dossier TEXT NOT NULL DEFAULT '',
        UNIQUE (client, request)
    );
    CREATE INDEX papers_of_dossiers ON papers (dossier);
    CREATE TABLE dossiers (
        code TEXT PRIMARY KEY,
        client TEXT NOT NULL,
        request TEXT NOT NULL,
        asked TEXT NOT NULL,
        local_code TEXT NOT NULL,
        form TEXT NOT NULL,
        form_name TEXT NOT NULL,
        agency TEXT NOT NULL,
        agency_name TEXT NOT NULL,
        unit TEXT NOT NULL,
        channel INTEGER NOT NULL,
        copies INTEGER NOT NULL,
        state INTEGER NOT NULL,
        made_at TEXT NOT NULL,
        moved_at TEXT NOT NULL,
        received_at TEXT,
        received_by TEXT NOT NULL DEFAULT '',
        term_amount INTEGER,
        term_unit TEXT,
        cut_off TEXT,
        extra INTEGER NOT NULL DEFAULT 0,
        due_day TEXT,
        ended_at TEXT,
        returned_at TEXT,
        book_year INTEGER,
        book_serial INTEGER,
        note TEXT NOT NULL DEFAULT '',
        content_sealed BLOB NOT NULL,
        UNIQUE (client, request),
        UNIQUE (book_year, book_serial)
    );
    CREATE INDEX dossiers_by_state ON dossiers (state, moved_at);
    CREATE INDEX dossiers_by_receipt ON dossiers (received_at);
    CREATE INDEX dossiers_by_local_code ON dossiers (local_code);
    CREATE TABLE steps (
        code TEXT NOT NULL,
        serial INTEGER NOT NULL,
        at TEXT NOT NULL,
        act TEXT NOT NULL,
        state INTEGER NOT NULL,
        unit TEXT NOT NULL,
        officer TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        why_sealed BLOB NOT NULL,
        PRIMARY KEY (code, serial)
    );
    CREATE INDEX steps_by_time ON steps (at);
    """,
)
