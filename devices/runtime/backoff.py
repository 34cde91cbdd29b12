"""Waits between tries: doubling, bounded, jittered so that a fleet does not come back in step."""

import random
from typing import Protocol

import msgspec


class Waits(Protocol):
    """How long to wait after failed tries."""

    def wait_s(self, tries: int) -> float:
        """Return how long to wait after so many failed tries (1 is the first)."""
        ...


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """`least_s` to `most_s`, doubling.

    With jitter a wait is anywhere between a tenth of it and the whole.
    """

    least_s: float = 0.2
    most_s: float = 3.0
    jitter: bool = True

    def wait_s(self, tries: int) -> float:
        """Return how long to wait after so many failed tries (1 is the first)."""
        whole: float = min(self.most_s, self.least_s * 2 ** min(tries - 1, 32))
        return random.uniform(whole / 10, whole) if self.jitter else whole  # noqa: S311


class FullJitter:
    """A fleet's waits: anywhere from nothing to a bound that doubles to `most_s`.

    Each client has a sequence of its own, by its name: thousands that lost the same server in the
    same moment, or were started by the same power, come back spread over the whole bound.
    """

    def __init__(self, name: str, *, least_s: float = 2.0, most_s: float = 300.0) -> None:
        self._random = random.Random(name)  # noqa: S311 - no secret
        self._bounds = Backoff(least_s=least_s, most_s=most_s, jitter=False)

    def wait_s(self, tries: int) -> float:
        """Return how long to wait after so many failed tries (1 is the first)."""
        return self._random.uniform(0, self._bounds.wait_s(tries))
