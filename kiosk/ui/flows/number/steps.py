"""Taking a number: the service, the class, the card, the asking, the paper."""

import unicodedata
from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from devices.messages import IdentityCard
from kiosk.api.queue import Ticket
from kiosk.ui.events import AnyAction, Back, DevicesSeen, Leave
from kiosk.ui.flows.chip import offering
from kiosk.ui.flows.chip.pages import OpenChip
from kiosk.ui.flows.number.pages import (
    PLAIN_CLASS,
    SENIOR_CLASS,
    AboutNumber,
    AskNumber,
    Card,
    ChooseClass,
    ChooseService,
    Confirm,
    Errand,
    ForgetNumber,
    Issued,
    NoAnswer,
    NotPrinted,
    NumberRefused,
    NumberTaken,
    OpenClasses,
    OpenScan,
    Owed,
    Paper,
    Printed,
    PrintTicket,
    ScanCard,
    SetClass,
    TakeNumber,
    Taking,
)
from kiosk.ui.flows.procedures.pages import OpenProceduresOf, Procedures
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import Home, State
from kiosk.ui.world import PrinterState, ScannerState

_MISSING = {PrinterState.NO_PAPER: Paper.NO_PAPER, PrinterState.NONE: Paper.NONE}
_SENIOR_YEARS = 60
_NUMBER_DIGITS = 12
_TRIES = 2  # once, and once more when the paper is back
_BELIEVED_AFTER_S = 3.0  # a printer called ready just before it refused may be called so still
_DAY_FIRST = 8
_EARLIEST_YEAR = 1900


def choose(state: State, action: ChooseService) -> Step:
    """Go from the services to the confirmation, when numbers are given for that one."""
    site = state.world.site
    if site is None or not state.world.reachable or not site.open:
        return stay(state)
    if not any(service.id == action.service and service.open for service in site.services):
        return stay(state)
    return turn(state, Confirm(errand=Errand(service=action.service)))


def confirm(state: State, page: Confirm, action: AnyAction) -> Step:
    """Act on the confirmation."""
    match action:
        case TakeNumber():
            ask = state.asks + 1
            return _ask(replace(state, asks=ask), page.errand, ask)
        case OpenClasses():
            return turn(state, ChooseClass(errand=page.errand))
        case OpenScan() if state.world.scanner is ScannerState.READY:
            return turn(state, ScanCard(errand=page.errand))
        case OpenProceduresOf(service=service) if has_procedures(state, service):
            return turn(state, Procedures(service=service))
        case Back() | Leave():
            return turn(state, Home())
        case _:
            return stay(state)


def has_procedures(state: State, service: str) -> bool:
    """Return whether the catalogue tells what the service needs."""
    catalogue = state.world.catalogue
    return bool(catalogue and catalogue.of_service(service))


def choose_class(state: State, page: ChooseClass, action: AnyAction) -> Step:
    """Act on the priority classes."""
    match action:
        case SetClass(priority_class=wanted) if wanted in _classes(state):
            return turn(state, Confirm(errand=replace(page.errand, priority_class=wanted)))
        case Back():
            return turn(state, Confirm(errand=page.errand))
        case _:
            return stay(state)


def scan(state: State, page: ScanCard, action: AnyAction) -> Step:
    """Act on the privacy notice: the only way on without a card is back."""
    match action:
        case OpenChip():
            return offering.begin(state, page)
        case Back():
            return turn(state, Confirm(errand=page.errand))
        case _:
            return stay(state)


def card_read(state: State, page: ScanCard, card: IdentityCard, now: float) -> Step:
    """Keep of a card what the next page shows; suggest the class of age (domain QUE-2).

    A class the citizen declared stays.
    """
    kept = keep(card, state.world.site.day if state.world.site else None)
    errand = replace(page.errand, card=kept)
    about = AboutNumber.CARD_READ
    plain = errand.priority_class == PLAIN_CLASS
    if plain and kept.senior and SENIOR_CLASS in _classes(state):
        errand = replace(errand, priority_class=SENIOR_CLASS)
        about = AboutNumber.SENIOR_SUGGESTED
    state, effects = turn(state, Confirm(errand=errand))
    return tell(state, now, about), effects


def keep(card: IdentityCard, day: date | None) -> Card:
    """Return the little that may be shown of a card."""
    number = card.number
    whole = len(number) == _NUMBER_DIGITS and number.isascii() and number.isdigit()
    words = unicodedata.normalize("NFC", card.name).split()
    return Card(
        masked=f"{number[:4]}******{number[-2:]}" if whole else "***",  # domain PRI-1
        given_name=words[-1].title() if words else "",
        female=card.sex == "Nữ",
        senior=day is not None and _age(card.birth, day) >= _SENIOR_YEARS,
    )


def no_answer(state: State, page: NoAnswer, action: AnyAction) -> Step:
    """Ask again under the same name, or give up."""
    match action:
        case TakeNumber() if page.retry:
            return _ask(state, page.errand, page.ask)
        case Back() | Leave():
            return leave(state, ForgetNumber(ask=page.ask))
        case _:
            return stay(state)


def refused(state: State, event: NumberRefused) -> Step:
    """Tell that there is no number."""
    if not isinstance(state.page, Taking) or state.page.ask != event.ask:
        return stay(state)
    page = NoAnswer(errand=state.page.errand, ask=event.ask, retry=event.retry)
    return turn(state, page)


def taken(state: State, event: NumberTaken, now: float) -> Step:
    """Show the number and put it on paper; one that nobody waits for is left to the server."""
    if not isinstance(state.page, Taking) or state.page.ask != event.ask:
        return stay(state)
    return issue(state, event.ticket, now)


def issue(state: State, ticket: Ticket, now: float) -> Step:
    """Show a number and put it on paper, once: one that has been printed is only shown.

    Where the box has no printer the number is on the screen only, and nothing is owed.
    """
    until = now + state.rules.unprinted_shown_s
    if state.world.printer is PrinterState.NONE or ticket.printed:
        return turn(state, Issued(ticket=ticket, paper=Paper.NONE, until=until))
    page = Issued(ticket=ticket, paper=Paper.PRINTING, until=until)
    others = tuple(each for each in state.owed if each.ticket.id != ticket.id)
    owed = Owed(ticket=ticket, until=now + state.rules.reprint_within_s)
    state = replace(state, owed=(*others, owed))
    return turn(state, page, PrintTicket(ticket=ticket))


def printed(state: State, event: Printed, now: float) -> Step:
    """Ask the citizen to take the paper."""
    state = _settle(state, event.ticket)
    page = state.page
    if not isinstance(page, Issued) or page.ticket.id != event.ticket:
        return stay(state)
    until = now + state.rules.ticket_shown_s
    return replace(state, page=replace(page, paper=Paper.PRINTED, until=until)), ()


def not_printed(state: State, event: NotPrinted, now: float) -> Step:
    """Keep the number for one more try, and ask the citizen to write it down."""
    final = event.printer is PrinterState.NONE
    again_at = now + _BELIEVED_AFTER_S
    left = tuple(
        replace(each, again_at=again_at) if each.ticket.id == event.ticket else each
        for each in state.owed
        if each.ticket.id != event.ticket or (each.tries < _TRIES and not final)
    )
    state = replace(state, owed=left)
    page = state.page
    if not isinstance(page, Issued) or page.ticket.id != event.ticket:
        return stay(state)
    paper = _MISSING.get(event.printer, Paper.FAULT)
    return stay(replace(state, page=replace(page, paper=paper)))


def devices_seen(state: State, event: DevicesSeen, now: float) -> Step:
    """Take note, and print what is owed. A printer seen at fault is believed when it is ready."""
    world = replace(state.world, printer=event.printer, scanner=event.scanner)
    owed = state.owed
    if event.printer is not PrinterState.READY:
        owed = tuple(replace(each, again_at=now) if each.failed else each for each in owed)
    return pay_owed(replace(state, world=world, owed=owed), now)


def pay_owed(state: State, now: float) -> Step:
    """Print once more what failed, when the printer is ready."""
    due = [
        each.ticket
        for each in state.owed
        if each.again_at is not None and each.again_at <= now < each.until
    ]
    if state.world.printer is not PrinterState.READY or not due:
        return stay(state)
    owed = (
        replace(each, again_at=None, tries=each.tries + 1) if each.ticket in due else each
        for each in state.owed
    )
    state = replace(state, owed=tuple(owed))
    page = state.page
    if isinstance(page, Issued) and page.ticket in due:
        until = now + state.rules.unprinted_shown_s
        state = replace(state, page=replace(page, paper=Paper.PRINTING, until=until))
    return state, tuple(PrintTicket(ticket=ticket) for ticket in due)


def due_again(state: State) -> Iterator[float]:
    """Yield when something is owed to a printer that is ready."""
    if state.world.printer is PrinterState.READY:
        yield from (each.again_at for each in state.owed if each.again_at is not None)


def _settle(state: State, ticket: str) -> State:
    left = tuple(each for each in state.owed if each.ticket.id != ticket)
    return replace(state, owed=left)


def _ask(state: State, errand: Errand, ask: int) -> Step:
    effect = AskNumber(
        ask=ask,
        service=errand.service,
        priority_class=errand.priority_class,
        language=state.language,
    )
    return turn(state, Taking(errand=replace(errand, card=None), ask=ask), effect)


def _classes(state: State) -> set[str]:
    site = state.world.site
    return {each.id for each in site.priority_classes} if site else set()


def _age(birth: str, day: date) -> int:
    """Return the full years of a birth written as ID-4 allows; an unknown day is the last."""
    if not birth.isascii() or not birth.isdigit():
        return 0
    year = int(birth[-4:])
    month, on = (int(birth[2:4]), int(birth[:2])) if len(birth) == _DAY_FIRST else (0, 0)
    if year < _EARLIEST_YEAR:
        return 0
    before = (day.month, day.day) < (month or 12, on or 31)
    return day.year - year - int(before)
