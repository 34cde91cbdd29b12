"""The codes that open a counter's second screen: short, soon over, and good for one screen."""

import secrets

import msgspec

from devices.contract.clock import Clock

CODE_S = 600.0
_TRIES = 5
_DIGITS = 6


class _Given(msgspec.Struct, kw_only=True):
    code: str
    until: float
    tries: int = _TRIES


class Codes:
    """One code a counter at most, in memory only. Five wrong tries end it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, _Given] = {}

    def new(self, counter: str) -> str:
        """Return a new code; the counter's earlier one is over."""
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        self._given[counter] = _Given(code=code, until=self._clock.monotonic() + CODE_S)
        return code

    def waiting(self, counter: str) -> tuple[str, int]:
        """Return the counter's code and its seconds left, or "" and 0."""
        given = self._valid(counter)
        return (given.code, int(given.until - self._clock.monotonic())) if given else ("", 0)

    def take(self, counter: str, code: str) -> bool:
        """Return whether this is the counter's code, which is over then."""
        given = self._valid(counter)
        if given is None:
            return False
        right = secrets.compare_digest(given.code.encode(), code.encode())
        given.tries -= 1
        if right or given.tries == 0:
            del self._given[counter]
        return right

    def _valid(self, counter: str) -> _Given | None:
        given = self._given.get(counter)
        return given if given and given.until > self._clock.monotonic() else None
