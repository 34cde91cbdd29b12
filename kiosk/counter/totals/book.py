"""Looks a day's figures up. Blocking, on the store's thread."""

from datetime import date

from devices.contract.clock import Clock, local_day
from kiosk.counter.chronicle.chronicle import Chronicle
from kiosk.counter.config import CounterConfig
from kiosk.counter.store import Store
from kiosk.counter.totals.figures import DayTotals, totals


class TotalsBook:
    """The days whose tickets are kept."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._chronicle = Chronicle(store, clock)

    def day(self, day: date | None) -> DayTotals:
        """Return a day's figures, today's for None. Raises StorageError."""
        shown = day or local_day(self._clock.now())
        return totals(self._config, shown, self._store.of_day(shown), self._chronicle.of_day(shown))
