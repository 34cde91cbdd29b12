"""Recording follows the state: begun, chaptered at floor changes, stopped, and gone on with."""

import asyncio
import contextlib

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from vc.engine.port import MAIN, Engine
from vc.server.conference.notice import floor_name
from vc.server.control import Live, in_session
from vc.server.record.errors import NoRecordingError
from vc.server.record.recorder import Recorder
from vc.state import ConferenceState

_LOOK_EVERY_S = 5.0
_KEYFRAME_EVERY_S = 10.0
_JOIN_AGAIN_S = 60.0
_log = structlog.get_logger()


class Recording:
    """Taps the main view while the state says that it is recorded."""

    def __init__(self, engine: Engine, live: Live, recorder: Recorder, clock: Clock) -> None:
        self._engine = engine
        self._live = live
        self._recorder = recorder
        self._clock = clock
        self._bell = asyncio.Event()
        self._id = ""
        self._chapter = ""
        self._keyframe_at = 0.0
        self._ended = asyncio.Event()
        self._trouble: MotcuaError | None = None

    @property
    def trouble(self) -> MotcuaError | None:
        """Why nothing is recorded, or why what was recorded is no file yet."""
        return self._trouble or self._recorder.unjoined

    def ring(self) -> None:
        """Say that the state changed."""
        self._bell.set()

    async def run(self) -> None:
        """Follow the state, for ever. A recording that cannot be made is tried again."""
        while True:
            self._bell.clear()
            if (state := self._live.state) is not None:
                try:
                    await self._follow(state)
                    self._trouble = self._recorder.trouble
                except MotcuaError as error:
                    if self._trouble is None or self._trouble.code != error.code:
                        _log.error("recording.failed", code=error.code, text=error.sentence)
                    self._trouble = error
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._bell.wait()

    async def join(self) -> None:
        """Make one file of what has ended, for ever; also of what a crash left in parts."""
        while True:
            self._ended.clear()
            state = self._live.state
            await self._recorder.mend(spare=_id_of(state) if state else "")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_JOIN_AGAIN_S):
                    await self._ended.wait()

    async def _follow(self, state: ConferenceState) -> None:
        wanted = _id_of(state)
        if self._id and self._id != wanted:
            await self._engine.tap(None)
            with contextlib.suppress(NoRecordingError):
                await self._recorder.end()
            self._id = ""
            self._ended.set()
        if wanted and (not self._id or self._recorder.trouble is not None):
            await self._recorder.start(
                wanted, state.plan.title, conference=state.plan.id, now=self._clock.now()
            )
            await self._tap()
            self._id, self._chapter = wanted, state.plan.title
        chapter = _chapter(state)
        if self._id and chapter != self._chapter:
            self._recorder.chapter(chapter)
            await self._tap()
        elif self._id and self._clock.monotonic() - self._keyframe_at >= _KEYFRAME_EVERY_S:
            await self._tap()
        self._chapter = chapter

    async def _tap(self) -> None:
        """Tap, also when it is tapped: who plays it back can jump to the keyframes that come."""
        self._keyframe_at = self._clock.monotonic()
        await self._engine.tap(MAIN)


def _chapter(state: ConferenceState) -> str:
    """Return what the present stretch is called: who speaks, else the agenda's item."""
    item = next((one.title for one in state.plan.agenda if one.id == state.item), "")
    return floor_name(state) or item or state.plan.title


def _id_of(state: ConferenceState) -> str:
    """Return what the recording under way is called; empty for none."""
    since = state.recording_since
    if since is None or not in_session(state):
        return ""
    return f"{state.plan.id[:40]}-{since:%Y%m%d-%H%M%S}"
