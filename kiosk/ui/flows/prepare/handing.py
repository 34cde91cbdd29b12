"""Handing the dossier over: the summary, the number it belongs to, the answer, the papers."""

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from devices.receipt import Receipt
from kiosk.api.drafts import DraftTaken
from kiosk.papers.prepared import PreparedSlip, prepared_slip
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows import slips, typing
from kiosk.ui.flows.number.pages import Owed, PrintTicket
from kiosk.ui.flows.prepare import steps
from kiosk.ui.flows.prepare.pages import (
    AboutPrepare,
    Filing,
    FilingForm,
    FilingNumber,
    FilingPapers,
    FilingSent,
    FilingSummary,
    FilingTaken,
    FilingUnsent,
    HandOver,
    HaveNumber,
    ShowFiling,
    Unsent,
)
from kiosk.ui.flows.prepare.wishes import (
    FilingKept,
    FilingNotKept,
    SendFiling,
    WithdrawFiling,
)
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import State
from kiosk.ui.world import PrinterState

_LONGEST_NUMBER = 8
_AGAIN = frozenset({Unsent.NO_ANSWER, Unsent.FULL, Unsent.KEY_CHANGED})


def may_repeat(why: Unsent) -> bool:
    """Return whether sending again can help."""
    return why in _AGAIN


def summary(state: State, page: FilingSummary, action: AnyAction) -> Step:
    """Act on what will be handed over."""
    filing = page.filing
    match action:
        case HandOver():
            return _send(state, filing)
        case HaveNumber():
            asked = field(Kind.CODE, max_length=_LONGEST_NUMBER)
            return turn(state, FilingNumber(filing=filing, typing=asked))
        case ShowFiling(first=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave():
            return turn(state, _before(page))
        case _:
            return stay(state)


def _before(page: FilingSummary) -> FilingSummary | FilingPapers | FilingForm:
    if page.part:
        return replace(page, part=page.part - 1)
    before = steps.after_form(page.filing)
    return before if isinstance(before, FilingPapers) else FilingForm(filing=page.filing)


def number(state: State, page: FilingNumber, action: AnyAction) -> Step:
    """Act on the number the citizen has."""
    match action:
        case Back() | Leave():
            return turn(state, FilingSummary(filing=replace(page.filing, ticket="")))
        case _ if typing.is_done(action):
            text = "".join(letter for letter in page.typing.text.upper() if letter.isalnum())
            return _send(state, replace(page.filing, ticket=text)) if text else stay(state)
        case _:
            typed = typing.typed(page.typing, action)
            return turn(state, replace(page, typing=typed)) if typed else stay(state)


def ticket_shown(state: State, page: FilingNumber, event: Scanned, now: float) -> Step | None:
    """Take the number whose paper was held to the scanner."""
    if event.kind is not ScanKind.URL:
        return None
    code = event.text.rstrip("/").rpartition("/t/")[2]
    if not (code.isascii() and code.isalnum() and code.isupper()):
        return None
    alive = replace(state, touched_at=now, warned=None)
    return _send(alive, replace(page.filing, ticket=code))


def kept(state: State, event: FilingKept, now: float) -> Step:
    """Show the number, and put it and the guidance on paper."""
    page = state.page
    if not isinstance(page, FilingSent) or page.filing.ask != event.ask:
        return stay(state)
    told = event.told
    until = now + state.rules.unprinted_shown_s
    after, _ = turn(state, FilingTaken(told=told, until=until))
    if state.world.printer is PrinterState.NONE:
        return stay(after)
    ticket: tuple[PrintTicket, ...] = ()
    if not told.joined:
        owed = Owed(ticket=told.ticket, until=now + state.rules.reprint_within_s)
        after = replace(after, owed=(*after.owed, owed))
        ticket = (PrintTicket(ticket=told.ticket),)
    after, paper = slips.print_slip(after, now, slip(state, page.filing, told))
    return after, (*ticket, *paper)


def slip(state: State, filing: Filing, told: DraftTaken) -> Receipt:
    """Return the guidance on paper: nothing of the citizen is on it (PRI-1)."""
    catalogue = state.world.catalogue
    procedure = catalogue.procedure(filing.code) if catalogue else None
    return prepared_slip(
        PreparedSlip(
            local_code=told.local_code,
            number=told.ticket.number,
            procedure=filing.names,
            scanned=tuple(one.names for one in filing.papers if one.pages),
            missing=tuple(one.names for one in filing.papers if not one.pages),
            expires_at=told.expires_at,
        ),
        slips.head(state, sample=bool(procedure and procedure.sample)),
    )


def shown(state: State, page: FilingTaken, action: AnyAction) -> Step:
    """Let who has read it go."""
    match action:
        case ShowFiling(first=part):
            return stay(replace(state, page=replace(page, part=max(0, part))))
        case Leave():
            return leave(state)
        case _:
            return stay(state)


def not_kept(state: State, event: FilingNotKept, now: float) -> Step:
    """Say why; a number that is none is asked for again."""
    page = state.page
    if not isinstance(page, FilingSent) or page.filing.ask != event.ask:
        return stay(state)
    if event.why is Unsent.NO_SUCH_NUMBER:
        asked = field(Kind.CODE, max_length=_LONGEST_NUMBER)
        state, effects = turn(state, FilingNumber(filing=page.filing, typing=asked))
        return tell(state, now, AboutPrepare.NO_SUCH_NUMBER), effects
    return turn(state, FilingUnsent(filing=page.filing, why=event.why))


def unsent(state: State, page: FilingUnsent, action: AnyAction) -> Step:
    """Send the same draft again, or give it up: then it shall not be there either."""
    match action:
        case HandOver() if may_repeat(page.why):
            return _send(state, page.filing)
        case Back() | Leave():
            return leave(state, WithdrawFiling(ask=page.filing.ask))
        case _:
            return stay(state)


def _send(state: State, filing: Filing) -> Step:
    wish = SendFiling(filing=filing, language=state.language)
    return turn(state, FilingSent(filing=filing), wish)
