"""The site's day: everything the screens show of it, and its end at local midnight.

Blocking, and called on the one thread that owns the store.
"""

from datetime import timedelta

from devices.contract.clock import Clock, local_day
from kiosk.counter.config import CounterConfig
from kiosk.counter.lived import LATELY, LivedDays
from kiosk.counter.rows import Snapshot, about
from kiosk.counter.store import Store
from kiosk.domain.estimate import LATEST
from kiosk.domain.steps import Step, TicketState, after
from kiosk.messages import TicketExpired

_CALLS_SHOWN = 12
_ENDED_FOR = timedelta(minutes=1)
"""How long the counter's second screen asks for a rating."""


class Day:
    """The day the clock says it is."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._lived = LivedDays(store, clock)

    def snapshot(self) -> Snapshot:
        """Return everything the screens show, as it is now."""
        store, now = self._store, self._clock.now()
        day = local_day(now)
        ratio = self._config.fairness.normal_per_priority
        return Snapshot(
            now=now,
            day=day,
            waiting=tuple(store.in_state(TicketState.WAITING, day)),
            called=tuple(store.in_state(TicketState.CALLED, day)),
            held=tuple(store.in_state(TicketState.HELD, day)),
            missed=tuple(store.in_state(TicketState.MISSED, day)),
            calls=tuple(store.latest_calls(day, _CALLS_SHOWN)),
            recent={
                one.id: store.recent_kinds(day, one.id, ratio) for one in self._config.counters
            },
            served_s={one.id: store.served_s(one.id, LATEST) for one in self._config.services},
            tallies=store.tallies(day),
            paused=store.paused(),
            staffed=store.staffed(day),
            issued=store.issued(day),
            mean_wait_s=store.mean_wait_s(day),
            ended=tuple(store.served_since(now - _ENDED_FOR, day)),
        )

    def end_earlier(self) -> int:
        """Expire earlier days' open tickets, forget what is not kept; return how many expired."""
        now = self._clock.now()
        today = local_day(now)
        with self._store.transaction():
            lately = self._lived.first_kept(LATELY)
            self._store.forget_before(today, self._config.keep_days, lately)  # first: makes room
            self._lived.note()
            rows = self._store.open_before(today)
            for row in rows:
                state = after(Step.EXPIRE, row.state)
                self._store.change(row, state=state, ended_at=now)
                self._store.journal.append(TicketExpired(**about(row)), now)
        return len(rows)
