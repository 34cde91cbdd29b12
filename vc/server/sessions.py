"""Who a browser is: chair and operator by PIN, guests by their ticket; wrong tries are bounded."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.runtime.worker import Worker
from devices.web.limits import Buckets
from devices.web.pin import is_pin
from devices.web.sse import Hub
from vc.acts import Actor, Role
from vc.server.api import Session, SignIn
from vc.server.control import Live

COOKIE = "motcua_conference"
DESK = (Role.CHAIR, Role.OPERATOR)
LASTS = timedelta(hours=14)
"""A day of meetings."""
_TOKEN_BYTES = 32
_MOST_KNOWN = 256
_LOOK_EVERY_S = 2.0


class NotSignedInError(MotcuaError):
    """Sign in first."""

    code = "not_signed_in"


class WrongPinError(MotcuaError):
    """The PIN is wrong."""

    code = "sign_in.wrong"


class NotForYouError(MotcuaError):
    """Your role may not do this."""

    code = "not_allowed"


class Sessions:
    """Browsers' sessions, kept over a restart. `pin_hashes` are the chair's and the operator's.

    `ended` hears the seat of who signed out, and of who follows something when his time is over.
    """

    def __init__(self, live: Live, pins: Worker, clock: Clock, pin_hashes: dict[Role, str]) -> None:
        self.ended: list[Callable[[str], None]] = []
        self._live = live
        self._pins = pins
        self._clock = clock
        self._pin_hashes = pin_hashes
        self._addresses = Buckets(clock, burst=5, every_s=30)
        self._roles = Buckets(clock, burst=20, every_s=10)
        self._known: OrderedDict[tuple[Role, str], None] = OrderedDict()

    async def sign_in(self, asked: SignIn, address: str) -> tuple[str, Session]:
        """Return a new session and its token; raises WrongPinError, TooOftenError."""
        self._addresses.take(address)
        if (asked.role, address) not in self._known:  # strangers' tries keep nobody out who was in
            self._roles.take(asked.role)
        pin_hash = self._pin_hashes.get(asked.role)
        if pin_hash is None or not await self._pins.do(is_pin, asked.pin, pin_hash):
            raise WrongPinError
        self._addresses.forgive(address)
        self._roles.forgive(asked.role)
        self._known[asked.role, address] = None
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        session = Session(role=asked.role, name=asked.name)
        return await self.keep(session, LASTS), session

    async def keep(self, session: Session, lasts: timedelta) -> str:
        """Keep a session and return its token."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        store = self._live.store
        await self._live.read(store.add_session, seat_of(token), session, now + lasts, now)
        return token

    async def find(self, token: str | None) -> Session | None:
        """Return the session of a token, if it is still good."""
        if not token:
            return None
        now = self._clock.now()
        return await self._live.read(self._live.store.session, seat_of(token), now)

    async def end(self, token: str) -> None:
        """End a session."""
        await self._live.read(self._live.store.end_session, seat_of(token))
        self._tell(seat_of(token))

    async def watch(self, *hubs: Hub) -> None:
        """End what is followed by a session that is over, for ever. A stream's owner is a seat."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            followed = frozenset[str]().union(*(hub.owners for hub in hubs))
            if followed:
                good = await self._live.read(self._live.store.seats, self._clock.now())
                for seat in followed - good:
                    self._tell(seat)

    def _tell(self, seat: str) -> None:
        for listener in self.ended:
            listener(seat)


def at_desk(session: Session) -> Session:
    """Return the session of the chair's side; raises NotSignedInError, NotForYouError."""
    if session.role is Role.VIEWER:
        raise NotSignedInError
    if session.role not in DESK:
        raise NotForYouError
    return session


def actor_of(session: Session) -> Actor:
    """Return who acts by this session; raises NotSignedInError."""
    if session.role is Role.VIEWER:
        raise NotSignedInError
    return Actor(name=session.name or "—", role=session.role, member=session.member)


def seat_of(token: str) -> str:
    """Return by what a session is known; its token cannot be told from it."""
    return hashlib.sha256(token.encode()).hexdigest()
