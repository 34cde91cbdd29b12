"""One WebRTC session: offer and answer, pictures and sound both ways, reports and figures."""

import asyncio
import secrets
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from vc.messages import IceServer
from vc.rtp import negotiation, rtcp, sdp
from vc.rtp.aiortc_edge import LocalTransport, Transport, TransportError
from vc.rtp.config import PeerConfig
from vc.rtp.egress import AudioEgress, PacketisedFrame
from vc.rtp.errors import NotNowError
from vc.rtp.figures import PeerFigures, StreamFigures
from vc.rtp.negotiation import RECEIVE, SEND, Agreed
from vc.rtp.packet import RtpPacket, parse
from vc.rtp.receive import AUDIO_CLOCK, AudioPacket, VideoFrameData
from vc.rtp.streams import NTP_EPOCH_S, AudioIn, OutStream, SenderClock, VideoIn, VideoOut

REPORT_S = 1.0
_HALF = 0x80000000
_Take = Callable[[RtpPacket], None]


class PeerState(StrEnum):
    """The life of a session."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    CLOSED = "closed"


class Incoming(Protocol):
    """What the owner of a session is told. Called in the loop: must not block nor raise."""

    def on_video(self, frame: VideoFrameData) -> None:
        """Take a whole encoded picture."""

    def on_audio(self, packet: AudioPacket) -> None:
        """Take a packet of sound."""

    def on_keyframe_wanted(self) -> None:
        """Make a keyframe: the other side needs one (PLI, FIR, or it has just connected)."""

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
            on_lost=self._lost,
        )
        self._ssrcs = {kind: (_ssrc(), _ssrc()) for kind in ("audio", "video")}
        self._cname = secrets.token_hex(8)
        self._session = secrets.randbits(62)
        self._ntp_offset_us = time.time_ns() // 1000 - now_us() + NTP_EPOCH_S * 1_000_000
        self._offered: tuple[tuple[Agreed, ...], ...] = ()
        self._agreed: tuple[Agreed, ...] = ()
        self._local: LocalTransport | None = None
        self._remote_user = ""
        self._task: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._repair_timer: asyncio.TimerHandle | None = None
        self._routes: dict[int, _Take] = {}
        self._video_in: VideoIn | None = None
        self._audio_in: AudioIn | None = None
        self._video_out: VideoOut | None = None
        self._audio_egress: AudioEgress | None = None
        self._audio_out: OutStream | None = None
        self._round_trip_us = 0
        self._fir_count = 0
        self.packets_in = self.packets_out = 0
        """RTP packets that came and were sent, of all media."""

    @property
    def video_codec(self) -> str:
        """The negotiated codec of pictures, `h264` or `vp8`; empty when there are none."""
        return next((one.codec for one in self._agreed if one.kind == "video"), "")

    @property
    def sends_video(self) -> bool:
        """Whether it is agreed that we send pictures."""
        return any(one.kind == "video" and one.sends for one in self._agreed)

    @property
    def sends_audio(self) -> bool:
        """Whether it is agreed that we send sound."""
        return any(one.kind == "audio" and one.sends for one in self._agreed)

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
        if self._video_out is not None and self.state is PeerState.CONNECTED:
            before = self._video_out.video.packets
            self._video_out.video.send(frame, now_us(), self._transport.send)
            self.packets_out += self._video_out.video.packets - before

    def send_audio(self, payload: bytes, time_us: int) -> None:
        """Send an Opus packet of 20 ms; `time_us` moves by exactly 20 000 from one to the next."""
        if self._audio_egress is not None and self.state is PeerState.CONNECTED:
            self._audio_egress.send(payload, time_us, now_us(), self._transport.send)
            self.packets_out += 1

    def restart_video(self) -> None:
        """Send nothing more before the next keyframe: another picture begins."""
        if self._video_out is not None:
            self._video_out.video.waits_for_keyframe = True

    @property
    def waits_for_keyframe(self) -> bool:
        """Whether `send_video` sends nothing before a keyframe."""
        return self._video_out is not None and self._video_out.video.waits_for_keyframe

    def ask_keyframe(self) -> None:
        """Ask the other side for a keyframe; at most every 0.5 s one is asked for."""
        if self._video_in is not None:
            self._video_in.receiver.ask_keyframe()
            self._repair()

    def figures(self) -> PeerFigures:
        """Return loss, jitter, round trip and rates of the last seconds, of both directions."""
        trip_ms = self._round_trip_us / 1000
        nothing = StreamFigures()
        return PeerFigures(
            video_in=self._video_in.figures(trip_ms) if self._video_in else nothing,
            audio_in=self._audio_in.figures(trip_ms) if self._audio_in else nothing,
            video_out=self._video_out.figures(trip_ms) if self._video_out else nothing,
            audio_out=self._audio_out.figures(trip_ms) if self._audio_out else nothing,
        )

    def sender_clock(self, kind: str) -> SenderClock | None:
        """Return the other side's clock of `video` or `audio`; None before its first report."""
        stream = self._video_in if kind == "video" else self._audio_in
        return stream.clock() if stream else None

    async def close(self) -> None:
        """End the session; the other side is told."""
        if self.state is PeerState.CONNECTED:
            self._say_bye()
        self._end("closed by us")
        if self._ending is not None:
            await asyncio.shield(self._ending)

    # -- negotiation

    def _begin_negotiation(self) -> None:
        if self._local or self._offered or self.state is PeerState.CLOSED:
            raise NotNowError("a session is negotiated once")

    async def _gathered(self, *, controlling: bool) -> negotiation.Local:
        self._local = found = await self._transport.gather(controlling=controlling)
        if self.state is PeerState.CLOSED:
            raise NotNowError("the session was closed meanwhile")
        return negotiation.Local(
            session=self._session,
            cname=self._cname,
            user=found.user,
            password=found.password,
            fingerprints=found.fingerprints,
            candidates=found.candidates,
            ssrcs=self._ssrcs,
        )

    def _agree(self, agreed: tuple[Agreed | None, ...]) -> None:
        """Make the streams that were agreed."""
        self._agreed = tuple(one for one in agreed if one)
        for one in self._agreed:
            if one.kind == "video":
                self._agree_video(one)
            else:
                self._agree_audio(one)

    def _agree_video(self, one: Agreed) -> None:
        if one.sends:
            self._video_out = VideoOut(one, *self._ssrcs["video"])
        if one.receives:
            self._video_in = VideoIn(one, self._incoming.on_video)
            self._routes[one.payload_type] = self._take_video
            if one.rtx is not None:
                self._routes[one.rtx] = self._video_in.take_again

    def _agree_audio(self, one: Agreed) -> None:
        if one.sends:
            self._audio_egress = AudioEgress(one, self._ssrcs["audio"][0])
            self._audio_out = OutStream(self._audio_egress, AUDIO_CLOCK)
        if one.receives:
            self._audio_in = AudioIn(one, self._incoming.on_audio)
            self._routes[one.payload_type] = self._audio_in.take

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
        if self._video_out is not None:
            self._incoming.on_keyframe_wanted()

    # -- the end

    def _lost(self, reason: str) -> None:
        self._end(reason)

    def _end(self, reason: str) -> None:
        """Close once: tell the owner, and give back what the session holds."""
        if self.state is PeerState.CLOSED:
            return
        self.state = PeerState.CLOSED
        for timer in (self._timer, self._repair_timer):
            if timer is not None:
                timer.cancel()
        self._routes.clear()
        self._ending = asyncio.get_running_loop().create_task(self._finish(), name="close")
        self._incoming.on_state(self.state, reason)

    async def _finish(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        await self._transport.close()

    # -- what comes

    def _on_rtp(self, data: bytes) -> None:
        take = self._routes.get(data[1] & 0x7F)
        if take is None:
            return
        self.packets_in += 1
        packet = parse(data, now_us())
        if packet is not None:
            take(packet)

    def _take_video(self, packet: RtpPacket) -> None:
        stream = self._video_in
        if stream is None:
            return
        stream.take(packet)
        receiver = stream.receiver
        if receiver.wants_keyframe or receiver.losses:
            self._repair()

    def _repair(self) -> None:
        """Ask for what is missing now, and come back when more is due."""
        stream = self._video_in
        if stream is None or not stream.ssrc or self.state is not PeerState.CONNECTED:
            return
        receiver, at_us = stream.receiver, now_us()
        ours, feedback = self._ssrcs["video"][0], stream.agreed.feedback
        if (wanted := receiver.due(at_us, self._round_trip_us)) and "nack" in feedback:
            self._feed_back(rtcp.nack(ours, stream.ssrc, wanted))
        if receiver.keyframe_due(at_us):
            if "nack pli" in feedback:
                self._feed_back(rtcp.picture_loss(ours, stream.ssrc))
            elif "ccm fir" in feedback:
                self._fir_count += 1
                self._feed_back(rtcp.full_intra_request(ours, stream.ssrc, self._fir_count))
        self._come_back(receiver.next_us(at_us), at_us)

    def _come_back(self, next_us: int | None, at_us: int) -> None:
        if self._repair_timer is not None:
            self._repair_timer.cancel()
            self._repair_timer = None
        if next_us is not None:
            wait_s = max(0.002, (next_us - at_us) / 1e6)
            self._repair_timer = asyncio.get_running_loop().call_later(wait_s, self._repair)

    def _on_rtcp(self, data: bytes) -> None:
        at_us = now_us()
        for said in rtcp.parse(data):
            if isinstance(said, rtcp.SenderReport):
                for stream in (self._video_in, self._audio_in):
                    if stream is not None:
                        stream.reported(said, at_us)
            elif isinstance(said, rtcp.Block):
                self._on_block(said, at_us)
            elif isinstance(said, rtcp.Nack):
                if self._video_out is not None and said.ssrc == self._ssrcs["video"][0]:
                    self._video_out.video.again(said.seqs, at_us, self._transport.send)
            elif isinstance(said, rtcp.KeyframeWanted):
                self._on_keyframe_wanted(said.ssrc)

    def _on_block(self, block: rtcp.Block, at_us: int) -> None:
        for out in (self._video_out, self._audio_out):
            if out is not None and out.egress.ssrc == block.ssrc:
                out.reported(block)
                if block.last_report:
                    middle = self._ntp(at_us) >> 16 & 0xFFFFFFFF
                    trip = (middle - block.last_report - block.delay) & 0xFFFFFFFF
                    self._round_trip_us = 0 if trip >= _HALF else trip * 1_000_000 >> 16

    def _on_keyframe_wanted(self, ssrc: int) -> None:
        if self._video_out is not None and ssrc == self._ssrcs["video"][0]:
            self._video_out.video.keyframes_wanted += 1
            self._incoming.on_keyframe_wanted()

    # -- reports

    def _ntp(self, at_us: int) -> int:
        return ((at_us + self._ntp_offset_us) << 32) // 1_000_000

    def _tick(self) -> None:
        """Report and take samples, every second."""
        spread = 0.9 + secrets.randbelow(200) / 1000
        self._timer = asyncio.get_running_loop().call_later(REPORT_S * spread, self._tick)
        at_us = now_us()
        self._transport.refresh()
        self._report(at_us)
        for stream in (self._video_in, self._audio_in, self._video_out, self._audio_out):
            if stream is not None:
                stream.sample(at_us)
        self._repair()

    def _report(self, at_us: int) -> None:
        """Send SR or RR with SDES, and what the other side may send (REMB)."""
        ins = (self._video_in, self._audio_in)
        blocks = [block for one in ins if one is not None and (block := one.block(at_us))]
        outs = [one for one in (self._video_out, self._audio_out) if one and one.egress.packets]
        ntp = self._ntp(at_us)
        parts = [
            rtcp.sender_report(one.report(ntp, at_us), () if at else blocks)
            for at, one in enumerate(outs)
        ] or [rtcp.receiver_report(self._own_ssrc(), blocks)]
        parts += [rtcp.description(one.egress.ssrc, self._cname) for one in outs] or [
            rtcp.description(self._own_ssrc(), self._cname)
        ]
        video = self._video_in
        if video is not None and video.ssrc and "goog-remb" in video.agreed.feedback:
            limit = self._config.max_receive_kbps * 1000
            parts.append(rtcp.remb(self._ssrcs["video"][0], video.ssrc, limit))
        self._transport.send_rtcp(b"".join(parts))

    def _feed_back(self, packet: bytes) -> None:
        """Send feedback in a compound packet (RFC 4585 §3.1)."""
        ours = self._ssrcs["video"][0]
        head = rtcp.receiver_report(ours, ()) + rtcp.description(ours, self._cname)
        self._transport.send_rtcp(head + packet)

    def _say_bye(self) -> None:
        ours = self._own_ssrc()
        head = rtcp.receiver_report(ours, ()) + rtcp.description(ours, self._cname)
        ends = [one.egress.ssrc for one in (self._video_out, self._audio_out) if one]
        self._transport.send_rtcp(head + b"".join(map(rtcp.bye, ends)))

    def _own_ssrc(self) -> int:
        kind = "video" if self._video_in or self._video_out else "audio"
        return self._ssrcs[kind][0]


def _ssrc() -> int:
    return 1 + secrets.randbelow(0xFFFFFFFE)
