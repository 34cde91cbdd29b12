"""Certificates as the province's authority would sign them, made for one test."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Identity:
    """PEM files of a certificate and its key."""

    certificate: Path
    key: Path


class TestAuthority:
    """A CA of its own; two of them are strangers to each other."""

    __test__ = False

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _subject(name)
        signed = (
            _builder(self._subject, self._subject, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self._revoked: list[int] = []
        self.certificate = folder / f"{name}.pem"
        self.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        common_name: str,
        *,
        file_name: str = "",
        starts: timedelta = timedelta(hours=-1),
        ends: timedelta = timedelta(days=1),
    ) -> Identity:
        """Sign a certificate for this name, good for a server on 127.0.0.1 too, from now on.

        Files are called by the name, or by `file_name`.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        )
        signed = (
            _builder(_subject(common_name), self._subject, key, starts, ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        stem = f"{self._name}-{file_name or common_name}"
        made = Identity(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return made

    def revoke(self, identity: Identity) -> None:
        """Put a certificate on the lists that are signed from now on."""
        certificate = x509.load_pem_x509_certificate(identity.certificate.read_bytes())
        self._revoked.append(certificate.serial_number)

    def crl(self, *, ends: timedelta = timedelta(days=1)) -> bytes:
        """Return the revocation list as PEM."""
        now = datetime.now(UTC)
        crl = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._subject)
            .last_update(min(now, now + ends) - timedelta(hours=1))
            .next_update(now + ends)
        )
        for number in self._revoked:
            revoked = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now)
            crl = crl.add_revoked_certificate(revoked.build())
        signed = crl.sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    starts: timedelta = timedelta(hours=-1),
    ends: timedelta = timedelta(days=1),
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts)
        .not_valid_after(now + ends)
    )
