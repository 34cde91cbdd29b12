"""An adaptive jitter buffer for sound, without clock and without codec: packets in, steps out.

Everything is counted in samples of 48 kHz. Each packet's delay is its arrival less its RTP time;
the buffer plays at `now - offset`, where the offset wanted is a high quantile of the delays of the
last ten seconds. Whole frames are left out or put in, in quiet moments, to get there: so nothing
that happened once, neither a burst nor a loss nor clock skew, makes latency for good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from vc.media.audio_delay import MARGIN, PER_MS, DelayTarget, JitterConfig
from vc.media.opus import FRAME_SAMPLES, may_carry_fec, packet_samples

_US_PER_MS = 1_000
_SEQUENCES = 1 << 16
_TIMES = 1 << 32
_FAR_SEQUENCE = 1_000
_FAR_SAMPLES = 2 * 48_000
_IDLE_SAMPLES = 24_000  # after half a second of nothing a stream begins anew
_RECOVER_UP_TO = 2_880
_LEAST_STEP = 120  # Opus conceals multiples of 2.5 ms
_HURRY = 60 * PER_MS
_PATIENCE_SAMPLES = 2 * 48_000
_LATE_RUN = 3


class Take(StrEnum):
    """What to play next."""

    PLAY = "play"
    """Decode `payload`, leave out its first `trim` samples."""
    RECOVER = "recover"
    """A packet is lost and `payload` is the next one: take `samples` from its FEC."""
    CONCEAL = "conceal"
    """Make up `samples`."""
    STRETCH = "stretch"
    """Make up `samples` in between; nothing is lost, the buffer wants to be deeper."""
    SKIP = "skip"
    """Decode `payload` and leave it out; the buffer wants to be shallower."""
    SILENCE = "silence"
    """Nobody sends (yet): `samples` of silence."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of playing."""

    take: Take
    payload: bytes = b""
    samples: int = FRAME_SAMPLES
    trim: int = 0


@dataclass(slots=True)
class JitterFigures:
    """What happened since the stream began, in packets; made-up sound in samples."""

    received: int = 0
    played: int = 0
    lost: int = 0
    late: int = 0
    duplicates: int = 0
    recovered: int = 0
    concealed_samples: int = 0
    skipped: int = 0
    stretched: int = 0
    resyncs: int = 0

    @property
    def concealed_share(self) -> float:
        """The part of the sound that was made up, 0..1; FEC is not made up."""
        real = (self.played + self.recovered) * FRAME_SAMPLES
        return self.concealed_samples / max(real + self.concealed_samples, 1)


@dataclass(frozen=True, slots=True)
class _Packet:
    time: int
    samples: int
    payload: bytes


class AudioJitter:
    """The packets of one sender, in order and in time. `push` what arrives, `next` what to play.

    Packets are dropped when they are late, doubled, or of another sequence; a sequence that goes
    on elsewhere for two packets is a new stream (RFC 3550 A.1).
    """

    def __init__(self, config: JitterConfig | None = None) -> None:
        self._config = config or JitterConfig()
        self.figures = JitterFigures()
        self.hold_ms = 0.0
        """How much longer than the line needs sound is held back, for lip sync."""
        self._delay = DelayTarget(self._config)
        self._waiting: dict[int, _Packet] = {}
        self._missed: dict[int, None] = {}
        self._highest = -1
        self._highest_time = 0
        self._stray: int | None = None
        self._next = 0
        self._position: int | None = None
        self._empty = self._late_run = self._away = 0

    def push(self, sequence: int, rtp_time: int, arrival_us: int, payload: bytes) -> None:
        """Take a packet as it stands in RTP: 16 and 32 bit numbers, both wrapping."""
        self.figures.received += 1
        if self._is_stray(sequence, rtp_time):
            return
        number, time = self._unwrapped(sequence, rtp_time)
        if number in self._waiting or self._was_played(number):
            self.figures.duplicates += 1
            return
        if number > self._highest:
            self._highest, self._highest_time = number, time
        self._delay.note(time, _samples(arrival_us))
        samples = packet_samples(payload) or FRAME_SAMPLES
        if number < self._next or (self._position is not None and time + samples <= self._position):
            self._take_late(number)
            return
        self._waiting[number] = _Packet(time, samples, payload)
        if len(self._waiting) > self._config.most_packets:
            del self._waiting[min(self._waiting)]

    def next(self, now_us: int, is_quiet: Callable[[], bool] = bool) -> Step:
        """Return what to play from `now_us` on.

        `is_quiet` tells whether a frame put in or left out now would go unnoticed.
        """
        now = _samples(now_us)
        if self._position is None and not self._begin(now):
            return Step(Take.SILENCE)
        excess = now - (self._position or 0) - self._wanted
        if excess >= FRAME_SAMPLES + MARGIN:
            excess -= self._jump_gap(excess)
        position = self._position or 0
        packet = self._waiting.get(self._next)
        if excess < -MARGIN and self._may_change(excess, is_quiet):
            self.figures.stretched += 1
            return Step(Take.STRETCH)
        if packet is None:
            return self._without_packet(position)
        if packet.time > position:
            return self._concealed(min(FRAME_SAMPLES, packet.time - position))
        del self._waiting[self._next]
        self._next += 1
        self._position = packet.time + packet.samples
        self._late_run = self._empty = 0
        self._delay.note_played()
        if (
            excess >= packet.samples + MARGIN
            and len(self._waiting) > 0
            and self._may_change(excess, is_quiet)
        ):
            self.figures.skipped += 1
            return Step(Take.SKIP, packet.payload)
        if abs(excess) <= FRAME_SAMPLES:
            self._away = 0
        self.figures.played += 1
        trim = min(position - packet.time, packet.samples)
        return Step(Take.PLAY, packet.payload, packet.samples - trim, trim)

    def delay_ms(self, now_us: int) -> float:
        """Return how much later than the fastest packet could be, sound is played now."""
        fastest = self._delay.fastest
        if self._position is None or fastest is None:
            return 0.0
        return (_samples(now_us) - self._position - fastest) / PER_MS

    @property
    def target_ms(self) -> float:
        """The delay wanted beside the fastest packet's."""
        fastest = self._delay.fastest
        return 0.0 if fastest is None else (self._delay.wanted - fastest) / PER_MS

    @property
    def rtp_time(self) -> int | None:
        """The RTP time of what is played next; None before anything is."""
        return None if self._position is None else self._position % _TIMES

    @property
    def _wanted(self) -> int:
        return self._delay.wanted + round(self.hold_ms * PER_MS)

    # arriving

    def _begin_anew(self) -> None:
        """Forget all: the next packet is the first of another stream."""
        self.figures.resyncs += 1
        self._delay = DelayTarget(self._config)
        self._waiting.clear()
        self._highest, self._highest_time, self._next = -1, 0, 0
        self._stray = None
        self._stop()

    def _stop(self) -> None:
        """Play nothing until packets show where to begin."""
        self._position = None
        self._missed.clear()
        self._empty = self._late_run = self._away = 0

    def _unwrapped(self, sequence: int, rtp_time: int) -> tuple[int, int]:
        if self._highest < 0:
            return sequence + _SEQUENCES, rtp_time + _TIMES
        ahead = _nearest(sequence - self._highest, _SEQUENCES)
        later = _nearest(rtp_time - self._highest_time, _TIMES)
        return self._highest + ahead, self._highest_time + later

    def _is_stray(self, sequence: int, rtp_time: int) -> bool:
        """Return whether the packet is to be dropped; a second one in a row begins a new stream."""
        if self._highest < 0:
            return False
        number, time = self._unwrapped(sequence, rtp_time)
        ahead, later = number - self._highest, time - self._highest_time
        if abs(ahead) < _FAR_SEQUENCE and abs(later - ahead * FRAME_SAMPLES) < _FAR_SAMPLES:
            self._stray = None
            return False
        if self._stray is None or sequence != (self._stray + 1) % _SEQUENCES:
            self._stray = sequence
            return True
        self._begin_anew()
        return False

    def _was_played(self, number: int) -> bool:
        return self._position is not None and number < self._next and number not in self._missed

    def _take_late(self, number: int) -> None:
        self.figures.late += 1
        self._late_run += 1
        if number not in self._missed:
            self._delay.note_missed()
        self._missed.pop(number, None)
        self._next = max(self._next, number + 1)

    # playing

    def _begin(self, now: int) -> bool:
        """Begin with the newest packet that is due; those before it are too old."""
        due = [item for item in self._waiting.items() if now - item[1].time >= self._wanted]
        if not due:
            return False
        number, packet = max(due)
        self._waiting = {at: kept for at, kept in self._waiting.items() if at >= number}
        self._position, self._next = packet.time, number
        return True

    def _may_change(self, excess: int, is_quiet: Callable[[], bool]) -> bool:
        self._away += FRAME_SAMPLES
        if abs(excess) > _HURRY or self._away > _PATIENCE_SAMPLES or is_quiet():
            self._away = 0
            return True
        return False

    def _jump_gap(self, excess: int) -> int:
        """Go over what was not sent or is lost instead of making it up; return how far."""
        first = self._waiting.get(min(self._waiting, default=-1))
        if first is None or self._position is None:
            return 0
        jump = min(first.time - self._position, excess) // FRAME_SAMPLES * FRAME_SAMPLES
        self._position += max(jump, 0)
        return max(jump, 0)

    def _without_packet(self, position: int) -> Step:
        following = min(self._waiting, default=None)
        if following is None:
            self._empty += FRAME_SAMPLES
            if self._late_run >= _LATE_RUN or self._empty >= _IDLE_SAMPLES:
                self.figures.resyncs += self._late_run >= _LATE_RUN
                self._stop()
            return self._concealed(FRAME_SAMPLES)
        packet = self._waiting[following]
        gap = packet.time - position
        lost = following - self._next
        self._miss(lost if gap <= 0 else 1)
        if gap <= 0:
            return self._overtaken(packet, following)
        if lost == 1 and _can_recover(gap) and may_carry_fec(packet.payload):
            self.figures.recovered += 1
            self._position = position + gap
            return Step(Take.RECOVER, packet.payload, gap)
        return self._concealed(min(FRAME_SAMPLES, gap))

    def _overtaken(self, packet: _Packet, number: int) -> Step:
        """Made-up sound already stands where lost packets were: go on with the one that is here."""
        del self._waiting[number]
        self._next = number + 1
        trim = min((self._position or 0) - packet.time, packet.samples)
        self._position = packet.time + packet.samples
        self.figures.played += 1
        return Step(Take.PLAY, packet.payload, packet.samples - trim, trim)

    def _miss(self, count: int) -> None:
        for number in range(self._next, self._next + count):
            self._missed[number] = None
            self.figures.lost += 1
            self._delay.note_missed()
        while len(self._missed) > self._config.most_packets:
            del self._missed[next(iter(self._missed))]
        self._next += count

    def _concealed(self, samples: int) -> Step:
        if self._position is not None:
            self._position += samples
        self.figures.concealed_samples += samples
        return Step(Take.CONCEAL, samples=max(samples // _LEAST_STEP, 1) * _LEAST_STEP)


def _samples(time_us: int) -> int:
    return time_us * PER_MS // _US_PER_MS


def _nearest(difference: int, period: int) -> int:
    return (difference + period // 2) % period - period // 2


def _can_recover(gap: int) -> bool:
    return gap <= _RECOVER_UP_TO and gap % _LEAST_STEP == 0
