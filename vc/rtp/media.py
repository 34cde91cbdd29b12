"""A session's media, both ways: what comes is sorted, repaired and reported. Sans-IO.

`Peer` owns the transport and the timers; here is time an argument.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from vc.rtp import rtcp
from vc.rtp.egress import AudioEgress, PacketisedFrame, Send
from vc.rtp.figures import PeerFigures, StreamFigures
from vc.rtp.negotiation import Agreed
from vc.rtp.packet import RtpPacket, parse
from vc.rtp.receive import AUDIO_CLOCK, AudioPacket, VideoFrameData
from vc.rtp.streams import AudioIn, OutStream, SenderClock, VideoIn, VideoOut

_HALF = 0x80000000


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What our streams are called: by kind their SSRC and that of retransmissions; the CNAME."""

    ssrcs: dict[str, tuple[int, int]]
    cname: str


class MediaTaker(Protocol):
    """Who gets what comes."""

    def on_video(self, frame: VideoFrameData) -> None:
        """Take a whole encoded picture."""

    def on_audio(self, packet: AudioPacket) -> None:
        """Take a packet of sound."""

    def on_keyframe_wanted(self) -> None:
        """Make a keyframe."""


class Media:
    """The streams that were agreed."""

    def __init__(
        self,
        agreed: tuple[Agreed, ...],
        names: Names,
        taker: MediaTaker,
        *,
        send: Send,
        send_rtcp: Send,
        ntp_offset_us: int,
        max_receive_kbps: int,
    ) -> None:
        self._names = names
        self._taker = taker
        self._send, self._send_rtcp = send, send_rtcp
        self._ntp_offset_us = ntp_offset_us
        self._max_receive_bps = max_receive_kbps * 1000
        self._routes: dict[int, Callable[[RtpPacket], None]] = {}
        self._video_in: VideoIn | None = None
        self._audio_in: AudioIn | None = None
        self._video_out: VideoOut | None = None
        self._audio_egress: AudioEgress | None = None
        self._audio_out: OutStream | None = None
        self._round_trip_us = 0
        self._fir_count = 0
        self.packets_in = self.packets_out = 0
        """RTP packets that came and were sent, of all media."""
        for one in agreed:
            if one.kind == "video":
                self._agree_video(one)
            else:
                self._agree_audio(one)

    @property
    def sends_video(self) -> bool:
        """Whether it is agreed that we send pictures."""
        return self._video_out is not None

    @property
    def sends_audio(self) -> bool:
        """Whether it is agreed that we send sound."""
        return self._audio_out is not None

    @property
    def waits_for_keyframe(self) -> bool:
        """Whether `send_video` sends nothing before a keyframe."""
        return self._video_out is not None and self._video_out.video.waits_for_keyframe

    def restart_video(self) -> None:
        """Send nothing more before the next keyframe."""
        if self._video_out is not None:
            self._video_out.video.waits_for_keyframe = True

    def send_video(self, frame: PacketisedFrame, now_us: int) -> None:
        """Send a picture."""
        if self._video_out is not None:
            video = self._video_out.video
            before = video.packets
            video.send(frame, now_us, self._send)
            self.packets_out += video.packets - before

    def send_audio(self, payload: bytes, time_us: int, now_us: int) -> None:
        """Send an Opus packet."""
        if self._audio_egress is not None:
            self._audio_egress.send(payload, time_us, now_us, self._send)
            self.packets_out += 1

    def take_rtp(self, data: bytes, now_us: int) -> bool:
        """Take an RTP packet; whether `repair` may have something to do now."""
        take = self._routes.get(data[1] & 0x7F)
        packet = parse(data, now_us) if take else None
        if take is None or packet is None:
            return False
        self.packets_in += 1
        take(packet)
        video = self._video_in
        if video is None:
            return False
        return video.receiver.wants_keyframe or bool(video.receiver.losses)

    def take_rtcp(self, data: bytes, now_us: int) -> None:
        """Take a compound RTCP packet."""
        for said in rtcp.parse(data):
            match said:
                case rtcp.SenderReport():
                    for stream in (self._video_in, self._audio_in):
                        if stream is not None:
                            stream.reported(said, now_us)
                case rtcp.Block():
                    self._on_block(said, now_us)
                case rtcp.Nack():
                    if self._video_out is not None and said.ssrc == self._video_out.egress.ssrc:
                        self._video_out.video.again(said.seqs, now_us, self._send)
                case rtcp.KeyframeWanted():
                    if self._video_out is not None and said.ssrc == self._video_out.egress.ssrc:
                        self._video_out.video.keyframes_wanted += 1
                        self._taker.on_keyframe_wanted()

    def ask_keyframe(self) -> None:
        """Let the next `repair` ask for a keyframe."""
        if self._video_in is not None:
            self._video_in.receiver.ask_keyframe()

    def repair(self, now_us: int) -> int | None:
        """Ask for what is missing now; returns when more is due, None: not before a packet."""
        stream = self._video_in
        if stream is None or not stream.ssrc:
            return None
        receiver, feedback = stream.receiver, stream.agreed.feedback
        ours = self._names.ssrcs["video"][0]
        if (wanted := receiver.due(now_us, self._round_trip_us)) and "nack" in feedback:
            self._feed_back(rtcp.nack(ours, stream.ssrc, wanted))
        if receiver.keyframe_due(now_us):
            if "nack pli" in feedback:
                self._feed_back(rtcp.picture_loss(ours, stream.ssrc))
            elif "ccm fir" in feedback:
                self._fir_count += 1
                self._feed_back(rtcp.full_intra_request(ours, stream.ssrc, self._fir_count))
        return receiver.next_us(now_us)

    def report(self, now_us: int) -> None:
        """Send SR or RR with SDES, and what the other side may send (REMB); take samples."""
        ins = (self._video_in, self._audio_in)
        blocks = [block for one in ins if one is not None and (block := one.block(now_us))]
        outs = [one for one in (self._video_out, self._audio_out) if one and one.egress.packets]
        ntp = self._ntp(now_us)
        parts = [
            rtcp.sender_report(one.report(ntp, now_us), () if at else blocks)
            for at, one in enumerate(outs)
        ] or [rtcp.receiver_report(self._own_ssrc, blocks)]
        parts += [
            rtcp.description(ssrc, self._names.cname)
            for ssrc in [one.egress.ssrc for one in outs] or [self._own_ssrc]
        ]
        video = self._video_in
        if video is not None and video.ssrc and "goog-remb" in video.agreed.feedback:
            ours = self._names.ssrcs["video"][0]
            parts.append(rtcp.remb(ours, video.ssrc, self._max_receive_bps))
        self._send_rtcp(b"".join(parts))
        for stream in (*ins, self._video_out, self._audio_out):
            if stream is not None:
                stream.sample(now_us)

    def say_bye(self) -> None:
        """Tell that our streams end."""
        ends = [one.egress.ssrc for one in (self._video_out, self._audio_out) if one]
        if ends:
            self._feed_back(b"".join(map(rtcp.bye, ends)))

    def figures(self) -> PeerFigures:
        """Return the figures of the last seconds."""
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

    def _agree_video(self, one: Agreed) -> None:
        if one.sends:
            self._video_out = VideoOut(one, *self._names.ssrcs["video"])
        if one.receives:
            self._video_in = VideoIn(one, self._taker.on_video)
            self._routes[one.payload_type] = self._video_in.take
            if one.rtx is not None:
                self._routes[one.rtx] = self._video_in.take_again

    def _agree_audio(self, one: Agreed) -> None:
        if one.sends:
            self._audio_egress = AudioEgress(one, self._names.ssrcs["audio"][0])
            self._audio_out = OutStream(self._audio_egress, AUDIO_CLOCK)
        if one.receives:
            self._audio_in = AudioIn(one, self._taker.on_audio)
            self._routes[one.payload_type] = self._audio_in.take

    def _on_block(self, block: rtcp.Block, now_us: int) -> None:
        for out in (self._video_out, self._audio_out):
            if out is not None and out.egress.ssrc == block.ssrc:
                out.reported(block)
                if block.last_report:
                    middle = self._ntp(now_us) >> 16 & 0xFFFFFFFF
                    trip = (middle - block.last_report - block.delay) & 0xFFFFFFFF
                    self._round_trip_us = 0 if trip >= _HALF else trip * 1_000_000 >> 16

    def _ntp(self, at_us: int) -> int:
        return ((at_us + self._ntp_offset_us) << 32) // 1_000_000

    def _feed_back(self, packet: bytes) -> None:
        """Send feedback in a compound packet (RFC 4585 §3.1)."""
        ours = self._own_ssrc
        head = rtcp.receiver_report(ours, ()) + rtcp.description(ours, self._names.cname)
        self._send_rtcp(head + packet)

    @property
    def _own_ssrc(self) -> int:
        kind = "video" if self._video_in or self._video_out else "audio"
        return self._names.ssrcs[kind][0]
