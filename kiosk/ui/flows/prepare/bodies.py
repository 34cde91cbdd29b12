"""How the pages of preparing a dossier look: choosing, agreeing, the declaration."""

from datetime import datetime

from devices.contract.clock import LOCAL
from devices.scanner.masking import mask_number
from kiosk.sealed.prepared import Declaration
from kiosk.ui.bodies import named, service_of
from kiosk.ui.flows.chip.offering import is_offered
from kiosk.ui.flows.chip.pages import OpenChip
from kiosk.ui.flows.chip.texts import CHIP
from kiosk.ui.flows.prepare import steps
from kiosk.ui.flows.prepare.pages import (
    Agree,
    EditLine,
    FilingConsent,
    FilingForm,
    FilingLine,
    FormField,
    GoOn,
    OpenPrepare,
    PickProcedure,
    PickService,
    PickThisService,
    SetSex,
    ShowFiling,
)
from kiosk.ui.flows.prepare.texts import PREPARE, PrepareTexts
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.paging import clipped, lines_of, parts, shown
from kiosk.ui.room import Room
from kiosk.ui.screen import (
    Button,
    Listing,
    Message,
    Row,
    Sheet,
    Tile,
    Tiles,
    Tone,
    Writing,
)
from kiosk.ui.state import State
from kiosk.ui.texts import GENERAL
from kiosk.ui.world import ScannerState

_ROW_SHARE = 0.8  # of a line's letters, beside a row's picture and badge
_VALUE_SHARE, _SIDE_SHARE = 0.6, 0.6
_DIGITS_SHOWN = 4


def services(state: State, page: PickService, room: Room) -> Tiles:
    """Show the services that have procedures."""
    words = PREPARE.of(state)
    found = [one for each in steps.services(state) if (one := service_of(state, each))]
    some, then = shown(found, page.first, room.tiles)
    tiles = tuple(
        Tile(
            action=PickThisService(service=one.id),
            icon=one.icon or "form",
            title=named(one.names, state),
        )
        for one in some
    )
    return Tiles(prompt=words.pick_service, tiles=tiles, foot=more(words, then))


def procedures(state: State, page: PickProcedure, room: Room) -> Listing:
    """Show the procedures of a service."""
    words = PREPARE.of(state)
    catalogue = state.world.catalogue
    found = catalogue.of_service(page.service) if catalogue else ()
    some, then = shown(found, page.first, room.rows)
    rows = tuple(
        Row(
            action=OpenPrepare(procedure=one.code),
            title=_clipped(one.name(state.language), room),
            icon=one.icon,
        )
        for one in some
    )
    sample = any(one.sample for one in found)
    badge = f" ({GENERAL.of(state).sample_data})" if sample else ""
    return Listing(prompt=words.pick_procedure + badge, rows=rows, foot=more(words, then))


def waiting(state: State, title: str, icon: str) -> Message:
    """Say that something is under way."""
    wait = GENERAL.of(state).please_wait
    return Message(icon=icon, tone=Tone.PLAIN, title=title, lines=(wait,))


def consent(state: State, page: FilingConsent, room: Room) -> Sheet:
    """Show the notice before anything is asked for, in parts where it does not fit (PRI-1)."""
    words = PREPARE.of(state)
    until = words.consent_until.format(time=moment(page.filing.keeps_until))
    sent = (words.consent_sent,) if page.filing.sent_on else ()
    notes = (words.consent_what, words.consent_why, words.consent_who, *sent, until)
    divided = parts(((note, lines_of(note, room.letters)) for note in notes), room.lines)
    at = page.part if page.part < len(divided) else 0
    agree = Button(action=Agree(), text=words.agree, tone=Tone.MAIN, icon="check")
    return Sheet(
        icon="folder",
        title=words.consent_title,
        notes=tuple(divided[at]),
        foot=agree if at + 1 == len(divided) else more(words, at + 1),
    )


def form(state: State, page: FilingForm, room: Room) -> Listing:
    """Show the declaration; long numbers are masked (PRI-1)."""
    words = PREPARE.of(state)
    scans = state.world.scanner is ScannerState.READY
    ways: tuple[FormField | None, ...] = (None,) if is_offered(state) else ()
    some, then = shown((*ways, *FormField), page.first, room.rows)
    rows = tuple(_line_row(state, page.filing.said, line, room) for line in some)
    return Listing(
        prompt=words.form_prompt if scans else words.form_prompt_typed,
        rows=rows,
        foot=more(words, then) or go_on(words),
    )


def _line_row(state: State, said: Declaration, line: FormField | None, room: Room) -> Row:
    words = PREPARE.of(state)
    if line is None:
        return Row(action=OpenChip(), title=CHIP.of(state).open_chip, icon="card", tone=Tone.MAIN)
    label: str = getattr(words, line)
    value = shown_value(said, line, words)
    return Row(
        action=EditLine(line=line),
        title=_clipped(f"{label}: {value or words.empty}", room),
        icon="card" if line in said.from_card else "pen",
        tone=Tone.PLAIN,
    )


def shown_value(said: Declaration, line: FormField, words: PrepareTexts) -> str:
    """Return a line as it may be shown."""
    value: str = getattr(said, line)
    match line:
        case FormField.NUMBER:
            return mask_number(value) if value else ""
        case FormField.SEX:
            return {steps.SEXES[0]: words.man, steps.SEXES[1]: words.woman}.get(value, value)
        case _:
            return value


def line(state: State, page: FilingLine, room: Room) -> Writing:
    """Show one line and its keyboard; of a number only the last digits."""
    words = PREPARE.of(state)
    prompts = {
        FormField.NAME: (words.name_prompt, ""),
        FormField.BIRTH: (words.birth_prompt, words.birth_hint),
        FormField.NUMBER: (words.number_prompt, words.number_hint),
        FormField.ADDRESS: (words.address_prompt, ""),
        FormField.PHONE: (words.phone_prompt, ""),
    }
    prompt, hint = prompts.get(page.line, ("", ""))
    body = keyboard(page.typing, room, prompt=prompt, hint=hint)
    if page.line is not FormField.NUMBER:
        return body
    hidden = max(0, len(page.typing.text) - _DIGITS_SHOWN)
    text = "*" * hidden + page.typing.text[hidden:]
    return Writing(prompt=prompt, text=text, hint=hint, keys=body.keys)


def sex(state: State) -> Tiles:
    """Show the two words that cards have."""
    words = PREPARE.of(state)
    tiles = tuple(
        Tile(action=SetSex(sex=value), icon="person", title=title)
        for value, title in zip(steps.SEXES, (words.man, words.woman), strict=True)
    )
    return Tiles(prompt=words.sex_prompt, tiles=tiles)


def more(words: PrepareTexts, then: int | None) -> Button | None:
    """Return the way to what follows; None: there is nothing."""
    if not then:
        return None
    return Button(action=ShowFiling(first=then), text=words.more, icon="more")


def go_on(words: PrepareTexts) -> Button:
    """Return the way on."""
    return Button(action=GoOn(), text=words.go_on, tone=Tone.MAIN, icon="more")


def moment(at: datetime | None) -> str:
    """Return `17:00 23/11`, in Viet Nam."""
    return f"{at.astimezone(LOCAL):%H:%M %d/%m}" if at else ""


def _clipped(text: str, room: Room) -> str:
    return clipped(text, int(room.letters * _ROW_SHARE) * lines_of_row(room))


def lines_of_row(room: Room) -> int:
    """Return the lines of a row's title."""
    return 2 if room.upright else 1


def side(room: Room) -> float:
    """Return the share of the panel's width that is beside the buttons."""
    return 1.0 if room.upright else _SIDE_SHARE
