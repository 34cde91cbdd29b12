"""The tables of `organisation`. The country's units are not here: they come with the program."""

from sqlalchemy import Column, Date, Float, Index, Table

from provisioning.controller.columns import NAME, TEXT
from provisioning.controller.tables import METADATA
from provisioning.controller.utc import UtcDateTime

CORRECTION = Table(
    "unit_correction",
    METADATA,
    Column("code", NAME, primary_key=True),
    Column("field", NAME, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("value", TEXT, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", TEXT, nullable=False),
)

SITE = Table(
    "site",
    METADATA,
    Column("code", NAME, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("unit", NAME, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
)
Index("ix_site_unit", SITE.c.unit)
