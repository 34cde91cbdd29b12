"""How the pages of reading a chip look."""

from msgspec.structs import replace

from devices.scanner.masking import mask_number
from kiosk.ui.events import Suggest
from kiosk.ui.flows.chip.offering import MOST_WRONG
from kiosk.ui.flows.chip.pages import (
    AgreeChip,
    ChipConsent,
    ChipFound,
    ChipLay,
    ChipLine,
    ChipReview,
    ChipStopped,
    ChipTrouble,
    KeyLine,
    MendKey,
    RetryChip,
    ShowChip,
    TakeFound,
)
from kiosk.ui.flows.chip.reading import NEVER
from kiosk.ui.flows.chip.steps import may_retry
from kiosk.ui.flows.chip.texts import CHIP, ChipTexts
from kiosk.ui.flows.prepare.pages import FilingForm
from kiosk.ui.flows.prepare.reading import birth_of
from kiosk.ui.flows.prepare.texts import PREPARE
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.paging import lines_of, parts
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Message, Pair, Sheet, Tone, Writing
from kiosk.ui.state import State
from kiosk.ui.world import ScannerState

_DIGITS_SHOWN = 4
_LABEL, _VALUE = 0.33, 0.58
_ENGLISH = "en"


def consent(state: State, page: ChipConsent, room: Room) -> Sheet:
    """Show the notice before anything is asked for, in parts where it does not fit (PRI-1)."""
    words = CHIP.of(state)
    form = isinstance(page.came, FilingForm)
    why = words.consent_why if form else words.consent_why_number
    notes = (words.consent_what, words.consent_not, why, words.consent_gone)
    divided = parts(((note, lines_of(note, room.letters)) for note in notes), room.lines)
    at = page.part if page.part < len(divided) else 0
    agree = Button(action=AgreeChip(), text=words.agree, tone=Tone.MAIN, icon="check")
    return Sheet(
        icon="card",
        title=words.consent_title,
        notes=tuple(divided[at]),
        foot=agree if at + 1 == len(divided) else _more(words, at + 1),
    )


def line(state: State, page: ChipLine, room: Room) -> Writing:
    """Show one part of the key and its digits; of a number only the last ones."""
    words = CHIP.of(state)
    scans = state.world.scanner is ScannerState.READY
    takes_can = state.world.chip_takes_can
    prompts = {
        KeyLine.NUMBER: (
            words.number_prompt if scans else words.number_prompt_typed,
            words.number_hint_can if takes_can else words.number_hint,
        ),
        KeyLine.BIRTH: (words.birth_prompt, words.birth_hint),
        KeyLine.EXPIRY: (words.expiry_prompt, words.expiry_hint),
    }
    prompt, hint = prompts[page.line]
    body = keyboard(page.typing, room, prompt=prompt, hint=hint)
    text = page.typing.text
    match page.line:
        case KeyLine.NUMBER:
            hidden = max(0, len(text) - _DIGITS_SHOWN)
            return replace(body, text="*" * hidden + text[hidden:])
        case KeyLine.EXPIRY:
            never = Button(action=Suggest(text=NEVER), text=words.no_expiry)
            return replace(body, suggestions=(never,))
        case KeyLine.BIRTH:
            return body


def lay(state: State, page: ChipLay) -> Message:
    """Ask for the card, and then for patience."""
    words = CHIP.of(state)
    if page.percent is None:
        title, note = words.lay_title, words.lay_note
    else:
        title, note = words.reading_title, words.reading_note.format(percent=page.percent)
    return Message(icon="card", tone=Tone.PLAIN, title=title, lines=(note,))


def stopped(state: State, page: ChipStopped) -> Message:
    """Say what went wrong, and what to do."""
    words = CHIP.of(state)
    main = None
    if page.trouble is ChipTrouble.WRONG_KEY:
        main = Button(action=MendKey(), text=words.mend, tone=Tone.MAIN, icon="pen")
    elif may_retry(page.trouble):
        main = Button(action=RetryChip(), text=words.retry, tone=Tone.MAIN)
    title, *lines = _trouble(state, page, words)
    return Message(icon="card", tone=Tone.WARN, title=title, lines=tuple(lines), main=main)


def _trouble(state: State, page: ChipStopped, words: ChipTexts) -> tuple[str, ...]:
    match page.trouble:
        case ChipTrouble.WRONG_KEY:
            left = words.tries_left.format(count=MOST_WRONG - state.chip_tries.wrong)
            said = words.wrong_can if page.key.can else words.wrong_line
            return words.wrong_title, said, left
        case ChipTrouble.TRIES_OVER:
            return words.over_title, words.over_line, words.other_ways
        case ChipTrouble.NO_CHIP:
            return words.no_chip_title, words.no_chip_line, words.other_ways
        case ChipTrouble.NO_CARD:
            return words.no_card_title, words.no_card_line
        case ChipTrouble.READER:
            return words.reader_title, words.other_ways
        case ChipTrouble.UNREADABLE | ChipTrouble.MOVED | ChipTrouble.SLOW:
            return words.unreadable_title, words.unreadable_line, words.other_ways


def review(state: State, page: ChipReview, room: Room) -> Sheet:
    """Show what was read, and at the end what that proves, in the very words."""
    words, found = CHIP.of(state), page.found
    proves = found.proves_en if state.language == _ENGLISH else found.proves
    if not found.usable:
        notes = (proves, words.unusable_note, words.take_card)
        return Sheet(icon="card", title=words.unusable_title, tone=Tone.BAD, notes=notes)
    measured: list[tuple[Pair | str, int]] = [
        (pair, max(_lines(pair.label, room, _LABEL), _lines(pair.value, room, _VALUE)))
        for pair in _pairs(state, found)
    ]
    shown = f"{words.review_note} {proves}"
    measured += [(note, _lines(note, room, 1.0)) for note in (shown, words.take_card)]
    divided = parts(measured, room.lines)
    at = page.part if page.part < len(divided) else 0
    take = Button(action=TakeFound(), text=words.take, tone=Tone.MAIN, icon="check")
    return Sheet(
        icon="card",
        title=words.review_title,
        pairs=tuple(one for one in divided[at] if isinstance(one, Pair)),
        notes=tuple(one for one in divided[at] if isinstance(one, str)),
        foot=take if at + 1 == len(divided) else _more(words, at + 1),
    )


def _pairs(state: State, found: ChipFound) -> tuple[Pair, ...]:
    words = PREPARE.of(state)
    said = (
        (words.name, found.name),
        (words.birth, birth_of(found.birth)),
        (words.sex, {"Nam": words.man, "Nữ": words.woman}.get(found.sex, found.sex)),
        (words.number, mask_number(found.number)),
        (words.address, found.address),
    )
    return tuple(Pair(label=label, value=value) for label, value in said if value)


def _lines(text: str, room: Room, share: float) -> int:
    return lines_of(text, int(room.letters * share))


def _more(words: ChipTexts, part: int) -> Button:
    return Button(action=ShowChip(part=part), text=words.more, icon="more")
