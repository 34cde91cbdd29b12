"""Every engine, running, and a member's side of a session: for the port's one suite."""

import contextlib
from collections.abc import AsyncIterator

from devices.runtime.alongside import alongside
from devices.runtime.supervisor import keep
from vc.engine.focus.audio_floor import AudioConfig
from vc.engine.focus.engine import AUDIO, RTP, VIDEO, FocusEngine
from vc.engine.focus.process import Program
from vc.engine.focus.rtp_legs import RtpConfig
from vc.engine.focus.video_pictures import VideoConfig
from vc.engine.port import Engine
from vc.engine.simulated import SimulatedEngine
from vc.rtp.config import PeerConfig
from vc.rtp.peer import Peer, PeerState
from vc.rtp.receive import AudioPacket, VideoFrameData


@contextlib.asynccontextmanager
async def simulated() -> AsyncIterator[Engine]:
    yield SimulatedEngine()


@contextlib.asynccontextmanager
async def focus() -> AsyncIterator[Engine]:
    module = "vc.engine.focus"
    engine = FocusEngine(
        (
            Program(name=RTP, module=f"{module}.rtp", config=RtpConfig()),
            Program(name=VIDEO, module=f"{module}.video", config=VideoConfig()),
            Program(name=AUDIO, module=f"{module}.audio", config=AudioConfig()),
        )
    )
    async with alongside(keep("engine", engine.run), name="engine"):
        yield engine


class _Member:
    """Takes what comes and keeps nothing."""

    def on_video(self, frame: VideoFrameData) -> None:
        pass

    def on_audio(self, packet: AudioPacket) -> None:
        pass

    def on_keyframe_wanted(self) -> None:
        pass

    def on_state(self, state: PeerState, reason: str) -> None:
        pass


@contextlib.asynccontextmanager
async def member() -> AsyncIterator[Peer]:
    """Yield a session as a room has it, not connected yet."""
    peer = Peer(_Member(), PeerConfig())
    try:
        yield peer
    finally:
        await peer.close()
