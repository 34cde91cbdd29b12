"""Why a number stands where it does in a counter's line, as one word for each place. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from kiosk.domain.fairness import Reason, Upcoming


class Why(StrEnum):
    """The fairness rule's reason, told finer. `OLDEST` waits longest of all, when it is called.

    `REGULAR` is the oldest too, and a priority number waits: but it is the turn of those who came
    first. `KEPT` came back to the place it had.
    """

    OLDEST = "oldest"
    REGULAR = "regular"
    PRIORITY = "priority"
    OVERDUE = "overdue"
    KEPT = "kept"


def whys(order: Sequence[Upcoming], came_back: frozenset[str]) -> list[Why]:
    """Return the reason of each place in the order; `came_back` are tickets' ids."""
    priorities = sum(up.ticket.priority for up in order)
    told = []
    for up in order:
        priorities -= up.ticket.priority
        told.append(_why(up, came_back, priority_waits=priorities > 0))
    return told


def _why(up: Upcoming, came_back: frozenset[str], *, priority_waits: bool) -> Why:
    if up.reason is not Reason.ORDER:
        return Why(up.reason)
    if up.ticket.id in came_back:
        return Why.KEPT
    return Why.REGULAR if priority_waits and not up.ticket.priority else Why.OLDEST
