"""The registry's tables."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

_Number = BigInteger().with_variant(Integer, "sqlite")
_Name = String(64)

BOX = Table(
    "box",
    METADATA,
    Column("box", _Name, primary_key=True),
    Column("serial", _Name, nullable=False),
    Column("standing", _Name, nullable=False),
    Column("role", _Name, nullable=False),
    Column("unit", _Name, nullable=False),
    Column("site", _Name, nullable=False),
    Column("name", String, nullable=False),
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
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("box", _Name, nullable=False),
    Column("serial", _Name, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
)
Index("ix_holder_box", HOLDER.c.box)

CLAIM = Table(
    "claim",
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("serial", _Name, nullable=False),
    Column("box", _Name, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("key_hash", LargeBinary),  # of the only key it is good for; once used, of the one used
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("number", _Name),  # of the certificate it became
)
Index("ix_claim_serial", CLAIM.c.serial)
Index("ix_claim_box", CLAIM.c.box)

CERTIFICATE = Table(
    "certificate",
    METADATA,
    Column("number", _Name, primary_key=True),
    Column("box", _Name, nullable=False),
    Column("serial", _Name, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("not_after", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("reason", String, nullable=False),
    Column("der", LargeBinary, nullable=False),
)
Index("ix_certificate_box", CERTIFICATE.c.box)

ENROLMENT = Table(
    "enrolment",  # what boxes nobody expected asked for
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("serial", _Name, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("words", String, nullable=False),
    Column("address", _Name, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("refused_at", UtcDateTime),
    Column("refused_by", String, nullable=False),
    Column("reason", String, nullable=False),
    UniqueConstraint("serial", "hash", "key_hash"),
)
