"""The watchdog over the box: who is not fed in time takes its power for a moment."""

OFF_MS = 5_000
MOST_S = 3_600  # of a limit, and of a hold
_MOST_CUTS = 255

KEEP, CUT, RESTORE = 0, 1, 2


class Watchdog:
    """Asleep until the first feeding. The limit doubles with each cut that no feeding follows.

    A hold stops the count, and lets it begin anew when it ends. `limit_s`, `cuts` and what is left
    of a hold are to be kept over a restart of the board, which begins the count anew too.
    """

    def __init__(self, limit_s: int, cuts: int, now_ms: int, held_s: int = 0) -> None:
        self.limit_s = limit_s
        self.cuts = cuts
        self._from_ms = now_ms + min(held_s, MOST_S) * 1000
        self._off_ms = -1  # since when the box is without power; -1: it has it

    @property
    def now_s(self) -> int:
        """The limit as it holds now, in s; 0: asleep."""
        return min(self.limit_s << min(self.cuts, 12), MOST_S)

    def feed(self, limit_s: int, now_ms: int) -> int:
        """Begin the count anew, with this limit; 0 lets it sleep. Returns the limit that holds."""
        self.limit_s = min(limit_s, MOST_S)
        self.cuts = 0
        self._from_ms = max(self._from_ms, now_ms)
        return self.limit_s

    def hold(self, for_s: int, now_ms: int) -> int:
        """Hold still for so long, from now; 0 ends a hold. Returns how long it will, in s."""
        for_s = min(for_s, MOST_S)
        self._from_ms = now_ms + for_s * 1000
        return for_s

    def wait(self, now_ms: int) -> None:
        """Begin the count anew, and forget nothing: who is there has no word to feed it with."""
        self._from_ms = max(self._from_ms, now_ms)

    def turn(self, now_ms: int) -> int:
        """Return CUT or RESTORE when that is due, else KEEP."""
        if self._off_ms >= 0:
            if now_ms - self._off_ms < OFF_MS:
                return KEEP
            self._off_ms = -1
            self._from_ms = max(self._from_ms, now_ms)
            return RESTORE
        if not self.limit_s or now_ms - self._from_ms < self.now_s * 1000:
            return KEEP
        self._off_ms = now_ms
        self.cuts = min(self.cuts + 1, _MOST_CUTS)
        return CUT

    def unfed_s(self, now_ms: int) -> int:
        """Return for how long it has counted, in s."""
        return max(now_ms - self._from_ms, 0) // 1000

    def held_s(self, now_ms: int) -> int:
        """Return for how long it still holds still, in s."""
        return (max(self._from_ms - now_ms, 0) + 999) // 1000

    def state(self, now_ms: int) -> tuple[int, int, int, int]:
        """Return the reply to `watch`."""
        left_ms = max(self._from_ms + self.now_s * 1000 - now_ms, 0)
        return (
            self.now_s,
            (left_ms + 999) // 1000 if self.limit_s else 0,
            self.held_s(now_ms),
            self.cuts,
        )
