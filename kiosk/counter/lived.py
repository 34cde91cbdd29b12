"""The days that the site has lived through: by them it forgets, not by the clock alone.

A clock that is years ahead for a minute makes one more day: one day less is kept while it is
wrong, and none when it is right again. Blocking, on the store's thread.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from devices.contract.clock import Clock, local_day
from kiosk.counter.store import Store

LATELY = 8
"""Days for what is of use on its own day only: then a clock that is off takes nothing of it."""
_CLOSED_DAYS = 7


class LivedDays:
    """One row a day on which the counter server was up."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note(self) -> None:
        """Keep that the site lives today. Raises StorageError."""
        sql = "INSERT OR IGNORE INTO lived_days (day) VALUES (?)"
        self._store.run(sql, local_day(self._clock.now()))

    def first_kept(self, days: int) -> date:
        """Return the first of the latest `days` days, today the last of them.

        What is of an earlier day may be forgotten. Raises StorageError.
        """
        today = local_day(self._clock.now())
        sql = "SELECT day FROM lived_days WHERE day < ? ORDER BY day DESC LIMIT ?"
        lived = self._store.all(sql, today, days)
        return first_of_latest(days, today, (date.fromisoformat(day) for (day,) in lived))


def first_of_latest(days: int, today: date, lived: Iterable[date]) -> date:
    """Return the first of the latest `days` days; `lived` are those before today, latest first.

    A week without the site counts, for it was closed; of a longer gap nobody knows whether the
    time has passed or the clock has jumped, and it counts as one day. `date.min` while too few
    days were lived.
    """
    left, first = days - 1, today
    for day in (*lived, date.min):
        gap = (first - day).days
        counted = gap if gap <= _CLOSED_DAYS else 1
        if left < counted:
            return first - timedelta(days=left)
        left, first = left - counted, day
    return first
