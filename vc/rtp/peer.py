"""One WebRTC session: offer and answer, pictures and sound both ways, reports and figures."""

import asyncio
import secrets
import time
from enum import StrEnum
from typing import Protocol

from vc.messages import IceServer
from vc.rtp import negotiation, sdp
from vc.rtp.aiortc_edge import LocalTransport, Transport, TransportError
from vc.rtp.config import PeerConfig
from vc.rtp.egress import PacketisedFrame
from vc.rtp.errors import NotNowError
from vc.rtp.figures import PeerFigures
from vc.rtp.media import Media, MediaTaker, Names
from vc.rtp.negotiation import RECEIVE, SEND, Agreed
from vc.rtp.streams import NTP_EPOCH_S, SenderClock

REPORT_S = 1.0
_SOONEST_S = 0.002
_CLOSE_S = 2.0


class PeerState(StrEnum):
    """The life of a session."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    CLOSED = "closed"


class Incoming(MediaTaker, Protocol):
    """What the owner of a session is told. Called in the loop: must not block nor raise.

    A keyframe is also wanted (`on_keyframe_wanted`) when the session has just connected.
    """

    def on_state(self, state: PeerState, reason: str) -> None:
        """Note that the session connected or closed."""


def now_us() -> int:
    """Return CLOCK_MONOTONIC in µs: the one clock of media on a machine."""
    return time.monotonic_ns() // 1000


class Peer:
    """A session: `answer`, or `offer` and `accept`; then media until `close`.

    All methods belong to one event loop. `close` must be called, also after the session closed
    by itself.
    """

    def __init__(
        self,
        incoming: Incoming,
        config: PeerConfig,
        *,
        ice_servers: tuple[IceServer, ...] = (),
        relay_only: bool = False,
    ) -> None:
        self._incoming = incoming
        self._config = config
        self.state = PeerState.CONNECTING
        self._transport = Transport(
            config,
            ice_servers,
            relay_only=relay_only,
            on_rtp=self._on_rtp,
            on_rtcp=self._on_rtcp,
            on_lost=self._end,
        )
        self._names = Names(
            ssrcs={kind: (_ssrc(), _ssrc()) for kind in ("audio", "video")},
            cname=secrets.token_hex(8),
        )
        self._offered: tuple[tuple[Agreed, ...], ...] = ()
        self._agreed: tuple[Agreed, ...] = ()
        self._local: LocalTransport | None = None
        self._remote_user = ""
        self._media: Media | None = None
        self._task: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._repair_timer: asyncio.TimerHandle | None = None

    @property
    def video_codec(self) -> str:
        """The negotiated codec of pictures, `h264` or `vp8`; empty when there are none."""
        return next((one.codec for one in self._agreed if one.kind == "video"), "")

    @property
    def packets_in(self) -> int:
        """RTP packets that came, of all media."""
        return self._media.packets_in if self._media else 0

    @property
    def packets_out(self) -> int:
        """RTP packets that were sent, of all media."""
        return self._media.packets_out if self._media else 0

    async def answer(self, offer: str, *, direction: str, codecs: tuple[str, ...]) -> str:
        """Return the answer, with all candidates, and connect. Raises SdpError.

        `direction` is `both`, `publish` or `play`, seen from the other side; `codecs` are the video
        codecs that may be used (`h264`, `vp8`), best first.
        """
        remote = sdp.parse(offer)
        agreed = negotiation.answer_to(remote, direction, codecs)
        self._begin_negotiation()
        local = await self._gathered(controlling=False)
        role = "server" if remote.setup == "active" else "client"
        setup = "passive" if role == "server" else "active"
        sections = tuple(
            (theirs, (one,) if one else ())
            for theirs, one in zip(remote.sections, agreed, strict=True)
        )
        self._agree(agreed)
        self._start(remote, role)
        return negotiation.write(local, setup, sections)

    async def offer(
        self,
        *,
        send_video: bool = True,
        send_audio: bool = True,
        receive_video: bool = True,
        receive_audio: bool = True,
        codecs: tuple[str, ...] = ("h264",),
    ) -> str:
        """Return an offer with all candidates; `accept` takes the answer. Raises SdpError."""
        self._begin_negotiation()
        masks = {
            "audio": SEND * send_audio | RECEIVE * receive_audio,
            "video": SEND * send_video | RECEIVE * receive_video,
        }
        self._offered = negotiation.our_offer(masks, codecs)
        local = await self._gathered(controlling=True)
        self._timer = asyncio.get_running_loop().call_later(
            self._config.answer_within_s, self._end, "nobody answered our offer"
        )
        return negotiation.write(local, "actpass", tuple((None, one) for one in self._offered))

    async def accept(self, answer: str) -> None:
        """Take the answer to our offer, and connect. Raises SdpError; the codec is checked."""
        if not self._offered or self._task or self.state is PeerState.CLOSED:
            raise NotNowError("there is no offer that waits for an answer")
        remote = sdp.parse(answer)
        self._agree(negotiation.accepted(self._offered, remote))
        role = "client" if remote.setup == "passive" else "server"
        self._start(remote, role)

    async def add_candidates(self, fragment: str) -> None:
        """Take trickled candidates, an SDP fragment (RFC 8840). Raises SdpError."""
        trickle = sdp.parse_trickle(fragment)
        if trickle.user and self._remote_user and trickle.user != self._remote_user:
            raise NotNowError("an ICE restart is a new session here")
        if self.state is not PeerState.CLOSED:
            await self._transport.add_candidates(trickle.candidates)

    def send_video(self, frame: PacketisedFrame) -> None:
        """Send a picture; the first after connecting or `restart_video` must be a keyframe."""
        if self._media is not None and self.state is PeerState.CONNECTED:
            self._media.send_video(frame, now_us())

    def send_audio(self, payload: bytes, time_us: int) -> None:
        """Send an Opus packet of 20 ms; `time_us` moves by exactly 20 000 from one to the next."""
        if self._media is not None and self.state is PeerState.CONNECTED:
            self._media.send_audio(payload, time_us, now_us())

    def restart_video(self) -> None:
        """Send nothing more before the next keyframe: another picture begins."""
        if self._media is not None:
            self._media.restart_video()

    @property
    def waits_for_keyframe(self) -> bool:
        """Whether `send_video` sends nothing before a keyframe."""
        return self._media is not None and self._media.waits_for_keyframe

    def ask_keyframe(self) -> None:
        """Ask the other side for a keyframe; at most every 0.5 s one is asked for."""
        if self._media is not None:
            self._media.ask_keyframe()
            self._repair()

    def figures(self) -> PeerFigures:
        """Return loss, jitter, round trip and rates of the last seconds, of both directions."""
        return self._media.figures() if self._media else PeerFigures()

    def sender_clock(self, kind: str) -> SenderClock | None:
        """Return the other side's clock of `video` or `audio`; None before its first report."""
        return self._media.sender_clock(kind) if self._media else None

    async def close(self) -> None:
        """End the session; the other side is told.

        A relay that does not answer is asked for a minute to forget us: that goes on behind.
        """
        if self._media is not None and self.state is PeerState.CONNECTED:
            self._media.say_bye()
        self._end("closed by us")
        if self._ending is not None:
            await asyncio.wait((self._ending,), timeout=_CLOSE_S)

    def _begin_negotiation(self) -> None:
        if self._local or self._offered or self.state is PeerState.CLOSED:
            raise NotNowError("a session is negotiated once")

    async def _gathered(self, *, controlling: bool) -> negotiation.Local:
        self._local = found = await self._transport.gather(controlling=controlling)
        if self.state is PeerState.CLOSED:
            raise NotNowError("the session was closed meanwhile")
        return negotiation.Local(
            session=secrets.randbits(62),
            cname=self._names.cname,
            user=found.user,
            password=found.password,
            fingerprints=found.fingerprints,
            candidates=found.candidates,
            ssrcs=self._names.ssrcs,
        )

    def _agree(self, agreed: tuple[Agreed | None, ...]) -> None:
        """Make the streams that were agreed."""
        self._agreed = tuple(one for one in agreed if one)
        self._media = Media(
            self._agreed,
            self._names,
            self._incoming,
            send=self._transport.send,
            send_rtcp=self._transport.send_rtcp,
            ntp_offset_us=time.time_ns() // 1000 - now_us() + NTP_EPOCH_S * 1_000_000,
            max_receive_kbps=self._config.max_receive_kbps,
        )

    def _start(self, remote: sdp.Description, role: str) -> None:
        self._remote_user = remote.user
        if self._timer is not None:
            self._timer.cancel()
        self._task = asyncio.get_running_loop().create_task(
            self._connect(remote, role), name="connect"
        )
        self._task.add_done_callback(self._connect_done)

    async def _connect(self, remote: sdp.Description, role: str) -> None:
        try:
            async with asyncio.timeout(self._config.connect_within_s):
                await self._transport.connect(remote, role=role)
        except TimeoutError:
            self._end("no connection within the deadline")
        except TransportError as error:
            self._end(error.sentence)
        else:
            self._connected()

    def _connect_done(self, task: asyncio.Task[None]) -> None:
        """End a session whose handshake failed in a way that has no name; the loop is told."""
        if not task.cancelled() and (bug := task.exception()):
            self._end("the handshake failed")
            asyncio.get_running_loop().call_exception_handler(
                {"message": "connect", "exception": bug, "task": task}
            )

    def _connected(self) -> None:
        if self.state is not PeerState.CONNECTING:
            return
        self.state = PeerState.CONNECTED
        self._tick()
        self._incoming.on_state(self.state, "")
        if self._media is not None and self._media.sends_video:
            self._incoming.on_keyframe_wanted()

    def _end(self, reason: str) -> None:
        """Close once: tell the owner, and give back what the session holds."""
        if self.state is PeerState.CLOSED:
            return
        self.state = PeerState.CLOSED
        for timer in (self._timer, self._repair_timer):
            if timer is not None:
                timer.cancel()
        self._ending = asyncio.get_running_loop().create_task(self._finish(), name="close")
        self._incoming.on_state(self.state, reason)

    async def _finish(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        await self._transport.close()

    def _on_rtp(self, data: bytes) -> None:
        if self.state is not PeerState.CONNECTED or self._media is None:
            return
        if self._media.take_rtp(data, now_us()):
            self._repair()

    def _on_rtcp(self, data: bytes) -> None:
        if self.state is PeerState.CONNECTED and self._media is not None:
            self._media.take_rtcp(data, now_us())

    def _repair(self) -> None:
        """Ask for what is missing now, and come back when more is due."""
        if self._media is None or self.state is not PeerState.CONNECTED:
            return
        if self._repair_timer is not None:
            self._repair_timer.cancel()
            self._repair_timer = None
        at_us = now_us()
        next_us = self._media.repair(at_us)
        if next_us is not None:
            wait_s = max(_SOONEST_S, (next_us - at_us) / 1e6)
            self._repair_timer = asyncio.get_running_loop().call_later(wait_s, self._repair)

    def _tick(self) -> None:
        """Report every second, a little more or less (RFC 3550 §6.2)."""
        spread = 0.9 + secrets.randbelow(200) / 1000
        self._timer = asyncio.get_running_loop().call_later(REPORT_S * spread, self._tick)
        self._transport.refresh()
        if self._media is not None:
            self._media.report(now_us())
        self._repair()


def _ssrc() -> int:
    return 1 + secrets.randbelow(0xFFFFFFFE)
