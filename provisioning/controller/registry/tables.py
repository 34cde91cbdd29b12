"""The registry's tables."""

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from provisioning.controller.columns import NAME, NUMBER, TEXT, WORD
from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

BOX = Table(
    "box",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("serial", NAME, nullable=False),
    Column("standing", NAME, nullable=False),
    Column("role", WORD, nullable=False),
    Column("unit", WORD, nullable=False),
    Column("site", WORD, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("enrolled_at", UtcDateTime),
)
_IN_USE = BOX.c.standing != "retired"
Index(
    "ix_box_serial",
    BOX.c.serial,
    unique=True,  # hardware is one box at a time; retired, it may become another
    sqlite_where=_IN_USE,
    postgresql_where=_IN_USE,
)

HOLDER = Table(
    "holder",  # which hardware was which box, from when until when
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("box", NAME, nullable=False),
    Column("serial", NAME, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
)
Index("ix_holder_box", HOLDER.c.box)

CLAIM = Table(
    "claim",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("serial", NAME, nullable=False),
    Column("box", NAME, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("key_hash", LargeBinary),  # of the only key it is good for; once used, of the one used
    Column("made_by", TEXT, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("number", NAME),  # of the certificate it became
)
Index("ix_claim_serial", CLAIM.c.serial)
Index("ix_claim_box", CLAIM.c.box)

CERTIFICATE = Table(
    "certificate",
    METADATA,
    Column("number", NAME, primary_key=True),
    Column("box", NAME, nullable=False),
    Column("serial", NAME, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("not_after", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("reason", TEXT, nullable=False),
    Column("der", LargeBinary, nullable=False),
)
Index("ix_certificate_box", CERTIFICATE.c.box)

ENROLMENT = Table(
    "enrolment",  # what boxes nobody expected asked for
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("serial", NAME, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("words", TEXT, nullable=False),
    Column("address", NAME, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("refused_at", UtcDateTime),
    Column("refused_by", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    UniqueConstraint("serial", "hash", "key_hash"),
)
