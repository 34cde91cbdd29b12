"""Which boxes look otherwise than browsers know, and when browsers are told. Pure.

Of a box that is otherwise they hear at once; while much happens, ten times a second. Tickets alone
wait for the second to be over.
"""

from collections.abc import Callable, Collection

import msgspec

from provisioning.controller.branches import Place

_A_SECOND = 10.0  # tellings, and as many at once after a calm while
_TICKETS_AFTER_S = 1.0


class Look(msgspec.Struct, frozen=True, gc=False):
    """All that the overview shows of a box: what is the same here is no news."""

    place: Place
    site: str
    line: str
    devices: tuple[tuple[str, bool, tuple[str, ...]], ...]
    lost: int

    def named(self) -> tuple[object, ...]:
        """Return what it is found by."""
        return self.site, self.place.path

    def spot(self) -> tuple[object, ...]:
        """Return what a map shows of it."""
        return self.place.path, self.place.need

    def beside_tickets(self) -> tuple[object, ...]:
        """Return all but its tickets."""
        place = self.place
        return place.path, place.need, place.faults, self.site, self.line, self.devices, self.lost


class Telling:
    """What browsers were not told yet. Moments are seconds of a clock that never goes back."""

    def __init__(self, tell: Callable[[Collection[str]], None]) -> None:
        self._tell = tell
        self._untold: set[str] = set()
        self._urgent = False  # whether more than tickets is untold
        self._left = _A_SECOND
        self._left_at = self._told_at = 0.0
        self.revision = 0  # grows when browsers are told

    @property
    def waits(self) -> bool:
        """Whether something is untold."""
        return bool(self._untold)

    def note(self, box: str, before: Look | None, now: Look) -> None:
        """Take that a box looks otherwise than before."""
        self._untold.add(box)
        self._urgent |= before is None or before.beside_tickets() != now.beside_tickets()

    def forget(self) -> None:
        """Take it all as told: nobody has looked yet."""
        self._untold, self._urgent = set(), False

    def tell(self, now_s: float) -> None:
        """Tell browsers what is untold, when it is time for it."""
        if self._untold and self._is_time(now_s):
            self._left -= 1
            self._told_at = now_s
            self.revision += 1
            self._tell(self._untold)
            self.forget()

    def _is_time(self, now_s: float) -> bool:
        passed = now_s - self._left_at
        self._left = min(_A_SECOND, self._left + passed * _A_SECOND)
        self._left_at = now_s
        return self._left >= 1 and (self._urgent or now_s - self._told_at >= _TICKETS_AFTER_S)
