"""What officers do to the queue at their counters, each a transaction with its event.

Blocking, and called on the one thread that owns the store, so two officers never get one ticket.
"""

from collections.abc import Callable
from datetime import date

from devices.contract.clock import Clock, local_day
from kiosk.api import TicketState
from kiosk.counter import errors
from kiosk.counter.config import CounterConfig, DeskConfig
from kiosk.counter.rows import CallRow, Row, about, as_waiting
from kiosk.counter.store import Store
from kiosk.domain import fairness
from kiosk.domain.steps import Step, after
from kiosk.messages import (
    CounterPaused,
    CounterResumed,
    TicketCalled,
    TicketEvent,
    TicketHeld,
    TicketMissed,
    TicketRecalled,
    TicketReclassified,
    TicketResumed,
    TicketServed,
    TicketTransferred,
)


class Desks:
    """The site's counters. `expected` is the ticket a console believes it serves ("" for none)."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    def serves(self, counter: str) -> str:
        """Return the ticket that the counter serves now, "" for none; raises NotFoundError."""
        row = self._current(self._desk(counter))
        return row.id if row else ""

    def next(self, counter: str, expected: str) -> CallRow | None:
        """Finish the counter's ticket and call the next by the rule; None when nobody waits.

        Raises StaleConsoleError, CounterPausedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            self._must_be_working(desk)
            self._finish_current(desk, expected)
            up = self._next_up(desk)
            return self._call(self._store.known(up.ticket.id), desk) if up else None

    def call(self, counter: str, expected: str, ticket_id: str) -> CallRow:
        """Finish the counter's ticket and call the chosen one, waiting, held or missed.

        Raises StaleConsoleError, CounterPausedError, NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            self._must_be_working(desk)
            self._finish_current(desk, expected)
            return self._call(self._ours(desk, ticket_id), desk)

    def recall(self, counter: str, expected: str) -> CallRow:
        """Call the counter's ticket again. Raises StaleConsoleError, NothingCalledError."""
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._served_now(desk, expected)
            after(Step.RECALL, row.state)
            self._tell(TicketRecalled(**about(row), counter=desk.id))
            return self._store.add_call(row, desk.id, self._clock.now(), again=True)

    def finish(self, counter: str, expected: str) -> None:
        """Finish the counter's ticket. Raises StaleConsoleError, NothingCalledError."""
        with self._store.transaction():
            desk = self._desk(counter)
            self._served_now(desk, expected)
            self._finish_current(desk, expected)

    def no_show(self, counter: str, expected: str) -> None:
        """Keep that nobody came. Raises StaleConsoleError, NothingCalledError."""
        self._leave(counter, expected, Step.NO_SHOW, TicketMissed)

    def hold(self, counter: str, expected: str) -> None:
        """Let the citizen wait aside. Raises StaleConsoleError, NothingCalledError."""
        self._leave(counter, expected, Step.HOLD, TicketHeld)

    def _leave(
        self, counter: str, expected: str, step: Step, tell: Callable[..., TicketEvent]
    ) -> None:
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._served_now(desk, expected)
            row = self._store.change(row, state=after(step, row.state), ended_at=self._clock.now())
            self._tell(tell(**about(row), counter=desk.id))

    def resume(self, counter: str, ticket_id: str) -> None:
        """Put a held or missed ticket into the queue again, at the place it had.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            row = self._back(row, Step.RESUME)
            self._tell(TicketResumed(**about(row), counter=desk.id))

    def transfer(self, counter: str, ticket_id: str, service: str) -> None:
        """Hand a ticket to another service's queue; it keeps its number and its time of issue.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            if self._config.service(service) is None or service == row.service:
                raise errors.NotFoundError("There is no such other service.")
            event = TicketTransferred(**about(row), counter=desk.id, to_service=service)
            self._back(row, Step.TRANSFER, service=service)
            self._tell(event)

    def reclassify(self, counter: str, ticket_id: str, class_id: str) -> None:
        """Change a ticket's priority class (domain QUE-2); its number stays as it was printed.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            kind = self._config.priority_class(class_id)
            if kind is None:
                raise errors.NotFoundError("There is no such priority class.")
            after(Step.RECLASSIFY, row.state)
            if row.priority_class != kind.id:
                row = self._store.change(row, priority_class=kind.id, priority=kind.priority)
                self._tell(
                    TicketReclassified(**about(row), counter=desk.id, priority_class=kind.id)
                )

    def pause(self, counter: str) -> None:
        """Stop calling at the counter; whom it serves now it serves to the end."""
        with self._store.transaction():
            desk = self._desk(counter)
            if desk.id not in self._store.paused():
                self._store.pause(desk.id)
                now = self._clock.now()
                self._store.journal.append(CounterPaused(counter=desk.id, at=now), now)

    def unpause(self, counter: str) -> None:
        """Take numbers at the counter again."""
        with self._store.transaction():
            desk = self._desk(counter)
            if desk.id in self._store.paused():
                self._store.unpause(desk.id)
                now = self._clock.now()
                self._store.journal.append(CounterResumed(counter=desk.id, at=now), now)

    def _next_up(self, desk: DeskConfig) -> fairness.Upcoming | None:
        day, rule = self._today(), self._config.fairness
        waiting = [
            as_waiting(row)
            for row in self._store.in_state(TicketState.WAITING, day)
            if row.service in desk.services
        ]
        recent = self._store.recent_kinds(day, desk.id, rule.normal_per_priority)
        return fairness.next_up(waiting, recent, rule, self._clock.now())

    def _call(self, row: Row, desk: DeskConfig) -> CallRow:
        now = self._clock.now()
        waited_s = max(0.0, (now - row.waiting_since).total_seconds())
        state = after(Step.CALL, row.state)
        row = self._store.change(row, state=state, called_at=now, ended_at=None, counter=desk.id)
        self._tell(TicketCalled(**about(row), counter=desk.id, waited_s=waited_s))
        return self._store.add_call(row, desk.id, now, again=False)

    def _finish_current(self, desk: DeskConfig, expected: str) -> None:
        row = self._current(desk)
        if (row.id if row else "") != expected:
            raise errors.StaleConsoleError
        if row is None:
            return
        now = self._clock.now()
        served_s = max(0.0, (now - (row.called_at or now)).total_seconds())
        state = after(Step.FINISH, row.state)
        row = self._store.change(row, state=state, ended_at=now, served_s=served_s)
        self._tell(TicketServed(**about(row), counter=desk.id, served_s=served_s))

    def _back(self, row: Row, step: Step, *, service: str = "") -> Row:
        return self._store.change(
            row,
            state=after(step, row.state),
            waiting_since=self._clock.now(),
            service=service or row.service,
            ended_at=None,
            counter="",
        )

    def _served_now(self, desk: DeskConfig, expected: str) -> Row:
        row = self._current(desk)
        if row is None:
            raise errors.NothingCalledError
        if row.id != expected:
            raise errors.StaleConsoleError
        return row

    def _current(self, desk: DeskConfig) -> Row | None:
        called = self._store.in_state(TicketState.CALLED, self._today())
        return next((row for row in called if row.counter == desk.id), None)

    def _must_be_working(self, desk: DeskConfig) -> None:
        if desk.id in self._store.paused():
            raise errors.CounterPausedError

    def _ours(self, desk: DeskConfig, ticket_id: str) -> Row:
        row = self._store.known(ticket_id)
        if row.day != self._today() or row.service not in desk.services:
            raise errors.NotOursError
        if row.state is TicketState.CALLED and row.counter != desk.id:
            raise errors.NotOursError("Another counter serves this number now.")
        return row

    def _desk(self, counter: str) -> DeskConfig:
        desk = self._config.desk(counter)
        if desk is None:
            raise errors.NotFoundError("There is no such counter.")
        return desk

    def _today(self) -> date:
        return local_day(self._clock.now())

    def _tell(self, event: TicketEvent) -> None:
        self._store.journal.append(event, self._clock.now())
