"""The room's life: what happens goes through one queue, and what follows is done here."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from msgspec.structs import replace

from devices.contract.clock import Clock
from devices.contract.errors import BadPayloadError, DeadlinePassedError
from devices.contract.message import RefusedError
from vc.acts import AnyAct
from vc.endpoint.bureau import Bureau
from vc.endpoint.happenings import (
    AnyEffect,
    AnyHappening,
    AskForKeyframe,
    AskForOrder,
    Began,
    CloseSession,
    Moment,
    Noticed,
    OpenSession,
    Ticked,
)
from vc.endpoint.panels import PageOnGlass
from vc.endpoint.presses import AnyPress, Lamp, Press, Table, lamp, noticed, pressed
from vc.endpoint.probe import Probe
from vc.endpoint.room import Call, CallState, step
from vc.endpoint.session import Session
from vc.endpoint.surface import Surface
from vc.endpoint.texts import say
from vc.endpoint.view import WELL, Fault, screen
from vc.messages import JoinConference

TICK_S = 0.25
_WAITING = 256
_log = structlog.get_logger()

NewSession = Callable[[int, JoinConference], Session]


@dataclass(frozen=True, slots=True)
class _Answered:
    """The server answered an act; empty: it is done."""

    refused: str


class Conductor:
    """Holds the call and the table, and does what they ask for. `run` is its life."""

    def __init__(
        self,
        surface: Surface,
        probe: Probe,
        clock: Clock,
        *,
        new_session: NewSession,
        fault: Callable[[], Fault] = lambda: WELL,
        mute: Callable[[bool], None] = lambda _: None,
        want_page: Callable[[PageOnGlass | None], None] = lambda _: None,
        language: str = "vi",
    ) -> None:
        self._surface = surface
        self._probe = probe
        self._clock = clock
        self._new_session = new_session
        self._fault = fault
        self._mute = mute
        self._want_page = want_page
        self._inputs: asyncio.Queue[AnyHappening | AnyPress | _Answered] = asyncio.Queue(_WAITING)
        self._sessions: dict[int, asyncio.Task[None]] = {}
        self.call = Call()
        self.table = Table(language=language)
        self.session: Session | None = None
        """The session that is up or being opened."""

    def tell(self, happening: AnyHappening) -> None:
        """Take what happened. In the loop; what comes too fast is dropped, and told again."""
        self._put(happening)

    def press(self, press: AnyPress) -> None:
        """Take a press. In the loop."""
        self._put(press)

    async def run(self, bureau: Bureau) -> None:
        """Live, until cancelled; then the conference is left in order."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            self._take(Began(), bureau, group)
            tick_at = loop.time()
            while True:
                try:
                    async with asyncio.timeout_at(tick_at):
                        taken = await self._inputs.get()
                except TimeoutError:
                    tick_at = loop.time() + TICK_S
                    taken = Ticked()
                self._take(taken, bureau, group)

    def moment(self) -> Moment:
        """Return now."""
        return Moment(
            now=self._clock.now(),
            monotonic=self._clock.monotonic(),
            chance=random.random(),  # noqa: S311 - no secret
        )

    def _put(self, taken: AnyHappening | AnyPress | _Answered) -> None:
        try:
            self._inputs.put_nowait(taken)
        except asyncio.QueueFull:
            _log.warning("room.overrun", lost=type(taken).__name__)

    def _take(
        self,
        taken: AnyHappening | AnyPress | _Answered,
        bureau: Bureau,
        group: asyncio.TaskGroup,
    ) -> None:
        if isinstance(taken, _Answered):
            at = self._clock.monotonic()
            self.table = replace(self.table, sending=False, refused=taken.refused, refused_at=at)
        elif isinstance(taken, Press):
            self._press(taken, bureau, group)
        else:
            self._step(taken, bureau, group)
        bureau.light(lamp(self.call.notice) if self.call.state is CallState.IN else Lamp.OFF)
        self._mute(self.table.microphone_off)
        self._show(bureau)

    def _step(self, taken: AnyHappening, bureau: Bureau, group: asyncio.TaskGroup) -> None:
        before = self.call
        self.call, effects = step(before, taken, self.moment())
        if isinstance(taken, Noticed):
            self.table = noticed(self.table, before.notice, taken.notice)
        if self.call.state is not before.state:
            self._turned(before.state)
        for effect in effects:
            self._do(effect, bureau, group)

    def _turned(self, before: CallState) -> None:
        call = self.call
        _log.info("room.turned", before=before, now=call.state, why=call.text)
        self._probe.turned(round(self._clock.monotonic() * 1e6), call.state, call.text)
        if call.state is not CallState.IN:
            self._surface.no_picture()

    def _do(self, effect: AnyEffect, bureau: Bureau, group: asyncio.TaskGroup) -> None:
        match effect:
            case AskForOrder():
                group.create_task(bureau.ask_for_order(), name="ask for an order")
            case OpenSession():
                self._open(effect, group)
            case CloseSession():
                if task := self._sessions.get(effect.session):
                    task.cancel()
                self.session = None
            case AskForKeyframe():
                if self.session:
                    self.session.ask_keyframe()

    def _open(self, effect: OpenSession, group: asyncio.TaskGroup) -> None:
        session = self._new_session(effect.session, effect.order)
        task = group.create_task(session.run(), name=f"session {effect.session}")
        self.session, self._sessions[effect.session] = session, task
        task.add_done_callback(lambda _: self._gone(session))

    def _gone(self, session: Session) -> None:
        self._sessions.pop(session.number, None)
        if self.session is session:
            self.session = None

    def _press(self, press: AnyPress, bureau: Bureau, group: asyncio.TaskGroup) -> None:
        table, act = pressed(self.table, self.call.notice, press, self._clock.now())
        if act is None:
            self.table = table
        elif not table.sending and self.call.state is CallState.IN:
            self.table = replace(table, sending=True, refused="")
            group.create_task(self._ask(act, bureau), name="act")

    async def _ask(self, act: AnyAct, bureau: Bureau) -> None:
        refused = ""
        try:
            await bureau.act(self.call.notice.conference, act)
        except RefusedError as error:
            refused = error.sentence
        except (DeadlinePassedError, BadPayloadError):
            refused = say(self.table.language, "no_answer")
        self._put(_Answered(refused))

    def _show(self, bureau: Bureau) -> None:
        fault = replace(self._fault(), line=bureau.is_cut_off)
        shown = screen(self.call, self.table, self.moment(), fault=fault)
        self._want_page(shown.panel.page if shown.panel else None)
        self._surface.show(shown)
