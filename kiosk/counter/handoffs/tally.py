"""What is kept of a hand-off: an event in the journal, once. Blocking, on the store's thread."""

from devices.contract.clock import Clock
from kiosk.api.handoffs import TellHandOff
from kiosk.counter.store import Store
from kiosk.messages import HandedOff

_REMEMBERED = 4096
"""Requests: kiosks repeat one for five minutes, and nobody makes so many in them."""


class Tally:
    """Counts hand-offs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, told: TellHandOff) -> None:
        """Count it, unless this very request was counted. Raises StorageError, JournalFullError."""
        with self._store.transaction():
            new = self._store.run(
                "INSERT OR IGNORE INTO hand_offs (request) VALUES (?)", told.request
            )
            if not new:
                return
            self._store.run(
                "DELETE FROM hand_offs WHERE turn <= (SELECT MAX(turn) FROM hand_offs) - ?",
                _REMEMBERED,
            )
            event = HandedOff(service=told.service, to=told.to)
            self._store.journal.append(event, self._clock.now())
