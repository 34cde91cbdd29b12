"""Signed data (CMS, RFC 5652 §5) as a chip's EF.SOD holds it, taken apart and checked. Pure.

Every part is kept as it came, byte for byte: that is what was signed. What a `cryptography` key can
verify is verified there.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from devices.chip import tlv
from devices.chip.errors import BadAnswerError

SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
KEY_IDENTIFIER = 0x80

HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.3.14.3.2.26": hashes.SHA1(),  # noqa: S303 - older documents are signed so
    "2.16.840.1.101.3.4.2.4": hashes.SHA224(),
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_PSS = "1.2.840.113549.1.1.10"
_RSA = ("1.2.840.113549.1.1.1", *(f"1.2.840.113549.1.1.{last}" for last in (5, 11, 12, 13, 14)))
_ECDSA = ("1.2.840.10045.4.1", *(f"1.2.840.10045.4.3.{last}" for last in (1, 2, 3, 4)))
_HASH_IN_NAME = {
    "1.2.840.113549.1.1.5": "1.3.14.3.2.26",
    "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
    "1.2.840.113549.1.1.14": "2.16.840.1.101.3.4.2.4",
    "1.2.840.10045.4.1": "1.3.14.3.2.26",
    "1.2.840.10045.4.3.1": "2.16.840.1.101.3.4.2.4",
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}


class UnknownAlgorithmError(BadAnswerError):
    """The signature is made in a way that this program does not know."""

    code = "chip.unknown_algorithm"


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Who signed, how, and what exactly."""

    identifier: tlv.Tlv
    digest: str
    attributes: bytes
    attribute_values: dict[str, tlv.Tlv]
    algorithm: tlv.Tlv
    signature: bytes


@dataclass(frozen=True, slots=True, repr=False)
class SignedData:
    """The content, its type, the certificates that came along, and its one signer."""

    content_type: tlv.Tlv
    content: bytes
    certificates: tuple[bytes, ...]
    signer: Signer


def signed_data(data: bytes) -> SignedData:
    """Take signed data apart; raises BadAnswerError."""
    kind, wrapped = _exactly(tlv.read_one(data, tlv.SEQUENCE), 2)
    if tlv.dotted(kind) != SIGNED_DATA or wrapped.tag != CONTEXT_0:
        raise BadAnswerError("The chip's signature is no signed data.")
    _, _, inner, *rest = _at_least(tlv.read_one(wrapped.value, tlv.SEQUENCE), 4)
    content_type, content = _exactly(inner, 2)
    signers = rest[-1]
    certificates = next((one for one in rest[:-1] if one.tag == CONTEXT_0), None)
    signer, *others = signers.parts() or (signers,)
    if signers.tag != tlv.SET or others:
        raise BadAnswerError("The chip's data does not have one signer.")
    return SignedData(
        content_type,
        tlv.read_one(content.value, tlv.OCTETS).value,
        tuple(one.raw for one in certificates.parts()) if certificates else (),
        _signer(signer),
    )


def digest_of(name: str, data: bytes) -> bytes:
    """Return the hash by an algorithm's identifier; raises UnknownAlgorithmError."""
    return hashlib.new(hash_named(name).name, data, usedforsecurity=False).digest()


def hash_named(name: str) -> hashes.HashAlgorithm:
    """Return the hash; raises UnknownAlgorithmError."""
    if name not in HASHES:
        raise UnknownAlgorithmError
    return HASHES[name]


def signer_certificate(signed: SignedData) -> x509.Certificate:
    """Return the certificate whose key signed (RFC 5652 §5.3); raises BadAnswerError."""
    for der in signed.certificates:
        certificate = _loaded(der)
        if _is_meant(signed.signer.identifier, certificate):
            return certificate
    raise BadAnswerError("The chip does not bring its signer's certificate.")


def is_signature_right(signed: SignedData, certificate: x509.Certificate) -> bool:
    """Return whether the signer signed just this content (RFC 5652 §5.4, §5.6).

    Raises UnknownAlgorithmError.
    """
    signer = signed.signer
    kind, digest = (signer.attribute_values.get(name) for name in (CONTENT_TYPE, MESSAGE_DIGEST))
    if kind is None or digest is None:
        return False
    if kind.raw != signed.content_type.raw:
        return False
    if digest.value != digest_of(signer.digest, signed.content):
        return False
    signed_bytes = bytes((tlv.SET,)) + signer.attributes[1:]  # the implicit tag is not signed
    return _verifies(certificate.public_key(), signer, signed_bytes)


def _verifies(key: object, signer: Signer, data: bytes) -> bool:
    name, *parameters = _at_least(signer.algorithm, 1)
    kind = tlv.dotted(name)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and kind in _ECDSA:
            key.verify(signer.signature, data, ec.ECDSA(_hash_of(kind, signer)))
        elif isinstance(key, rsa.RSAPublicKey) and kind in _RSA:
            key.verify(signer.signature, data, padding.PKCS1v15(), _hash_of(kind, signer))
        elif isinstance(key, rsa.RSAPublicKey) and kind == _PSS:
            algorithm, scheme = _pss(parameters)
            key.verify(signer.signature, data, scheme, algorithm)
        else:
            raise UnknownAlgorithmError
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError) as error:
        raise UnknownAlgorithmError from error
    return True


def _hash_of(kind: str, signer: Signer) -> hashes.HashAlgorithm:
    return hash_named(_HASH_IN_NAME.get(kind, signer.digest))


def _pss(parameters: list[tlv.Tlv]) -> tuple[hashes.HashAlgorithm, padding.PSS]:
    """RFC 4055 §3.1; without parameters SHA-1 with 20 bytes of salt."""
    given = {one.tag: one for one in parameters[0].parts()} if parameters else {}
    name, salt = "1.3.14.3.2.26", 20
    mask = name
    if CONTEXT_0 in given:
        name = _algorithm_in(given[CONTEXT_0].value)
    if CONTEXT_1 in given:
        _, hash_of_mask = _exactly(tlv.read_one(given[CONTEXT_1].value, tlv.SEQUENCE), 2)
        mask = _algorithm_in(hash_of_mask.raw)
    if 0xA2 in given:  # noqa: PLR2004 - [2] saltLength
        salt = tlv.whole_number(tlv.read_one(given[0xA2].value, tlv.INTEGER))
    return hash_named(name), padding.PSS(padding.MGF1(hash_named(mask)), salt)


def _algorithm_in(data: bytes) -> str:
    return tlv.dotted(_at_least(tlv.read_one(data, tlv.SEQUENCE), 1)[0])


def _signer(one: tlv.Tlv) -> Signer:
    _, identifier, digest, *rest = _at_least(one, 5)
    if rest[0].tag != CONTEXT_0:
        raise BadAnswerError("The chip's signature covers no attributes.")
    attributes, algorithm, signature, *_ = (*rest, rest[0])
    if signature.tag != tlv.OCTETS:
        raise BadAnswerError("The chip's data has no signature where one belongs.")
    return Signer(
        identifier,
        tlv.dotted(_at_least(digest, 1)[0]),
        attributes.raw,
        dict(_attribute_values(attributes)),
        algorithm,
        signature.value,
    )


def _attribute_values(attributes: tlv.Tlv) -> Iterator[tuple[str, tlv.Tlv]]:
    for attribute in attributes.parts():
        name, values = _exactly(attribute, 2)
        yield tlv.dotted(name), _exactly(values, 1)[0]


def _is_meant(identifier: tlv.Tlv, certificate: x509.Certificate) -> bool:
    if identifier.tag == KEY_IDENTIFIER:
        try:
            found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except (x509.ExtensionNotFound, ValueError):
            return False
        return found.value.digest == identifier.value
    issuer, serial = _exactly(identifier, 2)
    is_issuer = certificate.issuer.public_bytes() == issuer.raw
    return is_issuer and tlv.whole_number(serial) == certificate.serial_number


def _loaded(der: bytes) -> x509.Certificate:
    """Return the certificate with all that is used of it readable: `cryptography` reads late."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.issuer.public_bytes()
        certificate.public_key()
        _ = certificate.serial_number, certificate.not_valid_before_utc
        _ = certificate.not_valid_after_utc, certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise UnknownAlgorithmError from error
    return certificate


def _exactly(one: tlv.Tlv, count: int) -> tuple[tlv.Tlv, ...]:
    parts = one.parts()
    if len(parts) != count:
        raise BadAnswerError("The chip's signature is not built as it must be.")
    return parts


def _at_least(one: tlv.Tlv, count: int) -> list[tlv.Tlv]:
    parts = list(one.parts())
    if len(parts) < count:
        raise BadAnswerError("The chip's signature is not built as it must be.")
    return parts
