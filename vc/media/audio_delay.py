"""How deep a jitter buffer has to be: a high quantile of the delays seen, and room for FEC.

Delays are in samples of 48 kHz, from a start of their own (arrival less RTP time): only their
differences mean anything. Clock skew moves them slowly, and the window forgets.
"""

import math
from collections import deque
from typing import Annotated

import msgspec

from devices.contract.config import Config
from vc.media.opus import FRAME_SAMPLES

PER_MS = 48
MARGIN = 3 * PER_MS
"""Closer to the wanted delay than this is good enough."""
_EACH = 10  # packets between two looks at the delays
_KNOWN = 50
_LOSS_WEIGHT = 1 / 512
_FEC_IN_TIME = 0.95  # of the packets that bring FEC; what is late itself is restored by the next
_TOGETHER = 2 * PER_MS
_FALSE_ONES = 50  # one packet in so many may lie about its time, and is not the fastest


class JitterConfig(Config, frozen=True, kw_only=True):
    """Delays are beside the fastest packet's: at least, before anything is known, and at most."""

    least_ms: Annotated[int, msgspec.Meta(ge=0, le=100)] = 5
    first_ms: Annotated[int, msgspec.Meta(ge=0, le=200)] = 20
    most_ms: Annotated[int, msgspec.Meta(ge=20, le=1_000)] = 200
    in_time: Annotated[float, msgspec.Meta(gt=0.5, lt=1)] = 0.99
    """The share of packets the delay is made for."""
    packets: Annotated[int, msgspec.Meta(ge=50, le=5_000)] = 500
    """How many delays are remembered."""
    most_packets: Annotated[int, msgspec.Meta(ge=10, le=500)] = 100
    """How many packets wait at most; the oldest goes."""
    fec_from_loss: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.004
    """From this share of lost packets on, the buffer waits for the packet with their FEC."""


class DelayTarget:
    """What offset between arrival and playing serves nearly all packets."""

    def __init__(self, config: JitterConfig) -> None:
        self._config = config
        self._delays: deque[int] = deque(maxlen=config.packets)
        self._since_look = 0
        self._last_arrival = self._last_delay = 0
        self._loss = 0.0
        self._waits_for_fec = False
        self.wanted = 0

    @property
    def fastest(self) -> int | None:
        """The least delay of late; None before the first packet."""
        return min(self._delays, default=None)

    def note(self, time: int, arrival: int) -> None:
        """Take a packet's time and arrival.

        Packets in order that come all at once were held up once: they count as one.
        """
        delay = arrival - time
        together = abs(arrival - self._last_arrival) < _TOGETHER and delay < self._last_delay
        self._last_arrival, self._last_delay = arrival, delay
        if together and self._delays:
            return
        self._delays.append(delay)
        self._since_look += 1
        if self._since_look >= _EACH or len(self._delays) <= _EACH:
            self._look()

    def note_played(self) -> None:
        """Take that a packet was there when it was due."""
        self._note_loss(0.0)

    def note_missed(self) -> None:
        """Take that a packet was not there when it was due."""
        self._note_loss(1.0)

    def _note_loss(self, lost: float) -> None:
        self._loss += (lost - self._loss) * _LOSS_WEIGHT
        bound = self._config.fec_from_loss / (4 if self._waits_for_fec else 1)
        if self._waits_for_fec != (self._loss > bound):
            self._waits_for_fec = not self._waits_for_fec
            self._look()

    def _look(self) -> None:
        if not self._delays:
            return
        self._since_look = 0
        config, ordered = self._config, sorted(self._delays)
        fastest = ordered[len(ordered) // _FALSE_ONES]
        slow = _quantile(ordered, config.in_time) - fastest
        if self._waits_for_fec:
            slow = max(slow, _quantile(ordered, _FEC_IN_TIME) - fastest + FRAME_SAMPLES)
        least = config.least_ms if len(ordered) >= _KNOWN else config.first_ms
        target = max(slow + MARGIN, least * PER_MS)
        self.wanted = fastest + min(target, config.most_ms * PER_MS)


def _quantile(ordered: list[int], share: float) -> int:
    return ordered[math.ceil(share * len(ordered)) - 1]
