"""The tables of orders, of files that boxes put, and of terminals."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    LargeBinary,
    Table,
)

from provisioning.controller.columns import NAME, NUMBER, TEXT
from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

COMMAND = Table(
    "command",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("name", NAME, nullable=False, unique=True),
    Column("box", NAME, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("keeps", Boolean, nullable=False),
    Column("state", NAME, nullable=False),
    Column("code", NAME, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("not_after", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
Index("ix_command_box", COMMAND.c.box, COMMAND.c.id)
Index("ix_command_state", COMMAND.c.state)

UPLOAD = Table(
    "upload",
    METADATA,
    Column("name", NAME, primary_key=True),  # the order's
    Column("box", NAME, nullable=False),
    Column("file_name", TEXT, nullable=False),
    Column("media_type", NAME, nullable=False),
    Column("most_bytes", NUMBER, nullable=False),
    Column("size_bytes", NUMBER, nullable=False),  # 0 until the first piece came
    Column("sha256", NAME, nullable=False),
    Column("state", NAME, nullable=False),  # expected, stored, gone
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_upload_state", UPLOAD.c.state, UPLOAD.c.made_at)

SHELL = Table(
    "shell",
    METADATA,
    Column("name", NAME, primary_key=True),  # the order's
    Column("box", NAME, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("why", NAME, nullable=False),  # what ended it
)
Index("ix_shell_box", SHELL.c.box, SHELL.c.opened_at)
Index("ix_shell_opened_at", SHELL.c.opened_at, SHELL.c.name)
