"""The list of revoked certificates (RFC 5280 §5).

A list that has expired locks out every box of a mosquitto, so it is valid for long and signed anew
each day.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from provisioning.pki.authority import Authority, write_public

LIST_FILE = "crl.pem"
VALID = timedelta(days=30)
SIGN_EVERY = timedelta(days=1)
_SKEW = timedelta(minutes=5)


class Revoked(msgspec.Struct, frozen=True):
    """A revoked certificate: its serial number in hexadecimal, and since when."""

    number: str
    at: datetime


def revocation_list(
    authority: Authority,
    revoked: Iterable[Revoked],
    now: datetime,
    *,
    after: datetime | None = None,
) -> bytes:
    """Return the list as PEM; its time of issue is later than `after` by a second at least.

    A mosquitto that reads a list anew keeps the old one too, and OpenSSL goes by whichever was
    issued last: of two lists of one second it may be the old one.
    """
    issued = now - _SKEW
    if after is not None and after <= now:  # a list from the future is no measure
        issued = max(issued, after + timedelta(seconds=1))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(issued)
        .next_update(now + VALID)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(authority.identifier, critical=False)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder(int(one.number, 16), one.at)
        builder = builder.add_revoked_certificate(entry.build())
    return authority.sign_list(builder).public_bytes(serialization.Encoding.PEM)


def write_list(authority: Authority, revoked: Iterable[Revoked], now: datetime) -> Path:
    """Write the list beside the CA's certificate, whole or not at all; returns the file.

    Raises StorageError.
    """
    path = authority.directory / LIST_FILE
    write_public(path, revocation_list(authority, revoked, now, after=_issued(path)))
    return path


def _issued(path: Path) -> datetime | None:
    try:
        return x509.load_pem_x509_crl(path.read_bytes()).last_update_utc
    except (OSError, ValueError):
        return None
