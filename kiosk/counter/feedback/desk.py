"""What officers do with feedback that the office itself answers. Blocking, on the store thread."""

from datetime import timedelta

from devices.contract.clock import Clock, local_day
from kiosk.api import errors
from kiosk.backoffice.open311 import NewFeedback
from kiosk.backoffice.outbox import Outbox, Outstanding
from kiosk.counter.feedback.box import ANSWERED_ON, IS_CLOSED, FeedbackBox
from kiosk.counter.feedback.rows import FeedbackRow, Held, Tally
from kiosk.counter.store import Store
from kiosk.domain.feedback import FeedbackState, next_states

MOST_ROWS = 300
MOST_EXPORTED = 5000
_MOST_OUTSTANDING = 10_000
_CLOSED_FOR = timedelta(days=90)
_SHOWN = {
    "open": f"WHERE NOT {IS_CLOSED} ORDER BY due, sent_at LIMIT ?",
    "overdue": f"WHERE NOT {IS_CLOSED} AND due < ? ORDER BY due, sent_at LIMIT ?",
    "closed": f"WHERE {IS_CLOSED} AND answered_at > ? ORDER BY answered_at DESC LIMIT ?",
}


class FeedbackDesk:
    """The officers' side of the box."""

    def __init__(self, box: FeedbackBox, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._box = box
        self._store = store
        self._outbox = outbox
        self._clock = clock

    def listed(self, which: str, most: int = MOST_ROWS) -> list[FeedbackRow]:
        """Return what is `open` or `overdue`, by due day, or was `closed` lately, newest first."""
        now = self._clock.now()
        values = {"overdue": (local_day(now),), "closed": (now - _CLOSED_FOR,)}
        return self._box.rows(_SHOWN.get(which, _SHOWN["open"]), *values.get(which, ()), most)

    def tally(self) -> Tally:
        """Return how all feedback stands today."""
        sql = (
            f"SELECT COALESCE(SUM(NOT {IS_CLOSED}), 0),"  # noqa: S608 - our own words
            f" COALESCE(SUM(NOT {IS_CLOSED} AND due < ?), 0),"
            f" COALESCE(SUM({ANSWERED_ON} <= due), 0),"
            f" COALESCE(SUM({ANSWERED_ON} > due), 0) FROM feedback"
        )
        row = self._store.all(sql, local_day(self._clock.now()))[0]
        return Tally(open=row[0], overdue=row[1], in_time=row[2], late=row[3])

    def stuck(self) -> dict[str, Outstanding]:
        """Return what was given up on its way to the province's system, by its outbox item."""
        waiting = self._outbox.outstanding(_MOST_OUTSTANDING)
        return {one.id: one for one in waiting if one.given_up}

    def opened(self, feedback: str) -> tuple[FeedbackRow, NewFeedback | None]:
        """Return one with what was written, where that is still here; raises NotFoundError."""
        row = self._box.known(feedback)
        return row, self._box.contents(row)

    def answer(self, feedback: str, seen: int, state: FeedbackState, text: str) -> FeedbackRow:
        """Keep an officer's step; `seen` is the revision that was on the officer's screen.

        An office that answers at once forwards it to nobody: any open state may become done.
        Raises NotFoundError, FeedbackElsewhereError, FeedbackStaleError, FeedbackStepError.
        """
        with self._store.transaction():
            row = self._box.known(feedback)
            if row.held is not Held.HERE:
                raise errors.FeedbackElsewhereError
            if row.revision != seen:
                raise errors.FeedbackStaleError
            if state is not row.state and state not in steps(row):
                raise errors.FeedbackStepError
            if state.closed and not text.strip():
                raise errors.FeedbackStepError("A closed one needs an answer.")
            self._box.turn(row, state, text.strip())
            return self._box.known(feedback)

    def keep_here(self, feedback: str) -> FeedbackRow:
        """Answer here what the province's system would not take.

        Raises NotFoundError, FeedbackElsewhereError.
        """
        with self._store.transaction():
            self._box.keep_here(self._box.known(feedback))
            return self._box.known(feedback)

    def send_again(self, feedback: str) -> FeedbackRow:
        """Send again what was given up; raises NotFoundError, FeedbackElsewhereError."""
        row = self._box.known(feedback)
        if row.held is not Held.LEAVING or not self._outbox.again(row.item):
            raise errors.FeedbackElsewhereError
        return row


def steps(row: FeedbackRow) -> tuple[FeedbackState, ...]:
    """Return the states that an officer of this office may give it now."""
    if row.held is not Held.HERE:
        return ()
    following = set(next_states(row.state))
    if not row.state.closed:
        following.add(FeedbackState.DONE)
    if not row.may_be_public:
        following.discard(FeedbackState.PUBLISHED)
    return tuple(state for state in FeedbackState if state in following)
