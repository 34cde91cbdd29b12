"""The queue: what citizens and officers do to it, each a transaction with its event.

Blocking, and called on the one thread that owns the store, so two officers never get one ticket.
"""

import secrets
import uuid
from collections.abc import Callable
from datetime import date
from typing import TypedDict

from devices.contract.clock import Clock, local_day
from devices.contract.errors import BadPayloadError
from kiosk.api import Rate, TakeTicket, TicketState
from kiosk.counter import errors
from kiosk.counter.config import CounterConfig, DeskConfig
from kiosk.counter.rows import CallRow, Row, Snapshot
from kiosk.counter.store import Store
from kiosk.domain import fairness, ticket
from kiosk.domain.estimate import LATEST
from kiosk.domain.steps import Step, after
from kiosk.messages import (
    CounterPaused,
    CounterResumed,
    TicketCalled,
    TicketEvent,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketMissed,
    TicketPrinted,
    TicketRated,
    TicketRecalled,
    TicketReclassified,
    TicketResumed,
    TicketServed,
    TicketTransferred,
)

_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, no U
_CALLS_SHOWN = 12
_CODE_LENGTH = 12  # 58 bits


class Queue:
    """The site's queue. `expected` is the ticket a console believes it serves ("" for none)."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    def take(self, wish: TakeTicket) -> Row:
        """Give a number, or the same one again for the same request of the same kiosk.

        Raises RequestReusedError, SiteClosedError, ServiceClosedError, NotFoundError, StorageError.
        """
        with self._store.transaction():
            known = self._store.by_request(wish.kiosk, wish.request)
            if known is None:
                return self._give(wish)
        if (known.asked_service, known.asked_class) != (wish.service, wish.priority_class):
            raise errors.RequestReusedError
        return known

    def _give(self, wish: TakeTicket) -> Row:
        now = self._clock.now()
        service = self._config.service(wish.service)
        kind = self._config.priority_class(wish.priority_class)
        if service is None or kind is None:
            raise errors.NotFoundError("There is no such service or priority class.")
        if not self._config.hours.is_open(now):
            raise errors.SiteClosedError
        if {desk.id for desk in self._config.desks_of(service.id)} <= self._store.paused():
            raise errors.ServiceClosedError
        day = local_day(now)
        serial = self._store.last_serial(day, service.prefix) + 1
        row = self._store.add(
            Row(
                id=uuid.uuid4().hex,
                code="".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH)),
                day=day,
                prefix=service.prefix,
                serial=serial,
                number=str(ticket.given(service.prefix, serial, priority=kind.priority)),
                service=service.id,
                priority_class=kind.id,
                priority=kind.priority,
                language=wish.language,
                kiosk=wish.kiosk,
                request=wish.request,
                asked_service=service.id,
                asked_class=kind.id,
                state=TicketState.WAITING,
                issued_at=now,
                waiting_since=now,
            )
        )
        event = TicketIssued(
            **_about(row), kiosk=row.kiosk, priority_class=kind.id, language=row.language
        )
        self._store.journal.append(event, now)
        return row

    def printed(self, ticket_id: str) -> Row:
        """Keep that the number is on paper, once. Raises NotFoundError."""
        with self._store.transaction():
            row = self._known(ticket_id)
            if not row.printed:
                row = self._store.change(row, printed=True)
                self._tell(TicketPrinted(**_about(row)))
            return row

    def rate(self, ticket_id: str, rate: Rate) -> Row:
        """Keep a finished visit's rating, once (domain QUE-12).

        Raises NotFinishedError, AlreadyRatedError, NotFoundError, BadPayloadError.
        """
        if rate.value > rate.scale:
            raise BadPayloadError(f"{rate.value} is not on a scale of {rate.scale}.")
        with self._store.transaction():
            row = self._known(ticket_id)
            if row.state is not TicketState.SERVED:
                raise errors.NotFinishedError
            if row.rating is not None:
                raise errors.AlreadyRatedError
            row = self._store.change(row, rating=rate.value, rating_scale=rate.scale)
            self._tell(TicketRated(**_about(row), value=rate.value, scale=rate.scale))
            return row

    def next(self, counter: str, expected: str) -> CallRow | None:
        """Finish the counter's ticket and call the next by the rule; None when nobody waits.

        Raises StaleConsoleError, CounterPausedError.
        """
        with self._store.transaction():
            desk, day = self._desk(counter), self._today()
            self._must_be_working(desk)
            self._finish_current(desk, expected)
            up = self.upcoming(desk, day)
            return self._call(self._known(up[0].ticket.id), desk) if up else None

    def upcoming(self, desk: DeskConfig, day: date) -> list[fairness.Upcoming]:
        """Return the counter's waiting tickets in the order in which it will call them."""
        waiting = [
            fairness.Waiting(row.id, row.turn, row.issued_at, row.priority)
            for row in self._store.in_state(TicketState.WAITING, day)
            if row.service in desk.services
        ]
        rule = self._config.fairness
        recent = self._store.recent_kinds(day, desk.id, rule.normal_per_priority)
        return fairness.order(waiting, recent, rule, self._clock.now())

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
            self._tell(TicketRecalled(**_about(row), counter=desk.id))
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
            self._tell(tell(**_about(row), counter=desk.id))

    def resume(self, counter: str, ticket_id: str) -> None:
        """Put a held or missed ticket into the queue again, at the place it had.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            row = self._back(row, Step.RESUME)
            self._tell(TicketResumed(**_about(row), counter=desk.id))

    def transfer(self, counter: str, ticket_id: str, service: str) -> None:
        """Hand a ticket to another service's queue; it keeps its number and its time of issue.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            desk = self._desk(counter)
            row = self._ours(desk, ticket_id)
            if self._config.service(service) is None or service == row.service:
                raise errors.NotFoundError("There is no such other service.")
            event = TicketTransferred(**_about(row), counter=desk.id, to_service=service)
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
                    TicketReclassified(**_about(row), counter=desk.id, priority_class=kind.id)
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

    def roll_over(self) -> int:
        """Expire earlier days' open tickets, forget what is not kept; return how many expired."""
        today = self._today()
        with self._store.transaction():
            self._store.forget_before(today, self._config.keep_days)  # first: it makes room
            rows = self._store.open_before(today)
            for row in rows:
                state = after(Step.EXPIRE, row.state)
                self._store.change(row, state=state, ended_at=self._clock.now())
                self._tell(TicketExpired(**_about(row)))
        return len(rows)

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
        )

    def _call(self, row: Row, desk: DeskConfig) -> CallRow:
        now = self._clock.now()
        waited_s = max(0.0, (now - row.waiting_since).total_seconds())
        state = after(Step.CALL, row.state)
        row = self._store.change(row, state=state, called_at=now, ended_at=None, counter=desk.id)
        self._tell(TicketCalled(**_about(row), counter=desk.id, waited_s=waited_s))
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
        self._tell(TicketServed(**_about(row), counter=desk.id, served_s=served_s))

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
        row = self._known(ticket_id)
        if row.day != self._today() or row.service not in desk.services:
            raise errors.NotOursError
        if row.state is TicketState.CALLED and row.counter != desk.id:
            raise errors.NotOursError("Another counter serves this number now.")
        return row

    def _known(self, ticket_id: str) -> Row:
        row = self._store.ticket(ticket_id)
        if row is None:
            raise errors.NotFoundError("There is no such ticket.")
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


class _About(TypedDict):
    """The fields every ticket event has."""

    ticket: str
    number: str
    day: date
    service: str


def _about(row: Row) -> _About:
    return {"ticket": row.id, "number": row.number, "day": row.day, "service": row.service}
