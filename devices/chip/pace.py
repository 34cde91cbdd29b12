"""PACE with Generic Mapping over elliptic curves (ICAO 9303-11 §4.4, BSI TR-03110-3). Pure.

A chip is opened with the key of its MRZ, or with the card access number (CAN) printed on it. The
CAN is only ever what somebody gives: nothing derives it from other numbers (domain 12).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import Enum

from devices.chip import tlv
from devices.chip.apdu import DONE, CommandApdu, Noise, Transmit, answer_of
from devices.chip.curves import CURVES, Curve, Point
from devices.chip.errors import BadAnswerError, RefusedByChipError, WrongKeyError, WrongMacError
from devices.chip.keys import (
    FOR_PASSWORD,
    SessionKeys,
    Suite,
    decrypted,
    derived,
    mac,
    session_keys,
)
from devices.chip.mrz import MrzKey
from devices.chip.secure_messaging import SecureMessaging, StatusObject

PROTOCOLS = {
    "0.4.0.127.0.7.2.2.4.2.4": Suite.AES256,
    "0.4.0.127.0.7.2.2.4.2.3": Suite.AES192,
    "0.4.0.127.0.7.2.2.4.2.2": Suite.AES128,
    "0.4.0.127.0.7.2.2.4.2.1": Suite.TDES,
}
"""id-PACE-ECDH-GM with its ciphers, best first."""

MANAGE_ENVIRONMENT, GENERAL_AUTHENTICATE = 0x22, 0x86
SET_AUTHENTICATION = (0xC1, 0xA4)
MECHANISM, PASSWORD, PARAMETERS = 0x80, 0x83, 0x84
DYNAMIC = 0x7C
NONCE, OUR_MAPPING, ITS_MAPPING, OUR_KEY, ITS_KEY, OUR_TOKEN, ITS_TOKEN = range(0x80, 0x87)
PUBLIC_KEY, PUBLIC_POINT = 0x7F49, 0x86

_CHAINED = 0x10
_VERSION = 2
_WRONG_PASSWORD = 0x6300
_BLOCKED = (0x6983, 0x6984)


class PasswordKind(Enum):
    """Which secret opens the chip, as it is told to the chip."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """A secret that is printed on the card."""

    kind: PasswordKind
    secret: bytes


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One way of PACE that a chip offers (§9.2.1): the protocol's identifier, and the curve's."""

    protocol: str
    parameters: int | None

    @property
    def is_known(self) -> bool:
        """Whether this room can do it."""
        return self.protocol in PROTOCOLS and self.parameters in CURVES

    @property
    def suite(self) -> Suite:
        """Its cipher."""
        return PROTOCOLS[self.protocol]

    @property
    def curve(self) -> Curve:
        """Its curve."""
        return CURVES[self.parameters or 0]


def mrz_password(key: MrzKey) -> Password:
    """Return the printed key as PACE wants it: all 20 bytes of the digest (§9.7.3)."""
    digest = hashlib.sha1(key.information, usedforsecurity=False).digest()
    return Password(PasswordKind.MRZ, digest)


def can_password(can: str) -> Password:
    """Return the card access number as PACE wants it."""
    return Password(PasswordKind.CAN, can.encode("ascii"))


def offers_of(card_access: bytes) -> tuple[PaceInfo, ...]:
    """Return what EF.CardAccess offers of PACE, known or not; raises BadAnswerError."""
    offers = []
    for info in tlv.read_one(card_access, tlv.SET).parts():
        name, *rest = info.parts() or (info,)
        protocol = tlv.dotted(name)
        if not protocol.startswith("0.4.0.127.0.7.2.2.4.") or not rest:
            continue
        if tlv.whole_number(rest[0]) == _VERSION:
            parameters = tlv.whole_number(rest[1]) if len(rest) > 1 else None
            offers.append(PaceInfo(protocol, parameters))
    return tuple(offers)


def best_of(offers: tuple[PaceInfo, ...]) -> PaceInfo | None:
    """Return the strongest that this room can do."""
    order = list(PROTOCOLS)
    known = [offer for offer in offers if offer.is_known]
    return min(known, key=lambda offer: order.index(offer.protocol), default=None)


def opened(
    transmit: Transmit,
    offer: PaceInfo,
    password: Password,
    *,
    says_parameters: bool = False,
    noise: Noise = secrets.token_bytes,
    status_object: StatusObject = StatusObject.REQUIRED,
) -> SecureMessaging:
    """Open the chip and return the session; `says_parameters` where it offers several.

    Raises WrongKeyError when the chip does not take the password, WrongMacError when the chip does
    not know it itself, RefusedByChipError when it refuses PACE, BadAnswerError otherwise.
    """
    _choose(transmit, offer, password, says_parameters=says_parameters)
    curve, suite = offer.curve, offer.suite
    sealed = _asked(transmit, b"", NONCE, _CHAINED)
    if not sealed or len(sealed) % suite.block_bytes:
        raise BadAnswerError("The chip's nonce has the wrong length.")
    nonce = decrypted(suite, derived(password.secret, FOR_PASSWORD, suite), sealed)
    generator = _mapped(transmit, curve, nonce, noise)
    scalar = random_scalar(curve, noise)
    our_key = curve.multiplied(scalar, generator)
    said = tlv.encode(OUR_KEY, curve.encoded(our_key))
    its_key = curve.decoded(_asked(transmit, said, ITS_KEY, _CHAINED))
    if its_key == our_key:
        raise BadAnswerError("The chip answered with our own key.")
    keys = agreed(curve, scalar, its_key, suite)
    said = tlv.encode(OUR_TOKEN, token(keys, offer, its_key))
    its_token = _asked(transmit, said, ITS_TOKEN, 0)
    if not hmac.compare_digest(its_token, token(keys, offer, our_key)):
        raise WrongMacError
    return SecureMessaging(keys, status_object=status_object)


def random_scalar(curve: Curve, noise: Noise) -> int:
    """Return a private key: 1 to n - 1, each as likely as the others."""
    while True:
        extra = 8 * curve.size - curve.n.bit_length()
        scalar = int.from_bytes(noise(curve.size), "big") >> extra
        if 0 < scalar < curve.n:
            return scalar


def mapped(curve: Curve, nonce: bytes, shared: Point) -> Point:
    """Return the session's generator, s x G + H (§4.4.3.3.1)."""
    scalar = int.from_bytes(nonce, "big") % curve.n
    return curve.added(curve.multiplied(scalar, curve.generator), shared)


def agreed(curve: Curve, scalar: int, its_key: Point, suite: Suite) -> SessionKeys:
    """Return the session's keys of the shared point's x (§4.4.3.2)."""
    shared = curve.multiplied(scalar, its_key)
    return session_keys(shared.x.to_bytes(curve.size, "big"), suite)


def token(keys: SessionKeys, offer: PaceInfo, key: Point) -> bytes:
    """Return what proves to the owner of `key` that we know the session's keys (§4.4.3.4)."""
    point = tlv.encode(PUBLIC_POINT, offer.curve.encoded(key))
    protocol = tlv.encode(tlv.OID, tlv.oid(offer.protocol))
    return mac(keys.suite, keys.mac, tlv.encode(PUBLIC_KEY, protocol, point))


def _choose(
    transmit: Transmit, offer: PaceInfo, password: Password, *, says_parameters: bool
) -> None:
    said = tlv.encode(MECHANISM, tlv.oid(offer.protocol))
    said += tlv.encode(PASSWORD, bytes((password.kind.value,)))
    if says_parameters:
        said += tlv.encode(PARAMETERS, bytes((offer.parameters or 0,)))
    command = CommandApdu(0x00, MANAGE_ENVIRONMENT, *SET_AUTHENTICATION, said)
    answer = answer_of(transmit(command.encoded()))
    if answer.status != DONE and answer.status & 0xFFF0 != 0x63C0:  # noqa: PLR2004 - tries left
        raise RefusedByChipError("PACE", answer.status)


def _mapped(transmit: Transmit, curve: Curve, nonce: bytes, noise: Noise) -> Point:
    scalar = random_scalar(curve, noise)
    our_key = curve.multiplied(scalar, curve.generator)
    said = tlv.encode(OUR_MAPPING, curve.encoded(our_key))
    its_key = curve.decoded(_asked(transmit, said, ITS_MAPPING, _CHAINED))
    if its_key == our_key:
        raise BadAnswerError("The chip answered with our own key.")
    return mapped(curve, nonce, curve.multiplied(scalar, its_key))


def _asked(transmit: Transmit, said: bytes, awaited: int, cla: int) -> bytes:
    data = tlv.encode(DYNAMIC, said)
    command = CommandApdu(cla, GENERAL_AUTHENTICATE, 0, 0, data, 256)
    answer = answer_of(transmit(command.encoded()))
    if answer.status & 0xFF00 == _WRONG_PASSWORD or answer.status in _BLOCKED:
        raise WrongKeyError
    if answer.status != DONE:
        raise RefusedByChipError("PACE", answer.status)
    found = tlv.by_tag(tlv.read_one(answer.data, DYNAMIC).parts())
    if awaited not in found:
        raise BadAnswerError("The chip's answer lacks what was asked.")
    return found[awaited].value
