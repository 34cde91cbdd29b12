"""One session of the room with the server: opened by an order, it carries media until it ends."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from devices.contract.errors import MotcuaError
from devices.contract.message import RefusedError
from vc.endpoint.camera.port import VideoUnit
from vc.endpoint.happenings import AnyHappening, Closed, Failure, NotOpened, Opened, Seen
from vc.endpoint.viewer import Picture, Viewer
from vc.messages import JoinConference
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.figures import PeerFigures
from vc.rtp.peer import Peer, PeerState
from vc.rtp.receive import AudioPacket, VideoFrameData
from vc.rtp.streams import SenderClock
from vc.signaling.client import ClientTls, RemoteLeg, join_two_way, leave
from vc.signaling.errors import UnreachableError

_LEAVE_S = 1.5
_SEEN_EVERY_US = 200_000
_KEYFRAME_EVERY_S = 1.0
_log = structlog.get_logger()


class Media(Protocol):
    """What a session needs of the room around it. Called in the loop, `on_picture` apart."""

    def on_picture(self, picture: Picture) -> None:
        """Take a decoded picture of the conference; on the viewer's thread."""

    def on_sound(self, packet: AudioPacket) -> None:
        """Take a packet of the conference's sound."""

    def want_keyframe(self) -> None:
        """Let the camera make an IDR."""


class Session:
    """A session. `run` is its life; cancelling it leaves the conference."""

    def __init__(
        self,
        number: int,
        order: JoinConference,
        media: Media,
        tell: Callable[[AnyHappening], None],
        *,
        peer: PeerConfig,
        tls: ClientTls,
        join_within_s: float,
    ) -> None:
        self.number = number
        self._order = order
        self._media = media
        self._tell = tell
        self._tls = tls
        self._join_within_s = join_within_s
        self._peer = Peer(self, peer, ice_servers=order.ice_servers, relay_only=order.relay_only)
        self._settled = asyncio.Event()
        self._closed = asyncio.Event()
        self._reason = ""
        self._loop = asyncio.get_running_loop()
        self._viewer: Viewer | None = None
        self._seen_us = 0
        self._size = (0, 0)
        self._keyframe_at = 0.0
        self.sends_video = self.sends_audio = False

    @property
    def is_up(self) -> bool:
        """Whether media can flow."""
        return self._peer.state is PeerState.CONNECTED

    async def run(self) -> None:
        """Open the session and carry media until it closes; tells what became of it."""
        leg: RemoteLeg | None = None
        self._viewer = Viewer(self._decoded, self._undecodable)
        try:
            try:
                leg = await join_two_way(
                    self._order.url,
                    self._order.token,
                    _OurSide(self._peer),
                    tls=self._tls,
                    within_s=self._join_within_s,
                )
            except MotcuaError as error:
                _log.warning("join.failed", code=error.code, text=error.sentence)
                self._tell(not_opened(self.number, error))
                return
            await self._settled.wait()
            if self._peer.state is not PeerState.CONNECTED:
                leg = None
                failed = NotOpened(session=self.number, failure=Failure.BROKEN, text=self._reason)
                self._tell(failed)
                return
            self._tell(Opened(session=self.number))
            await self._closed.wait()
            leg = None
            self._tell(Closed(session=self.number, text=self._reason))
        finally:
            await self._end(leg)

    def send_picture(self, unit: VideoUnit) -> None:
        """Send a picture of the camera, if the session is up."""
        if self.sends_video:
            self._peer.send_video(packetise_h264(unit.data, unit.captured_us))

    def send_sound(self, payload: bytes, time_us: int) -> None:
        """Send an Opus packet, if the session is up."""
        if self.sends_audio:
            self._peer.send_audio(payload, time_us)

    def restart_video(self) -> None:
        """Send nothing more before the next IDR: another camera begins."""
        self._peer.restart_video()

    def ask_keyframe(self) -> None:
        """Ask the server for a picture that can be decoded by itself."""
        self._peer.ask_keyframe()

    def figures(self) -> PeerFigures:
        """Return the session's figures; the size is that of the newest decoded picture."""
        figures = self._peer.figures()
        width, height = self._size
        seen = msgspec.structs.replace(figures.video_in, width=width, height=height)
        return msgspec.structs.replace(figures, video_in=seen)

    def clock(self, kind: str) -> SenderClock | None:
        """Return the server's clock of `video` or `audio`."""
        return self._peer.sender_clock(kind)

    # vc.rtp.peer.Incoming

    def on_video(self, frame: VideoFrameData) -> None:
        """Take an encoded picture of the conference."""
        if self._viewer:
            self._viewer.put(frame)

    def on_audio(self, packet: AudioPacket) -> None:
        """Take a packet of sound."""
        self._media.on_sound(packet)

    def on_keyframe_wanted(self) -> None:
        """Let the camera make an IDR, at most one a second."""
        wait_s = self._keyframe_at - time.monotonic()
        self._keyframe_at = max(time.monotonic(), self._keyframe_at) + _KEYFRAME_EVERY_S
        if wait_s <= 0:
            self._media.want_keyframe()
        elif wait_s <= _KEYFRAME_EVERY_S:
            self._loop.call_later(wait_s, self._media.want_keyframe)
        else:
            self._keyframe_at -= _KEYFRAME_EVERY_S  # one is on its way already

    def on_state(self, state: PeerState, reason: str) -> None:
        """Note that the session connected or closed."""
        self._reason = reason
        self.sends_video = self.sends_audio = state is PeerState.CONNECTED
        self._settled.set()
        if state is PeerState.CLOSED:
            self._closed.set()

    def _decoded(self, picture: Picture) -> None:
        self._media.on_picture(picture)
        self._size = (picture.frame.width, picture.frame.height)
        if picture.decoded_us - self._seen_us > _SEEN_EVERY_US:
            self._seen_us = picture.decoded_us
            self._in_loop(self._tell, Seen(session=self.number))

    def _undecodable(self) -> None:
        self._in_loop(self._peer.ask_keyframe)

    def _in_loop(self, what: Callable[..., None], *about: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the viewer
            self._loop.call_soon_threadsafe(what, *about)

    async def _end(self, leg: RemoteLeg | None) -> None:
        await self._peer.close()
        if self._viewer:
            await asyncio.to_thread(self._viewer.end)
        if leg:
            with contextlib.suppress(MotcuaError):  # the server notices by itself, a bit later
                await leave(leg, tls=self._tls, within_s=_LEAVE_S)


class _OurSide:
    """The peer as the signalling sees it."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def offer(self) -> str:
        return await self._peer.offer()

    async def accept(self, answer: str) -> None:
        await self._peer.accept(answer)

    async def answer(self, offer: str) -> str:
        return await self._peer.answer(offer, direction="both", codecs=("h264",))


def not_opened(session: int, error: MotcuaError) -> NotOpened:
    """Return what an error of joining means for the call."""
    code = error.refused.code if isinstance(error, RefusedError) else error.code
    retry = error.refused.retry if isinstance(error, RefusedError) else error.retry
    if isinstance(error, UnreachableError):
        failure = Failure.UNREACHABLE
    elif code.startswith("token.") or code == "http.401":
        failure = Failure.TOKEN
    elif isinstance(error, RefusedError) and not retry and not code.startswith("sdp."):
        failure = Failure.REFUSED
    else:
        failure = Failure.BROKEN
    return NotOpened(session=session, failure=failure, text=error.sentence)
