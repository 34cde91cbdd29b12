"""Reading a card's chip: agreeing, what opens it, laying the card, what came of it."""

from msgspec.structs import replace

from devices.chip.messages import ChipProgress
from devices.messages import ScanKind, Scanned
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows.chip.offering import are_tries_over
from kiosk.ui.flows.chip.pages import (
    AboutChip,
    AgreeChip,
    Came,
    CardKey,
    ChipConsent,
    ChipLay,
    ChipLine,
    ChipReview,
    ChipSeen,
    ChipStopped,
    ChipTold,
    ChipTrouble,
    ChipUntold,
    KeyLine,
    MendKey,
    ReadCard,
    RetryChip,
    ShowChip,
    StopChip,
    TakeFound,
)
from kiosk.ui.flows.chip.reading import card_of, is_day
from kiosk.ui.flows.number import steps as number
from kiosk.ui.flows.prepare import steps as prepare
from kiosk.ui.flows.prepare.pages import FilingForm
from kiosk.ui.flows.typing import is_done, typed
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.moves import Step, stay, tell, turn
from kiosk.ui.state import State
from kiosk.ui.world import ChipState

_NUMBER, _CAN, _DAY = 12, 6, 8
_MOST_BY_ITSELF = 3
_TOLD_EACH = 25
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_ISSUED_FROM = 2000
_BY_ITSELF = {
    ChipTrouble.MOVED: AboutChip.CARD_MOVED,
    ChipTrouble.SLOW: AboutChip.TOO_SLOW,
}
_LINES = tuple(KeyLine)


def consent(state: State, page: ChipConsent, action: AnyAction) -> Step:
    """Go on only when it was agreed to."""
    match action:
        case AgreeChip():
            return _next(state, page.came, _key_of(page.came))
        case ShowChip(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back() | Leave():
            return turn(state, page.came)
        case _:
            return stay(state)


def line(state: State, page: ChipLine, action: AnyAction, now: float) -> Step:
    """Act on the keyboard of a part of the key."""
    if typing := typed(page.typing, action):
        return turn(state, replace(page, typing=typing))
    if isinstance(action, Back | Leave):
        return _before(state, page)
    return _written(state, page, now) if is_done(action) else stay(state)


def _written(state: State, page: ChipLine, now: float) -> Step:
    """Go on from a part that is written; what cannot be right is said, and stays to be mended."""
    text = page.typing.text
    if wrong := _wrong(state, page.line, text):
        return stay(tell(state, now, wrong))
    if page.line is KeyLine.NUMBER and len(text) == _CAN:
        return _lay(state, page.came, CardKey(can=text))
    key = replace(page.key, can="", **{page.line: text})
    at = _LINES.index(page.line) + 1
    if at < len(_LINES):
        return turn(state, _line(page.came, key, _LINES[at]))
    return _next(state, page.came, key)


def shown(state: State, page: ChipLine, event: Scanned, now: float) -> Step | None:
    """Take number and birth from the card's QR, which has no expiry date (ID-5)."""
    if event.kind is ScanKind.IDENTITY_CARD and event.card:
        alive = replace(state, touched_at=now, warned=None)
        birth = event.card.birth if _is_birth(event.card.birth) else ""
        key = CardKey(number=event.card.number, birth=birth)
        alive, effects = _next(alive, page.came, key)
        return tell(alive, now, AboutChip.CODE_READ), effects
    if event.kind is ScanKind.UNKNOWN:
        return stay(tell(state, now, AboutChip.NOT_A_CARD))
    return None


def lay(state: State, page: ChipLay, action: AnyAction) -> Step:
    """Let the citizen go back, which ends the reading."""
    if isinstance(action, Back | Leave):
        return turn(state, page.came, StopChip())
    return stay(state)


def stopped(state: State, page: ChipStopped, action: AnyAction) -> Step:
    """Write the key anew, try once more, or go back."""
    match action:
        case MendKey() if page.trouble is ChipTrouble.WRONG_KEY:
            which = KeyLine.NUMBER if page.key.can else KeyLine.EXPIRY
            return turn(state, _line(page.came, page.key, which))
        case RetryChip() if may_retry(page.trouble):
            return _lay(state, page.came, page.key)
        case Back() | Leave():
            return turn(state, page.came)
        case _:
            return stay(state)


def may_retry(trouble: ChipTrouble) -> bool:
    """Return whether the same once more can help."""
    return trouble in (ChipTrouble.NO_CARD, ChipTrouble.NO_CHIP, ChipTrouble.UNREADABLE)


def review(state: State, page: ChipReview, action: AnyAction, now: float) -> Step:
    """Use what was read, as its QR would be, or let it go."""
    match action:
        case TakeFound() if page.found.usable:
            return _filled(state, page, now)
        case ShowChip(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back() | Leave():
            return turn(state, page.came)
        case _:
            return stay(state)


def progress(state: State, event: ChipProgress, now: float) -> Step:
    """Show how far it is, in few steps: it is read aloud too. A card that is read is alive."""
    page = state.page
    if not isinstance(page, ChipLay) or page.ask != event.ask:
        return stay(state)
    percent = event.percent - event.percent % _TOLD_EACH
    alive = replace(state, touched_at=now, warned=None, page=replace(page, percent=percent))
    return stay(replace(alive, note=None) if page.percent is None else alive)


def seen(state: State, event: ChipSeen) -> Step:
    """Take note of the reader; one that is gone while a card is to be read is told at once."""
    world = replace(state.world, chip=event.chip, chip_takes_can=event.takes_can)
    state = replace(state, world=world)
    page = state.page
    if not isinstance(page, ChipLay) or event.chip is ChipState.READY:
        return stay(state)
    stops = ChipStopped(came=page.came, key=page.key, trouble=ChipTrouble.READER)
    return turn(state, stops, StopChip())


def told(state: State, event: ChipTold, now: float) -> Step:
    """Show what was read."""
    page = state.page
    if not isinstance(page, ChipLay) or page.ask != event.ask:
        return stay(state)
    alive = replace(_counted(state), touched_at=now, warned=None)
    return turn(alive, ChipReview(came=page.came, found=event.found))


def untold(state: State, event: ChipUntold, now: float) -> Step:
    """Say what went wrong; a card that moved is read anew by itself, a few times."""
    page, trouble = state.page, event.trouble
    if not isinstance(page, ChipLay) or page.ask != event.ask:
        return stay(state)
    state = _counted(state, wrong=trouble is ChipTrouble.WRONG_KEY)
    if are_tries_over(state):
        trouble = ChipTrouble.TRIES_OVER
    elif about := _BY_ITSELF.get(trouble):
        if page.again < _MOST_BY_ITSELF:
            state, effects = _lay(state, page.came, page.key, again=page.again + 1)
            return tell(state, now, about), effects
        trouble = ChipTrouble.UNREADABLE
    return turn(state, ChipStopped(came=page.came, key=page.key, trouble=trouble))


def _counted(state: State, *, wrong: bool = False) -> State:
    tries = state.chip_tries
    more = replace(tries, readings=tries.readings + 1, wrong=tries.wrong + wrong)
    return replace(state, chip_tries=more)


def _filled(state: State, page: ChipReview, now: float) -> Step:
    card, came = card_of(page.found), page.came
    if isinstance(came, FilingForm):
        return prepare.card_read(state, came, card, now)
    return number.card_read(state, came, card, now)


def _key_of(came: Came) -> CardKey:
    """Return what a declaration has of a key already."""
    if not isinstance(came, FilingForm):
        return CardKey()
    said = came.filing.said
    birth = said.birth.replace("/", "")
    return CardKey(
        number=said.number if len(said.number) == _NUMBER else "",
        birth=birth if _is_birth(birth) else "",
    )


def _next(state: State, came: Came, key: CardKey) -> Step:
    """Ask for the first part that is missing, or read."""
    missing = next((which for which in _LINES if not getattr(key, which)), None)
    return turn(state, _line(came, key, missing)) if missing else _lay(state, came, key)


def _before(state: State, page: ChipLine) -> Step:
    at = _LINES.index(page.line)
    return turn(state, _line(page.came, page.key, _LINES[at - 1]) if at else page.came)


def _line(came: Came, key: CardKey, which: KeyLine) -> ChipLine:
    longest = _NUMBER if which is KeyLine.NUMBER else _DAY
    value: str = getattr(key, which) or (key.can if which is KeyLine.NUMBER else "")
    typing = field(Kind.NUMBER, max_length=longest).filled(value)
    return ChipLine(came=came, key=key, line=which, typing=typing)


def _lay(state: State, came: Came, key: CardKey, again: int = 0) -> Step:
    ask = state.asks + 1
    page = ChipLay(came=came, key=key, ask=ask, again=again)
    return turn(replace(state, asks=ask), page, ReadCard(ask=ask, key=key, again=again))


def _wrong(state: State, which: KeyLine, text: str) -> AboutChip | None:
    match which:
        case KeyLine.NUMBER if len(text) == _CAN and state.world.chip_takes_can:
            return None
        case KeyLine.NUMBER:
            return None if len(text) == _NUMBER else AboutChip.BAD_NUMBER
        case KeyLine.BIRTH:
            today = state.world.site.day if state.world.site else None
            most = today.year if today else _LAST_YEAR
            return None if _is_birth(text, most) else AboutChip.BAD_DAY
        case KeyLine.EXPIRY:
            ends = is_day(text, least=_ISSUED_FROM, most=_LAST_YEAR)
            return None if ends else AboutChip.BAD_DAY


def _is_birth(digits: str, most: int = _LAST_YEAR) -> bool:
    return is_day(digits, least=_FIRST_YEAR, most=most)
