"""The packet part of a conference, against Janus: the processor time of a packet."""

import asyncio
import contextlib
import itertools
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psutil

from bench.janus import ADDRESS, ROOM, Janus, janus, own_interface
from bench.table import Table, spread
from devices.runtime.alongside import alongside
from vc.engine.focus import wire
from vc.engine.focus.wire import HEADER, SOUND_HEADER, Kind
from vc.engine.port import MAIN, Direction, Leg, View
from vc.media.clip import Clip, ClipPlayer, Footage
from vc.media.opus import OpusEncoder
from vc.media.speech import speech
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData

SITES, RUNS, SETTLE_S, RUN_S = 10, 3, 3.0, 12.0
_FPS, _TICK_S = 25, 0.02
_BUFFER = 8 << 20


def measure() -> Table:
    """Return the cost of a packet, ours and Janus's."""
    ours, theirs = asyncio.run(_both())
    ratios = [a[0] / b[0] for a, b in zip(ours, theirs, strict=True)]
    return Table(
        title="Conference: the packets",
        how=(
            f"{SITES} sites, each sends 720p25 of 1.5 Mbit/s and Opus, and gets one such picture "
            f"and one sound back, {RUN_S:g} s, {RUNS} runs in turn. Processor time of the process "
            "that has the packets, through the packets in and out. Ours: the rtp process, its "
            "media pairs echo site 0. The peer: Janus 1.1 VideoRoom, each site publishes and "
            "subscribes to site 0. "
            f"Ratio ours / Janus: {spread(ratios, 2)}."
        ),
        head=("", "us a packet", "packets/s", "% of a core"),
        rows=(_row("motcua rtp process", ours), _row("Janus VideoRoom", theirs)),
    )


def _row(name: str, runs: list[tuple[float, float, float]]) -> tuple[str, ...]:
    us, rate, core = zip(*runs, strict=True)
    return name, spread(us), spread(rate, 0), spread(core)


async def _both() -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder, own_interface():
        clips = [Clip.make(Path(folder), Footage(seed=seed)) for seed in range(3)]
        for _ in range(RUNS):
            async with _our_side(clips) as (process, sites):
                ours.append(await _cost(process, sites))
            async with _janus_side(clips) as (process, sites):
                theirs.append(await _cost(process, sites))
    return ours, theirs


async def _cost(process: psutil.Process, sites: list["Load"]) -> tuple[float, float, float]:
    """Return µs a packet, packets a second, and percent of a core."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(site.play()) for site in sites]
        await asyncio.sleep(SETTLE_S)
        began, cpu, packets = now_us(), _cpu_s(process), sum(one.packets for one in sites)
        await asyncio.sleep(RUN_S)
        took, cpu = (now_us() - began) / 1e6, _cpu_s(process) - cpu
        packets = sum(one.packets for one in sites) - packets
        frames = min(one.frames for one in sites)
        if frames < RUN_S * _FPS:
            raise RuntimeError(f"a site saw {frames} pictures only")
        for task in tasks:
            task.cancel()
    return cpu / packets * 1e6, packets / took, cpu / took * 100


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


class Load:
    """One site: sends its clip and speech, counts what comes back."""

    def __init__(self, clip: Clip, start: int, sound: list[bytes]) -> None:
        config = PeerConfig(host_addresses=(ADDRESS,))
        self.sender = Peer(self, config)
        self.receiver = self.sender
        self.frames = 0
        self._player = ClipPlayer(clip, start)
        self._sound = itertools.cycle(sound)
        self._keyframe = True
        self._connected = asyncio.Event()

    def apart(self) -> None:
        """Receive in a session of its own, as Janus wants it."""
        self.receiver = Peer(self, PeerConfig(host_addresses=(ADDRESS,)))

    @property
    def packets(self) -> int:
        """RTP packets this site has sent and got."""
        both = {self.sender, self.receiver}
        return sum(one.packets_in + one.packets_out for one in both)

    async def close(self) -> None:
        """End its sessions."""
        for one in {self.sender, self.receiver}:
            await one.close()

    async def play(self) -> None:
        """Send pictures and sound at their pace; never returns."""
        began = asyncio.get_running_loop().time()
        for tick in itertools.count():
            await asyncio.sleep(began + tick * _TICK_S - asyncio.get_running_loop().time())
            self.sender.send_audio(next(self._sound), tick * 20_000)
            if tick % 2 == 0:
                unit = self._player.next(keyframe=self._keyframe)
                self._keyframe = False
                self.sender.send_video(packetise_h264(unit.data, now_us()))

    def on_video(self, _: VideoFrameData) -> None:
        """Count."""
        self.frames += 1

    def on_audio(self, _: AudioPacket) -> None:
        """Nothing: the session counts packets."""

    def on_keyframe_wanted(self) -> None:
        """Send an IDR next."""
        self._keyframe = True

    def on_state(self, state: PeerState, _: str) -> None:
        """Note the connection."""
        if state is PeerState.CONNECTED:
            self._connected.set()


def _loads(clips: list[Clip]) -> list[Load]:
    encoder = OpusEncoder()
    samples = speech(0, 4.0)
    sound = [encoder.encode(samples[at : at + 960]) for at in range(0, len(samples) - 959, 960)]
    return [Load(clips[index % len(clips)], index * 7, sound) for index in range(SITES)]


@contextlib.asynccontextmanager
async def _our_side(clips: list[Clip]) -> AsyncIterator[tuple[psutil.Process, list[Load]]]:
    control, theirs = _pair()
    video, rtp_video = _pair()
    audio, rtp_audio = _pair()
    fds = [one.fileno() for one in (theirs, rtp_video, rtp_audio)]
    config = msgspec.json.encode({"peer": PeerConfig(host_addresses=(ADDRESS,))}).decode()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "vc.engine.focus.rtp", *map(str, fds), config, pass_fds=fds
    )
    for one in (theirs, rtp_video, rtp_audio):
        one.close()
    sites = _loads(clips)
    try:
        echo = Echo(control, video, audio)
        async with alongside(echo.run(), name="echo"):
            await echo.order(wire.Arrange(views=(View(name=MAIN),), numbers={MAIN: 0}))
            for slot, site in enumerate(sites):
                leg = Leg(id=f"leg-{slot}", source=f"site-{slot}", direction=Direction.BOTH)
                offer = await site.sender.offer()
                answer = await echo.order(wire.OpenLeg(leg=leg, slot=slot, offer=offer))
                await site.sender.accept(answer)
            yield psutil.Process(child.pid), sites
    finally:
        for site in sites:
            await site.close()
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()
        for one in (control, video, audio):
            one.close()


def _pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for one in (ours, theirs):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
    ours.setblocking(False)
    theirs.setblocking(False)
    return ours, theirs


class Echo:
    """Control, video and audio process in one: site 0's picture and sound go to everybody."""

    def __init__(self, control: socket.socket, video: socket.socket, audio: socket.socket) -> None:
        self._control, self._video, self._audio = control, video, audio
        self._answers: dict[int, asyncio.Future[str]] = {}
        self._ids = itertools.count(1)

    async def order(self, order: wire.AnyOrder) -> str:
        """Send an order; returns its answer's text."""
        numbered = msgspec.structs.replace(order, id=next(self._ids))
        waiting = self._answers[numbered.id] = asyncio.get_running_loop().create_future()
        self._control.send(msgspec.msgpack.encode(numbered))
        async with asyncio.timeout(10):
            text: str = await waiting
            return text

    async def run(self) -> None:
        """Echo and read answers; never returns."""
        loop = asyncio.get_running_loop()
        ends = {self._control: self._on_control, self._video: self._on_video}
        ends[self._audio] = self._on_audio
        for end, take in ends.items():
            loop.add_reader(end, take)
        try:
            await asyncio.Event().wait()
        finally:
            for end in ends:
                loop.remove_reader(end)

    def _on_control(self) -> None:
        data = self._control.recv(1 << 20)
        if not data:
            return
        report = msgspec.msgpack.decode(data, type=wire.AnyReport)
        if isinstance(report, wire.Answer) and (waiting := self._answers.pop(report.id, None)):
            if report.code:
                waiting.set_exception(RuntimeError(f"{report.code}: {report.text}"))
            else:
                waiting.set_result(report.text)

    def _on_video(self) -> None:
        data = self._video.recv(1 << 20)
        if data:
            kind, flags, slot, at, argument = HEADER.unpack_from(data)
            if kind == Kind.FRAME and slot == 0:
                self._video.send(HEADER.pack(kind, flags, 0, at, argument) + data[HEADER.size :])
            elif kind == Kind.KEYFRAME_WANTED:
                self._video.send(HEADER.pack(kind, 0, 0, at, 0))

    def _on_audio(self) -> None:
        data = self._audio.recv(1 << 16)
        if data:
            kind, _, slot, at, argument = HEADER.unpack_from(data)
            if kind == Kind.SOUND and slot == 0:
                payload = data[HEADER.size + SOUND_HEADER.size :]
                self._audio.send(HEADER.pack(kind, 0, wire.EVERYONE, at, argument) + payload)


@contextlib.asynccontextmanager
async def _janus_side(clips: list[Clip]) -> AsyncIterator[tuple[psutil.Process, list[Load]]]:
    sites = _loads(clips)
    async with janus() as (process, client):
        try:
            feeds = [await _publish(client, site) for site in sites]
            await asyncio.sleep(1.0)
            for site in sites:
                await _subscribe(client, site, feeds[0])
            yield process, sites
        finally:
            for site in sites:
                await site.close()


async def _publish(client: Janus, site: Load) -> int:
    handle = await client.attach()
    joined = await client.say(handle, {"request": "join", "ptype": "publisher", "room": ROOM})
    offer = await site.sender.offer(receive_video=False, receive_audio=False)
    answered = await client.say(handle, {"request": "publish"}, {"type": "offer", "sdp": offer})
    await site.sender.accept(answered["jsep"]["sdp"])
    return int(joined["plugindata"]["data"]["id"])


async def _subscribe(client: Janus, site: Load, feed: int) -> None:
    site.apart()
    handle = await client.attach()
    body = {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": [{"feed": feed}]}
    offered = await client.say(handle, body)
    answer = await site.receiver.answer(
        offered["jsep"]["sdp"], direction="publish", codecs=("h264",)
    )
    await client.say(handle, {"request": "start"}, {"type": "answer", "sdp": answer})
