"""What officers do to the queue at their counters, each a transaction with its event.

Blocking, and called on the one thread that owns the store, so two officers never get one ticket.
"""

from datetime import date, datetime

from devices.contract.clock import Clock, local_day
from kiosk.api import errors
from kiosk.counter.config import CounterConfig, DeskConfig
from kiosk.counter.moves import Actor, Moves, Whither
from kiosk.counter.rows import CallRow, Row, about, as_waiting, in_line_at
from kiosk.counter.store import Store
from kiosk.domain import fairness
from kiosk.domain.steps import Step, TicketState, after
from kiosk.messages import (
    TicketCalled,
    TicketEvent,
    TicketHeld,
    TicketMissed,
    TicketRecalled,
    TicketServed,
)


class Desks:
    """The site's counters. `expected` is the ticket a console believes it serves ("" for none)."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._moves = Moves(config, store, clock)
        self._chronicle = self._moves.chronicle

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
            self._chronicle.tell(TicketRecalled(**about(row), counter=desk.id), desk.id)
            return self._store.add_call(row, desk.id, self._clock.now(), again=True)

    def finish(self, counter: str, expected: str) -> None:
        """Finish the counter's ticket. Raises StaleConsoleError, NothingCalledError."""
        with self._store.transaction():
            desk = self._desk(counter)
            self._served_now(desk, expected)
            self._finish_current(desk, expected)

    def no_show(self, counter: str, expected: str) -> None:
        """Keep that nobody came. Raises StaleConsoleError, NothingCalledError."""
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._served_now(desk, expected)
            self._leave(row, Step.NO_SHOW, TicketMissed(**about(row), counter=desk.id))

    def hold(self, counter: str, expected: str, reason: str = "") -> None:
        """Let the citizen wait aside, for a reason of the site's list.

        Raises StaleConsoleError, NothingCalledError, NotFoundError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._served_now(desk, expected)
            if reason and reason not in {one.id for one in self._config.choices.held}:
                raise errors.NotFoundError("There is no such reason.")
            event = TicketHeld(**about(row), counter=desk.id, reason=reason)
            self._leave(row, Step.HOLD, event, held_reason=reason)

    def _leave(self, row: Row, step: Step, event: TicketEvent, **changes: str) -> None:
        state, now = after(step, row.state), self._clock.now()
        took_s = self._moves.at_counter_s(row)
        self._store.change(row, state=state, ended_at=now, **changes)
        self._chronicle.tell(event, row.counter, took_s=took_s)

    def resume(self, counter: str, ticket_id: str) -> None:
        """Put a held or missed ticket into the queue again, at the place it had.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            self._moves.resume(self._ours(desk, ticket_id), Actor(counter=desk.id))

    def transfer(
        self, counter: str, ticket_id: str, service: str, to_counter: str = "", note: str = ""
    ) -> None:
        """Hand a ticket to a service's queue, or to one counter of it, at the place it had.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            whither = Whither(service=service, counter=to_counter, note=note)
            self._moves.transfer(row, whither, Actor(counter=desk.id))

    def reclassify(self, counter: str, ticket_id: str, class_id: str) -> None:
        """Change a ticket's priority class (domain QUE-2); its number stays as it was printed.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            self._moves.reclassify(row, class_id, Actor(counter=desk.id))

    def pause(self, counter: str, reason: str = "", back_at: datetime | None = None) -> None:
        """Stop calling at the counter; whom it serves now it serves to the end.

        Raises NotFoundError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            self._moves.pause(desk.id, Actor(counter=desk.id), reason=reason, back_at=back_at)

    def unpause(self, counter: str) -> None:
        """Take numbers at the counter again."""
        with self._store.transaction():
            desk = self._desk(counter)
            self._moves.unpause(desk.id, Actor(counter=desk.id))

    def _next_up(self, desk: DeskConfig) -> fairness.Upcoming | None:
        day, rule = self._today(), self._config.fairness
        now = self._clock.now()
        everybody = self._store.in_state(TicketState.WAITING, day)
        working = self._store.staffed(day) - self._store.paused().keys()
        line = in_line_at(desk.id, desk.services, everybody, working)
        waiting = [as_waiting(row, now) for row in line]
        recent = self._store.recent_kinds(day, desk.id, rule.normal_per_priority)
        return fairness.next_up(waiting, recent, rule, now)

    def _call(self, row: Row, desk: DeskConfig) -> CallRow:
        now = self._clock.now()
        waited_s = max(0.0, (now - row.waiting_since).total_seconds())
        state = after(Step.CALL, row.state)
        row = self._store.change(
            row,
            state=state,
            called_at=now,
            ended_at=None,
            counter=desk.id,
            for_counter=desk.id if row.for_counter else "",
        )
        event = TicketCalled(**about(row), counter=desk.id, waited_s=waited_s)
        self._chronicle.tell(event, desk.id, took_s=waited_s)
        return self._store.add_call(row, desk.id, now, again=False)

    def _finish_current(self, desk: DeskConfig, expected: str) -> None:
        row = self._current(desk)
        if (row.id if row else "") != expected:
            raise errors.StaleConsoleError
        if row is None:
            return
        now = self._clock.now()
        served_s = self._moves.at_counter_s(row)
        state = after(Step.FINISH, row.state)
        row = self._store.change(row, state=state, ended_at=now, served_s=served_s)
        event = TicketServed(**about(row), counter=desk.id, served_s=served_s)
        self._chronicle.tell(event, desk.id, took_s=served_s)

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
