"""What is on record of a box. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Standing(StrEnum):
    """Where a box is in its life."""

    EXPECTED = "expected"  # pre-authorised, never seen
    WAITING = "waiting"  # it asked, and a technician has not said yes
    IN_SERVICE = "in_service"
    RETIRED = "retired"


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A box's certificate: `number` is its serial number in hexadecimal."""

    number: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None


class BoxRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A box: `serial` is its hardware's, `role` what it is for, `unit` and `site` are codes."""

    box: str
    serial: str
    standing: Standing
    role: str = ""
    unit: str = ""
    site: str = ""
    name: str = ""
    certificate: CertificateFacts | None = None
    enrolled_at: datetime | None = None
