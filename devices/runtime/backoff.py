"""Waits between tries: doubling, bounded, jittered so that a fleet does not come back in step."""

import random

import msgspec


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
