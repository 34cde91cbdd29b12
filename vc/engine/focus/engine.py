"""The embedded engine: an rtp, a video and an audio process, kept as one (decision 0005).

When one of the three ends, all are ended and begun anew; what views show, who is heard and what is
tapped is told to the new ones, sessions are not: members join again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
import structlog

from devices.contract.errors import BusyError, DeadlinePassedError
from vc.engine.focus.numbers import Numbers
from vc.engine.focus.process import Child, Program, socket_pair, start
from vc.engine.focus.wire import (
    HEADER,
    KEYFRAME,
    AcceptAnswer,
    AddCandidates,
    Answer,
    AnyReport,
    Arrange,
    CloseLeg,
    Hear,
    Kind,
    Look,
    OpenLeg,
    Order,
    Ready,
    ShowStill,
    SlotLevels,
    Tap,
)
from vc.engine.mailbox import Mailbox
from vc.engine.port import (
    EngineEvent,
    EngineFigures,
    EngineLost,
    EngineLostError,
    Leg,
    LegChanged,
    LegState,
    Levels,
    MediaPacket,
    NoLegError,
    OfferRefusedError,
    View,
)

RTP, VIDEO, AUDIO = "rtp", "video", "audio"
_START_S: Final = 30.0
_ANSWER_S: Final = 10.0
_FIGURES_EVERY_S: Final = 2.0
_LOOKS_IN_VAIN: Final = 8
"""So often in a row nothing was heard of a process: it hangs. Seconds would not tell that from a
machine that stood still, and its processes with it."""
_MSGPACK_MAP: Final = 0x80
"""What a report's first byte is at least; a media datagram begins with its small kind."""
_log = structlog.get_logger()
_REPORTS: msgspec.msgpack.Decoder[AnyReport] = msgspec.msgpack.Decoder(AnyReport)


class FocusEngine:
    """`vc.engine.port.Engine` over three processes. `run` lives as long as they do.

    `programs` are the rtp, the video and the audio process, by those names.
    """

    def __init__(self, programs: tuple[Program, Program, Program]) -> None:
        self._programs = {one.name: one for one in programs}
        self._children: dict[str, Child] = {}
        self._ready: set[str] = set()
        self._all_ready = asyncio.Event()
        self._mailbox = Mailbox()
        self._numbers = Numbers()
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._last_id = 0
        self._legs: dict[str, Leg] = {}
        self._views: tuple[View, ...] = ()
        self._heard: frozenset[str] = frozenset()
        self._always_heard: frozenset[str] = frozenset()
        self._stills: dict[str, Path] = {}
        self._tapped: str | None = None
        self._in_vain: dict[str, int] = {}  # looks since a process was heard; the first is not

    async def run(self) -> None:
        """Start the three and stand by them; raises EngineLostError when one ended.

        Call it again to begin anew (`devices.runtime.supervisor.keep`).
        """
        ends: set[asyncio.Task[str]] = set()
        try:
            async with asyncio.timeout(_START_S):
                await self._start()
                ends = {
                    asyncio.create_task(child.ended(), name=f"{child.name} ends")
                    for child in self._children.values()
                }
                await self._get_ready(ends)
            self._tell_all()
            await self._stand_by(ends)
        except TimeoutError:
            missing = ", ".join(sorted(self._programs.keys() - self._ready))
            reason = f"not ready within {_START_S:g} s: {missing}"
            await self._end(reason)
            raise EngineLostError(reason) from None
        except EngineLostError as error:
            await self._end(error.sentence)
            raise
        finally:
            for task in ends:
                task.cancel()
            await self._end("the engine was stopped")

    async def up(self) -> None:
        """Wait until all three serve."""
        await self._all_ready.wait()

    async def open(self, leg: Leg, offer: str) -> str:
        """Take a session; raises OfferRefusedError."""
        return await self._begin(leg, offer)

    async def offer(self, leg: Leg) -> str:
        """Begin a session from our side."""
        return await self._begin(leg, "")

    async def accept(self, leg_id: str, answer: str) -> None:
        """Take the answer to our offer."""
        await self._ask(
            RTP, AcceptAnswer(id=self._next_id(), leg=self._known(leg_id), answer=answer)
        )

    async def add_candidates(self, leg_id: str, fragment: str) -> None:
        """Take trickled candidates."""
        order = AddCandidates(id=self._next_id(), leg=self._known(leg_id), fragment=fragment)
        await self._ask(RTP, order)

    async def close(self, leg_id: str) -> None:
        """End a session; nothing happens when it is gone."""
        if leg_id in self._legs and self._all_ready.is_set():
            with contextlib.suppress(NoLegError):
                await self._ask(RTP, CloseLeg(id=self._next_id(), leg=leg_id))

    async def look(self, leg_id: str, view: str) -> None:
        """Let a session look at another view."""
        await self._ask(RTP, Look(id=self._next_id(), leg=self._known(leg_id), view=view))

    async def arrange(self, views: tuple[View, ...]) -> None:
        """Say what every view shows, now and after a new start."""
        self._views = views
        if self._all_ready.is_set():
            self._tell_views()

    async def hear(self, sources: frozenset[str], always: frozenset[str] = frozenset()) -> None:
        """Say who is heard, now and after a new start."""
        self._heard, self._always_heard = sources, always
        if self._all_ready.is_set():
            self._tell_heard()

    async def show_still(self, source: str, picture: Path | None) -> None:
        """Make a PNG a source's picture, now and after a new start."""
        if picture is None:
            self._stills.pop(source, None)
        else:
            self._stills[source] = picture
        if self._all_ready.is_set():
            self._tell_still(source)

    async def tap(self, view: str | None) -> None:
        """Send what a view's and the mix's encoders make, now and after a new start."""
        before, self._tapped = self._tapped, view
        if self._all_ready.is_set():
            if before is not None and before != view:
                self._tell_tap(before, on=False)
            if view is not None:
                self._tell_tap(view, on=True)

    def events(self) -> AsyncIterator[EngineEvent]:
        """Everything that happens, in order; one reader."""
        return self._mailbox.events()

    async def _begin(self, leg: Leg, offer: str) -> str:
        slot = self._numbers.of(leg.source, self._in_use())
        self._legs[leg.id] = leg
        try:
            answer = await self._ask(
                RTP, OpenLeg(id=self._next_id(), leg=leg, slot=slot, offer=offer)
            )
        except BaseException:
            self._legs.pop(leg.id, None)
            raise
        return answer.text

    async def _start(self) -> None:
        self._ready.clear()
        self._numbers = Numbers()
        rtp_video, video_rtp = socket_pair()
        rtp_audio, audio_rtp = socket_pair()
        sockets = {
            RTP: (rtp_video, rtp_audio),
            VIDEO: (video_rtp,),
            AUDIO: (audio_rtp,),
        }
        try:
            for name, program in self._programs.items():
                self._children[name] = await start(program, sockets[name], self._received)
                self._in_vain[name] = 0
        finally:
            for one in (rtp_video, video_rtp, rtp_audio, audio_rtp):
                one.close()

    async def _get_ready(self, ends: set[asyncio.Task[str]]) -> None:
        """Wait until all serve; raises EngineLostError when one ends before."""
        ready = asyncio.create_task(self._all_ready.wait(), name="all ready")
        try:
            done, _ = await asyncio.wait({ready, *ends}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        for ended in ends & done:
            raise EngineLostError(ended.result())

    async def _stand_by(self, ends: set[asyncio.Task[str]]) -> None:
        """Return never; raises EngineLostError when a child ended, hung up or fell silent."""
        cpu = {name: child.cpu_s() for name, child in self._children.items()}
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            done, _ = await asyncio.wait(
                ends, timeout=_FIGURES_EVERY_S, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                raise EngineLostError(done.pop().result())
            self._look_for_silence()
            now, used = loop.time(), {n: c.cpu_s() for n, c in self._children.items()}
            figures = {
                f"{name}_cores": round((used[name] - cpu[name]) / (now - at), 4) for name in used
            }
            self._mailbox.put(EngineFigures(figures=figures))
            at, cpu = now, used

    def _look_for_silence(self) -> None:
        for name in self._in_vain:
            self._in_vain[name] += 1
            if self._in_vain[name] > _LOOKS_IN_VAIN:
                raise EngineLostError(f"{name} was not heard of in {_LOOKS_IN_VAIN} looks")

    async def _end(self, why: str) -> None:
        """End all of it; nothing happens when that was done."""
        was_up = self._all_ready.is_set()
        self._all_ready.clear()
        for child in self._children.values():
            child.kill()
        for child in self._children.values():
            await child.gone()
        self._children.clear()
        self._legs.clear()
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(EngineLostError())
        self._asked.clear()
        if was_up:
            self._mailbox.put(EngineLost(reason=why))

    def _received(self, child: Child, datagram: memoryview) -> None:
        if datagram[0] < _MSGPACK_MAP:
            self._media(datagram)
            return
        try:
            report = _REPORTS.decode(datagram)
        except msgspec.DecodeError as error:
            _log.error("engine.bad_report", process=child.name, text=str(error))
            return
        match report:
            case Answer():
                waiting = self._asked.pop(report.id, None)
                if waiting and not waiting.done():
                    waiting.set_result(report)
            case Ready():
                self._ready.add(child.name)
                self._in_vain[child.name] = 0
                if self._ready == self._programs.keys():
                    self._all_ready.set()
            case SlotLevels():
                self._mailbox.put(self._levels(report))
            case EngineFigures():
                self._in_vain[child.name] = 0
                self._mailbox.put(report)
            case LegChanged(state=LegState.CLOSED):
                self._legs.pop(report.leg, None)
                self._mailbox.put(report)
            case _:
                self._mailbox.put(report)

    def _media(self, datagram: memoryview) -> None:
        kind, flags, _, time_us, _ = HEADER.unpack_from(datagram)
        names = {Kind.FRAME: "video", Kind.SOUND: "audio"}
        if kind in names and self._tapped is not None:
            self._mailbox.put(
                MediaPacket(
                    kind=names[kind],
                    pts_us=time_us,
                    keyframe=bool(flags & KEYFRAME),
                    data=bytes(datagram[HEADER.size :]),
                )
            )

    def _levels(self, report: SlotLevels) -> Levels:
        named = {self._numbers.name(slot): dbfs for slot, dbfs in report.dbfs.items()}
        loudest_first = sorted(named.items(), key=lambda item: -item[1])
        return Levels(dbfs={name: dbfs for name, dbfs in loudest_first if name})

    async def _ask(self, name: str, order: Order) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[order.id] = answer
        try:
            self._send(name, order)
            async with asyncio.timeout(_ANSWER_S):
                told = await answer
        except TimeoutError:
            raise DeadlinePassedError(f"{name}: no answer within {_ANSWER_S:g} s") from None
        finally:
            self._asked.pop(order.id, None)
        if told.code == NoLegError.code:
            raise NoLegError(told.text)
        if told.code == BusyError.code:
            raise BusyError(told.text)
        if told.code:
            raise OfferRefusedError(told.text)
        return told

    def _send(self, name: str, order: Order) -> None:
        if not self._all_ready.is_set():
            raise EngineLostError
        try:
            self._children[name].send(order)
        except OSError as error:  # gone, or so stuck that megabytes wait: `run` sees the end of it
            raise EngineLostError(f"{name}: {error}") from error

    def _tell_all(self) -> None:
        self._tell_views()
        self._tell_heard()
        for source in self._stills:
            self._tell_still(source)
        if self._tapped is not None:
            self._tell_tap(self._tapped, on=True)

    def _tell_views(self) -> None:
        names = {view.name for view in self._views}
        names |= {tile.source for view in self._views for tile in view.tiles}
        used = self._in_use()
        numbers = {name: self._numbers.of(name, used) for name in sorted(names)}
        self._send(RTP, Arrange(views=self._views, numbers=numbers))
        self._send(VIDEO, Arrange(views=self._views, numbers=numbers))

    def _tell_heard(self) -> None:
        used = self._in_use()
        slots = tuple(self._numbers.of(source, used) for source in sorted(self._heard))
        always = tuple(self._numbers.of(one, used) for one in self._always_heard & self._heard)
        self._send(AUDIO, Hear(slots=slots, always=always))

    def _tell_still(self, source: str) -> None:
        slot = self._numbers.of(source, self._in_use())
        path = self._stills.get(source)
        self._send(VIDEO, ShowStill(slot=slot, path=str(path) if path else ""))

    def _tell_tap(self, view: str, *, on: bool) -> None:
        self._send(VIDEO, Tap(view=view, on=on))
        self._send(AUDIO, Tap(on=on))

    def _in_use(self) -> frozenset[str]:
        shown = {tile.source for view in self._views for tile in view.tiles}
        named = {view.name for view in self._views} | {leg.source for leg in self._legs.values()}
        return frozenset(shown | named | self._heard | self._stills.keys())

    def _known(self, leg_id: str) -> str:
        if leg_id not in self._legs:
            raise NoLegError
        return leg_id

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id
