"""Who calls the help desk, carries the call, and lets the officer see what the citizen allows.

Imported only where `[help]` is configured: what is below it weighs 76 MB.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

import av
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.message import RefusedError
from devices.runtime.alongside import alongside
from devices.runtime.requests import Ask
from kiosk.api.queue import Site
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, BeginSession, EndSession, Event
from kiosk.ui.flows.help.pages import (
    AboutHelp,
    CallOfficer,
    CallStage,
    EndCall,
    HelpEnded,
    HelpIs,
    MuteCall,
    ShowForm,
)
from kiosk.ui.moving import Moving, Who
from kiosk.ui.picture import Exposure, SharedGlass, jpeg_of
from kiosk.ui.screen import Shared
from vc.endpoint.helping.caller import CallIs, HelpCaller, Stage
from vc.endpoint.helping.config import HelpConfig
from vc.helping import Ended, Hidden
from vc.messages import AskForHelp, HelpPlace

_ASK_S = 6.0
_EXPOSE_S = 3.0
_WIDEST_PX = 1024
_OWN_WIDE = 240
_LEAST_APART_S = 1 / 16
_REFUSED = {"help.nobody": AboutHelp.NOBODY, "help.full": AboutHelp.FULL}
_STAGES = {
    Stage.WAITING: CallStage.WAITING,
    Stage.JOINING: CallStage.JOINING,
    Stage.TALKING: CallStage.TALKING,
}
_HIDDEN = {
    Shared.NOT: Hidden.WITHDRAWN,
    Shared.CALL: Hidden.CALL,
    Shared.PHOTO: Hidden.PHOTO,
}
_log = structlog.get_logger()


class HelpClerk:
    """One call at a time; the beginning and the end of a session end it."""

    def __init__(
        self,
        config: HelpConfig,
        province: Ask,
        topic: str,
        *,
        glass: SharedGlass | None,
        clock: Clock,
        tell: Callable[[Event], None],
    ) -> None:
        self._config = config
        self._province = province
        self._topic = topic
        self._glass = glass
        self._clock = clock
        self._tell = tell
        self._wanted = 0
        self._job: asyncio.Task[None] | None = None
        self._caller: HelpCaller | None = None
        self._muted = self._shows = False
        self._turned = asyncio.Event()

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of a call; what changes it is done at once."""
        match effect:
            case CallOfficer():
                self._drop()
                self._wanted = effect.ask
                return self._call(effect, site.names.get("vi", "") if site else "")
            case EndCall() | BeginSession() | EndSession():
                self._drop()
            case MuteCall():
                self._muted = effect.muted
                if self._caller:
                    self._caller.mute(muted=effect.muted)
            case ShowForm():
                self._shows = effect.shows
                self._turned.set()
            case _:
                pass
        return None

    def _drop(self) -> None:
        self._wanted = 0
        self._muted = self._shows = False
        self._turned.set()
        if self._job:
            self._job.cancel()

    async def _call(self, effect: CallOfficer, site: str) -> None:
        ask = effect.ask
        if self._wanted != ask:
            return  # hung up before it began
        job = self._job = asyncio.current_task()
        try:
            about = await self._carry(ask, AskForHelp(site=site or "—", language=effect.language))
            self._tell(HelpEnded(ask=ask, about=about))
        finally:
            if self._job is job:
                self._job = None

    async def _carry(self, ask: int, asked: AskForHelp) -> AboutHelp:
        try:
            place = await self._province(self._topic, asked, within_s=_ASK_S)
        except RefusedError as error:
            return _REFUSED.get(error.refused.code, AboutHelp.UNREACHED)
        except MotcuaError as error:
            _log.warning("help.unreached", code=error.code)
            return AboutHelp.UNREACHED
        return await self._talk(ask, place)

    async def _talk(self, ask: int, place: HelpPlace) -> AboutHelp:
        ended: list[Ended] = []

        def told(now: CallIs) -> None:
            if now.stage is Stage.OVER:
                ended.append(now.why)
                return
            self._tell(
                HelpIs(
                    ask=ask,
                    stage=_STAGES[now.stage],
                    ahead=now.ahead,
                    officer=now.officer,
                    pictured=now.pictured,
                )
            )

        pictures = _Pictures(self._glass)
        caller = self._caller = HelpCaller(place, self._config, pictures, self._clock, told)
        caller.mute(muted=self._muted)
        try:
            async with alongside(self._show_forms(caller), name="form"):
                await caller.run()
        finally:
            if self._caller is caller:
                self._caller = None
            pictures.forget()
        return AboutHelp(ended[-1]) if ended else AboutHelp.LOST

    async def _show_forms(self, caller: HelpCaller) -> None:
        """Keep what the officer sees as the citizen wants it; one request after another."""
        hidden: Hidden | None = Hidden.UNASKED
        while True:
            self._turned.clear()
            try:
                hidden = await self._show_form(caller, hidden)
            except MotcuaError as error:
                _log.debug("help.form_not_shown", code=error.code)
                hidden = None  # nobody knows what is seen: told again
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._config.form_every_s):
                    await self._turned.wait()

    async def _show_form(self, caller: HelpCaller, hidden: Hidden | None) -> Hidden | None:
        exposure = await self._exposed() if self._shows else None
        if exposure and exposure.rgba:
            jpeg = await asyncio.to_thread(jpeg_of, exposure, _WIDEST_PX)
            if self._shows:
                await caller.show(jpeg)
                return None
            exposure = None
        if hidden is Hidden.UNASKED and not self._shows:
            return hidden
        why = _HIDDEN.get(exposure.shared, Hidden.WITHDRAWN) if exposure else Hidden.WITHDRAWN
        if why is not hidden:
            await caller.hide(why)
        return why

    async def _exposed(self) -> Exposure | None:
        if self._glass is None:
            return None
        try:
            async with asyncio.timeout(_EXPOSE_S):
                return await asyncio.wrap_future(self._glass.expose_shared())
        except TimeoutError:
            return None


class _Pictures:
    """The two on the glass, 15 pictures a second at most. Called on the viewers' threads."""

    def __init__(self, glass: SharedGlass | None) -> None:
        self._glass = glass
        self._at = dict.fromkeys(Who, 0.0)

    def officer(self, frame: av.VideoFrame) -> None:
        self._show(Who.OFFICER, frame, frame.width)

    def own(self, frame: av.VideoFrame) -> None:
        self._show(Who.OWN, frame, _OWN_WIDE)

    def forget(self) -> None:
        glass, self._glass = self._glass, None
        if glass:
            glass.forget_moving()

    def _show(self, who: Who, frame: av.VideoFrame, wide: int) -> None:
        now, glass = time.monotonic(), self._glass
        if glass is None or now - self._at[who] < _LEAST_APART_S:
            return
        self._at[who] = now
        high = max(2, round(frame.height * wide / frame.width))
        small = frame.reformat(width=wide, height=high, format="rgb24")
        glass.move(Moving(who, wide, high, small.to_ndarray().tobytes()))
