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


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a box stands and what it is for; `unit` and `site` are codes, empty while unknown."""

    role: str = ""
    unit: str = ""
    site: str = ""
    name: str = ""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A box to come. An empty `claim` is one to be made, an empty `box` is the serial number."""

    serial: str
    claim: str = ""
    box: str = ""
    place: Place = Place()


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it is shown, once: afterwards only its hash is known."""

    box: str
    serial: str
    claim: str
    expires_at: datetime


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A box that nobody expected asks to come in; `words` are on its screen too.

    `expected_as` is the box that this serial number belongs to already, if any.
    """

    id: int
    serial: str
    words: str
    address: str
    first_at: datetime
    last_at: datetime
    refused_at: datetime | None = None
    reason: str = ""
    expected_as: str = ""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of hardware that was a box, from `since` until `until`."""

    box: str
    serial: str
    since: datetime
    until: datetime | None = None


class IssuedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as it is on record. `number` is its serial number in hexadecimal."""

    number: str
    box: str
    serial: str
    key_hash: bytes
    not_before: datetime
    not_after: datetime
    issued_at: datetime
    revoked_at: datetime | None = None
    reason: str = ""
    der: bytes = b""
