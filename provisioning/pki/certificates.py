"""The certificates the authority signs: of boxes, of the province's doors, of its processes."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provisioning.pki.authority import Authority, key_pem, new_key, write_public, write_secret

BOX_DAYS = 90
_DOOR_DAYS = 3 * 365
_RENEW_DAYS = 365
_PROCESS_DAYS = 3 * 365


def box_certificate(
    authority: Authority,
    public_key: CertificatePublicKeyTypes,
    *,
    box: str,
    serial: str,
    now: datetime,
    days: float = BOX_DAYS,
) -> x509.Certificate:
    """Return a box's certificate: CN is its name, serialNumber (2.5.4.5) that of its hardware.

    It is valid from the CA's own beginning, so that a box whose clock is behind is not locked out.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, box),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial),
        ]
    )
    until = now + timedelta(days=days)
    return authority.sign(_client(_builder(authority, subject, public_key, until)))


def process_certificate(
    authority: Authority, name: str, now: datetime, *, days: float = _PROCESS_DAYS
) -> tuple[bytes, bytes]:
    """Return a new certificate and key (PEM) for a client of this name."""
    key = new_key()
    builder = _builder(authority, _named(name), key.public_key(), now + timedelta(days=days))
    return pem_of(authority.sign(_client(builder))), key_pem(key)


def server_certificate(
    authority: Authority, names: Sequence[str], now: datetime, *, days: float = _DOOR_DAYS
) -> tuple[bytes, bytes]:
    """Return a new certificate and key (PEM) of a server with these host names and addresses."""
    key = new_key()
    builder = (
        _builder(authority, _named(names[0]), key.public_key(), now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return pem_of(authority.sign(builder)), key_pem(key)


def kept_server_certificate(
    authority: Authority, name: str, names: Sequence[str], now: datetime
) -> tuple[Path, Path]:
    """Return the files `{name}.pem` and `{name}.key` beside the CA's, made when need be.

    They are made anew when another authority signed them, when the host names are others, when the
    key is another's, and in the last of their three years. Blocking; raises StorageError.
    """
    certificate = authority.directory / f"{name}.pem"
    key = authority.directory / f"{name}.key"
    if not _still_good(certificate, key, authority, names, now):
        signed, secret = server_certificate(authority, names, now)
        write_secret(key, secret)
        write_public(certificate, signed)
    return certificate, key


def pem_of(certificate: x509.Certificate) -> bytes:
    """Return the certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def number_of(certificate: x509.Certificate) -> str:
    """Return the certificate's serial number, in hexadecimal, as it is kept everywhere."""
    return f"{certificate.serial_number:x}"


def _still_good(
    path: Path, key: Path, authority: Authority, names: Sequence[str], now: datetime
) -> bool:
    try:
        known = x509.load_pem_x509_certificate(path.read_bytes())
        own = serialization.load_pem_private_key(key.read_bytes(), None)
        known.verify_directly_issued_by(authority.certificate)
        held = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound, InvalidSignature):
        return False
    return (
        own.public_key() == known.public_key()  # power may go between the two files
        and list(held) == [_alternative(name) for name in names]
        and known.not_valid_after_utc > now + timedelta(days=_RENEW_DAYS)
    )


def _builder(
    authority: Authority,
    subject: x509.Name,
    public_key: CertificatePublicKeyTypes,
    until: datetime,
) -> x509.CertificateBuilder:
    ca = authority.certificate
    own = x509.SubjectKeyIdentifier.from_public_key(public_key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(ca.not_valid_before_utc)
        .not_valid_after(min(until, ca.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS, critical=True)
        .add_extension(own, critical=False)
        .add_extension(authority.identifier, critical=False)
    )


def _client(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    return builder.add_extension(usage, critical=False)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


_SIGNS = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
