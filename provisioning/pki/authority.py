"""The province's certificate authority: one root, made once, kept in a directory.

`ca.pem` is for everybody, `ca.key` (0600) for nobody else. Blocking.
"""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.contract.errors import StorageError

CERTIFICATE_FILE = "ca.pem"
KEY_FILE = "ca.key"
NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
"""Of the CA and all it signs: a box whose clock was never set (its image's date) still believes."""
_YEARS = 30


class Authority:
    """The CA with its key. Use `opened`."""

    def __init__(
        self, directory: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self.directory = directory
        self.certificate = certificate
        self._key = key

    @property
    def pem(self) -> bytes:
        """The CA's certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the CA's certificate, in hexadecimal: what a box pins."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def identifier(self) -> x509.AuthorityKeyIdentifier:
        """How what it signs names its key."""
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())

    def sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        """Return the certificate signed."""
        return builder.sign(self._key, hashes.SHA256())

    def sign_list(
        self, builder: x509.CertificateRevocationListBuilder
    ) -> x509.CertificateRevocationList:
        """Return the revocation list signed."""
        return builder.sign(self._key, hashes.SHA256())


def opened(directory: Path, name: str, now: datetime) -> Authority:
    """Return the authority of a directory; makes it, with this name, when there is none.

    Raises StorageError: half an authority is never replaced by a new one, which no box would
    believe.
    """
    certificate, key = directory / CERTIFICATE_FILE, directory / KEY_FILE
    with _refused(directory):
        directory.mkdir(parents=True, exist_ok=True)
        if not certificate.exists() and not key.exists():
            _make(directory, name, now)
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise ValueError("its key is not an elliptic one")  # noqa: TRY004 - a file's content
        signed = x509.load_pem_x509_certificate(certificate.read_bytes())
        if signed.public_key() != loaded.public_key():
            raise ValueError(f"{KEY_FILE} is not the key of {CERTIFICATE_FILE}")
    return Authority(directory, signed, loaded)


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key as PEM, not encrypted: its file's mode guards it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads (0600), whole or not at all; raises StorageError."""
    _write(path, content, 0o600)


def write_public(path: Path, content: bytes) -> None:
    """Write a file that everybody reads (0644), whole or not at all; raises StorageError."""
    _write(path, content, 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error}") from error


def _make(directory: Path, name: str, now: datetime) -> None:
    key = new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    write_secret(directory / KEY_FILE, key_pem(key))
    write_public(directory / CERTIFICATE_FILE, certificate.public_bytes(serialization.Encoding.PEM))


@contextlib.contextmanager
def _refused(directory: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        raise StorageError(f"The certificate authority in {directory}: {error}") from error
