"""How far the audit log has been told to the collector."""

from sqlalchemy import Column, String, Table

from provisioning.controller.columns import NUMBER
from provisioning.controller.tables import METADATA

CURSOR = Table(
    "soc_cursor",
    METADATA,
    Column("collector", String(128), primary_key=True),
    Column("told", NUMBER, nullable=False),
)
