"""Bearer tokens that open one session, once.

A token says which conference, whose session, which direction, which box, and until when;
HMAC-SHA256 keeps it ours. Used ones are remembered until they expire. A restart forgets them, so
each run of the server has an epoch of its own, and a token of an earlier run has expired.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Annotated

import msgspec

from devices.contract.clock import Clock
from devices.contract.errors import BusyError
from vc.engine.port import Direction
from vc.signaling.errors import (
    ExpiredTokenError,
    ForeignBoxError,
    ForgedTokenError,
    OtherConferenceError,
    ReplayedTokenError,
    WrongDirectionError,
)
from vc.state import Slug

_MOST_CHARS = 1024
_MOST_USED = 8192
_NONCE_BYTES = 12
_SECRET_BYTES = 16


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a token opens.

    `box` is the CN that the other side's certificate must have; empty when none is needed.
    `content` is a shared screen (WHIP only).
    """

    conference: Slug
    member: Slug
    direction: Direction
    box: Annotated[str, msgspec.Meta(max_length=64)] = ""
    content: bool = False


class _Body(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    epoch: str
    nonce: str
    expires: int
    claims: Claims


class Tokens:
    """Issues tokens and takes each of them once. `secret` is the server's, 16 bytes at least."""

    def __init__(self, secret: bytes, clock: Clock, *, most_used: int = _MOST_USED) -> None:
        if len(secret) < _SECRET_BYTES:
            raise ValueError(f"a secret has {_SECRET_BYTES} bytes at least")
        self._key = hashlib.sha256(b"motcua token" + secret).digest()
        self._clock = clock
        self._epoch = secrets.token_hex(8)
        self._used: dict[str, int] = {}
        self._most_used = most_used

    def issue(self, claims: Claims, *, valid_for_s: float) -> str:
        """Return a new token; it opens one session within that time."""
        expires = int(self._clock.now().timestamp() + valid_for_s)
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        body = msgspec.json.encode(_Body(self._epoch, nonce, expires, claims))
        return f"{_text(body)}.{_text(self._sign(body))}"

    def redeem(
        self, token: str, conference: str, direction: Direction, *, box: str | None = None
    ) -> Claims:
        """Return what the token opens, and take it.

        `box` is the CN of the certificate shown (empty: none was); None where none is asked for.
        Raises ForgedTokenError, ExpiredTokenError, OtherConferenceError, WrongDirectionError,
        ForeignBoxError, ReplayedTokenError; only a token that opens is taken.
        """
        body = self._read(token)
        now = self._clock.now().timestamp()
        claims = body.claims
        if body.epoch != self._epoch or body.expires <= now:
            raise ExpiredTokenError
        if claims.conference != conference:
            raise OtherConferenceError
        if claims.direction is not direction:
            raise WrongDirectionError
        if (
            box is not None
            and claims.box
            and not hmac.compare_digest(claims.box.encode(), box.encode())
        ):
            raise ForeignBoxError
        self._take(body, now)
        return claims

    def _take(self, body: _Body, now: float) -> None:
        if body.nonce in self._used:
            raise ReplayedTokenError
        if len(self._used) >= self._most_used:
            self._used = {nonce: until for nonce, until in self._used.items() if until > now}
            if len(self._used) >= self._most_used:  # none of these may be forgotten
                raise BusyError("Too many sessions were opened in a short time.")
        self._used[body.nonce] = body.expires

    def _read(self, token: str) -> _Body:
        try:
            text, _, signature = token.partition(".")
            if len(token) > _MOST_CHARS:
                raise ForgedTokenError
            body = _bytes(text)
            if not hmac.compare_digest(self._sign(body), _bytes(signature)):
                raise ForgedTokenError
            return msgspec.json.decode(body, type=_Body)
        except (ValueError, binascii.Error, msgspec.DecodeError) as error:
            raise ForgedTokenError from error

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Decode strictly: one text for one value, or a used token could be spelled anew."""
    data = base64.b64decode(
        text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
    )
    if _text(data) != text:
        raise ValueError("not canonical")
    return data
