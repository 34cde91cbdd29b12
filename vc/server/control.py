"""The one place where acts are carried out: rules first, then the disk, and only then anybody else.

Every change runs on the store's thread, so they are in one order; a state is in `Live.state` only
once it is stored, so what was told survives a kill.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.message import JournalAck, JournalEntry
from devices.runtime.worker import Worker
from vc.acts import Actor, AnyAct, OpenLobby
from vc.server.conference import rules
from vc.server.conference.errors import EndedError, RuleError
from vc.server.conference.rules import Outcome
from vc.server.store import Store
from vc.state import ConferencePlan, ConferenceState, Paper, Phase

P = ParamSpec("P")
T = TypeVar("T")
Rule = Callable[[ConferenceState, datetime], Outcome]

TICK_S = 1.0
_log = structlog.get_logger()


class NothingOpenError(MotcuaError):
    """No conference is open now."""

    code = "conference.none"


class UnderWayError(MotcuaError):
    """Another conference is under way: end it first."""

    code = "conference.under_way"


class FixedPlanError(MotcuaError):
    """Sites, centre and chair cannot change while the conference is under way."""

    code = "conference.fixed_plan"


class Live:
    """The conference that is open, and the plans beside it. `listeners` hear of journal entries."""

    def __init__(self, store: Store, worker: Worker, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.listeners: list[Callable[[], None]] = []
        self._worker = worker
        self._state: ConferenceState | None = None
        self._news = asyncio.Event()
        self._plans: tuple[tuple[ConferencePlan, Phase], ...] | None = None

    @property
    def state(self) -> ConferenceState | None:
        """The newest stored state of the open conference; also after its end, until the next."""
        return self._state

    @property
    def session(self) -> ConferenceState:
        """The state while members may be inside; raises NothingOpenError."""
        state = self._state
        if state is None or not in_session(state):
            raise NothingOpenError
        return state

    async def read(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something of the store that changes no conference, on its thread."""
        return await self._worker.do(work, *args, **kwargs)

    async def resume(self) -> None:
        """Take up what was open when the server ended; nobody is connected now."""
        await self._change(self._load)

    async def act(self, act: AnyAct, actor: Actor) -> ConferenceState:
        """Carry out what somebody asks. Raises RuleError, NothingOpenError, StorageError."""

        def rule(state: ConferenceState, now: datetime) -> Outcome:
            return rules.carry_out(state, act, actor, now)

        return await self.note(rule)

    async def note(self, rule: Rule) -> ConferenceState:
        """Change the open conference by a rule, and return the stored state."""
        return await self._change(self._apply, rule)

    async def open(self, conference: str, actor: Actor) -> ConferenceState:
        """Make a planned conference the open one, and let the sites in; done again, nothing more.

        Raises NoConferenceError, EndedError, UnderWayError.
        """
        return await self._change(self._open, conference, actor)

    async def plan(self, plan: ConferencePlan) -> None:
        """Keep a plan; of the conference under way only papers, agenda, words and policy change.

        Raises BadPlanError, FixedPlanError, EndedError.
        """
        await self._change(self._plan, plan)

    async def add_paper(self, conference: str, paper: Paper) -> None:
        """Put a paper into a plan, beside those that others bring meanwhile.

        Raises as `plan` does, and NoConferenceError.
        """
        await self._change(self._add_paper, conference, paper)

    async def plans(self) -> tuple[tuple[ConferencePlan, Phase], ...]:
        """Return every plan with the phase it came to, the earliest first."""
        if self._plans is None:
            self._plans = tuple(await self._worker.do(self.store.plans))
        return self._plans

    async def states(self) -> AsyncIterator[ConferenceState]:
        """Yield the state now and at each change; a slow reader gets the newest alone."""
        seen: ConferenceState | None = None
        while True:
            news = self._news
            if self._state is not None and self._state is not seen:
                seen = self._state
                yield seen
            else:
                await news.wait()

    async def run(self) -> None:
        """Let time pass, once a second, for ever."""
        while True:
            state = self._state
            if state is not None and state.phase is Phase.LIVE and state.floor is not None:
                await self.note(rules.tick)
            await asyncio.sleep(TICK_S)

    async def _change(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        phase = self._state and self._state.phase
        try:
            return await self._worker.do(work, *args, **kwargs)
        finally:
            if work != self._apply or phase != (self._state and self._state.phase):
                self._plans = None
            news, self._news = self._news, asyncio.Event()
            news.set()
            for listener in self.listeners:
                listener()

    def _load(self) -> None:
        state = self.store.open_state()
        self._state = state
        for member in state.members if state else ():
            if member.connected:
                self._apply(_departs(member.id))

    def _apply(self, rule: Rule) -> ConferenceState:
        if self._state is None:
            raise NothingOpenError
        now = self.clock.now()
        outcome = rule(self._state, now)
        if outcome.state is not self._state:
            self.store.change(outcome.state, outcome.facts, outcome.events, now)
            self._state = outcome.state
        return outcome.state

    def _open(self, conference: str, actor: Actor) -> ConferenceState:
        now_open = self._state
        if now_open is not None and in_session(now_open):
            if now_open.plan.id == conference:
                return now_open
            raise UnderWayError
        plan = self.store.plan(conference)
        state = self.store.state(conference) or rules.begin(plan)
        if state.phase is Phase.ENDED:
            raise EndedError
        self.store.open(state)
        self._state = state
        return self._apply(lambda now_is, now: rules.carry_out(now_is, OpenLobby(), actor, now))

    def _plan(self, plan: ConferencePlan) -> None:
        rules.begin(plan)
        state = self._state
        if state is not None and state.plan.id == plan.id and in_session(state):
            before = state.plan
            if (before.sites, before.centre, before.chair) != (plan.sites, plan.centre, plan.chair):
                raise FixedPlanError
            replanned = msgspec.structs.replace(state, plan=plan, revision=state.revision + 1)
            self.store.replan(replanned)
            self._state = replanned
            return
        stored = self.store.state(plan.id)
        if stored is not None and stored.phase is Phase.ENDED:
            raise EndedError
        self.store.put_plan(plan)

    def _add_paper(self, conference: str, paper: Paper) -> None:
        plan = self.store.plan(conference)
        self._plan(msgspec.structs.replace(plan, papers=(*plan.papers, paper)))


class JournalBehindWorker:
    """The store's journal, for the sender."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        """Return entries above `after`, oldest first."""
        return await self._live.read(self._live.store.pending_events, after, limit)

    async def forget(self, ack: JournalAck) -> int:
        """Delete what is stored in the province; return how many entries went."""
        return await self._live.read(self._live.store.forget_events, ack)


def in_session(state: ConferenceState) -> bool:
    """Return whether members may be inside."""
    return state.phase in (Phase.LOBBY, Phase.LIVE)


async def noted(live: Live, rule: Rule) -> bool:
    """Note something that the rules may refuse, or that comes too late; return whether it held."""
    try:
        await live.note(rule)
    except (RuleError, NothingOpenError) as error:
        _log.info("conference.not_noted", code=error.code, text=error.sentence)
        return False
    return True


def _departs(member: str) -> Rule:
    return lambda state, now: rules.departed(state, member, now)
