"""Which parts of the box prove that they live. Pure: the time is an argument, in s.

A part that lives tells its status again and again. One that is new has proved nothing until it has
told it for a while: a part that dies and is started over and over says that it is well each time.
What a part says of its devices does not matter here: a printer without paper is no reason. One that
said goodbye rests on purpose, or is no part of the box any more: it is not waited for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_STEADY_S = 45.0  # a kiosk whose window hangs from its first moment ends itself within 35 s
_SILENCE_SHARE = 0.6


@dataclass(slots=True)
class _Part:
    boot: int = -1
    seq: int = -1
    since_s: float = 0.0
    proved_s: float | None = None
    rests_in: int = -1  # the boot in which it said goodbye; -1: it did not


def shares(limit_s: int) -> tuple[float, int]:
    """Divide a limit: how long a part may be silent, and what is left for the board to count.

    The board counts what it is not fed; it is the rest that the box needs to start this process.
    """
    silence_s = limit_s * _SILENCE_SHARE
    return silence_s, max(1, int(limit_s - silence_s))


class Vigil:
    """What is known of the parts."""

    def __init__(self, parts: Iterable[str], silence_s: float) -> None:
        self._parts = {part: _Part() for part in parts}
        self._silence_s = silence_s
        self._steady_s = min(_STEADY_S, silence_s / 4)

    def told(self, part: str, boot: int, seq: int, now_s: float) -> None:
        """Note a status. The first one of a boot, and one heard again, prove nothing.

        A broker keeps the latest, and gives it to whoever comes: it may be of yesterday.
        """
        known = self._parts.get(part)
        if known is None or (boot, seq) == (known.boot, known.seq):
            return
        if boot > known.rests_in:
            known.rests_in = -1
        if boot != known.boot:
            known.since_s = now_s
        elif now_s - known.since_s >= self._steady_s:
            known.proved_s = now_s
        known.boot, known.seq = boot, seq

    def rested(self, part: str, boot: int) -> None:
        """Note that it said goodbye; word of an older boot than the one known is ignored."""
        known = self._parts.get(part)
        if known is not None and boot >= known.boot:
            known.rests_in, known.proved_s = boot, None

    def began(self, part: str, boot: int) -> None:
        """Note that it is there again, or was lost."""
        known = self._parts.get(part)
        if known is not None and boot >= known.rests_in:
            known.rests_in = -1

    def silent(self, now_s: float) -> tuple[str, ...]:
        """Return those who have not proved that they live, in the order of their naming."""
        return tuple(
            name
            for name, part in self._parts.items()
            if part.rests_in < 0
            and (part.proved_s is None or now_s - part.proved_s > self._silence_s)
        )

    def resting(self) -> tuple[str, ...]:
        """Return those who said goodbye."""
        return tuple(name for name, part in self._parts.items() if part.rests_in >= 0)
