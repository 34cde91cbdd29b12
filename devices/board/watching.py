"""The watchdog over the box: fed for as long as its parts prove on the box's bus that they live."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from devices.board.config import WatchdogConfig
from devices.board.port import ControlBoard
from devices.board.vigil import Vigil, shares
from devices.contract.clock import Clock
from devices.contract.errors import BadPayloadError, DeviceError, MotcuaError, UnpluggedError
from devices.contract.identity import BoxId, Part
from devices.contract.message import PartStatus, decode
from devices.contract.topics import PartTopics, parse
from devices.runtime.bus import Bus

_MOST_FEEDING_S = 10.0
_FEEDINGS = 12  # in what the board counts
_log = structlog.get_logger()


class Watching:
    """Feeds one board. Where no parts are named, the watchdog sleeps.

    When the process starts, the board holds still for as long as a part may be silent, if `grace`
    allows it: parts are starting too. `all_lived` is called when all of them have proved it. A part
    that was never there is never fed for: a board that was never fed sleeps.
    """

    def __init__(
        self,
        board: ControlBoard,
        bus: Bus,
        box: str,
        clock: Clock,
        *,
        grace: Callable[[], Awaitable[bool]],
        all_lived: Callable[[], Awaitable[None]],
    ) -> None:
        config = board.config.watchdog or WatchdogConfig(parts=())
        self._board = board
        self._bus = bus
        self._clock = clock
        self._grace = grace
        self._all_lived = all_lived
        self._topics = [PartTopics(BoxId(box), Part(part)).status for part in config.parts]
        self._silence_s, self._limit_s = shares(config.limit_s)
        self._vigil = Vigil(config.parts, self._silence_s)
        self._every_s = min(_MOST_FEEDING_S, self._limit_s / _FEEDINGS)
        self._session = 0
        self._silent: tuple[str, ...] = config.parts
        self._is_new = True

    async def hear(self) -> None:
        """Listen to the parts, for ever, if there are any."""
        if not self._topics:
            return
        async with self._bus.listen(*self._topics) as inbox:
            async for packet in inbox:
                try:
                    status = decode(packet.payload, PartStatus)
                except BadPayloadError:
                    continue
                part, now = parse(packet.topic).part, self._clock.monotonic()
                self._vigil.told(part, status.boot, status.seq, now)

    async def feed(self) -> None:
        """Feed the board while there is reason to; never returns."""
        while True:
            with contextlib.suppress(UnpluggedError):
                await self._board.attached(after=self._session, within_s=self._every_s)
            try:
                await self._turn()
            except DeviceError as error:  # its owner heals it; it is fed then
                _log.debug("watchdog.not_fed", code=error.code)
                if self._board.session != self._session:  # it would be asked again at once
                    await asyncio.sleep(self._every_s)

    async def _turn(self) -> None:
        if self._board.session != self._session:
            await self._meet()
        if not self._topics:
            return
        silent = self._vigil.silent(self._clock.monotonic())
        if not silent:
            await self._board.feed(self._limit_s)
        await self._note(silent)

    async def _meet(self) -> None:
        watch = await self._board.watch()
        if not self._topics and watch.limit_s:
            await self._board.feed(0)
        if self._topics and self._is_new:
            self._is_new = False
            if watch.limit_s and await self._has_grace():
                await self._board.hold(max(watch.held_s, round(self._silence_s)))
        self._session = self._board.session

    async def _has_grace(self) -> bool:
        try:
            return await self._grace()
        except MotcuaError as error:  # of the disk
            _log.warning("watchdog.no_grace", code=error.code)
            return False

    async def _note(self, silent: tuple[str, ...]) -> None:
        self._board.waits_for = silent
        if silent == self._silent:
            return
        if self._silent and not silent:
            with contextlib.suppress(MotcuaError):
                await self._all_lived()
        if silent:
            _log.error("watchdog.parts_silent", parts=silent)
        self._silent = silent
