"""When to compose: just after most pictures arrive, so that they wait little. Pure; times in µs.

Cameras run freely, so each source has its own phase within the frame period. The tick is put
where the pictures' wait (weighted 95th percentile plus mean) is least, and creeps there.
"""

import numpy as np

_BINS = 40
_FORGET = 0.5  # a round
_ROUND_TICKS = 25
_SHARE = 0.95
_WORTH = 0.08  # of the period: a smaller gain moves nothing
_LEAST_WEIGHT = 3.0


class TickPhase:
    """The moments of composition. Two of them are `period_us` apart, give or take `slew_us`."""

    def __init__(self, period_us: int, start_us: int, slew_us: int = 500) -> None:
        self.period_us = period_us
        self.at_us = start_us
        """The next moment."""
        self._slew_us = slew_us
        self._seen = np.zeros(_BINS)
        self._round = 0
        self._left_us = 0
        self._left_out = 0

    def arrived(self, time_us: int, weight: float = 1.0) -> None:
        """Note that a displayed picture was ready; large pictures weigh more."""
        self._seen[time_us % self.period_us * _BINS // self.period_us] += weight

    def advance(self) -> None:
        """Set the next moment: this one has come."""
        self._left_out = 0
        self._round += 1
        if self._round >= _ROUND_TICKS:
            self._round = 0
            self._left_us = self._way()
            self._seen *= _FORGET
        step = max(-self._slew_us, min(self._slew_us, self._left_us))
        self._left_us -= step
        self.at_us += self.period_us + step

    def skip(self, now_us: int) -> int:
        """Pass over whole periods that are already gone; returns how many."""
        missed = max(0, (now_us - self.at_us) // self.period_us)
        self.at_us += missed * self.period_us
        return missed

    def leave_out(self, most: int) -> bool:
        """Pass over this moment, and tell so; not when `most` before it were passed over."""
        if self._left_out >= most:
            return False
        self._left_out += 1
        self.at_us += self.period_us
        return True

    def _way(self) -> int:
        """Return how far to move, the shorter way round; 0 if it is not worth it."""
        if self._seen.sum() < _LEAST_WEIGHT:
            return 0
        width = self.period_us / _BINS
        costs = np.array([self._cost(place) for place in range(_BINS)])
        here = int(self.at_us % self.period_us // width)
        best = int(costs.argmin())
        if costs[here] - costs[best] < _WORTH * self.period_us:
            return 0
        target = (best + 0.5) * width
        away = (target - self.at_us % self.period_us) % self.period_us
        return round(away if away <= self.period_us / 2 else away - self.period_us)

    def _cost(self, place: int) -> float:
        """Return the 95th percentile plus the mean of the wait for a tick in this bin."""
        waits = (place - np.arange(_BINS) - 1) % _BINS
        order = waits.argsort()
        weight = self._seen[order].cumsum()
        at = int(np.searchsorted(weight, _SHARE * weight[-1]))
        mean = float((waits * self._seen).sum() / weight[-1])
        return (float(waits[order][at]) + mean) * self.period_us / _BINS
