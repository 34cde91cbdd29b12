"""The tables of `organisation`. The country's units are not here: they come with the program."""

from sqlalchemy import Column, Date, Float, Index, String, Table

from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

_Name = String(64)

CORRECTION = Table(
    "unit_correction",
    METADATA,
    Column("code", _Name, primary_key=True),
    Column("field", _Name, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("value", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
)

SITE = Table(
    "site",
    METADATA,
    Column("code", _Name, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit", _Name, nullable=False),
    Column("address", String, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
)
Index("ix_site_unit", SITE.c.unit)
