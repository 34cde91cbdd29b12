"""One call for help from a kiosk: waits, is taken, talks, ends. `run` is its life."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

import av
import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.message import RefusedError
from devices.hosted import Fitted, Hosted, Limits
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.supervisor import keep
from vc.endpoint.camera.port import Camera
from vc.endpoint.config import ProbeConfig
from vc.endpoint.hearing import AnySound, Hearing
from vc.endpoint.helping.client import HelpClient, help_client
from vc.endpoint.helping.config import HelpConfig
from vc.endpoint.helping.outfit import CallDevices, call_devices
from vc.endpoint.probe import Probe
from vc.endpoint.sound.duplex import DuplexConfig
from vc.endpoint.viewer import Picture, Viewer
from vc.helping import Ended, HelpNews, HelpStage, Hidden
from vc.messages import HelpPlace
from vc.rtp.egress import packetise_h264
from vc.rtp.peer import Peer, PeerState
from vc.rtp.receive import AudioPacket, VideoFrameData
from vc.rtp.streams import SenderClock

_REOPEN = Backoff(least_s=0.3, most_s=5.0)
_LIMITS = Limits(open_s=60.0)
_SILENT_AFTER_S = 10.0
_AGAIN_S = 0.5
_LOOK_EVERY_S = 1.0
_OLD_AFTER_S = 2.0
_TELL_EVERY = 3
_KEYFRAME_EVERY_S = 1.0
_END_S = 2.0
_TOLD_WITHIN_S = 1.5  # an officer who hangs up is heard of here a moment after his line ends
_log = structlog.get_logger()


class Stage(StrEnum):
    """Where a call is, for the citizen."""

    WAITING = "waiting"
    JOINING = "joining"
    TALKING = "talking"
    OVER = "over"


class CallIs(msgspec.Struct, frozen=True, kw_only=True):
    """How the call is. `pictured`: the officer's picture is there, and no older than 2 s."""

    stage: Stage
    ahead: int = 0
    officer: str = ""
    pictured: bool = False
    why: Ended = Ended.LOST


class CallGlass(Protocol):
    """What shows the two of them. Called on threads of their own; must return at once."""

    def officer(self, frame: av.VideoFrame) -> None:
        """Show the officer's picture."""

    def own(self, frame: av.VideoFrame) -> None:
        """Show the citizen's own picture, small."""


class HelpCaller:
    """A call. `tell` hears each change, and every 3 s while sound or pictures come.

    Camera and microphone are opened once an officer has taken the call, and closed with it.
    """

    def __init__(
        self,
        place: HelpPlace,
        config: HelpConfig,
        glass: CallGlass,
        clock: Clock,
        tell: Callable[[CallIs], None],
    ) -> None:
        self._place = place
        self._config = config
        self._glass = glass
        self._clock = clock
        self._tell = tell
        self._is = CallIs(stage=Stage.WAITING)
        self._client: HelpClient | None = None
        self._taken = asyncio.Event()
        self._over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._devices: CallDevices = call_devices(config)
        self._peer = Peer(
            self, config.peer, ice_servers=place.ice_servers, relay_only=place.relay_only
        )
        probe = Probe(ProbeConfig())
        self._hearing = Hearing(
            DuplexConfig(),
            probe,
            send=self._send_sound,
            clock_of=self._clock_of,
            show=self._show_officer,
        )
        self._pictured_at = 0.0
        self._keyframe_at = 0.0
        self._candidates = 0

    async def run(self) -> None:
        """Live until it is over, and tell why; cancelling it hangs up."""
        config = self._config
        self._viewer = Viewer(self._hearing.picture, self._undecodable)
        self._mirror = Viewer(lambda picture: self._glass.own(picture.frame), _nothing)
        try:
            async with help_client(self._place, config.tls, config.within_s) as client:
                self._client = client
                why = Ended.CITIZEN
                try:
                    why = await self._call(client)
                except MotcuaError:
                    why = Ended.LOST
                    raise
                finally:
                    await self._end(client, why)
            self._turn(stage=Stage.OVER, why=why)
        except MotcuaError as error:
            _log.warning("help.failed", code=error.code, text=error.sentence)
            self._turn(stage=Stage.OVER, why=Ended.LOST)
        finally:
            self._client = None
            await self._peer.close()
            for viewer in (self._viewer, self._mirror):
                await asyncio.to_thread(viewer.end)

    def mute(self, *, muted: bool) -> None:
        """Let nothing of the microphone be heard, or let it."""
        self._hearing.mute(muted=muted)

    async def show(self, jpeg: bytes) -> None:
        """Let the officer see this; raises what HelpClient raises."""
        if self._client:
            await self._client.show(jpeg)

    async def hide(self, why: Hidden) -> None:
        """Let the officer see nothing; raises what HelpClient raises."""
        if self._client:
            await self._client.hide(why)

    async def _call(self, client: HelpClient) -> Ended:
        works = [self._follow(client), self._watch(), self._sound()]
        if self._devices.camera:
            works.append(self._camera(self._devices.camera))
        async with alongside(*works, name="help call"):
            return await self._over

    async def _end(self, client: HelpClient, why: Ended) -> None:
        with contextlib.suppress(MotcuaError, TimeoutError):  # it notices by itself, a bit later
            async with asyncio.timeout(_END_S):
                await client.end(why)

    # the desk

    async def _follow(self, client: HelpClient) -> None:
        seen, heard = 0, time.monotonic()
        while True:
            try:
                news = await client.news(seen)
            except RefusedError:
                self._finish(Ended.LOST)
                return
            except MotcuaError as error:
                if time.monotonic() - heard > _SILENT_AFTER_S:
                    _log.warning("help.silent", code=error.code)
                    self._finish(Ended.LOST)
                    return
                await asyncio.sleep(_AGAIN_S)
                continue
            seen, heard = news.revision, time.monotonic()
            await self._take(client, news)

    async def _take(self, client: HelpClient, news: HelpNews) -> None:
        if news.stage is HelpStage.OVER:
            known = {str(one) for one in Ended}
            self._finish(Ended(news.why) if news.why in known else Ended.LOST)
            return
        if news.stage is HelpStage.WAITING:
            self._turn(ahead=news.ahead)
            return
        if not self._taken.is_set() and news.offer:
            self._turn(stage=Stage.JOINING, officer=news.officer)
            self._taken.set()
            try:
                sdp = await self._peer.answer(news.offer, direction="both", codecs=("h264",))
            except MotcuaError as error:
                _log.warning("help.no_answer", code=error.code, text=error.sentence)
                self._finish(Ended.LOST)
                return
            await client.answer(sdp)
        for fragment in news.candidates[self._candidates :]:
            with contextlib.suppress(MotcuaError):  # a candidate that says nothing helps nobody
                await self._peer.add_candidates(fragment)
        self._candidates = len(news.candidates)

    async def _watch(self) -> None:
        """Say that somebody is there, as long as anything comes."""
        came, turn = 0, 0
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._is.stage is not Stage.TALKING:
                continue
            turn += 1
            is_old = time.monotonic() - self._pictured_at > _OLD_AFTER_S
            self._turn(pictured=not is_old)
            if turn % _TELL_EVERY == 0:
                if self._peer.packets_in > came:
                    self._tell(self._is)
                came = self._peer.packets_in

    def _turn(self, **changes: Any) -> None:
        now = msgspec.structs.replace(self._is, **changes)
        if now != self._is:
            self._is = now
            self._tell(now)

    def _finish(self, why: Ended) -> None:
        if not self._over.done():
            self._over.set_result(why)

    # devices

    async def _camera(self, camera: Camera) -> None:
        await self._taken.wait()
        await keep("camera", self._hosted(camera, self._film).live, backoff=_REOPEN)

    async def _sound(self) -> None:
        await self._taken.wait()
        sound: AnySound = self._devices.sound
        await keep("sound", self._hosted(sound, self._hearing.talk).live, backoff=_REOPEN)

    def _hosted(self, device: Any, tend: Any) -> Hosted[Any]:
        fitted = Fitted(device, type(device).__name__)
        return Hosted(fitted, clock=self._clock, changed=_nothing, tend=tend, limits=_LIMITS)

    async def _film(self, camera: Camera) -> None:
        self._peer.restart_video()
        camera.want_keyframe()
        async for unit in camera.units():
            self._peer.send_video(packetise_h264(unit.data, unit.captured_us))
            self._mirror.put(VideoFrameData("h264", unit.data, unit.captured_us, 0, unit.keyframe))

    def _send_sound(self, payload: bytes, time_us: int) -> None:
        self._peer.send_audio(payload, time_us)

    def _clock_of(self, kind: str) -> SenderClock | None:
        return self._peer.sender_clock(kind)

    def _show_officer(self, picture: Picture) -> None:
        self._pictured_at = time.monotonic()
        self._glass.officer(picture.frame)

    def _undecodable(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before the viewer
            self._over.get_loop().call_soon_threadsafe(self._peer.ask_keyframe)

    # vc.rtp.peer.Incoming

    def on_video(self, frame: VideoFrameData) -> None:
        """Take an encoded picture of the officer."""
        self._viewer.put(frame)

    def on_audio(self, packet: AudioPacket) -> None:
        """Take a packet of sound."""
        self._hearing.hear(packet)

    def on_keyframe_wanted(self) -> None:
        """Let the camera make an IDR, at most one a second."""
        now = time.monotonic()
        if self._devices.camera and now - self._keyframe_at >= _KEYFRAME_EVERY_S:
            self._keyframe_at = now
            self._devices.camera.want_keyframe()

    def on_state(self, state: PeerState, reason: str) -> None:
        """Note that the two are connected, or not any more."""
        if state is PeerState.CONNECTED:
            self._turn(stage=Stage.TALKING)
        elif state is PeerState.CLOSED and not self._over.done():
            _log.info("help.line_ended", reason=reason)
            self._turn(pictured=False)
            self._over.get_loop().call_later(_TOLD_WITHIN_S, self._finish, Ended.LOST)


def _nothing() -> None:
    """Nobody asks."""
