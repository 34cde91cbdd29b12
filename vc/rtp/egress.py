"""What leaves: a picture is packetised once, then each peer adds a header, SRTP and a datagram.

What a peer sent stays in a bounded ring for retransmission (RFC 4588).
"""

import secrets
import struct
from collections import deque
from collections.abc import Callable

import msgspec

from vc.rtp import h264, vp8
from vc.rtp.negotiation import H264, VP8, Agreed
from vc.rtp.receive import AUDIO_CLOCK, VIDEO_CLOCK
from vc.rtp.sdp import ABS_SEND_TIME, MID

MAX_PAYLOAD = 1160
"""With headers and SRTP below 1280 bytes of IPv6, and below 1300 through TURN."""
MAX_HISTORY = 1024
"""Packets that can be sent again."""
MAX_AGAIN_PER_S = 400
"""Packets sent again to one peer in a second; more would feed the congestion."""

Send = Callable[[bytes], None]
_HEADER = struct.Struct("!BBHII")
_MASK32 = 0xFFFFFFFF


class PacketisedFrame(msgspec.Struct, frozen=True, gc=False):
    """An encoded picture as RTP payloads; `time_us` is of CLOCK_MONOTONIC."""

    codec: str
    payloads: tuple[bytes, ...]
    time_us: int
    keyframe: bool
    size: int


def packetise_h264(data: bytes, time_us: int) -> PacketisedFrame:
    """Return an Annex B picture as payloads."""
    payloads = h264.payloads(data, MAX_PAYLOAD)
    return PacketisedFrame(H264, payloads, time_us, h264.is_keyframe(data), len(data))


def packetise_vp8(data: bytes, time_us: int) -> PacketisedFrame:
    """Return a VP8 picture as payloads."""
    payloads = vp8.payloads(data, MAX_PAYLOAD)
    return PacketisedFrame(VP8, payloads, time_us, vp8.is_keyframe(data), len(data))


class Extensions:
    """A stream's RTP header extensions (RFC 8285): the mid, and the time of sending."""

    def __init__(self, agreed: Agreed) -> None:
        self._timed = agreed.extensions.get(ABS_SEND_TIME, 0)
        named = agreed.extensions.get(MID, 0)
        mid = agreed.mid.encode()[:16]
        self._mid = bytes((named << 4 | len(mid) - 1,)) + mid if named and mid else b""
        self._fixed = _extension(self._mid)
        self.flag = 0x90 if self._mid or self._timed else 0x80

    def at(self, now_us: int) -> bytes:
        """Return the extension for a packet that leaves now."""
        if not self._timed:
            return self._fixed
        stamp = (now_us << 18) // 1_000_000 & 0xFFFFFF
        return _extension(self._mid + bytes((self._timed << 4 | 2,)) + stamp.to_bytes(3, "big"))


def _extension(elements: bytes) -> bytes:
    if not elements:
        return b""
    padded = elements + b"\0" * (-len(elements) % 4)
    return struct.pack("!HH", 0xBEDE, len(padded) // 4) + padded


class Outgoing:
    """What is common to the streams a peer sends: numbers, clock, counts."""

    def __init__(self, agreed: Agreed, ssrc: int, clock_rate: int) -> None:
        self.agreed = agreed
        self.ssrc = ssrc
        self.packets = self.octets = self.frames = 0
        self.sent_again = self.keyframes_wanted = 0
        self.seq = secrets.randbelow(1 << 15)  # below half: SRTP's roll-over (RFC 3711 §3.3.1)
        self._offset = secrets.randbits(32)
        self._per_ms = clock_rate // 1000
        self.extensions = Extensions(agreed)

    def rtp_time(self, time_us: int) -> int:
        """Return the RTP time of a moment of CLOCK_MONOTONIC."""
        return (self._offset + time_us * self._per_ms // 1000) & _MASK32


class AudioEgress(Outgoing):
    """Opus out."""

    def __init__(self, agreed: Agreed, ssrc: int) -> None:
        super().__init__(agreed, ssrc, AUDIO_CLOCK)

    def send(self, payload: bytes, time_us: int, now_us: int, send: Send) -> None:
        """Send a packet of sound."""
        seq = self.seq
        header = _HEADER.pack(
            self.extensions.flag, self.agreed.payload_type, seq, self.rtp_time(time_us), self.ssrc
        )
        send(header + self.extensions.at(now_us) + payload)
        self.seq = (seq + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)


class VideoEgress(Outgoing):
    """Pictures out; the first to leave is a keyframe."""

    def __init__(self, agreed: Agreed, ssrc: int, again_ssrc: int) -> None:
        super().__init__(agreed, ssrc, VIDEO_CLOCK)
        self._again_ssrc = again_ssrc
        self._again_seq = secrets.randbelow(1 << 15)
        self._history: deque[tuple[int, int, PacketisedFrame]] = deque()
        self._kept = 0
        self._second = 0
        self._left = MAX_AGAIN_PER_S
        self.waits_for_keyframe = True

    def send(self, frame: PacketisedFrame, now_us: int, send: Send) -> None:
        """Send a picture, unless it is of another codec or the peer waits for a keyframe."""
        agreed = self.agreed
        if frame.codec != agreed.codec or (self.waits_for_keyframe and not frame.keyframe):
            return
        self.waits_for_keyframe = False
        rtp_time, extension = self.rtp_time(frame.time_us), self.extensions.at(now_us)
        first = seq = self.seq
        pack, flag, kind, ssrc = _HEADER.pack, self.extensions.flag, agreed.payload_type, self.ssrc
        last = len(frame.payloads) - 1
        for at, payload in enumerate(frame.payloads):
            marked = kind | 0x80 if at == last else kind
            send(pack(flag, marked, seq, rtp_time, ssrc) + extension + payload)
            seq = (seq + 1) & 0xFFFF
        self.seq = seq
        self.packets += last + 1
        self.octets += frame.size
        self.frames += 1
        self._keep(first, rtp_time, frame)

    def again(self, seqs: tuple[int, ...], now_us: int, send: Send) -> None:
        """Send packets again that the other side misses; what is not kept any more is passed."""
        second = now_us // 1_000_000
        if second != self._second:
            self._second, self._left = second, MAX_AGAIN_PER_S
        newest = self.seq - 1
        for seq in seqs:
            if not self._left:
                return
            if (newest - seq) & 0xFFFF >= self._kept:
                continue
            for first, rtp_time, frame in reversed(self._history):
                at = (seq - first) & 0xFFFF
                if at < len(frame.payloads):
                    send(self._again(seq, rtp_time, frame, at) + frame.payloads[at])
                    break

    def _again(self, seq: int, rtp_time: int, frame: PacketisedFrame, at: int) -> bytes:
        """Return all but the payload of a packet that is sent again (RFC 4588 §4)."""
        self._left -= 1
        self.sent_again += 1
        marker = 0x80 if at == len(frame.payloads) - 1 else 0
        agreed, extension = self.agreed, self.extensions.at(frame.time_us)
        if agreed.rtx is None:
            kind = agreed.payload_type | marker
            return _HEADER.pack(self.extensions.flag, kind, seq, rtp_time, self.ssrc) + extension
        number = self._again_seq
        self._again_seq = (number + 1) & 0xFFFF
        kind = agreed.rtx | marker
        header = _HEADER.pack(self.extensions.flag, kind, number, rtp_time, self._again_ssrc)
        return header + extension + seq.to_bytes(2, "big")

    def _keep(self, first: int, rtp_time: int, frame: PacketisedFrame) -> None:
        self._history.append((first, rtp_time, frame))
        self._kept += len(frame.payloads)
        while self._kept > MAX_HISTORY and len(self._history) > 1:
            self._kept -= len(self._history.popleft()[2].payloads)
