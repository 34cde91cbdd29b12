"""A line with loss, jitter, bursts and skew, on a clock that is only counted: seeded."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from vc.media.audio_delay import JitterConfig
from vc.media.audio_jitter import AudioJitter, Take

FRAME_US = 20_000
HYBRID_20_MS = 0x78
"""The TOC of a mono hybrid packet of 20 ms: such may carry FEC."""


@dataclass(frozen=True)
class Line:
    """What happens to packets. `jitter_ms` is a normal distribution's deviation, one-sided."""

    loss: float = 0.0
    jitter_ms: float = 0.0
    base_ms: float = 10.0
    skew_ppm: float = 0.0
    doubled: float = 0.0
    pauses: tuple[tuple[float, float], ...] = ()
    """At second, for milliseconds: everything sent meanwhile comes in one burst at its end."""
    phase_ms: float = 0.0

    def arrivals(self, seconds: float, draw: random.Random) -> Iterator[tuple[float, int]]:
        """Yield (arrival in µs, packet number), in the order of sending."""
        for number in range(round(seconds * 50)):
            sent = number * FRAME_US * (1 + self.skew_ppm / 1e6) + self.phase_ms * 1_000
            if draw.random() < self.loss:
                continue
            arrives = sent + self.base_ms * 1_000 + abs(draw.gauss(0, self.jitter_ms)) * 1_000
            for begin_s, lasts_ms in self.pauses:
                end = begin_s * 1e6 + lasts_ms * 1_000
                if begin_s * 1e6 <= arrives < end:
                    arrives = end
            yield arrives, number
            if draw.random() < self.doubled:
                yield arrives + 3_000, number


@dataclass
class Heard:
    """What came out. Delays are from the moment a packet could first be here to its playing."""

    jitter: AudioJitter
    delays_ms: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    ticks: int = 0

    def delay_ms(self, first: float = 0.0, last: float = 1.0) -> float:
        """Return the mean delay of a part of the run."""
        part = self.delays_ms[int(first * len(self.delays_ms)) : int(last * len(self.delays_ms))]
        return sum(part) / max(len(part), 1)

    @property
    def concealed_percent(self) -> float:
        return 100 * self.jitter.figures.concealed_share


def hear(
    line: Line, seconds: float, seed: int, *, config: JitterConfig | None = None, quiet: bool = True
) -> Heard:
    """Run a line for so long and hear it in ticks of 20 ms; sequence and time wrap on the way."""
    draw = random.Random(seed)
    coming = sorted(line.arrivals(seconds, draw))
    heard = Heard(AudioJitter(config))
    at = 0
    for tick in range(round(seconds * 50)):
        now = tick * FRAME_US
        while at < len(coming) and coming[at][0] <= now:
            arrives, number = coming[at]
            heard.jitter.push(
                *((65_000 + number) % 65_536, (2**32 - 480_000 + number * 960) % 2**32),
                *(int(arrives) + 10**9, bytes([HYBRID_20_MS]) + number.to_bytes(4, "big")),
            )
            at += 1
        _pull(heard, line, now, quiet=quiet)
    return heard


def _pull(heard: Heard, line: Line, now: int, *, quiet: bool) -> None:
    for _ in range(3):
        step = heard.jitter.next(now + 10**9, lambda: quiet)
        if step.payload:
            number = int.from_bytes(step.payload[1:], "big")
            if step.take is Take.PLAY:
                heard.numbers.append(number)
                sent = number * FRAME_US * (1 + line.skew_ppm / 1e6) + line.phase_ms * 1_000
                heard.delays_ms.append((now - sent) / 1_000 - line.base_ms)
        if step.take is not Take.SKIP:
            heard.ticks += 1
            return
