"""How often somebody may try: token buckets by key, in a table with a bound."""

import math
from collections import OrderedDict
from typing import NamedTuple

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError

_MOST_KEYS = 4096


class TooOftenError(MotcuaError):
    """Too many tries: wait a while, then try again."""

    code = "too_often"
    retry = True

    def __init__(self, wait_s: float = 1.0) -> None:
        self.wait_s = max(1, math.ceil(wait_s))
        super().__init__(f"Too many tries: wait {self.wait_s} s, then try again.")


class _Bucket(NamedTuple):
    tokens: float
    at: float


class Buckets:
    """Lets each key through `burst` times at once, and once every `every_s` from then on.

    A table that is full forgets the key that was not seen for longest; so limit what an attacker
    cannot choose (a link, a member) beside what he can (an address).
    """

    def __init__(self, clock: Clock, *, burst: int, every_s: float, most: int = _MOST_KEYS) -> None:
        self._clock = clock
        self._burst = burst
        self._every_s = every_s
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def check(self, key: str) -> None:
        """Raise TooOftenError when nothing is left for the key; takes nothing."""
        tokens = self._now(key).tokens
        if tokens < 1:
            raise TooOftenError((1 - tokens) * self._every_s)

    def take(self, key: str) -> None:
        """Take one; raises TooOftenError when nothing is left."""
        self.check(key)
        self.spend(key)

    def spend(self, key: str) -> None:
        """Take one if there is one left."""
        bucket = self._now(key)
        self._buckets[key] = bucket._replace(tokens=max(0.0, bucket.tokens - 1))
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Fill the key's bucket again."""
        self._buckets.pop(key, None)

    def _now(self, key: str) -> _Bucket:
        now = self._clock.monotonic()
        bucket = self._buckets.get(key, _Bucket(self._burst, now))
        grown = (now - bucket.at) / self._every_s
        return _Bucket(min(self._burst, bucket.tokens + grown), now)
