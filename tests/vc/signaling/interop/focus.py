"""The real engine behind the real routes, with one room already in it that shows and speaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from devices.web.serve import served
from tests.vc.signaling.token_door import CONFERENCE, TokenDoor
from tests.waiting import until
from vc.engine.focus.audio_floor import AudioConfig
from vc.engine.focus.engine import AUDIO, RTP, VIDEO, FocusEngine
from vc.engine.focus.process import Program
from vc.engine.focus.rtp_legs import RtpConfig
from vc.engine.focus.video_pictures import VideoConfig
from vc.engine.port import MAIN, Direction, LegChanged, LegFigures, LegState, Tile, View
from vc.media.clip import SMALL, Clip, ClipPlayer
from vc.media.opus import OpusEncoder
from vc.media.speech import frames_of, speech
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData
from vc.signaling.client import join_two_way
from vc.signaling.door import Limits
from vc.signaling.routes import signaling_routes

ROOM, GUEST = "dong-ha", "khach"
_FPS = 15
_SAMPLES = 960


class Room:
    """One of our rooms: a clip and speech up, the view and the mix down (counted)."""

    def __init__(self, clip: Clip) -> None:
        self.pictures = self.sounds = 0
        self._clip = ClipPlayer(clip)
        self._wanted = True
        self.peer = Peer(self, PeerConfig())

    def on_video(self, frame: VideoFrameData) -> None:
        self.pictures += bool(frame.data)

    def on_audio(self, packet: AudioPacket) -> None:
        self.sounds += bool(packet.payload)

    def on_keyframe_wanted(self) -> None:
        self._wanted = True

    def on_state(self, state: PeerState, reason: str) -> None: ...

    async def offer(self) -> str:
        return await self.peer.offer()

    async def accept(self, answer: str) -> None:
        await self.peer.accept(answer)

    async def answer(self, offer: str) -> str:
        return await self.peer.answer(offer, direction="both", codecs=("h264",))

    async def send(self) -> None:
        """Show and speak until cancelled."""
        encoder = OpusEncoder()
        sound = [encoder.encode(frame) for frame in frames_of(speech(1, 4), _SAMPLES)]
        loop, begun, start = asyncio.get_running_loop(), now_us(), 0.0
        start = loop.time()
        for number in range(1_000_000):
            self.peer.send_audio(sound[number % len(sound)], begun + number * 20_000)
            if number % 2 == 0:
                unit = self._clip.next(keyframe=self._wanted)
                self._wanted = False
                self.peer.send_video(packetise_h264(unit.data, now_us()))
            await asyncio.sleep(max(0.0, start + (number + 1) * 0.02 - loop.time()))


class Focus:
    """What tests see: where to go, with which token, and what the engine reports."""

    def __init__(self, url: str, door: TokenDoor, engine: FocusEngine) -> None:
        self.url = url
        self._door = door
        self._engine = engine
        self.connected: set[str] = set()
        self.figures: dict[str, LegFigures] = {}

    def token(self, direction: Direction) -> str:
        return self._door.token(direction, member=GUEST)

    @property
    def whip(self) -> str:
        return f"{self.url}/whip/{CONFERENCE}"

    @property
    def whep(self) -> str:
        return f"{self.url}/whep/{CONFERENCE}"

    async def watch(self) -> None:
        """Keep what the engine tells."""
        async for event in self._engine.events():
            if isinstance(event, LegChanged):
                there = event.state is LegState.CONNECTED
                (self.connected.add if there else self.connected.discard)(event.source)
            elif isinstance(event, LegFigures):
                self.figures[event.source] = event


@asynccontextmanager
async def focus(clips: Path) -> AsyncIterator[Focus]:
    """Stand the engine up, with `dong-ha` in it and its picture in the view."""
    clip = await asyncio.to_thread(Clip.make, clips, SMALL)
    module = "vc.engine.focus"
    engine = FocusEngine(
        (
            Program(name=RTP, module=f"{module}.rtp", config=RtpConfig()),
            Program(name=VIDEO, module=f"{module}.video", config=VideoConfig()),
            Program(name=AUDIO, module=f"{module}.audio", config=AudioConfig()),
        )
    )
    door = TokenDoor()
    routes = signaling_routes(engine, door, lambda _: (), Limits(SystemClock()))
    tiles = (
        Tile(source=ROOM, x=0, y=0, width=320, height=180, title="Đông Hà"),
        Tile(source=GUEST, x=320, y=0, width=320, height=180, title="Khách"),
    )
    await engine.arrange((View(name=MAIN, width=640, height=360, fps=_FPS, tiles=tiles),))
    await engine.hear(frozenset({ROOM, GUEST}))
    room = Room(clip)
    async with served(Litestar(routes, logging_config=None), "127.0.0.1", 0) as port:
        stands = Focus(f"http://127.0.0.1:{port}", door, engine)
        async with alongside(engine.run(), stands.watch(), name="focus"):
            try:
                async with asyncio.timeout(30):
                    await engine.up()
                url = f"{stands.url}/room/{CONFERENCE}"
                await join_two_way(url, door.token(Direction.BOTH, member=ROOM), room)
                async with alongside(room.send(), name="room"):
                    await until(lambda: room.pictures > 3, "the view in the room", within_s=20)
                    yield stands
            finally:
                await room.peer.close()
