"""Who is inside, by the engine's word: sessions come, go, are measured, and are lost."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog

from devices.contract.clock import Clock
from vc.acts import Actor, Role, StartContent
from vc.engine.port import (
    Engine,
    EngineEvent,
    EngineFigures,
    EngineLost,
    EngineLostError,
    LegChanged,
    LegFigures,
    LegState,
    Levels,
    MediaPacket,
)
from vc.server.conference import rules
from vc.server.conference.errors import RuleError
from vc.server.conference.floor import audible
from vc.server.conference.roster import site_of
from vc.server.conference.rules import Outcome
from vc.server.control import Live, NothingOpenError, Rule, in_session, noted
from vc.server.doorway import Doorway, Session
from vc.server.lines import Lines
from vc.server.speaking import Speaking
from vc.server.stage import Stage
from vc.signaling.legs import OpenLegs
from vc.state import ConferenceState, MemberKind

_LOOK_EVERY_S = 1.0
_GRACE_S = 0.5
_log = structlog.get_logger()


class Presence:
    """Reads the engine's events, and puts out whom the rules put out.

    `missed` is called with a member whose sessions ended unasked, and with each one after the
    engine was lost; `media` gets the tapped packets.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        live: Live,
        doorway: Doorway,
        stage: Stage,
        lines: Lines,
        open_legs: OpenLegs,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._live = live
        self._doorway = doorway
        self._stage = stage
        self._lines = lines
        self._open_legs = open_legs
        self._clock = clock
        self._bell = asyncio.Event()
        self._going: dict[str, float] = {}
        self._speaking = Speaking()
        self.missed: list[Callable[[str], None]] = []
        self.media: list[Callable[[MediaPacket], None]] = []

    async def follow(self) -> None:
        """Read the engine's events for ever."""
        async for event in self._engine.events():
            await self._take(event)

    async def put_right(self) -> None:
        """Make state and sessions agree, at each change and each second, for ever.

        Who may not be inside is put out; what could not be noted when it happened (a full disk) is
        noted now.
        """
        while True:
            self._bell.clear()
            if (state := self._live.state) is not None:
                await self._put_out(state)
                if in_session(state):
                    await self._note_again(state)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GRACE_S if self._going else _LOOK_EVERY_S):
                    await self._bell.wait()

    def ring(self) -> None:
        """Say that the state changed."""
        self._bell.set()

    async def _put_out(self, state: ConferenceState) -> None:
        """End the sessions of those who must go; they were told why a moment before."""
        now = asyncio.get_running_loop().time()
        going = {
            one.leg.id: self._going.get(one.leg.id, now)
            for one in self._doorway.sessions
            if not _may_stay(state, one)
        }
        for leg in [leg for leg, since in going.items() if now - since >= _GRACE_S]:
            with contextlib.suppress(EngineLostError):
                await self._engine.close(leg)
            self._open_legs.forget(leg)
            del going[leg]
        self._going = going

    async def _note_again(self, state: ConferenceState) -> None:
        standing = [one for one in self._doorway.sessions if one.stands]
        inside = {one.member for one in standing if one.brings}
        sharing = {one.member for one in standing if one.leg.content}
        for member in state.members:
            if member.connected != (member.id in inside) and not member.expelled:
                rule = rules.departed if member.connected else rules.arrived
                await noted(self._live, _of(rule, member.id))
            if member.sharing != (member.id in sharing):
                await noted(self._live, _shares(member.id, sharing=member.id in sharing))

    async def _take(self, event: EngineEvent) -> None:
        match event:
            case MediaPacket():
                for media in self.media:
                    media(event)
            case Levels():
                self._lines.levels(event.dbfs)
                if state := self._live.state:
                    now = self._clock.monotonic()
                    self._stage.spoken_by(self._speaking.heard(event.dbfs, audible(state), now))
            case LegFigures():
                await self._measured(event)
            case EngineFigures():
                self._lines.engine(event)
            case LegChanged():
                await self._changed(event)
            case EngineLost():
                await self._lost(event)
            case _:
                _log.warning("engine.unknown_event", kind=type(event).__name__)

    async def _changed(self, event: LegChanged) -> None:
        session = self._doorway.session(event.leg)
        if session is None:
            return
        if event.state is LegState.CONNECTED:
            session.stands, session.codec = True, event.codec
            await self._came(session)
        elif event.state is LegState.CLOSED:
            self._doorway.ended(event.leg)
            self._open_legs.forget(event.leg)
            if session.stands:
                await self._went(session)
        self._stage.ring()

    async def _came(self, session: Session) -> None:
        member = session.member
        if session.brings:
            if not await noted(self._live, _of(rules.arrived, member)):
                with contextlib.suppress(EngineLostError):
                    await self._engine.close(session.leg.id)
        elif session.leg.content:
            await noted(self._live, _shares(member, sharing=True))
            await self._show_content(member)

    async def _show_content(self, member: str) -> None:
        """Show a shared screen at once when its member may; else the chair's side can."""
        state = self._live.state
        one = state.member(member) if state else None
        if one is not None:
            role = Role.GUEST if one.kind is MemberKind.GUEST else Role.SITE
            with contextlib.suppress(RuleError, NothingOpenError):
                actor = Actor(name=one.name, role=role, member=member)
                await self._live.act(StartContent(member=member), actor)

    async def _went(self, session: Session) -> None:
        member = session.member
        others = [one for one in self._doorway.sessions if one.member == member and one.stands]
        if session.leg.content and not any(one.leg.content for one in others):
            await noted(self._live, _shares(member, sharing=False))
        elif session.brings and not any(one.brings for one in others):
            self._lines.gone(member)
            await noted(self._live, _of(rules.departed, member))
            for missed in self.missed:
                missed(member)

    async def _measured(self, event: LegFigures) -> None:
        session = self._doorway.session(event.leg)
        if session is None or not session.brings:
            return
        state = self._live.state
        known = state.member(session.member) if state else None
        if state is None or known is None or not known.connected:
            return
        site = site_of(state.plan, known.id)
        line = self._lines.measured(known, site.box if site else "", event)
        if known.line is not line:
            await noted(self._live, lambda was, now: rules.line_is(was, known.id, line, now))

    async def _lost(self, event: EngineLost) -> None:
        _log.error("engine.lost", reason=event.reason)
        self._lines.lost()
        ended = self._doorway.sessions
        for session in ended:
            self._doorway.ended(session.leg.id)
            self._open_legs.forget(session.leg.id)
        for session in ended:
            if session.stands:
                await self._went(session)


def _may_stay(state: ConferenceState, session: Session) -> bool:
    if not in_session(state):
        return False
    if not session.member:
        return True
    member = state.member(session.member)
    return member is not None and not member.expelled


def _of(rule: Callable[[ConferenceState, str, datetime], Outcome], member: str) -> Rule:
    return lambda state, now: rule(state, member, now)


def _shares(member: str, *, sharing: bool) -> Rule:
    return lambda state, now: rules.shares(state, member, now, sharing=sharing)
