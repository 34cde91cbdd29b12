"""What the events of a site say about each of its tickets: a pure fold, one row a ticket."""

from datetime import date, datetime

import msgspec

from kiosk.domain.steps import TicketState
from kiosk.messages import (
    TicketCalled,
    TicketEvent,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketMissed,
    TicketPrinted,
    TicketRated,
    TicketResumed,
    TicketServed,
    TicketTransferred,
)

_DAY_S = 86_400.0


class TicketRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One ticket, as far as its events have come. `waited_s` is from issue to the first call."""

    box: str
    ticket: str
    number: str
    day: date
    service: str
    state: TicketState = TicketState.WAITING
    issued_at: datetime | None = None
    printed: bool = False
    waited_s: float | None = None
    served_s: float | None = None
    rating: int | None = None
    rating_scale: int | None = None


def after(row: TicketRow | None, box: str, event: TicketEvent, at: datetime) -> TicketRow:
    """Return the ticket after an event; one whose issue was never heard is known from here on."""
    known = row or TicketRow(
        box=box, ticket=event.ticket, number=event.number, day=event.day, service=event.service
    )
    return msgspec.structs.replace(known, **_changes(event, at))


def _changes(event: TicketEvent, at: datetime) -> dict[str, object]:  # noqa: PLR0911 - one a kind
    match event:
        case TicketIssued():
            return {"issued_at": at, "state": TicketState.WAITING}
        case TicketPrinted():
            return {"printed": True}
        case TicketCalled(waited_s=waited_s):
            return {"state": TicketState.CALLED, "waited_s": _within_a_day(waited_s)}
        case TicketServed(served_s=served_s):
            return {"state": TicketState.SERVED, "served_s": _within_a_day(served_s)}
        case TicketTransferred(to_service=service):
            return {"state": TicketState.WAITING, "service": service}
        case TicketRated(value=value, scale=scale):
            return {"rating": value, "rating_scale": scale}
        case _:
            state = _STATE_AFTER.get(type(event))
            return {"state": state} if state else {}


def _within_a_day(seconds: float) -> float:
    """Return the span, cut to what a ticket can live: nonsense of one box must not spoil sums."""
    return min(max(0.0, seconds), _DAY_S)


_STATE_AFTER: dict[type[TicketEvent], TicketState] = {
    TicketResumed: TicketState.WAITING,
    TicketHeld: TicketState.HELD,
    TicketMissed: TicketState.MISSED,
    TicketExpired: TicketState.EXPIRED,
}
