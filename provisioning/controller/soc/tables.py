"""How far the audit log has been told to the collector."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from provisioning.controller.tables import METADATA

CURSOR = Table(
    "soc_cursor",
    METADATA,
    Column("collector", String(128), primary_key=True),
    Column("told", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
)
