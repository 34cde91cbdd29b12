"""Looking a number up and rating a visit; one rating a finished ticket (domain QUE-12)."""

import re

from msgspec.structs import replace

from kiosk.domain.steps import TicketState
from kiosk.ui.events import AnyAction, Back, Erase, Leave, TypeKey
from kiosk.ui.flows.visit.pages import (
    AboutVisit,
    Find,
    FindCode,
    FindTicket,
    Found,
    GiveRating,
    Look,
    NotFound,
    NotFoundReason,
    Rate,
    RatingRefused,
    RatingStored,
    SendRating,
    Thanks,
)
from kiosk.ui.minutes import minutes
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import Home, State

NUMBER_LENGTH = 6  # UA1000, domain QUE-4
THANKS_S = 6.0
_CODE = re.compile(r"/t/([A-Za-z0-9_-]{4,64})/?\Z")
_ENDS = {
    TicketState.WAITING: AboutVisit.WAITING,
    TicketState.CALLED: AboutVisit.CALLED,
    TicketState.HELD: AboutVisit.HELD,
    TicketState.MISSED: AboutVisit.MISSED,
    TicketState.EXPIRED: AboutVisit.EXPIRED,
}


def code_in(text: str) -> str:
    """Return the ticket's code in the address of its QR, or nothing; it is never opened."""
    found = _CODE.search(text)
    return found[1] if found else ""


def look_for_code(state: State, code: str) -> Step:
    """Look up the ticket that was scanned."""
    ask = state.asks + 1
    return turn(replace(state, asks=ask), Find(asked=code, ask=ask), FindCode(ask=ask, code=code))


def find(state: State, page: Find, action: AnyAction) -> Step:
    """Act on the number pad."""
    match action:
        case Back() | Leave():
            return turn(state, Home())
        case _ if page.asked:
            return stay(state)
        case TypeKey(key=key) if len(page.typed) < NUMBER_LENGTH:
            return turn(state, replace(page, typed=page.typed + key))
        case Erase():
            return turn(state, replace(page, typed=page.typed[:-1]))
        case Look() if page.typed:
            ask = state.asks + 1
            asking = replace(page, asked=page.typed, ask=ask)
            return turn(replace(state, asks=ask), asking, FindTicket(ask=ask, number=page.typed))
        case _:
            return stay(state)


def found(state: State, event: Found, now: float) -> Step:
    """Rate a finished visit; of an open one say how far it is."""
    ticket = event.ticket
    if not isinstance(state.page, Find) or state.page.ask != event.ask:
        return stay(state)  # somebody before asked for it
    if ticket.state is TicketState.SERVED and not ticket.rated:
        return turn(state, Rate(ticket=ticket))
    state = replace(state, page=Find())
    about = _ENDS.get(ticket.state, AboutVisit.ALREADY_RATED)
    wait = str(max(5, minutes(ticket.expected_wait_s)))
    values = {"number": ticket.number, "ahead": str(ticket.ahead), "minutes": wait}
    return stay(tell(state, now, about, **values, counter=_counter(state, ticket.counter)))


def not_found(state: State, event: NotFound, now: float) -> Step:
    """Say so, and keep what was typed."""
    if not isinstance(state.page, Find) or state.page.ask != event.ask:
        return stay(state)
    number = state.page.typed
    state = replace(state, page=replace(state.page, asked="", ask=0))
    unknown = event.reason is NotFoundReason.UNKNOWN
    about = AboutVisit.NOT_FOUND if unknown else AboutVisit.NO_ANSWER
    return stay(tell(state, now, about, number=number))


def rate(state: State, page: Rate, action: AnyAction) -> Step:
    """Act on the faces; nobody must answer."""
    match action:
        case Back() | Leave():
            return leave(state)
        case GiveRating(value=value, scale=scale) if not page.sent:
            ask = state.asks + 1
            send = SendRating(ask=ask, ticket=page.ticket.id, value=value, scale=scale)
            return turn(replace(state, asks=ask), replace(page, ask=ask), send)
        case _:
            return stay(state)


def stored(state: State, event: RatingStored, now: float) -> Step:
    """Thank."""
    if not isinstance(state.page, Rate) or state.page.ask != event.ask:
        return stay(state)
    return turn(state, Thanks(until=now + THANKS_S))


def not_stored(state: State, event: RatingRefused, now: float) -> Step:
    """Say why, and let the citizen try again where it can help."""
    page = state.page
    if not isinstance(page, Rate) or page.ask != event.ask:
        return stay(state)
    if event.already:
        return stay(tell(replace(state, page=Find()), now, AboutVisit.ALREADY_RATED))
    return stay(tell(replace(state, page=replace(page, ask=0)), now, AboutVisit.NO_ANSWER))


def _counter(state: State, counter: str) -> str:
    site = state.world.site
    for each in site.counters if site else ():
        if each.id == counter:
            return each.names.get(state.language, each.names["vi"])
    return counter
