"""How the pages of looking a dossier up look."""

from collections.abc import Iterator, Mapping
from datetime import date

from devices.contract.clock import LOCAL
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.domain.deadline import Standing, Told
from kiosk.domain.dossier_state import StateCode, state_of
from kiosk.ui.bodies import named
from kiosk.ui.flows.dossier import steps
from kiosk.ui.flows.dossier.pages import AskDossier, DossierSheet, PrintDossier, ShowDossierPart
from kiosk.ui.flows.dossier.texts import DOSSIER, DossierTexts
from kiosk.ui.flows.fees.pages import OpenFees
from kiosk.ui.flows.fees.texts import FEES
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.paging import lines_of, parts
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Message, Pair, Sheet, Tone, Writing
from kiosk.ui.state import State
from kiosk.ui.world import PrinterState, ScannerState

_LABEL_SHARE = 0.36
_SIDE_SHARE = 0.36
_NEXT: Mapping[int, str] = {code: code.name.lower() for code in StateCode}
"""The word of each state's next step."""


def ask(state: State, page: AskDossier, room: Room) -> Writing | Message:
    """Ask for the code, or say that somebody was asked."""
    words = DOSSIER.of(state)
    if page.asked:
        line = words.looking_note.format(code=page.asked)
        return Message(icon="search", tone=Tone.PLAIN, title=words.looking, lines=(line,))
    scans = state.world.scanner is ScannerState.READY
    prompt = words.prompt if scans else words.prompt_typed
    return keyboard(page.typing, room, prompt=prompt, hint=words.hint)


def sheet(state: State, page: DossierSheet, room: Room) -> Sheet:
    """Show how it stands; what matters most comes first where it does not all fit."""
    words, told = DOSSIER.of(state), page.told
    prints = state.world.printer is not PrinterState.NONE
    buttons = (Button(action=PrintDossier(), text=words.print_it, icon="print"),) * prints
    if steps.owes(state, told):
        pay = OpenFees(dossier=told.code)
        buttons = (Button(action=pay, text=FEES.of(state).open_fees, icon="money"), *buttons)
    shown = parts(_measured(state, told, room), _lines(room))
    at = page.part % len(shown)
    return Sheet(
        icon="folder",
        title=_state_word(told, state),
        tone=_tone(told.standing),
        pairs=tuple(each for each in shown[at] if isinstance(each, Pair)),
        notes=tuple(each for each in shown[at] if isinstance(each, str)),
        buttons=buttons[: max(1, room.buttons)],
        foot=Button(action=ShowDossierPart(part=at + 1), text=words.more, icon="more")
        if at + 1 < len(shown)
        else None,
    )


def _lines(room: Room) -> int:
    """Return the lines for facts: on a standing panel the button below takes some."""
    return max(3, room.lines - 3) if room.upright else room.lines


def _measured(state: State, told: DossierLookup, room: Room) -> Iterator[tuple[Pair | str, int]]:
    letters = room.letters if room.upright else int(room.letters * (1 - _SIDE_SHARE))
    for each in _facts(told, state):
        if isinstance(each, Pair):
            label = lines_of(each.label, int(letters * _LABEL_SHARE))
            value = lines_of(each.value, int(letters * (1 - _LABEL_SHARE)) - 2)
            yield each, max(label, value)
        else:
            yield each, lines_of(each, letters)


def _facts(told: DossierLookup, state: State) -> Iterator[Pair | str]:
    words = DOSSIER.of(state)
    if standing := standing_text(told, words):
        yield Pair(label=words.standing, value=standing, tone=_tone(told.standing))
    if told.due:
        yield Pair(label=words.due, value=_day(told.due))
    if not told.live:
        at = told.told_at.astimezone(LOCAL)
        yield words.old.format(time=f"{at:%H:%M %d/%m}")
    yield _next(told, words)
    label = words.own_code if told.provisional else words.code
    yield label.format(code=told.code)
    yield Pair(label=words.procedure, value=named(told.names, state))
    if told.received:
        yield Pair(label=words.received, value=_day(told.received))
    if told.ended:
        yield Pair(label=words.ended, value=_day(told.ended))
    if told.agency_name:
        yield Pair(label=words.place, value=told.agency_name)
    yield from _remarks(told, words)


def _remarks(told: DossierLookup, words: DossierTexts) -> Iterator[str]:
    if told.note:
        yield words.said.format(note=told.note)
    if told.provisional:
        yield words.provisional
    if told.due and told.due_told is Told.COUNTED:
        yield words.counted
    if told.doubtful_years:
        yield words.doubtful.format(years=", ".join(map(str, told.doubtful_years)))


def standing_text(told: DossierLookup, words: DossierTexts) -> str:
    """Return how it stands in words, or nothing where there is nothing to say."""
    days = told.working_days
    by_standing = {
        Standing.IN_TIME: words.in_time if days else words.in_time_bare,
        Standing.DUE_TODAY: words.due_today,
        Standing.OVERDUE: words.overdue if days else words.overdue_bare,
        Standing.DONE_IN_TIME: words.done_in_time,
        Standing.DONE_LATE: words.done_late if days else words.done_late_bare,
        Standing.PAUSED: words.paused,
    }
    return by_standing.get(told.standing, "").format(days=days)


def _next(told: DossierLookup, words: DossierTexts) -> str:
    if told.standing is Standing.OVERDUE:
        return words.ask_new_date
    sentence: str = getattr(words, _NEXT.get(told.state, "other"))
    return sentence


def _state_word(told: DossierLookup, state: State) -> str:
    word = named(state_of(told.state).names, state)
    return word[:1].upper() + word[1:]


def _tone(standing: Standing) -> Tone:
    if standing is Standing.OVERDUE:
        return Tone.BAD
    if standing in (Standing.PAUSED, Standing.DUE_TODAY):
        return Tone.WARN
    return Tone.GOOD if standing in (Standing.DONE_IN_TIME, Standing.DONE_LATE) else Tone.PLAIN


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
