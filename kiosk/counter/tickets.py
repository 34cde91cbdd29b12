"""What citizens do to the queue: take a number, have it printed, rate the visit.

Each is a transaction with its event. Blocking, and called on the one thread that owns the store.
"""

import secrets
import uuid
from datetime import datetime

from devices.contract.clock import Clock, local_day
from devices.contract.errors import BadPayloadError
from kiosk.api import errors
from kiosk.api.queue import Rate, TakeTicket
from kiosk.counter.config import CounterConfig
from kiosk.counter.rows import Row, about
from kiosk.counter.store import Store
from kiosk.domain import ticket
from kiosk.domain.steps import Step, TicketState, after
from kiosk.messages import TicketEvent, TicketExpired, TicketIssued, TicketPrinted, TicketRated

_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, no U
_CODE_LENGTH = 12  # 58 bits


class Tickets:
    """The site's tickets, as citizens use them."""

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
                return self.give(wish)
        if (known.asked_service, known.asked_class) != (wish.service, wish.priority_class):
            raise errors.RequestReusedError
        return known

    def give(self, wish: TakeTicket, appointment_at: datetime | None = None) -> Row:
        """Give a number, in the caller's transaction; at `appointment_at` its time has come.

        Raises SiteClosedError, ServiceClosedError, NotFoundError, StorageError.
        """
        now = self._clock.now()
        service = self._config.service(wish.service)
        kind = self._config.priority_class(wish.priority_class)
        if service is None or kind is None:
            raise errors.NotFoundError("There is no such service or priority class.")
        if not self._config.hours.is_open(now):
            raise errors.SiteClosedError
        if {desk.id for desk in self._config.desks_of(service.id)} <= self._store.paused().keys():
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
                appointment_at=appointment_at,
            )
        )
        event = TicketIssued(
            **about(row), kiosk=row.kiosk, priority_class=kind.id, language=row.language
        )
        self._store.journal.append(event, now)
        return row

    def take_back(self, ticket_id: str) -> None:
        """End a number that nobody has heard of, in the caller's transaction.

        One that is printed, was called or has ended stays as it is. Raises NotFoundError.
        """
        row = self._store.known(ticket_id)
        if row.state is TicketState.WAITING and not row.printed:
            now = self._clock.now()
            state = after(Step.EXPIRE, row.state)
            row = self._store.change(row, state=state, ended_at=now)
            self._store.journal.append(TicketExpired(**about(row)), now)

    def printed(self, ticket_id: str) -> Row:
        """Keep that the number is on paper, once. Raises NotFoundError."""
        with self._store.transaction():
            row = self._store.known(ticket_id)
            if not row.printed:
                row = self._store.change(row, printed=True)
                self._tell(TicketPrinted(**about(row)))
            return row

    def rate(self, ticket_id: str, rate: Rate) -> Row:
        """Keep a finished visit's rating, once (domain QUE-12).

        Raises NotFinishedError, AlreadyRatedError, NotFoundError, BadPayloadError.
        """
        if rate.value > rate.scale:
            raise BadPayloadError(f"{rate.value} is not on a scale of {rate.scale}.")
        with self._store.transaction():
            row = self._store.known(ticket_id)
            if row.state is not TicketState.SERVED:
                raise errors.NotFinishedError
            if row.rating is not None:
                raise errors.AlreadyRatedError
            row = self._store.change(row, rating=rate.value, rating_scale=rate.scale)
            self._tell(TicketRated(**about(row), value=rate.value, scale=rate.scale))
            return row

    def _tell(self, event: TicketEvent) -> None:
        self._store.journal.append(event, self._clock.now())
