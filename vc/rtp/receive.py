"""What arrives: whole pictures in order, or none; packets of sound as they come. Sans-IO.

A picture is handed over the moment its last packet (marker bit) is there. After a loss that
retransmission (RFC 4585, 4588) did not heal, nothing is handed over until a keyframe: never
garbage.
"""

from collections.abc import Callable

import msgspec

from vc.rtp import h264, vp8
from vc.rtp.arrivals import Arrivals
from vc.rtp.h264 import H264Picture
from vc.rtp.losses import Losses
from vc.rtp.negotiation import H264
from vc.rtp.packet import RtpPacket
from vc.rtp.vp8 import Vp8Picture

VIDEO_CLOCK = 90_000
AUDIO_CLOCK = 48_000
MAX_WAITING = 512
"""Packets kept behind a gap."""
MAX_PICTURE = 2_000
"""Packets of one picture; more is no picture."""
PLI_EVERY_US = 500_000
_FREEZE_US = 150_000


class VideoFrameData(msgspec.Struct, frozen=True, gc=False):
    """A whole encoded picture: Annex B or VP8. `rtp_time` is the sender's, 90 kHz, 32 bit."""

    codec: str
    data: bytes
    arrival_us: int
    rtp_time: int
    keyframe: bool


class AudioPacket(msgspec.Struct, frozen=True, gc=False):
    """An Opus packet. `rtp_time` is the sender's, 48 kHz, 32 bit; `seq` has 16 bit."""

    payload: bytes
    seq: int
    rtp_time: int
    arrival_us: int


class VideoReceiver:
    """Packets of one video stream in, whole pictures out through `deliver`, in order.

    The owner asks `due` when `next_us` has come, and sends what it returns.
    """

    def __init__(self, codec: str, deliver: Callable[[VideoFrameData], None]) -> None:
        self._codec = codec
        self._picture_type = H264Picture if codec == H264 else Vp8Picture
        self._format = h264 if codec == H264 else vp8
        self._deliver = deliver
        self.losses = Losses()
        self.frames = self.keyframes = self.broken = self.recovered = self.freezes = 0
        self._frame_us = 0
        self.width = self.height = 0
        self._interval_us = 40_000.0
        self._pli_us = 0
        self._asked_anew = False
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget the stream: the other side started another."""
        self.arrivals = Arrivals(VIDEO_CLOCK)
        self._next = self._newest = -1
        self._waiting: dict[int, RtpPacket] = {}
        self.losses.forget(1 << 62)
        self._picture: H264Picture | Vp8Picture | None = None
        self._time = -1
        self._size = 0
        self._damaged = True
        self._need_keyframe = True

    @property
    def wants_keyframe(self) -> bool:
        """Whether nothing can be shown before the next keyframe."""
        return self._need_keyframe

    def add(self, packet: RtpPacket) -> None:
        """Take a packet as it came."""
        at = self.arrivals.add(packet)
        if at < 0:
            self.begin_anew()
            at = self.arrivals.add(packet)
        if at == self._next and not self._waiting:
            self._next = at + 1
            self._take(packet)
        elif not self._place(at, packet):
            self.arrivals.not_new(packet)

    def add_again(self, packet: RtpPacket) -> None:
        """Take a packet that was sent again (RFC 4588 §4); it does not count as received."""
        ahead = (packet.seq - self.arrivals.highest) & 0xFFFF
        at = self.arrivals.highest + ahead - (0x10000 if ahead >= 0x8000 else 0)  # noqa: PLR2004
        if at in self.losses and self._place(at, packet):
            self.recovered += 1

    def due(self, now_us: int, round_trip_us: int) -> list[int]:
        """Return sequence numbers (16 bit) to ask for now; give up what was asked in vain."""
        if not self.losses:
            return []
        wanted, in_vain = self.losses.due(now_us, round_trip_us)
        if in_vain:
            self._give_up()
        return [seq & 0xFFFF for seq in wanted if seq in self.losses]

    def keyframe_due(self, now_us: int) -> bool:
        """Whether a keyframe must be asked for now (PLI); at most every 0.5 s."""
        if not (self._need_keyframe or self._asked_anew) or now_us - self._pli_us < PLI_EVERY_US:
            return False
        self._pli_us = now_us
        self._asked_anew = False
        return True

    def next_us(self, now_us: int) -> int | None:
        """Return when `due` or `keyframe_due` has something to say; None: with the next packet."""
        moments = [self.losses.next_us()] if self.losses else []
        if self._asked_anew or self._need_keyframe:
            moments.append(max(now_us, self._pli_us + PLI_EVERY_US))
        return min(moments, default=None)

    def ask_keyframe(self) -> None:
        """Let the next `keyframe_due` be true: a decoder needs one."""
        self._asked_anew = True

    def _place(self, at: int, packet: RtpPacket) -> bool:
        """Put a packet where it belongs; False when it was there before or comes too late."""
        if self._next < 0:
            self._next = at
        if at < self._next or at in self._waiting:
            return False
        newest = max(self._next - 1, self._newest)
        self._newest = max(newest, at)
        self._waiting[at] = packet
        if at > newest + 1 and not self.losses.gap(newest + 1, at, packet.at_us):
            self._give_up()
            return True
        self.losses.came(at)
        if at == self._next:
            self._drain()
        elif len(self._waiting) > MAX_WAITING:
            self._give_up()
        return True

    def _drain(self) -> None:
        while self._next in self._waiting:
            packet = self._waiting.pop(self._next)
            self._next += 1
            self._take(packet)

    def _give_up(self) -> None:
        """Go on behind every gap: pictures are handed over again from the next keyframe."""
        self._need_keyframe = True
        self.losses.forget(1 << 62)
        for at in sorted(self._waiting):
            if at != self._next:
                self._damaged = True
                self._picture = None
            self._next = at + 1
            self._take(self._waiting.pop(at))

    def _take(self, packet: RtpPacket) -> None:
        """Take the next packet in order."""
        picture = self._picture
        if picture is not None and packet.rtp_time != self._time:
            self._finish(packet.at_us)  # its marker was not set
            picture = None
        if picture is None:
            if self._damaged and packet.payload:
                self._damaged = not self._format.begins(packet.payload)
            self._time = packet.rtp_time
            picture = self._picture = self._picture_type()
            self._size = 0
        if packet.payload:
            self._size += 1
            if self._size > MAX_PICTURE:
                picture.whole = False
            else:
                picture.add(packet.payload)
        if packet.marker:
            self._finish(packet.at_us)

    def _finish(self, now_us: int) -> None:
        """Hand over the picture that is complete, unless it cannot be decoded."""
        picture, self._picture = self._picture, None
        damaged, self._damaged = self._damaged, False
        if picture is None or not self._size:
            return
        data = picture.data()
        if damaged or not picture.whole:
            self.broken += 1
            self._need_keyframe = True
            return
        if self._need_keyframe and not picture.keyframe:
            return
        self._need_keyframe = False
        if picture.keyframe:
            self.keyframes += 1
            self.width, self.height = self._format.size(data)
        self._note_frame(now_us)
        self._deliver(VideoFrameData(self._codec, data, now_us, self._time, picture.keyframe))

    def _note_frame(self, now_us: int) -> None:
        """Count the frame, and a freeze as W3C `freezeCount` does."""
        if self.frames:
            apart = now_us - self._frame_us
            usual = self._interval_us
            if apart > max(3 * usual, usual + _FREEZE_US):
                self.freezes += 1
            self._interval_us += (min(apart, 1_000_000) - usual) / 30
        self.frames += 1
        self._frame_us = now_us


class AudioReceiver:
    """Packets of one audio stream: counted, doubles dropped, handed over as they come."""

    def __init__(self, deliver: Callable[[AudioPacket], None]) -> None:
        self._deliver = deliver
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget the stream: the other side started another."""
        self.arrivals = Arrivals(AUDIO_CLOCK)
        self._seen = 0
        self._top = -1

    def add(self, packet: RtpPacket) -> None:
        """Take a packet as it came."""
        at = self.arrivals.add(packet)
        if at < 0:
            self.begin_anew()
            at = self.arrivals.add(packet)
        if self._is_double(at):
            self.arrivals.not_new(packet)
        elif packet.payload:
            self._deliver(AudioPacket(packet.payload, packet.seq, packet.rtp_time, packet.at_us))

    def _is_double(self, at: int) -> bool:
        """Whether this number was seen among the last 64, or is older than that."""
        ahead = at - self._top
        if self._top < 0 or ahead > 0:
            self._seen = (self._seen << ahead if self._top >= 0 and ahead < 64 else 0) | 1  # noqa: PLR2004
            self._seen &= (1 << 64) - 1
            self._top = at
            return False
        bit = 1 << -ahead if ahead > -64 else 0  # noqa: PLR2004
        double = not bit or bool(self._seen & bit)
        self._seen |= bit
        return double
