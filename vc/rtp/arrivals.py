"""What a receiver counts of one stream (RFC 3550 A.1, A.3, A.8). Sans-IO."""

from vc.rtp.packet import RtpPacket

_MASK = 0xFFFF
_HALF = 0x8000
_WRAP = 1 << 16
_TIME_MASK = 0xFFFFFFFF
_TIME_HALF = 0x80000000
MAX_JUMP = 3000
"""Sequence numbers further apart belong to a stream that began anew (RFC 3550 A.1)."""


class Arrivals:
    """Counts of one stream; sequence numbers unwrapped."""

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self._base = -1
        self.highest = -1
        """The highest sequence number, unwrapped; -1 before the first."""
        self.packets = 0
        self.bytes = 0
        self.duplicates = 0
        self.reordered = 0
        self._jitter = 0.0
        self._transit = 0
        self._rtp_time = -1
        self._expected_before = 0
        self._received_before = 0

    def add(self, packet: RtpPacket) -> int:
        """Count a packet, and return its sequence number unwrapped; -1: the stream began anew."""
        self.packets += 1
        self.bytes += len(packet.payload)
        highest = self.highest
        if highest < 0:
            highest = self._base = self.highest = packet.seq + _WRAP
        ahead = (packet.seq - highest) & _MASK
        if ahead >= _HALF:
            ahead -= _WRAP
        if ahead > MAX_JUMP or ahead < -MAX_JUMP:
            return -1
        if ahead > 0:
            self.highest = highest + ahead
        elif ahead < 0:
            self.reordered += 1
        if packet.rtp_time != self._rtp_time:
            self._add_jitter(packet.rtp_time, packet.at_us)
        return highest + ahead

    def not_new(self, packet: RtpPacket) -> None:
        """Take a packet back that was there before."""
        self.packets -= 1
        self.bytes -= len(packet.payload)
        self.duplicates += 1

    def _add_jitter(self, rtp_time: int, now_us: int) -> None:
        transit = now_us * self._clock_rate // 1_000_000 - rtp_time & _TIME_MASK
        if self._rtp_time >= 0:
            apart = transit - self._transit & _TIME_MASK
            if apart >= _TIME_HALF:
                apart = _TIME_MASK + 1 - apart
            self._jitter += (apart - self._jitter) / 16
        self._transit, self._rtp_time = transit, rtp_time

    @property
    def expected(self) -> int:
        """How many packets were sent to us, as far as can be seen."""
        return self.highest - self._base + 1 if self.highest >= 0 else 0

    @property
    def lost(self) -> int:
        """How many of them did not come (before retransmission)."""
        return max(0, self.expected - self.packets)

    @property
    def jitter(self) -> int:
        """Interarrival jitter in units of the stream's clock."""
        return int(self._jitter)

    @property
    def jitter_ms(self) -> float:
        """Interarrival jitter in ms."""
        return self._jitter * 1000 / self._clock_rate

    def fraction_lost(self) -> int:
        """Return the part lost since the last call, in 1/256 (RFC 3550 A.3)."""
        expected = self.expected - self._expected_before
        received = self.packets - self._received_before
        self._expected_before, self._received_before = self.expected, self.packets
        if expected <= 0 or received >= expected:
            return 0
        return min(255, ((expected - received) << 8) // expected)
