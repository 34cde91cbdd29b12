"""The officers' call buttons: what a press does to the queue. Blocking, on the store's thread.

A press is its desk's, and acts as whoever is signed in there; it knows no console, so it acts on
the number that the desk serves in this moment.
"""

from devices.contract.clock import Clock, local_day
from kiosk.api.errors import NobodyAtDeskError, RepeatedPressError, TooSoonError
from kiosk.counter.config import Act, CallButtonConfig
from kiosk.counter.desks import Desks
from kiosk.counter.rows import CallRow
from kiosk.counter.store import Store

REST_S = 1.5
"""A finger that presses twice must not call two people; the officers' page waits as long."""


class Presses:
    """Carries out presses, each once, over a restart of anybody."""

    def __init__(self, store: Store, desks: Desks, clock: Clock) -> None:
        self._store = store
        self._desks = desks
        self._clock = clock
        self._called_at: dict[str, float] = {}

    def carry_out(self, button: CallButtonConfig, press: str) -> CallRow | None:
        """Do at its desk what the button is for; returns the call to announce, if there is one.

        `press` names the press, where a signal can come twice. Raises RepeatedPressError,
        NobodyAtDeskError, TooSoonError, CounterPausedError, NothingCalledError.
        """
        if press and not self._store.note_press(press):
            raise RepeatedPressError
        if button.counter not in self._store.staffed(local_day(self._clock.now())):
            raise NobodyAtDeskError
        serves = self._desks.serves(button.counter)
        match button.act:
            case Act.NEXT:
                return self._next(button.counter, serves)
            case Act.RECALL:
                return self._desks.recall(button.counter, serves)
            case Act.FINISH:
                self._desks.finish(button.counter, serves)
        return None

    def _next(self, counter: str, serves: str) -> CallRow | None:
        now = self._clock.monotonic()
        if now - self._called_at.get(counter, -REST_S) < REST_S:
            raise TooSoonError
        call = self._desks.next(counter, serves)
        self._called_at[counter] = now
        return call
