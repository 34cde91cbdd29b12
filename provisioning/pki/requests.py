"""Requests for certificates (PKCS#10), judged. Pure."""

import base64
import binascii

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from devices.contract.errors import MotcuaError

MOST_BYTES = 16_384
_LEAST_RSA, _MOST_RSA = 2048, 4096
_CURVES = (ec.SECP256R1, ec.SECP384R1)
_SEQUENCE = 0x30
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion)
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class BadRequestError(MotcuaError):
    """The request for a certificate is not usable."""

    code = "enrol.request_bad"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose signature is right: the CN it asks for, and serialNumber if it says one."""

    name: str
    serial: str
    public_key: PublicKey
    key_der: bytes  # SubjectPublicKeyInfo
    der: bytes


def judged(body: bytes) -> Request:
    """Return the request in a body: PEM, base64 (RFC 8951 §3.1) or DER; raises BadRequestError."""
    der = _der(body)
    try:
        request = x509.load_der_x509_csr(der)
        if not request.is_signature_valid:
            raise BadRequestError("The request's signature is not that of its own key.")
        key, subject = request.public_key(), request.subject
        name = _one(subject, NameOID.COMMON_NAME, "CN")
        if not name:
            raise BadRequestError("The request's subject has no CN.")
        serial = _one(subject, NameOID.SERIAL_NUMBER, "serialNumber")
    except _UNREADABLE as error:
        raise BadRequestError(f"The request cannot be read: {error}") from error
    return Request(name=name, serial=serial, public_key=_strong(key), key_der=_spki(key), der=der)


def _der(body: bytes) -> bytes:
    if not body:
        raise BadRequestError("There is no request in the body.")
    if len(body) > MOST_BYTES:
        raise BadRequestError(f"The request has {len(body)} bytes: more than {MOST_BYTES}.")
    if body[0] == _SEQUENCE and not body.isascii():
        return body
    try:
        return base64.b64decode(_bare(body), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequestError(f"The request is not base64: {error}") from error


def _bare(body: bytes) -> bytes:
    """Return base64 without white space and without PEM's first and last line."""
    lines = [line.strip() for line in body.splitlines()]
    return b"".join(b"".join(line for line in lines if not line.startswith(b"-----")).split())


def _one(subject: x509.Name, kind: x509.ObjectIdentifier, called: str) -> str:
    found = subject.get_attributes_for_oid(kind)
    if len(found) > 1:
        raise BadRequestError(f"The request's subject has {len(found)} {called}.")
    return str(found[0].value) if found else ""


def _strong(key: object) -> PublicKey:
    if isinstance(key, ec.EllipticCurvePublicKey):
        if isinstance(key.curve, _CURVES):
            return key
        raise BadRequestError(f"The curve {key.curve.name} is not taken: use P-256 or P-384.")
    if isinstance(key, rsa.RSAPublicKey):
        if _LEAST_RSA <= key.key_size <= _MOST_RSA:
            return key
        raise BadRequestError(
            f"An RSA key of {key.key_size} bits is not taken: {_LEAST_RSA} to {_MOST_RSA}."
        )
    raise BadRequestError("This kind of key is not taken: use P-256, P-384 or RSA.")


def _spki(key: object) -> bytes:
    return _strong(key).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
