"""What a packet costs the rtp process: N members send 720p25, all look at one view, all hear.

`python -m bench.rtp_packets [members] [seconds]`. The members are another process; the view and
the mix come from a third, as the video and audio processes would send them.
"""

import asyncio
import json
import os
import socket
import sys
import time

import msgspec
import uvloop

from tests.vc.rtp.line import Owner
from tests.vc.rtp.pictures import h264_picture
from vc.engine.focus.process import socket_pair
from vc.engine.focus.wire import (
    EVERYONE,
    HEADER,
    KEYFRAME,
    AnyReport,
    Arrange,
    Kind,
    OpenLeg,
    Ready,
)
from vc.engine.port import EngineFigures, Leg, LegFigures, View
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.peer import Peer, now_us

VIEW = 500
FRAME_BYTES = 7_500  # 1.5 Mbit/s at 25 fps
REPORTS: msgspec.msgpack.Decoder[AnyReport] = msgspec.msgpack.Decoder(AnyReport)


class Ends:
    def __init__(self, ends: list[socket.socket]) -> None:
        self.control, self.video, self.audio = ends
        self.answers: dict[int, asyncio.Future[str]] = {}
        self.figures: list[dict[str, float]] = []
        self.lines: dict[str, LegFigures] = {}
        self.frames = self.sounds = 0
        self.ready = asyncio.Event()
        loop = asyncio.get_running_loop()
        for end, take in zip(ends, (self._report, self._frame, self._sound), strict=True):
            end.setblocking(False)
            loop.add_reader(end, self._read, end, take)

    def _read(self, end: socket.socket, take: object) -> None:
        data = end.recv(1 << 20)
        if data and callable(take):
            take(data)

    def _report(self, data: bytes) -> None:
        report = REPORTS.decode(data)
        if isinstance(report, EngineFigures):
            self.figures.append(report.figures)
        elif isinstance(report, LegFigures):
            self.lines[report.leg] = report
        elif isinstance(report, Ready):
            self.ready.set()
        elif (waiting := self.answers.pop(getattr(report, "id", 0), None)) is not None:
            waiting.set_result(getattr(report, "text", ""))

    def _frame(self, data: bytes) -> None:
        self.frames += data[0] == Kind.FRAME

    def _sound(self, data: bytes) -> None:
        self.sounds += data[0] == Kind.SOUND

    async def join(self, number: int, peer: Peer) -> None:
        await peer.accept(await self._open(number, await peer.offer()))

    async def _open(self, number: int, offer: str) -> str:
        leg = Leg(id=f"leg{number}", source=f"site{number}")
        self.answers[number] = asyncio.get_running_loop().create_future()
        self.control.send(
            msgspec.msgpack.encode(OpenLeg(id=number, leg=leg, slot=number, offer=offer))
        )
        return await self.answers[number]


async def load(members: int, seconds: float) -> None:
    """Join so many, send for so long, print what the process says of itself."""
    pairs = [socket_pair() for _ in range(3)]
    numbers = [str(theirs.fileno()) for _, theirs in pairs]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "vc.engine.focus.rtp", *numbers, json.dumps({})),
        pass_fds=[int(number) for number in numbers],
        env=dict(os.environ),
    )
    for _, theirs in pairs:
        theirs.close()
    ends = Ends([ours for ours, _ in pairs])
    await ends.ready.wait()
    views = Arrange(views=(View(name="main"),), numbers={"main": VIEW})
    ends.control.send(msgspec.msgpack.encode(views))
    owners = [Owner() for _ in range(members)]
    peers = [Peer(owner, PeerConfig()) for owner in owners]
    began = time.monotonic()
    await asyncio.gather(*(ends.join(number, peer) for number, peer in enumerate(peers, 1)))
    print(f"{members} answered in {time.monotonic() - began:.2f} s; pid {process.pid}", flush=True)
    await asyncio.sleep(1)
    turns = await _send(ends, peers, seconds)
    for figures in ends.figures[-4:]:
        print(figures)
    got = [len(owner.frames) for owner in owners]
    print("pictures to video", ends.frames, "of", turns * members, "sounds", ends.sounds)
    print("view at members", min(got), max(got), "of", turns)
    print("loss up", max(line.up.loss_percent for line in ends.lines.values()))
    for peer in peers:
        await peer.close()
    for end in (ends.control, ends.video, ends.audio):
        asyncio.get_running_loop().remove_reader(end)
        end.close()
    await process.wait()


async def _send(ends: Ends, peers: list[Peer], seconds: float) -> int:
    """Send pictures and sound of all, spread over each 40 ms; returns how many turns."""
    key = h264_picture(0, 28_000, keyframe=True)
    delta = [h264_picture(number, FRAME_BYTES) for number in range(1, 26)]
    start = next_sound = time.monotonic()
    number, total = 0, int(seconds * 25) * len(peers)
    while number < total:
        now = time.monotonic()
        if now >= next_sound:
            next_sound += 0.02
            _sound(ends, peers, int(next_sound * 50) * 20_000)
        if now >= start + number / 25 / len(peers):
            turn, who = divmod(number, len(peers))
            data = delta[turn % 25] if turn % 250 else key
            peers[who].send_video(packetise_h264(data, now_us()))
            if not who:
                flags = 0 if turn % 250 else KEYFRAME
                ends.video.send(HEADER.pack(Kind.FRAME, flags, VIEW, now_us(), 0) + data)
            number += 1
        await asyncio.sleep(0.0005)
    await asyncio.sleep(0.2)
    return total // len(peers)


def _sound(ends: Ends, peers: list[Peer], at_us: int) -> None:
    for peer in peers:
        peer.send_audio(b"\xf8" * 80, at_us)
    ends.audio.send(HEADER.pack(Kind.SOUND, 0, EVERYONE, at_us, 1) + b"m" * 80)
    ends.audio.send(HEADER.pack(Kind.SOUND, 0, 1, at_us, 0) + b"o" * 80)


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]] + [10.0, 12.0][len(sys.argv) - 1 :]
    uvloop.run(load(int(given[0]), given[1]))
