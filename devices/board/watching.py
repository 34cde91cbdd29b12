"""The watchdog over the box: fed for as long as its parts prove on the box's bus that they live."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

import structlog

from devices.board.book import Port, Start
from devices.board.config import WatchdogConfig
from devices.board.port import ControlBoard
from devices.board.vigil import Vigil, shares
from devices.contract.clock import Clock
from devices.contract.errors import BadPayloadError, DeviceError, MotcuaError, UnpluggedError
from devices.contract.identity import BoxId, Part
from devices.contract.message import Connection, LinkState, PartStatus, decode
from devices.contract.topics import Leaf, PartTopics, parse
from devices.runtime.bus import Bus, Packet

_MOST_FEEDING_S = 10.0
_FEEDINGS = 12  # in what the board counts
_MOST_IN_VAIN = 3
_REST_S = 900
_REST_WITHIN_S = 1.0
_log = structlog.get_logger()


class Starts(Protocol):
    """What is remembered of this process's starts; raises StorageError."""

    async def started(self) -> Start:
        """Note a start; return what is known of those before."""
        ...

    async def all_lived(self, parts: Sequence[str]) -> None:
        """Note that all parts have proved that they live."""
        ...

    async def woke(self, port: Port) -> None:
        """Note where the board is that watches over the box."""
        ...

    async def rested(self) -> None:
        """Note that the board holds still because this process ended in order."""
        ...


class Watching:
    """Feeds one board. Where no parts are named, the watchdog sleeps.

    When the process starts, the board holds still for as long as a part may be silent: parts are
    starting too. After some starts in vain it does not. A part that was never there is never fed
    for, and a board that was never fed sleeps; one that was fed for other parts is put to sleep,
    until all of these have lived. A process that ends in order while all parts live lets the board
    hold still: somebody is at work on the box.
    """

    def __init__(
        self,
        board: ControlBoard,
        bus: Bus,
        box: str,
        clock: Clock,
        starts: Starts,
    ) -> None:
        config = board.config.watchdog or WatchdogConfig(parts=())
        self._board = board
        self._bus = bus
        self._clock = clock
        self._starts = starts
        self._parts = config.parts
        self._topics = [PartTopics(BoxId(box), Part(part)) for part in config.parts]
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
        topics = [topic for part in self._topics for topic in (part.conn, part.status)]
        async with self._bus.listen(*topics) as inbox:
            async for packet in inbox:
                with contextlib.suppress(BadPayloadError):
                    self._hear(packet)

    def _hear(self, packet: Packet) -> None:
        topic = parse(packet.topic)
        if topic.leaf is Leaf.STATUS:
            status = decode(packet.payload, PartStatus)
            self._vigil.told(topic.part, status.boot, status.seq, self._clock.monotonic())
            return
        connection = decode(packet.payload, Connection)
        if connection.state is LinkState.SLEEPING:
            self._vigil.rested(topic.part, connection.boot)
        else:
            self._vigil.began(topic.part, connection.boot)

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
            if watch.limit_s:
                await self._begin(watch.held_s)
            self._is_new = False
        self._session = self._board.session

    async def _begin(self, held_s: int) -> None:
        """Give the parts time, unless this process has begun too often; end the hold of a rest."""
        try:
            start = await self._starts.started()
        except MotcuaError as error:  # of the disk
            _log.warning("watchdog.no_grace", code=error.code)
            return
        if not start.lived.issuperset(self._parts):  # it may wait for what no longer exists
            await self._board.feed(0)
            return
        held_s = 0 if start.after_rest else held_s
        grace_s = round(self._silence_s) if start.in_vain < _MOST_IN_VAIN else 0
        await self._board.hold(max(held_s, grace_s))

    async def rest(self) -> None:
        """Let the board hold still for a while, if it is being fed; never raises."""
        if not self._topics or self._silent:
            return
        try:
            async with asyncio.timeout(_REST_WITHIN_S):
                watch = await self._board.watch()
                await self._board.hold(max(watch.held_s, _REST_S))
                if not watch.held_s:
                    await self._starts.rested()
        except (TimeoutError, MotcuaError) as error:
            _log.warning("watchdog.not_held", why=str(error))

    async def _note(self, silent: tuple[str, ...]) -> None:
        self._board.waits_for, self._board.rests_for = silent, self._vigil.resting()
        if silent == self._silent:
            return
        if self._silent and not silent:
            with contextlib.suppress(MotcuaError):
                await self._starts.woke(self._board.port)
                if not self._vigil.resting():
                    await self._starts.all_lived(self._parts)
        if silent:
            _log.error("watchdog.parts_silent", parts=silent)
        self._silent = silent
