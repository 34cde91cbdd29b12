"""Keeps each act of an officer twice, in the act's own transaction.

In the journal, for the province; and in a table, for as long as the tickets of the day are kept:
the journal forgets what the province has. Blocking, on the store's thread.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from devices.contract.clock import Clock, local_day
from devices.contract.message import Event
from kiosk.counter.store import Store
from kiosk.messages import CounterPaused, CounterResumed, TicketEvent

HEAD = "head"
"""The `by` of the supervisor's acts."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One act. `kind` is the event's type; `took_s` the wait ended by it, or the visit's stretch.

    `ticket` and `service` are "" for what was done to a counter.
    """

    day: date
    at: datetime
    kind: str
    counter: str
    ticket: str = ""
    service: str = ""
    took_s: float = 0.0
    by: str = ""


_FIELDS = Act.__struct_fields__
_MARKS = ", ".join("?" * len(_FIELDS))


class Chronicle:
    """What was done at the counters."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def tell(self, event: TicketEvent, counter: str, *, took_s: float = 0.0, by: str = "") -> None:
        """Keep what was done to a ticket at a counter. Raises StorageError, JournalFullError."""
        act = Act(
            day=event.day,
            at=self._clock.now(),
            kind=_kind(event),
            counter=counter,
            ticket=event.ticket,
            service=event.service,
            took_s=took_s,
            by=by,
        )
        self._keep(event, act)

    def tell_of_counter(self, event: CounterPaused | CounterResumed) -> None:
        """Keep that a counter paused or opened. Raises StorageError, JournalFullError."""
        day = local_day(event.at)
        self._keep(
            event, Act(day=day, at=event.at, kind=_kind(event), counter=event.counter, by=event.by)
        )

    def of_day(self, day: date) -> Sequence[Act]:
        """Return the day's acts, in their order."""
        rows = self._store.all(
            f"SELECT {', '.join(_FIELDS)} FROM acts WHERE day = ? ORDER BY turn",  # noqa: S608 - our own names
            day,
        )
        return [
            msgspec.convert(dict(zip(_FIELDS, row, strict=True)), Act, strict=False) for row in rows
        ]

    def _keep(self, event: Event, act: Act) -> None:
        self._store.journal.append(event, act.at)
        self._store.run(
            f"INSERT INTO acts ({', '.join(_FIELDS)}) VALUES ({_MARKS})",  # noqa: S608 - our own names
            *msgspec.structs.astuple(act),
        )


def _kind(event: Event) -> str:
    return str(type(event).__struct_config__.tag)
