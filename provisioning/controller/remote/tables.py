"""The tables of orders, of files that boxes put, and of terminals."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_NAME = String(64)

COMMAND = Table(
    "command",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("name", _NAME, nullable=False, unique=True),
    Column("box", _NAME, nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("actor", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("keeps", Boolean, nullable=False),
    Column("state", _NAME, nullable=False),
    Column("code", _NAME, nullable=False),
    Column("text", String, nullable=False),
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
    Column("name", _NAME, primary_key=True),  # the order's
    Column("box", _NAME, nullable=False),
    Column("file_name", String, nullable=False),
    Column("media_type", _NAME, nullable=False),
    Column("most_bytes", _NUMBER, nullable=False),
    Column("size_bytes", _NUMBER, nullable=False),  # 0 until the first piece came
    Column("sha256", _NAME, nullable=False),
    Column("state", _NAME, nullable=False),  # expected, stored, gone
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_upload_state", UPLOAD.c.state, UPLOAD.c.made_at)

SHELL = Table(
    "shell",
    METADATA,
    Column("name", _NAME, primary_key=True),  # the order's
    Column("box", _NAME, nullable=False),
    Column("actor", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("why", _NAME, nullable=False),  # what ended it
)
Index("ix_shell_box", SHELL.c.box, SHELL.c.opened_at)
Index("ix_shell_opened_at", SHELL.c.opened_at, SHELL.c.name)
