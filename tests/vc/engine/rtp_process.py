"""The real rtp process, with the other ends of its sockets in the test's hands."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from tests.waiting import until
from vc.engine.focus.wire import (
    HEADER,
    Answer,
    AnyReport,
    Arrange,
    Kind,
    OpenLeg,
    Order,
    Ready,
)
from vc.engine.port import Direction, Leg, LegChanged, LegState, VideoCodec, View
from vc.rtp.peer import Peer

MAIN_NUMBER = 40


class Datagram(msgspec.Struct, frozen=True):
    """A media datagram."""

    kind: int
    flags: int
    number: int
    time_us: int
    argument: int
    payload: bytes


class RtpEnds:
    """Control, video and audio as the test plays them."""

    def __init__(self, control: socket.socket, video: socket.socket, audio: socket.socket) -> None:
        self.control, self.video, self.audio = control, video, audio
        self.reports: list[AnyReport] = []
        self.pictures: list[Datagram] = []
        self.sounds: list[Datagram] = []
        self._decoder: msgspec.msgpack.Decoder[AnyReport] = msgspec.msgpack.Decoder(AnyReport)
        self._next = 0
        loop = asyncio.get_running_loop()
        for end, take in (
            (control, self._report),
            (video, lambda data: self.pictures.append(_media(data))),
            (audio, lambda data: self.sounds.append(_media(data))),
        ):
            end.setblocking(False)
            loop.add_reader(end, self._read, end, take)

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        for end in (self.control, self.video, self.audio):
            loop.remove_reader(end)
            end.close()

    @asynccontextmanager
    async def deaf(self) -> AsyncIterator[None]:
        """Read no report meanwhile."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.control)
        try:
            yield
        finally:
            loop.add_reader(self.control, self._read, self.control, self._report)

    async def ask(self, order: Order) -> Answer:
        """Give an order and return its answer."""
        self._next += 1
        number = self._next
        order = msgspec.structs.replace(order, id=number)
        self.control.send(msgspec.msgpack.encode(order))
        found: list[Answer] = []

        def answered() -> bool:
            found[:] = [x for x in self.reports if isinstance(x, Answer) and x.id == number]
            return bool(found)

        await until(answered, f"an answer to {order}")
        return found[0]

    async def arrange(self, codec: VideoCodec = VideoCodec.H264, *more: tuple[str, int]) -> None:
        """Say that there is the view `main`, and these."""
        named = (("main", MAIN_NUMBER), *more)
        views = tuple(View(name=name, codec=codec) for name, _ in named)
        await self.ask(Arrange(views=views, numbers=dict(named)))

    async def join(
        self,
        peer: Peer,
        source: str,
        slot: int,
        direction: Direction = Direction.BOTH,
        leg_id: str = "",
    ) -> str:
        """Open a leg for the peer, and wait until it is connected; returns its id."""
        leg = Leg(id=leg_id or f"leg-{source}-{direction}", source=source, direction=direction)
        offer = await peer.offer(
            send_video=direction is not Direction.PLAY,
            send_audio=direction is not Direction.PLAY,
            receive_video=direction is not Direction.PUBLISH,
            receive_audio=direction is not Direction.PUBLISH,
        )
        answer = await self.ask(OpenLeg(leg=leg, slot=slot, offer=offer))
        assert not answer.code, answer
        await peer.accept(answer.text)
        await until(lambda: self.states(leg.id)[-1:] == [LegState.CONNECTED], "connected")
        return leg.id

    def states(self, leg_id: str) -> list[LegState]:
        return [x.state for x in self.reports if isinstance(x, LegChanged) and x.leg == leg_id]

    def of(self, kind: Kind) -> list[Datagram]:
        """Return what came for the video process, of this kind."""
        return [one for one in self.pictures if one.kind == kind]

    def show(self, data: bytes, time_us: int, flags: int, number: int = MAIN_NUMBER) -> None:
        """Send a view's picture, as the video process does."""
        self.video.send(HEADER.pack(Kind.FRAME, flags, number, time_us, 0) + data)

    def sound(self, slot: int, time_us: int, following: int, payload: bytes) -> None:
        """Send a packet of the mix, as the audio process does."""
        self.audio.send(HEADER.pack(Kind.SOUND, 0, slot, time_us, following) + payload)

    def _report(self, data: bytes) -> None:
        self.reports.append(self._decoder.decode(data))

    @staticmethod
    def _read(end: socket.socket, take: object) -> None:
        data = end.recv(1 << 20)
        if data and callable(take):
            take(data)
        elif not data:
            asyncio.get_running_loop().remove_reader(end)


def _media(data: bytes) -> Datagram:
    kind, flags, number, time_us, argument = HEADER.unpack_from(data)
    return Datagram(kind, flags, number, time_us, argument, data[HEADER.size :])


@asynccontextmanager
async def rtp_process(config: dict[str, object] | None = None) -> AsyncIterator[RtpEnds]:
    """Start the process; it ends when its sockets are closed."""
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(3)]
    numbers = [str(theirs.fileno()) for _, theirs in pairs]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "vc.engine.focus.rtp",
        *numbers,
        json.dumps(config or {}),
        pass_fds=[int(number) for number in numbers],
        env=os.environ,
    )
    for _, theirs in pairs:
        theirs.close()
    ends = RtpEnds(*(ours for ours, _ in pairs))
    try:
        await until(lambda: any(isinstance(x, Ready) for x in ends.reports), "ready", within_s=30)
        yield ends
    finally:
        ends.close()
        async with asyncio.timeout(10):
            status = await process.wait()
        assert status == 0
