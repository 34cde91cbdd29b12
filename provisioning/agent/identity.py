"""Who the box is: a key that is made here and never leaves, and the certificates it was given.

A folder for each key, numbered; the link `current` points to the one in use and is swapped whole,
so a power cut at any moment leaves the old identity or the new one. Blocking.

The key is for its owner alone, unless the directory was laid with the set-group-ID bit: then its
group may read it too, as a broker does that is a user of its own (`provisioning/image`).
"""

import contextlib
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.contract.errors import BadIdentityError, MotcuaError, StorageError
from devices.contract.identity import BoxId, box_id
from provisioning.broker.files import READABLE, written

KEY, CERTIFICATE, CA = "key.pem", "certificate.pem", "ca.pem"
REQUEST, CLAIM, TAKEN = "request.pem", "claim", "taken.json"
_CURRENT = "current"
_OWN_FOLDER, _OWN_KEY = 0o700, 0o600
_SHARED_FOLDER, _SHARED_KEY = 0o2750, 0o640
_PEM = serialization.Encoding.PEM
_DER = serialization.Encoding.DER


class WrongCertificateError(MotcuaError):
    """The certificate that came is not one for this box."""

    code = "certificate.wrong"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What came with a certificate on a stick: where the province's doors are, and the site."""

    gate: str = ""
    broker_host: str = ""
    broker_port: int = 0
    site: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that stands with its key. The files are reached by names that stay.

    `since` is when the box took it: `not_before` is the CA's own, years ago.
    """

    box: BoxId
    number: str
    ca_sha256: str
    since: datetime
    not_before: datetime
    not_after: datetime
    certificate_file: Path
    key_file: Path
    ca_file: Path
    place: Place = Place()


class _Taken(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    place: Place = Place()


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate asked for: the same request and claim until it is answered (RFC 7030 §4.2.3).

    `request` is PKCS #10 and `public_key` a SubjectPublicKeyInfo, both DER; `claim` is empty where
    the certificate in use vouches.
    """

    request: bytes
    public_key: bytes
    claim: str

    @property
    def pem(self) -> str:
        """The request as PEM."""
        return x509.load_der_x509_csr(self.request).public_bytes(_PEM).decode()


class IdentityStore:
    """The box's identities on the disk: the one in use, and the one being asked for.

    One thread asks and takes; `held` may be called in any. Every method raises StorageError when
    the disk refuses.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._link = directory / _CURRENT

    def recover(self) -> None:
        """Finish what a power cut broke off, and have the modes right: once, at the start."""
        with _translated():
            self._finish()
            for key in self._directory.glob(f"[0-9]*/{KEY}"):
                key.parent.chmod(self._folder_mode)
                key.chmod(self._key_mode)

    def held(self) -> Identity | None:
        """Return the identity in use, expired or not.

        None when the box has none, or one that a broken disk has made unusable.
        """
        with _translated():
            folder = self._link.resolve()
            held = self._held(folder)
            if held is None and self._link.resolve() != folder:
                held = self._held(self._link.resolve())  # swapped while it was read
            return held

    def under_way(self) -> Asking | None:
        """Return what is being asked for, if anything is."""
        with _translated():
            return self._asked()

    def ask_as(self, serial: str, claim: str) -> Asking:
        """Begin to ask for a first certificate, with a fresh key, under this claim."""
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, serial),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, serial),
            ]
        )
        return self._begin(subject, claim)

    def ask_again(self) -> Asking:
        """Begin to ask for the next certificate: the same subject (RFC 7030 §4.2.2), a new key."""
        with _translated():
            current = x509.load_pem_x509_certificate((self._link / CERTIFICATE).read_bytes())
        return self._begin(current.subject, claim="")

    def give_up(self) -> None:
        """Forget what is being asked for, and its key."""
        with _translated(), contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._next())

    def take(
        self,
        certificate: x509.Certificate,
        ca: x509.Certificate,
        now: datetime,
        place: Place | None = None,
    ) -> Identity:
        """Put the certificate asked for into use; raises WrongCertificateError.

        The place of the certificate before stays unless another comes with it.
        """
        with _translated():
            folder = self._next()
            if not (folder / REQUEST).exists():
                raise WrongCertificateError("No certificate was asked for.")
            _judge(certificate, folder, ca)
            taken = _Taken(at=now, place=place or _taken(self._link / TAKEN).place)
            written(folder / TAKEN, msgspec.json.encode(taken))
            written(folder / CA, ca.public_bytes(_PEM), mode=READABLE)
            written(folder / CERTIFICATE, certificate.public_bytes(_PEM), mode=READABLE)
            self._finish()
        identity = self.held()
        if identity is None:
            raise StorageError("The certificate was not kept.")
        return identity

    def _held(self, folder: Path) -> Identity | None:
        certificate = _usable(folder)
        if certificate is None:
            return None
        taken = _taken(folder / TAKEN)
        return Identity(
            box=box_id(common_name(certificate)),
            number=f"{certificate.serial_number:x}",
            ca_sha256=fingerprint_of(x509.load_pem_x509_certificate((folder / CA).read_bytes())),
            since=taken.at,
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            certificate_file=self._link / CERTIFICATE,
            key_file=self._link / KEY,
            ca_file=self._link / CA,
            place=taken.place,
        )

    def _begin(self, subject: x509.Name, claim: str) -> Asking:
        self.give_up()
        with _translated():
            folder = self._next()
            folder.mkdir(parents=True, mode=_OWN_FOLDER)
            folder.chmod(self._folder_mode)
            key = ec.generate_private_key(ec.SECP256R1())
            request = x509.CertificateSigningRequestBuilder().subject_name(subject)
            signed = request.sign(key, hashes.SHA256())
            written(folder / KEY, _key_pem(key), mode=self._key_mode)
            written(folder / CLAIM, claim.encode())
            written(folder / REQUEST, signed.public_bytes(_PEM))  # last: now it is whole
        return _asking(signed, claim)

    def _asked(self) -> Asking | None:
        folder = self._next()
        try:
            request = x509.load_pem_x509_csr((folder / REQUEST).read_bytes())
            return _asking(request, (folder / CLAIM).read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _finish(self) -> None:
        """Put a request that has its certificate into use: the last step of `take`."""
        folder = self._next()
        if not (folder / CERTIFICATE).exists():
            return
        fresh = self._directory / f"{_CURRENT}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(self._link)
        for old in self._directory.iterdir():
            if old.name.isdigit() and old.name != folder.name:
                shutil.rmtree(old, ignore_errors=True)

    @property
    def _is_shared(self) -> bool:
        return bool(self._directory.stat().st_mode & stat.S_ISGID)

    @property
    def _folder_mode(self) -> int:
        return _SHARED_FOLDER if self._is_shared else _OWN_FOLDER

    @property
    def _key_mode(self) -> int:
        return _SHARED_KEY if self._is_shared else _OWN_KEY

    def _next(self) -> Path:
        """Return the folder of the next key, above the one in use."""
        now = int(self._link.readlink().name) if self._link.is_symlink() else 0
        return self._directory / str(now + 1)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the certificate as DER, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's CN; empty when there is not exactly one."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""


def _usable(folder: Path) -> x509.Certificate | None:
    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), None)
        x509.load_pem_x509_certificate((folder / CA).read_bytes())
        box_id(common_name(certificate))
    except (FileNotFoundError, ValueError, TypeError, BadIdentityError):
        return None
    return certificate if key.public_key() == certificate.public_key() else None


def _judge(certificate: x509.Certificate, folder: Path, ca: x509.Certificate) -> None:
    request = x509.load_pem_x509_csr((folder / REQUEST).read_bytes())
    if certificate.public_key() != request.public_key():
        raise WrongCertificateError("The certificate is for another key than this box's.")
    try:
        certificate.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise WrongCertificateError("The certificate is not one of this province's CA.") from error
    try:
        box_id(common_name(certificate))
    except BadIdentityError as error:
        raise WrongCertificateError(f"The certificate names no box: {error.sentence}") from error


def _asking(request: x509.CertificateSigningRequest, claim: str) -> Asking:
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return Asking(
        request=request.public_bytes(_DER),
        public_key=request.public_key().public_bytes(_DER, spki),
        claim=claim,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, plain)


def _taken(path: Path) -> _Taken:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Taken)
    except (FileNotFoundError, msgspec.DecodeError):
        return _Taken()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a file that is no PEM
        raise StorageError(f"the box's identity: {error}") from error
