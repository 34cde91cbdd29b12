"""A session's streams: what comes of each medium, its reports, its clock. Sans-IO."""

import struct
from collections.abc import Callable

import msgspec

from vc.rtp import rtcp
from vc.rtp.arrivals import Arrivals
from vc.rtp.egress import Outgoing, VideoEgress
from vc.rtp.figures import StreamFigures, Window
from vc.rtp.negotiation import Agreed
from vc.rtp.packet import RtpPacket
from vc.rtp.receive import (
    AUDIO_CLOCK,
    VIDEO_CLOCK,
    AudioPacket,
    AudioReceiver,
    VideoFrameData,
    VideoReceiver,
)

NTP_EPOCH_S = 2_208_988_800
SILENT_US = 500_000
"""A stream with another SSRC takes over when the one before was silent for so long."""
_TIME_HALF = 0x80000000
_TIME_MASK = 0xFFFFFFFF
_SEQ = struct.Struct("!H")


class SenderClock(msgspec.Struct, frozen=True):
    """Maps a stream's RTP time to its sender's NTP time (RFC 3550 §6.4.1): lip sync."""

    ntp_s: float
    rtp_time: int
    clock_rate: int

    def at(self, rtp_time: int) -> float:
        """Return the sender's NTP seconds of a moment; the same clock for picture and sound."""
        apart = (rtp_time - self.rtp_time) & _TIME_MASK
        if apart >= _TIME_HALF:
            apart -= _TIME_MASK + 1
        return self.ntp_s + apart / self.clock_rate


class InStream:
    """What is common to streams that come: whose they are, and the reports about them."""

    clock_rate = VIDEO_CLOCK

    def __init__(self, agreed: Agreed) -> None:
        self.agreed = agreed
        self.ssrc = 0
        self._last_us = 0
        self._report: rtcp.SenderReport | None = None
        self._report_us = 0
        self._window = Window()

    @property
    def arrivals(self) -> Arrivals:
        """The counts of the stream that comes now."""
        raise NotImplementedError

    def begin_anew(self) -> None:
        """Forget the stream: the other side started another."""
        raise NotImplementedError

    def is_ours(self, packet: RtpPacket) -> bool:
        """Whether a packet of this SSRC belongs here; a stream gone silent is replaced."""
        if packet.ssrc != self.ssrc:
            if self.ssrc and packet.at_us - self._last_us < SILENT_US:
                return False
            if self.ssrc:
                self.begin_anew()
            self.ssrc, self._report = packet.ssrc, None
        self._last_us = packet.at_us
        return True

    def reported(self, report: rtcp.SenderReport, now_us: int) -> None:
        """Take the sender's report."""
        if report.ssrc == self.ssrc:
            self._report, self._report_us = report, now_us

    def clock(self) -> SenderClock | None:
        """Return the sender's clock, None before its first report."""
        if self._report is None:
            return None
        return SenderClock(self._report.ntp / 2**32, self._report.rtp_time, self.clock_rate)

    def block(self, now_us: int) -> rtcp.Block | None:
        """Return our report about the stream; None before its first packet."""
        if not self.ssrc:
            return None
        arrivals = self.arrivals
        last, delay = 0, 0
        if self._report is not None:
            last = self._report.ntp >> 16 & _TIME_MASK
            delay = (now_us - self._report_us) * 65_536 // 1_000_000
        return rtcp.Block(
            self.ssrc,
            arrivals.fraction_lost(),
            arrivals.lost,
            arrivals.highest - (1 << 16),
            arrivals.jitter,
            last,
            delay,
        )


class VideoIn(InStream):
    """Pictures that come."""

    def __init__(self, agreed: Agreed, deliver: Callable[[VideoFrameData], None]) -> None:
        super().__init__(agreed)
        self.receiver = VideoReceiver(agreed.codec, deliver)

    @property
    def arrivals(self) -> Arrivals:
        """The counts of the stream that comes now."""
        return self.receiver.arrivals

    def begin_anew(self) -> None:
        """Forget the stream: the other side started another."""
        self.receiver.begin_anew()

    def take(self, packet: RtpPacket) -> None:
        """Take a packet."""
        if self.is_ours(packet):
            self.receiver.add(packet)

    def take_again(self, packet: RtpPacket) -> None:
        """Take a packet that was sent again: its own number is before the payload."""
        if len(packet.payload) > _SEQ.size:
            (packet.seq,) = _SEQ.unpack_from(packet.payload)
            packet.payload = packet.payload[_SEQ.size :]
            self.receiver.add_again(packet)

    def sample(self, now_us: int) -> None:
        """Keep the counts of this moment."""
        counts = self.arrivals
        self._window.sample(now_us, counts.bytes, self.receiver.frames, counts.packets, counts.lost)

    def figures(self, round_trip_ms: float) -> StreamFigures:
        """Return the figures."""
        kbps, fps, percent = self._window.rates()
        counts, receiver = self.arrivals, self.receiver
        return StreamFigures(
            packets=counts.packets,
            bytes=counts.bytes,
            lost=counts.lost,
            frames=receiver.frames,
            keyframes=receiver.keyframes,
            freezes=receiver.freezes,
            broken=receiver.broken,
            retransmitted=receiver.recovered,
            nacks=receiver.losses.asked,
            duplicates=counts.duplicates,
            reordered=counts.reordered,
            bitrate_kbps=kbps,
            loss_percent=percent,
            jitter_ms=counts.jitter_ms,
            round_trip_ms=round_trip_ms,
            fps=fps,
            width=receiver.width,
            height=receiver.height,
        )


class AudioIn(InStream):
    """Sound that comes."""

    clock_rate = AUDIO_CLOCK

    def __init__(self, agreed: Agreed, deliver: Callable[[AudioPacket], None]) -> None:
        super().__init__(agreed)
        self.receiver = AudioReceiver(deliver)

    @property
    def arrivals(self) -> Arrivals:
        """The counts of the stream that comes now."""
        return self.receiver.arrivals

    def begin_anew(self) -> None:
        """Forget the stream: the other side started another."""
        self.receiver.begin_anew()

    def take(self, packet: RtpPacket) -> None:
        """Take a packet."""
        if self.is_ours(packet):
            self.receiver.add(packet)

    def sample(self, now_us: int) -> None:
        """Keep the counts of this moment."""
        counts = self.arrivals
        self._window.sample(now_us, counts.bytes, 0, counts.packets, counts.lost)

    def figures(self, round_trip_ms: float) -> StreamFigures:
        """Return the figures."""
        kbps, _, percent = self._window.rates()
        counts = self.arrivals
        return StreamFigures(
            packets=counts.packets,
            bytes=counts.bytes,
            lost=counts.lost,
            duplicates=counts.duplicates,
            reordered=counts.reordered,
            bitrate_kbps=kbps,
            loss_percent=percent,
            jitter_ms=counts.jitter_ms,
            round_trip_ms=round_trip_ms,
        )


class OutStream:
    """A stream we send: what the other side reports about it."""

    def __init__(self, egress: Outgoing, clock_rate: int) -> None:
        self.egress = egress
        self._clock_rate = clock_rate
        self._block: rtcp.Block | None = None
        self._window = Window()

    def reported(self, block: rtcp.Block) -> None:
        """Take the other side's report."""
        self._block = block

    def report(self, ntp: int, now_us: int) -> rtcp.SenderReport:
        """Return our report of the stream: which RTP time is now."""
        egress = self.egress
        return rtcp.SenderReport(
            egress.ssrc,
            ntp,
            egress.rtp_time(now_us),
            egress.packets & _TIME_MASK,
            egress.octets & _TIME_MASK,
        )

    def sample(self, now_us: int) -> None:
        """Keep the counts of this moment."""
        lost = max(0, self._block.lost) if self._block else 0
        egress = self.egress
        self._window.sample(now_us, egress.octets, egress.frames, egress.packets - lost, lost)

    def figures(self, round_trip_ms: float) -> StreamFigures:
        """Return the figures."""
        kbps, fps, _ = self._window.rates()
        egress, block = self.egress, self._block
        return StreamFigures(
            packets=egress.packets,
            bytes=egress.octets,
            lost=max(0, block.lost) if block else 0,
            frames=egress.frames,
            keyframes=egress.keyframes_wanted,
            retransmitted=egress.sent_again,
            bitrate_kbps=kbps,
            loss_percent=block.fraction_lost / 2.56 if block else 0.0,
            jitter_ms=block.jitter * 1000 / self._clock_rate if block else 0.0,
            round_trip_ms=round_trip_ms,
            fps=fps,
        )


class VideoOut(OutStream):
    """Pictures we send."""

    def __init__(self, agreed: Agreed, ssrc: int, again_ssrc: int) -> None:
        self.video = VideoEgress(agreed, ssrc, again_ssrc)
        super().__init__(self.video, VIDEO_CLOCK)
