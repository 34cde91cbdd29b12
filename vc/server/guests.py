"""Guests, and officials at a laptop: a link, a PIN, the waiting room, and tokens inside."""

import asyncio
import hashlib
import secrets
from datetime import timedelta

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from devices.web.limits import Buckets
from devices.web.pin import hash_pin, is_pin
from vc.acts import Role
from vc.engine.port import Direction
from vc.server.api import GuestLink, Join, Joined, NewLink, Session
from vc.server.conference import doors, rules
from vc.server.conference.errors import EndedError, ExpelledError, NoSuchThingError, RuleError
from vc.server.conference.roster import site_of
from vc.server.control import Live, NothingOpenError, Rule, in_session, noted
from vc.server.doorway import Doorway
from vc.server.sessions import NotSignedInError, Sessions
from vc.server.store import StoredLink
from vc.signaling.errors import (
    ExpiredLinkError,
    LockedLinkError,
    UnknownLinkError,
    WrongPinError,
)
from vc.signaling.turn import IceServers
from vc.state import ConferenceState

TOKEN_S = 120.0
TURNED_AWAY = "conference.turned_away"
_CODE_BYTES = 12
_PIN_DIGITS = 6
_WRONG_PINS = 10
_LOOK_EVERY_S = 5.0
_GONE_S = 30.0
_MOST = 256


class Guests:
    """Makes links, lets their bearers knock, and says where they stand."""

    def __init__(
        self,
        *,
        live: Live,
        sessions: Sessions,
        doorway: Doorway,
        ice: IceServers,
        pins: Worker,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._live = live
        self._sessions = sessions
        self._doorway = doorway
        self._ice = ice
        self._pins = pins
        self._one_at_a_time = asyncio.Lock()
        self._public_url = public_url
        self._clock = clock
        self._addresses = Buckets(clock, burst=30, every_s=2)
        self._asked_at: dict[str, float] = {}
        self._gave_up: dict[str, None] = {}

    async def link(self, asked: NewLink) -> GuestLink:
        """Make a link into the open conference; the PIN is told this once.

        Raises NothingOpenError, NoSuchThingError.
        """
        state = self._live.session
        if asked.member and site_of(state.plan, asked.member) is None:
            raise NoSuchThingError(f"no site {asked.member!r}")
        code = secrets.token_urlsafe(_CODE_BYTES)
        pin = f"{secrets.randbelow(10**_PIN_DIGITS):0{_PIN_DIGITS}}"
        now = self._clock.now()
        link = StoredLink(
            conference=state.plan.id,
            name=asked.name,
            member=asked.member,
            pin_hash=await self._pins.do(hash_pin, pin),
            valid_until=now + timedelta(seconds=asked.valid_for_s),
        )
        await self._live.read(self._live.store.add_link, _hash(code), link, now)
        return GuestLink(
            url=f"{self._public_url}/join/{code}",
            pin=pin,
            name=asked.name,
            valid_until=link.valid_until,
        )

    async def join(
        self, asked: Join, address: str, ticket_before: str | None = None
    ) -> tuple[str, Joined]:
        """Knock with a link and its PIN; returns the ticket and where its bearer stands.

        A browser that comes again stays who it was.

        Raises UnknownLinkError, ExpiredLinkError, LockedLinkError, WrongPinError, TooOftenError,
        NothingOpenError and the rules' refusals.
        """
        self._addresses.take(address)
        link = await self._opened(_hash(asked.code), asked.pin)
        state = self._live.session
        if state.plan.id != link.conference:
            raise NothingOpenError
        before = await self._sessions.find(ticket_before)
        if ticket_before and before and _is_same(before, link, asked):
            return ticket_before, await self.stands(ticket_before)
        member, role = link.member, Role.SITE
        if not member:
            member, role = f"guest-{secrets.token_hex(5)}", Role.GUEST
            await self._live.note(lambda was, now: rules.guest_knocks(was, member, asked.name, now))
        session = Session(role=role, name=asked.name, member=member, conference=link.conference)
        ticket = await self._sessions.keep(session, link.valid_until - self._clock.now())
        return ticket, await self.stands(ticket)

    async def stands(self, ticket: str) -> Joined:
        """Return where the bearer of a ticket stands, with new tokens; raises NotSignedInError."""
        session = await self._sessions.find(ticket)
        if session is None or not session.member:
            raise NotSignedInError
        state = self._live.state
        if state is None or state.plan.id != session.conference or not in_session(state):
            return _refused(ticket, EndedError.code)
        self._asked_at[session.member] = self._clock.monotonic()
        if session.member in self._gave_up:
            state = await self._live.note(
                lambda was, now: rules.guest_knocks(was, session.member, session.name, now)
            )
            self._gave_up.pop(session.member, None)
        if any(one.id == session.member for one in state.waiting):
            return Joined(ticket=ticket, waiting=True, conference=state.plan.id)
        return self._let_in(ticket, state, session)

    async def run(self) -> None:
        """Take those out of the waiting room who ask no more, for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            state = self._live.state
            now = self._clock.monotonic()
            waiting = {one.id for one in state.waiting} if state else set()
            self._asked_at = {one: self._asked_at.get(one, now) for one in waiting}
            for guest in [one for one in waiting if now - self._asked_at[one] > _GONE_S]:
                await noted(self._live, _gives_up(guest))
                self._gave_up[guest] = None
                while len(self._gave_up) > _MOST:
                    del self._gave_up[next(iter(self._gave_up))]

    def _let_in(self, ticket: str, state: ConferenceState, session: Session) -> Joined:
        member = session.member
        if state.member(member) is None:
            return _refused(ticket, TURNED_AWAY)
        try:
            doors.admits(state, member)
        except RuleError as error:
            return _refused(ticket, error.code)
        token = self._doorway.token
        return Joined(
            ticket=ticket,
            waiting=False,
            conference=state.plan.id,
            member=member,
            publish=token(member, Direction.PUBLISH, valid_for_s=TOKEN_S),
            play=token(member, Direction.PLAY, valid_for_s=TOKEN_S),
            share=token(member, Direction.PUBLISH, content=True, valid_for_s=TOKEN_S),
            ice_servers=self._ice.of(member),
            relay_only=self._ice.relay_only,
        )

    async def _opened(self, code_hash: str, pin: str) -> StoredLink:
        store = self._live.store
        link = await self._live.read(store.link, code_hash)
        if link is None:
            raise UnknownLinkError
        if link.valid_until <= self._clock.now():
            raise ExpiredLinkError
        async with self._one_at_a_time:  # many with the right PIN at once are no wrong tries
            # counted before the slow hash: a try that is cut off counts, too
            if await self._live.read(store.count_try, code_hash) > _WRONG_PINS:
                raise LockedLinkError
            if not await self._pins.do(is_pin, pin, link.pin_hash):
                raise WrongPinError
            await self._live.read(store.forgive, code_hash)
        return link


def may_look(state: ConferenceState, session: Session) -> None:
    """Raise unless a guest or official may see the conference: a waiting one may not yet."""
    if not session.member:
        return
    member = state.member(session.member)
    if state.plan.id != session.conference or member is None:
        raise NotSignedInError
    if member.expelled:
        raise ExpelledError


def _is_same(before: Session, link: StoredLink, asked: Join) -> bool:
    """Whether a browser's session is of this link's conference, for the same person."""
    who = (before.conference, before.name, before.role is Role.GUEST or before.member)
    return who == (link.conference, asked.name, not link.member or link.member)


def _gives_up(guest: str) -> Rule:
    return lambda state, now: rules.guest_gives_up(state, guest, now)


def _refused(ticket: str, code: str) -> Joined:
    return Joined(ticket=ticket, waiting=False, refused=code)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
