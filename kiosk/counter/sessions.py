"""Sessions of officers and the supervisor: a PIN a counter, bounds on wrong tries and sessions."""

import hashlib
import secrets
from collections import OrderedDict

from devices.contract.clock import Clock, local_day
from devices.runtime.worker import Worker
from devices.web.pin import is_pin
from kiosk.api.errors import BadPinError, NotSignedInError, TooManyTriesError
from kiosk.counter.live import LiveSite
from kiosk.counter.store import NO_COUNTER

COOKIE = "motcua_officer"
HEAD_COOKIE = "motcua_head"
FACING_COOKIE = "motcua_facing"
COOKIES = {COOKIE, HEAD_COOKIE, FACING_COOKIE}
"""Who comes with one of them acts for somebody."""
PER_COUNTER = 3
_TRIES = 5
_WITHIN_S = 300.0
_ADDRESSES = 1024
_TOKEN_BYTES = 32


class Sessions:
    """Who has signed in. A session lasts the local day, and over a restart of the server."""

    def __init__(self, site: LiveSite, pins: Worker, clock: Clock) -> None:
        self._site = site
        self._pins = pins
        self._clock = clock
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    async def sign_in(self, counter: str, pin: str, address: str) -> str:
        """Return a new session's token.

        Raises BadPinError, TooManyTriesError (5 wrong ones in 5 minutes from one address or at one
        counter).
        """
        desk = self._site.config.desk(counter)
        return await self._begun(counter, desk.pin_hash if desk else "", pin, address)

    async def sign_in_head(self, pin: str, address: str) -> str:
        """Return the token of a new session of the supervisor.

        Raises BadPinError, also where the site has no supervisor, and TooManyTriesError.
        """
        return await self._begun(NO_COUNTER, self._site.config.supervisor_pin_hash, pin, address)

    async def counter(self, token: str | None) -> str:
        """Return the counter of a session; raises NotSignedInError."""
        counter = await self._of(token)
        if not self._site.config.desk(counter):
            raise NotSignedInError
        return counter

    async def head(self, token: str | None) -> None:
        """Let the supervisor's session pass; raises NotSignedInError."""
        if not self._site.config.supervisor_pin_hash or await self._of(token) != NO_COUNTER:
            raise NotSignedInError

    async def _begun(self, counter: str, pin_hash: str, pin: str, address: str) -> str:
        keys = (f"from {address}", f"at {counter}")
        if any(len(self._recent(key)) >= _TRIES for key in keys):
            raise TooManyTriesError
        if not pin_hash:
            self._note(keys[0])
            raise BadPinError
        for key in keys:
            self._note(key)  # before the slow hash, so that tries at once count too
        if not await self._pins.do(is_pin, pin, pin_hash):
            raise BadPinError
        for key in keys:
            self._wrong.pop(key, None)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        day = local_day(self._clock.now())
        store = self._site.store
        await self._site.change(store.add_session, _hash(token), counter, day, PER_COUNTER)
        return token

    async def _of(self, token: str | None) -> str:
        day = local_day(self._clock.now())
        if not token:
            return ""
        return await self._site.do(self._site.store.session, _hash(token), day) or ""

    async def sign_out(self, token: str) -> None:
        """End the session."""
        await self._site.change(self._site.store.end_session, _hash(token))

    def _recent(self, key: str) -> list[float]:
        since = self._clock.monotonic() - _WITHIN_S
        return [moment for moment in self._wrong.get(key, []) if moment > since]

    def _note(self, key: str) -> None:
        self._wrong[key] = [*self._recent(key), self._clock.monotonic()][-_TRIES:]
        self._wrong.move_to_end(key)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
