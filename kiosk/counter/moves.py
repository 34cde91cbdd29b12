"""What is done to a ticket or a counter from outside a visit, by its officer or by the supervisor.

Whether the one who acts may do so is judged before. Blocking, in the caller's transaction.
"""

from datetime import datetime

import msgspec

from devices.contract.clock import Clock
from kiosk.api import errors
from kiosk.counter.choices import Choices
from kiosk.counter.chronicle.chronicle import Chronicle
from kiosk.counter.config import CounterConfig
from kiosk.counter.rows import Break, CameBack, Row, about
from kiosk.counter.store import Store
from kiosk.domain.steps import Step, TicketState, after
from kiosk.messages import (
    CounterPaused,
    CounterResumed,
    TicketReclassified,
    TicketResumed,
    TicketTransferred,
)

_BACK_AS = {TicketState.HELD: CameBack.HELD, TicketState.MISSED: CameBack.MISSED}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: an officer at a counter; or the supervisor, who is at none (`by`)."""

    counter: str = ""
    by: str = ""


class Whither(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ticket is handed to: a service, and one counter of it or "" for any."""

    service: str
    counter: str = ""
    note: str = ""


class Moves:
    """The queue as it is moved by hand."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self.chronicle = Chronicle(store, clock)

    def resume(self, row: Row, actor: Actor) -> None:
        """Put a held or missed ticket into the queue again. Raises StepRefusedError."""
        came_back = _BACK_AS.get(row.state, row.came_back)
        row = self._back(row, Step.RESUME, came_back=came_back, from_counter=row.counter)
        event = TicketResumed(**about(row), counter=actor.counter, by=actor.by)
        self.chronicle.tell(event, actor.counter, by=actor.by)

    def transfer(self, row: Row, to: Whither, actor: Actor) -> None:
        """Hand a ticket on; it keeps its number and its time of issue.

        Raises NotFoundError, StepRefusedError.
        """
        desks = {desk.id for desk in self._config.desks_of(to.service)}
        is_at = row.counter if row.state is TicketState.CALLED and to.counter else row.for_counter
        if not desks or (to.counter and to.counter not in desks):
            raise errors.NotFoundError("There is no such service or counter.")
        if (to.service, to.counter) == (row.service, is_at):
            raise errors.NotFoundError("There is no such other service or counter.")
        self._must_be_listed(to.note, self._config.choices.notes)
        took_s = self.at_counter_s(row)
        event = TicketTransferred(
            **about(row),
            counter=actor.counter,
            to_service=to.service,
            to_counter=to.counter,
            note=to.note,
            by=actor.by,
        )
        changes = {
            "service": to.service,
            "for_counter": to.counter,
            "note": to.note,
            "came_back": CameBack.TRANSFERRED,
            "from_counter": row.counter or actor.counter,
        }
        self._back(row, Step.TRANSFER, **changes)
        self.chronicle.tell(event, row.counter or actor.counter, took_s=took_s, by=actor.by)

    def reclassify(self, row: Row, class_id: str, actor: Actor) -> None:
        """Change a ticket's priority class (domain QUE-2); its number stays as it was printed.

        Raises NotFoundError, StepRefusedError.
        """
        kind = self._config.priority_class(class_id)
        if kind is None:
            raise errors.NotFoundError("There is no such priority class.")
        after(Step.RECLASSIFY, row.state)
        if row.priority_class == kind.id:
            return
        row = self._store.change(row, priority_class=kind.id, priority=kind.priority)
        event = TicketReclassified(
            **about(row), counter=actor.counter, priority_class=kind.id, by=actor.by
        )
        self.chronicle.tell(event, actor.counter, by=actor.by)

    def pause(
        self, counter: str, actor: Actor, *, reason: str = "", back_at: datetime | None = None
    ) -> None:
        """Stop calling at the counter, or tell anew why and until when. Raises NotFoundError."""
        self._must_be_listed(reason, self._config.choices.breaks)
        now = self._clock.now()
        known = self._store.paused().get(counter)
        if known and (known.reason, known.back_at) == (reason, back_at):
            return
        since = known.since if known and known.since else now
        taken = Break(counter=counter, since=since, reason=reason, back_at=back_at, by=actor.by)
        self._store.pause(taken)
        event = CounterPaused(counter=counter, at=now, reason=reason, back_at=back_at, by=actor.by)
        self.chronicle.tell_of_counter(event)

    def unpause(self, counter: str, actor: Actor) -> None:
        """Take numbers at the counter again."""
        if counter in self._store.paused():
            self._store.unpause(counter)
            now = self._clock.now()
            self.chronicle.tell_of_counter(CounterResumed(counter=counter, at=now, by=actor.by))

    def at_counter_s(self, row: Row) -> float:
        """Return for how long a called ticket has been at its counter, 0 for any other."""
        if row.state is not TicketState.CALLED or row.called_at is None:
            return 0.0
        return max(0.0, (self._clock.now() - row.called_at).total_seconds())

    def _back(self, row: Row, step: Step, **changes: str) -> Row:
        return self._store.change(
            row,
            state=after(step, row.state),
            waiting_since=self._clock.now(),
            ended_at=None,
            counter="",
            **changes,
        )

    def _must_be_listed(self, chosen: str, choices: Choices) -> None:
        if chosen and chosen not in {one.id for one in choices}:
            raise errors.NotFoundError("There is no such choice in the site's list.")
