"""The sessions that were opened over HTTP: who may touch them, and their ICE session's tag."""

import hashlib
import hmac
import secrets
from collections import OrderedDict

import msgspec

from vc.engine.port import NoLegError
from vc.signaling.errors import NoTokenError, OtherLegError

_MOST_LEGS = 4096
_ID_BYTES = 18


def new_leg_id() -> str:
    """Return an id nobody can guess (RFC 9725 §5)."""
    return secrets.token_urlsafe(_ID_BYTES)


class OpenLeg(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP session. `offer_waits` until our own offer is answered."""

    id: str
    token_hash: bytes
    etag: str
    user: str = ""
    offer_waits: bool = False


class OpenLegs:
    """Every session that can be patched or deleted; a full table forgets the oldest."""

    def __init__(self, most: int = _MOST_LEGS) -> None:
        self._legs: OrderedDict[str, OpenLeg] = OrderedDict()
        self._most = most

    def open(
        self, leg_id: str, token: str, *, user: str = "", offer_waits: bool = False
    ) -> OpenLeg:
        """Keep a session that was opened with this token."""
        leg = OpenLeg(
            id=leg_id,
            token_hash=_hash(token),
            etag=f'"{secrets.token_hex(8)}"',
            user=user,
            offer_waits=offer_waits,
        )
        self.keep(leg)
        return leg

    def keep(self, leg: OpenLeg) -> None:
        """Put a session, or its new state, into the table."""
        self._legs[leg.id] = leg
        while len(self._legs) > self._most:
            self._legs.popitem(last=False)

    def of(self, leg_id: str, token: str) -> OpenLeg:
        """Return the session; raises NoLegError, NoTokenError, OtherLegError."""
        leg = self._legs.get(leg_id)
        if leg is None:
            raise NoLegError
        if not token:
            raise NoTokenError
        if not hmac.compare_digest(leg.token_hash, _hash(token)):
            raise OtherLegError
        return leg

    def forget(self, leg_id: str) -> None:
        """Forget a session that ended; nothing happens when it is gone."""
        self._legs.pop(leg_id, None)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
