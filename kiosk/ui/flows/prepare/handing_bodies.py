"""How handing the dossier over looks."""

from kiosk.ui.bodies import named
from kiosk.ui.flows.prepare.bodies import moment, more, side
from kiosk.ui.flows.prepare.handing import may_repeat
from kiosk.ui.flows.prepare.pages import (
    FilingNumber,
    FilingSummary,
    FilingTaken,
    FilingUnsent,
    HandOver,
    HaveNumber,
    Unsent,
)
from kiosk.ui.flows.prepare.texts import PREPARE
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.paging import lines_of, parts
from kiosk.ui.room import Room
from kiosk.ui.screen import (
    Button,
    Message,
    Pair,
    Sheet,
    Tone,
    Writing,
)
from kiosk.ui.state import State
from kiosk.ui.world import PrinterState, ScannerState

_VALUE_SHARE, _SIDE_SHARE = 0.6, 0.6
_QR_SHARE = 0.55


def summary(state: State, page: FilingSummary, room: Room) -> Sheet:
    """Show what will be handed over, in parts where it does not fit."""
    words, filing = PREPARE.of(state), page.filing
    scanned = sum(bool(one.pages) for one in filing.papers)
    sheets = sum(one.pages for one in filing.papers)
    pairs = [
        Pair(label=words.name, value=filing.said.name),
        Pair(label=words.procedure, value=named(filing.names, state)),
    ]
    if filing.papers:
        told = f"{scanned}/{len(filing.papers)}, {words.pages.format(count=sheets)}"
        pairs.append(Pair(label=words.scanned, value=told))
    notes = [words.summary_note, words.ticket_new]
    measured: list[tuple[Pair | str, int]] = [
        (pair, lines_of(pair.value, int(room.letters * side(room) * _VALUE_SHARE)))
        for pair in pairs
    ]
    measured += [(note, lines_of(note, int(room.letters * side(room)))) for note in notes]
    divided = parts(measured, max(3, room.lines - (4 if room.upright else 0)))
    at = page.part if page.part < len(divided) else 0
    last = at + 1 == len(divided)
    return Sheet(
        icon="folder",
        title=words.summary_title,
        pairs=tuple(each for each in divided[at] if isinstance(each, Pair)),
        notes=tuple(each for each in divided[at] if isinstance(each, str)),
        buttons=(
            Button(action=HandOver(), text=words.hand_over, tone=Tone.MAIN, icon="check"),
            Button(action=HaveNumber(), text=words.have_number, icon="ticket"),
        ),
        foot=None if last else more(words, at + 1),
    )


def number(state: State, page: FilingNumber, room: Room) -> Writing:
    """Ask for the number the citizen has."""
    words = PREPARE.of(state)
    scans = state.world.scanner is ScannerState.READY
    prompt = words.number_asked if scans else words.number_asked_typed
    return keyboard(page.typing, room, prompt=prompt, hint="A012")


def unsent(state: State, page: FilingUnsent) -> Message:
    """Say why, and whether sending again can help."""
    words = PREPARE.of(state)
    reasons = {
        Unsent.NO_ANSWER: words.unsent_no_answer,
        Unsent.CLOSED: words.unsent_closed,
        Unsent.TOO_LARGE: words.unsent_too_large,
        Unsent.FULL: words.unsent_full,
        Unsent.KEY_CHANGED: words.unsent_key_changed,
    }
    again = Button(action=HandOver(), text=words.send_again, tone=Tone.MAIN)
    return Message(
        icon="desk",
        tone=Tone.WARN,
        title=words.unsent_title,
        lines=(reasons.get(page.why, words.unsent_refused), words.unsent_gone),
        main=again if may_repeat(page.why) else None,
    )


def taken(state: State, page: FilingTaken, room: Room) -> Sheet:
    """Show the number, the provisional one, and what comes next."""
    words, told = PREPARE.of(state), page.told
    paperless = state.world.printer is PrinterState.NONE
    number_words = words.your_own_number if told.joined else words.your_number
    notes = [
        named(told.ticket.service_names, state),
        words.local_code.format(code=told.local_code),
        words.next_step if told.sent_on else words.next_by_hand,
        words.kept_until.format(time=moment(told.expires_at)),
        words.paper_none if paperless else words.paper_title,
    ]
    letters = int(room.letters * (_QR_SHARE if paperless and not room.upright else 1))
    lines = room.lines // 2 if paperless and room.upright else room.lines
    divided = parts(((note, lines_of(note, letters)) for note in notes), lines)
    at = page.part if page.part < len(divided) else 0
    return Sheet(
        icon="ticket",
        title=number_words.format(number=told.ticket.number),
        tone=Tone.GOOD,
        notes=tuple(divided[at]),
        qr=told.ticket.url if paperless else "",
        qr_caption=told.ticket.number if paperless else "",
        foot=more(words, at + 1) if at + 1 < len(divided) else None,
    )
