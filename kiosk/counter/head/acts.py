"""What the supervisor does, each a transaction with its event, which says `by = "head"`.

Blocking, and called on the one thread that owns the store.
"""

from datetime import datetime

from devices.contract.clock import Clock, local_day
from kiosk.api import errors
from kiosk.counter.chronicle.chronicle import HEAD
from kiosk.counter.config import CounterConfig
from kiosk.counter.moves import Actor, Moves, Whither
from kiosk.counter.rows import Row
from kiosk.counter.store import Store
from kiosk.domain.steps import TicketState

_HEAD = Actor(by=HEAD)


class HeadActs:
    """The supervisor's hand in the queue. Whom a counter serves now is left to that counter."""

    def __init__(self, config: CounterConfig, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._moves = Moves(config, store, clock)

    def move(self, ticket_id: str, to: Whither) -> Row:
        """Hand a waiting or held ticket to a service or counter, at the place it had.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            row = self._at_hand(ticket_id)
            self._moves.transfer(row, to, _HEAD)
            return row

    def resume(self, ticket_id: str) -> Row:
        """Put a held or missed ticket into the queue again.

        Raises NotFoundError, NotOursError, StepRefusedError.
        """
        with self._store.transaction():
            row = self._at_hand(ticket_id)
            self._moves.resume(row, _HEAD)
            return row

    def reclassify(self, ticket_id: str, class_id: str) -> Row:
        """Change a ticket's class. Raises NotFoundError, NotOursError, StepRefusedError."""
        with self._store.transaction():
            row = self._of_today(ticket_id)
            self._moves.reclassify(row, class_id, _HEAD)
            return row

    def pause(self, counter: str, reason: str, back_at: datetime | None) -> None:
        """Stop the calls of a counter; whom it serves it serves to the end. NotFoundError."""
        with self._store.transaction():
            self._known(counter)
            self._moves.pause(counter, _HEAD, reason=reason, back_at=back_at)

    def unpause(self, counter: str) -> None:
        """Let a counter call again. Raises NotFoundError."""
        with self._store.transaction():
            self._known(counter)
            self._moves.unpause(counter, _HEAD)

    def _at_hand(self, ticket_id: str) -> Row:
        row = self._of_today(ticket_id)
        if row.state is TicketState.CALLED:
            raise errors.NotOursError("A counter serves this number now.")
        return row

    def _of_today(self, ticket_id: str) -> Row:
        row = self._store.known(ticket_id)
        if row.day != local_day(self._clock.now()):
            raise errors.NotFoundError("The ticket is of another day.")
        return row

    def _known(self, counter: str) -> None:
        if self._config.desk(counter) is None:
            raise errors.NotFoundError("There is no such counter.")
