"""Basic Access Control (ICAO 9303-11 §4.3): opened with what is printed on the card. Pure."""

import hashlib
import hmac
import secrets

from devices.chip.apdu import DONE, CommandApdu, Noise, Transmit, answer_of
from devices.chip.errors import BadAnswerError, RefusedByChipError, WrongKeyError, WrongMacError
from devices.chip.keys import MAC_BYTES, SessionKeys, Suite, decrypted, encrypted, mac, session_keys
from devices.chip.mrz import MrzKey
from devices.chip.secure_messaging import SecureMessaging, StatusObject

GET_CHALLENGE, EXTERNAL_AUTHENTICATE = 0x84, 0x82
NONCE_BYTES, KEY_BYTES = 8, 16
_TOKEN_BYTES = 32


def seed(key: MrzKey) -> bytes:
    """Return K_seed of the printed key (§4.3.3)."""
    return hashlib.sha1(key.information, usedforsecurity=False).digest()[:KEY_BYTES]


def document_keys(key: MrzKey) -> SessionKeys:
    """Return K_Enc and K_MAC of the document, which open it."""
    return session_keys(seed(key), Suite.TDES)


def opened(
    transmit: Transmit,
    key: MrzKey,
    *,
    noise: Noise = secrets.token_bytes,
    status_object: StatusObject = StatusObject.REQUIRED,
) -> SecureMessaging:
    """Open the selected eMRTD application, and return the session.

    Raises WrongKeyError when the chip does not take the key, WrongMacError when the chip does not
    know it itself, ChipError otherwise.
    """
    keys = document_keys(key)
    their_nonce = _challenge(transmit)
    our_nonce, our_half = noise(NONCE_BYTES), noise(KEY_BYTES)
    token = sealed(keys, our_nonce + their_nonce + our_half)
    command = CommandApdu(0x00, EXTERNAL_AUTHENTICATE, 0, 0, token, len(token))
    answer = answer_of(transmit(command.encoded()))
    if answer.status != DONE:
        raise WrongKeyError
    plain = unsealed(keys, answer.data)
    if not hmac.compare_digest(plain[:16], their_nonce + our_nonce):
        raise WrongMacError("The chip answered another question than ours.")
    return SecureMessaging(
        session(our_half, plain[16:]),
        counter(their_nonce, our_nonce),
        status_object=status_object,
    )


def sealed(keys: SessionKeys, plain: bytes) -> bytes:
    """Return nonces and key half as they travel: encrypted, with a MAC."""
    box = encrypted(Suite.TDES, keys.encryption, plain)
    return box + mac(Suite.TDES, keys.mac, box)


def unsealed(keys: SessionKeys, token: bytes) -> bytes:
    """Undo it; raises WrongMacError, BadAnswerError."""
    if len(token) != _TOKEN_BYTES + MAC_BYTES:
        raise BadAnswerError("The chip's proof has the wrong length.")
    box, vouched = token[:_TOKEN_BYTES], token[_TOKEN_BYTES:]
    if not hmac.compare_digest(mac(Suite.TDES, keys.mac, box), vouched):
        raise WrongMacError
    return decrypted(Suite.TDES, keys.encryption, box)


def session(our_half: bytes, their_half: bytes) -> SessionKeys:
    """Return the session's keys of both halves (§4.3.1)."""
    both = bytes(a ^ b for a, b in zip(our_half, their_half, strict=True))
    return session_keys(both, Suite.TDES)


def counter(chip_nonce: bytes, reader_nonce: bytes) -> int:
    """Return the send sequence counter's begin (§9.8.6.2)."""
    return int.from_bytes(chip_nonce[4:] + reader_nonce[4:], "big")


def _challenge(transmit: Transmit) -> bytes:
    command = CommandApdu(0x00, GET_CHALLENGE, 0, 0, le=NONCE_BYTES)
    answer = answer_of(transmit(command.encoded()))
    if answer.status != DONE:
        raise RefusedByChipError("to begin", answer.status)
    if len(answer.data) != NONCE_BYTES:
        raise BadAnswerError("The chip's challenge has the wrong length.")
    return answer.data
