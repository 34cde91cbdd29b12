"""Passive authentication (ICAO 9303-11 §5.1): who signed the data of a chip. Pure.

It shows that an issuer whose certificate is configured signed this data. A chip with a copy of all
of it shows the same, so this never tells that a card is the one that was issued (ID-12).
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from devices.chip import lds, tlv
from devices.chip.cms import (
    SignedData,
    UnknownAlgorithmError,
    digest_of,
    is_signature_right,
    signed_data,
    signer_certificate,
)
from devices.chip.errors import BadAnswerError
from devices.chip.messages import Proof

SECURITY_OBJECT = "2.23.136.1.1.1"
"""The content type of EF.SOD's signed data (ICAO 9303-10 §4.6.2.2)."""


def judged(
    sod: bytes,
    groups: Mapping[int, bytes],
    issuers: Sequence[x509.Certificate],
    now: datetime,
) -> Proof:
    """Return what EF.SOD proves of the data groups that were read, the worst first.

    `issuers` are the configured CSCA certificates; every group that was read must be signed for.
    """
    if not sod:
        return Proof.NOT_SIGNED
    try:
        signed = signed_data(tlv.read_one(sod, lds.SOD_TAG).value)
        if not _are_hashes_right(signed, groups):
            return Proof.HASHES_WRONG
        signer = signer_certificate(signed)
        if not is_signature_right(signed, signer):
            return Proof.SIGNATURE_WRONG
        return _issued(signer, issuers, now)
    except UnknownAlgorithmError:
        return Proof.UNSUPPORTED
    except BadAnswerError:
        return Proof.UNREADABLE


def _are_hashes_right(signed: SignedData, groups: Mapping[int, bytes]) -> bool:
    if tlv.dotted(signed.content_type) != SECURITY_OBJECT:
        raise BadAnswerError("The chip's signature is over something else.")
    parts = tlv.read_one(signed.content, tlv.SEQUENCE).parts()
    if len(parts) < 3:  # noqa: PLR2004 - version, algorithm, hashes
        raise BadAnswerError("The chip's security object is not built as it must be.")
    algorithm = tlv.dotted((parts[1].parts() or (parts[1],))[0])
    hashes = {tlv.whole_number(number): value.value for number, value in _rows(parts[2])}
    return all(
        hmac.compare_digest(digest_of(algorithm, data), hashes.get(group, b""))
        for group, data in groups.items()
    )


def _rows(hashes: tlv.Tlv) -> list[tuple[tlv.Tlv, tlv.Tlv]]:
    rows = []
    for row in hashes.parts():
        parts = row.parts()
        if len(parts) != 2:  # noqa: PLR2004 - number and hash
            raise BadAnswerError("The chip's security object is not built as it must be.")
        rows.append((parts[0], parts[1]))
    return rows


def _issued(signer: x509.Certificate, issuers: Sequence[x509.Certificate], now: datetime) -> Proof:
    answers = [_judged_by(signer, issuer, now) for issuer in issuers]
    for proof in (Proof.SIGNED_BY_KNOWN_ISSUER, Proof.ISSUER_EXPIRED):
        if proof in answers:
            return proof
    return Proof.UNKNOWN_ISSUER


def _judged_by(signer: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Proof:
    try:
        signer.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return Proof.UNKNOWN_ISSUER
    for certificate in (signer, issuer):
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return Proof.ISSUER_EXPIRED
    return Proof.SIGNED_BY_KNOWN_ISSUER
