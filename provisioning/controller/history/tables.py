"""The table of samples: what a figure was, for how long a span it stands."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, Table

from provisioning.controller.columns import NAME
from provisioning.controller.tables import METADATA

SAMPLE = Table(
    "sample",
    METADATA,
    Column("box", NAME, primary_key=True),
    Column("name", NAME, primary_key=True),
    Column("span", Integer, primary_key=True, autoincrement=False),  # seconds: a moment's, an hour
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # seconds since 1970, UTC
    Column("value", Float, nullable=False),  # of a span its mean
    Column("least", Float, nullable=False),
    Column("most", Float, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_sample_span", SAMPLE.c.span, SAMPLE.c.at, SAMPLE.c.box)
