"""Two sessions in one loop, and a line between them that can lose, double and delay."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from tests.vc.rtp.pictures import h264_picture
from tests.waiting import until
from vc.rtp.config import PeerConfig
from vc.rtp.egress import PacketisedFrame, packetise_h264
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData

FRAME_US = 40_000


class Owner:
    """An owner that remembers what it is told."""

    def __init__(self) -> None:
        self.frames: list[VideoFrameData] = []
        self.packets: list[AudioPacket] = []
        self.keyframes_wanted = 0
        self.states: list[tuple[PeerState, str]] = []

    def on_video(self, frame: VideoFrameData) -> None:
        self.frames.append(frame)

    def on_audio(self, packet: AudioPacket) -> None:
        self.packets.append(packet)

    def on_keyframe_wanted(self) -> None:
        self.keyframes_wanted += 1

    def on_state(self, state: PeerState, reason: str) -> None:
        self.states.append((state, reason))


class Camera:
    """Sends numbered pictures; a keyframe when one is wanted."""

    def __init__(
        self,
        peer: Peer,
        owner: Owner,
        packetise: Callable[[bytes, int], PacketisedFrame] = packetise_h264,
        picture: Callable[..., bytes] = h264_picture,
    ) -> None:
        self._peer, self._owner = peer, owner
        self._packetise, self._picture = packetise, picture
        self._answered = 0
        self.number = 0

    def frame(self) -> None:
        keyframe = self._owner.keyframes_wanted > self._answered or self.number == 0
        self._answered = self._owner.keyframes_wanted
        data = self._picture(self.number, keyframe=keyframe)
        self._peer.send_video(self._packetise(data, now_us()))
        self.number += 1

    async def film(self, frames: int, every_s: float = 0.01) -> None:
        for _ in range(frames):
            self.frame()
            await asyncio.sleep(every_s)


class LossyLine:
    """Stands between two sessions' sockets; drops with a seed, media only."""

    def __init__(self, loss: float, seed: int = 1) -> None:
        self.loss = loss
        self.dropped = 0
        self.passed = 0
        self._random = random.Random(seed)
        self._ways: list[asyncio.DatagramTransport] = []

    async def between(self, answer: str) -> str:
        """Return the description with its candidates led through this line."""
        lines = []
        for line in answer.split("\r\n"):
            words = line.split()
            if line.startswith("a=candidate:"):
                words[5] = str(await self._way(words[4], int(words[5])))
                line = " ".join(words)  # noqa: PLW2901
            lines.append(line)
        return "\r\n".join(lines)

    def lose(self, data: bytes) -> bool:
        is_media = 128 <= data[0] < 192 and not 192 <= data[1] < 224
        lost = is_media and self._random.random() < self.loss
        self.dropped += lost
        self.passed += is_media and not lost
        return lost

    async def _way(self, host: str, port: int) -> int:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Way(self, (host, port)), local_addr=("127.0.0.1", 0)
        )
        self._ways.append(transport)
        return int(transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        for way in self._ways:
            way.close()


class _Way(asyncio.DatagramProtocol):
    def __init__(self, line: LossyLine, far: tuple[str, int]) -> None:
        self._line, self._far = line, far
        self._near: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr != self._far:
            self._near = addr
        to = self._near if addr == self._far else self._far
        if to and not self._line.lose(data):
            self._transport.sendto(data, to)


class Pair:
    """Two sessions: `member` offers, `server` answers."""

    def __init__(self, config: PeerConfig) -> None:
        self.member_owner, self.server_owner = Owner(), Owner()
        self.member = Peer(self.member_owner, config)
        self.server = Peer(self.server_owner, config)

    @property
    def is_connected(self) -> bool:
        return self.member.state is self.server.state is PeerState.CONNECTED

    async def connect(
        self,
        *,
        direction: str = "both",
        codecs: tuple[str, ...] = ("h264",),
        line: LossyLine | None = None,
        tamper: Callable[[str], str] = str,
    ) -> None:
        offer = await self.member.offer(
            codecs=codecs,
            send_video=direction != "play",
            send_audio=direction != "play",
            receive_video=direction != "publish",
            receive_audio=direction != "publish",
        )
        if line:
            offer = "\r\n".join(x for x in offer.split("\r\n") if "candidate" not in x)
        answer = await self.server.answer(offer, direction=direction, codecs=codecs)
        if line:
            answer = await line.between(answer)
        await self.member.accept(tamper(answer))


@asynccontextmanager
async def pair(
    config: PeerConfig | None = None,
    *,
    line: LossyLine | None = None,
    direction: str = "both",
    codecs: tuple[str, ...] = ("h264",),
) -> AsyncIterator[Pair]:
    """Two connected sessions, closed at the end."""
    two = Pair(config or PeerConfig())
    try:
        await two.connect(line=line, direction=direction, codecs=codecs)
        await until(lambda: two.is_connected, "connected")
        yield two
    finally:
        await two.member.close()
        await two.server.close()
        if line:
            line.close()
