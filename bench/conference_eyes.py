"""What rooms' probes tell: the way of pictures, and how far sound and picture are apart."""

import bisect
from collections.abc import Mapping, Sequence

from bench.table import percentile
from vc.endpoint.probe import AnyLine, Heard, Sent, Shown

_SECOND_US = 1_000_000
_LOUD_DBFS = -40.0
_REST_US = 500_000
_NEAR_US = 500_000


class Ways:
    """How long each new picture of a site took from the lens to a room's decoder, in ms."""

    def __init__(self, eyes: Mapping[str, Sequence[AnyLine]]) -> None:
        self.ms: list[float] = []
        self.illegible = 0
        for site, lines in eyes.items():
            self._add(site, lines)

    @property
    def spread(self) -> tuple[float, float, float]:
        """p50, p95 and the longest."""
        if not self.ms:
            return 0.0, 0.0, 0.0
        return percentile(self.ms, 0.5), percentile(self.ms, 0.95), max(self.ms)

    def _add(self, site: str, lines: Sequence[AnyLine]) -> None:
        sent = sent_at(lines)
        last = None
        for line in lines:
            if not isinstance(line, Shown) or site not in line.codes:
                continue
            code = line.codes[site]
            if code is None:
                self.illegible += 1
            elif code != last:  # a picture that stands again arrived before
                last = code
                if (taken := before(sent, code, line.decoded_us)) is not None:
                    self.ms.append((line.decoded_us - taken) / 1000)


def sent_at(lines: Sequence[AnyLine]) -> dict[int, list[int]]:
    """Return when a room took each numbered picture (a clip's numbers come round again)."""
    sent: dict[int, list[int]] = {}
    for line in lines:
        if isinstance(line, Sent) and line.number is not None:
            sent.setdefault(line.number, []).append(line.at_us)
    return sent


def before(sent: Mapping[int, list[int]], number: int, at_us: int) -> int | None:
    """Return when the picture of this number was taken last before a moment."""
    times = sent.get(number, [])
    at = bisect.bisect_right(times, at_us) - 1
    return times[at] if at >= 0 else None


def apart_ms(lines: Sequence[AnyLine], sent: Mapping[int, list[int]], site: str) -> list[float]:
    """Return at each burst how much later a room shows a site's picture than it plays its sound.

    The site begins a burst at each whole second of CLOCK_MONOTONIC.
    """
    ways = [
        (line.at_us, line.at_us - taken)
        for line in lines
        if isinstance(line, Shown) and (code := line.codes.get(site)) is not None
        if (taken := before(sent, code, line.decoded_us)) is not None
    ]
    found = []
    for began_us in _bursts(lines):
        sound_us = (began_us % _SECOND_US + _NEAR_US) % _SECOND_US - _NEAR_US
        near = [way for at_us, way in ways if abs(at_us - began_us) < _NEAR_US]
        if near:
            found.append((percentile(near, 0.5) - sound_us) / 1000)
    return found


def _bursts(lines: Sequence[AnyLine]) -> list[int]:
    begun: list[int] = []
    for line in lines:
        is_loud = isinstance(line, Heard) and line.dbfs > _LOUD_DBFS
        if is_loud and (not begun or line.at_us - begun[-1] > _REST_US):
            begun.append(line.at_us)
    return begun
