"""How the pages of taking a number look."""

from kiosk.api.queue import PriorityClass
from kiosk.ui.bodies import named, priority_classes, service_of, waiting
from kiosk.ui.events import Back
from kiosk.ui.flows.number.pages import (
    PLAIN_CLASS,
    Errand,
    Issued,
    NoAnswer,
    OpenClasses,
    OpenScan,
    Paper,
    SetClass,
    TakeNumber,
)
from kiosk.ui.flows.number.texts import NUMBER, NumberTexts
from kiosk.ui.minutes import minutes
from kiosk.ui.screen import Button, Confirmation, Message, Notice, Number, Tile, Tiles, Tone
from kiosk.ui.state import State
from kiosk.ui.texts import GENERAL
from kiosk.ui.world import PrinterState, ScannerState


def taking(state: State) -> Message:
    """Say that the counter server was asked."""
    words = NUMBER.of(state)
    return Message(
        icon="clock",
        tone=Tone.PLAIN,
        title=words.taking,
        lines=(GENERAL.of(state).please_wait,),
    )


def confirm(state: State, errand: Errand) -> Confirmation:
    """Show the service, and one button for the number."""
    texts = NUMBER.of(state)
    service = service_of(state, errand.service)
    ready = state.world.printer is PrinterState.READY
    sides = [_class_tile(state, errand, texts)]
    if state.world.scanner is not ScannerState.NONE:
        sides.append(_card_tile(state, errand, texts))
    return Confirmation(
        icon=service.icon or "form" if service else "form",
        title=named(service.names, state) if service else "",
        facts=waiting(service, GENERAL.of(state)) if service else (),
        main=Button(
            action=TakeNumber(),
            text=texts.print_number if ready else texts.show_number,
            tone=Tone.MAIN,
            icon="print" if ready else "ticket",
        ),
        sides=tuple(sides),
    )


def _card_tile(state: State, errand: Errand, texts: NumberTexts) -> Tile:
    card = errand.card
    action = OpenScan() if state.world.scanner is ScannerState.READY else None
    if card is None:
        title = texts.scan_card if action else texts.scanner_missing
        note = texts.scan_card_note if action else texts.no_card_needed
        return Tile(action=action, icon="card", title=title, note=note)
    greeting = texts.greeting_woman if card.female else texts.greeting_man
    masked = texts.card_of.format(number=card.masked)
    title = greeting.format(name=card.given_name) if card.given_name else texts.scan_card
    return Tile(action=action, icon="card", title=title, note=masked, chosen=True)


def _class_tile(state: State, errand: Errand, texts: NumberTexts) -> Tile:
    plain = errand.priority_class == PLAIN_CLASS
    chosen = next(
        (each for each in priority_classes(state) if each.id == errand.priority_class), None
    )
    return Tile(
        action=OpenClasses(),
        icon=_class_icon(chosen) if chosen else "person",
        title=named(chosen.names, state) if chosen and not plain else texts.class_title,
        note=texts.class_plain if plain else texts.class_chosen,
        chosen=not plain,
    )


def classes(state: State, errand: Errand) -> Tiles:
    """Show the classes a citizen may declare (domain QUE-2)."""
    texts = NUMBER.of(state)
    tiles = tuple(
        Tile(
            action=SetClass(priority_class=each.id),
            icon=_class_icon(each),
            title=named(each.names, state),
            chosen=each.id == errand.priority_class,
        )
        for each in priority_classes(state)
    )
    return Tiles(prompt=f"{texts.choose_class} {texts.class_note}", tiles=tiles)


def _class_icon(each: PriorityClass) -> str:
    return each.id if each.priority else "person"


def scan(state: State) -> Notice:
    """Show the notice before anything is scanned (domain PRI-1)."""
    texts = NUMBER.of(state)
    return Notice(
        title=texts.privacy_title,
        sentences=(texts.privacy_purpose, texts.privacy_memory),
        prompt=texts.scan_prompt,
        icon="scan",
    )


def no_number(state: State, page: NoAnswer) -> Message:
    """Say that the counter server gave no number."""
    texts = NUMBER.of(state)
    again = Button(action=TakeNumber(), text=GENERAL.of(state).try_again, tone=Tone.MAIN)
    return Message(
        icon="desk",
        tone=Tone.WARN,
        title=texts.no_number,
        lines=(texts.no_number_help,),
        main=again if page.retry else None,
    )


def issued(state: State, page: Issued) -> Number:
    """Show the number, and what to do with it."""
    texts, please_wait = NUMBER.of(state), GENERAL.of(state).please_wait
    ticket = page.ticket
    ahead = texts.ahead.format(count=ticket.ahead) if ticket.ahead else texts.ahead_none
    guess = minutes(ticket.expected_wait_s)
    wait = (texts.expected_wait.format(minutes=guess),) if guess else ()
    paper, advice, tone, icon = {
        Paper.PRINTING: (texts.printing, please_wait, Tone.PLAIN, "print"),
        Paper.PRINTED: (texts.printed, texts.keep_ticket, Tone.GOOD, "ticket"),
        Paper.NO_PAPER: (texts.unprinted_paper, texts.unprinted_paper_help, Tone.WARN, "paper"),
        Paper.FAULT: (texts.unprinted_fault, texts.unprinted_fault_help, Tone.WARN, "paper"),
        Paper.NONE: (texts.paperless, texts.paperless_help, Tone.PLAIN, "ticket"),
    }[page.paper]
    missing = page.paper not in (Paper.PRINTING, Paper.PRINTED)
    return Number(
        caption=texts.your_number,
        number=ticket.number,
        service=named(ticket.service_names, state),
        facts=(ahead, *wait),
        paper=paper,
        advice=advice,
        tone=tone,
        icon=icon,
        qr=ticket.url if missing else "",
    )


def skip_card(state: State) -> Button:
    """Return the way on without a card."""
    return Button(action=Back(), text=NUMBER.of(state).skip_card, icon="back")
