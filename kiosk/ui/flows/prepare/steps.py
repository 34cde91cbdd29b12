"""Preparing a dossier: choosing, agreeing, the declaration, handing over."""

from datetime import date

from msgspec.structs import replace

from devices.messages import IdentityCard, ScanKind, Scanned
from kiosk.catalogue.procedure import Handling, Procedure
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows.chip import offering
from kiosk.ui.flows.chip.pages import OpenChip
from kiosk.ui.flows.menu.pages import Menu
from kiosk.ui.flows.prepare.pages import (
    AboutPrepare,
    Agree,
    EditLine,
    Filing,
    FilingBegins,
    FilingConsent,
    FilingForm,
    FilingLine,
    FilingPaper,
    FilingPapers,
    FilingSex,
    FilingSummary,
    FormField,
    GoOn,
    OpenPrepare,
    PickProcedure,
    PickService,
    PickThisService,
    SetSex,
    ShowFiling,
)
from kiosk.ui.flows.prepare.reading import birth_of, is_birth, said_of
from kiosk.ui.flows.prepare.wishes import (
    FilingOpened,
    FilingRefused,
    OpenFiling,
)
from kiosk.ui.flows.typing import is_done, typed
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.moves import Step, stay, tell, turn
from kiosk.ui.state import Home, State

SEXES = ("Nam", "Nữ")
_KINDS = {
    FormField.NAME: (Kind.NAME, 80),
    FormField.BIRTH: (Kind.NUMBER, 8),
    FormField.NUMBER: (Kind.NUMBER, 12),
    FormField.ADDRESS: (Kind.PLACE, 200),
    FormField.PHONE: (Kind.PHONE, 12),
}
_WHOLE_NUMBER, _LEAST_PHONE = 12, 9


def services(state: State) -> tuple[str, ...]:
    """Return the services that give numbers now and have procedures, in the site's order."""
    site, catalogue = state.world.site, state.world.catalogue
    if not (site and catalogue and site.open and state.world.reachable):
        return ()
    return tuple(one.id for one in site.services if one.open and catalogue.of_service(one.id))


def begin(state: State, action: OpenPrepare) -> Step:
    """Begin with a procedure, or choose one; stays where no number is given for it now."""
    if not services(state):
        return stay(state)
    if not action.procedure:
        return turn(state, PickService())
    catalogue = state.world.catalogue
    procedure = catalogue.procedure(action.procedure) if catalogue else None
    if procedure is None or procedure.service not in services(state):
        return stay(state)
    ask = state.asks + 1
    filing = Filing(
        ask=ask,
        code=procedure.code,
        case=action.case,
        service=procedure.service,
        names=procedure.names,
        papers=_papers(procedure, action.case),
    )
    return turn(replace(state, asks=ask), FilingBegins(filing=filing), OpenFiling(ask=ask))


def _papers(procedure: Procedure, case: str) -> tuple[FilingPaper, ...]:
    """Return the papers that are handed in; what is only shown is not scanned."""
    return tuple(
        FilingPaper(id=one.id, names=one.names, code=one.code, copy=one.kind.number)
        for one in procedure.papers_of(case)
        if one.handling is Handling.HANDED_IN
    )


def pick_service(state: State, page: PickService, action: AnyAction) -> Step:
    """Act on the services."""
    match action:
        case PickThisService(service=service) if service in services(state):
            return turn(state, PickProcedure(service=service))
        case ShowFiling(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return turn(state, Menu())
        case _:
            return stay(state)


def pick_procedure(state: State, page: PickProcedure, action: AnyAction) -> Step:
    """Act on the procedures of a service."""
    match action:
        case OpenPrepare() if action.procedure:
            return begin(state, action)
        case ShowFiling(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return turn(state, PickService())
        case _:
            return stay(state)


def opened(state: State, event: FilingOpened) -> Step:
    """Show what is to be agreed to."""
    page = state.page
    if not isinstance(page, FilingBegins) or page.filing.ask != event.ask:
        return stay(state)
    filing = replace(page.filing, keeps_until=event.keeps_until, sent_on=event.sent_on)
    return turn(state, FilingConsent(filing=filing))


def refused(state: State, event: FilingRefused, now: float) -> Step:
    """Say that it is not possible now."""
    page = state.page
    if not isinstance(page, FilingBegins) or page.filing.ask != event.ask:
        return stay(state)
    state, effects = turn(state, Menu())
    return tell(state, now, AboutPrepare.NOT_NOW), effects


def consent(state: State, page: FilingConsent, action: AnyAction) -> Step:
    """Go on only when it was agreed to."""
    match action:
        case Agree():
            return turn(state, FilingForm(filing=page.filing))
        case ShowFiling(first=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back() | Leave():
            return turn(state, Home())
        case _:
            return stay(state)


def form(state: State, page: FilingForm, action: AnyAction, now: float) -> Step:
    """Act on the declaration."""
    filing = page.filing
    match action:
        case OpenChip():
            return offering.begin(state, page)
        case EditLine(line=line):
            return turn(state, _line_page(filing, line))
        case ShowFiling(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case GoOn():
            named = bool(filing.said.name)
            missing = tell(state, now, AboutPrepare.NAME_NEEDED)
            return turn(state, after_form(filing)) if named else stay(missing)
        case Back() | Leave():
            before = replace(page, first=0) if page.first else FilingConsent(filing=filing)
            return turn(state, before)
        case _:
            return stay(state)


def _line_page(filing: Filing, line_: FormField) -> FilingLine | FilingSex:
    if line_ is FormField.SEX:
        return FilingSex(filing=filing)
    return FilingLine(filing=filing, line=line_, typing=_field(filing, line_))


def after_form(filing: Filing) -> FilingPapers | FilingSummary:
    """Return the page after the declaration: there may be no paper to scan."""
    if filing.papers and filing.camera:
        return FilingPapers(filing=filing)
    return FilingSummary(filing=filing)


def card(state: State, page: FilingForm, event: Scanned, now: float) -> Step | None:
    """Fill the declaration from a card; what the citizen wrote is written over."""
    if event.kind is ScanKind.IDENTITY_CARD and event.card:
        return card_read(replace(state, touched_at=now, warned=None), page, event.card, now)
    if event.kind is ScanKind.UNKNOWN:
        return stay(tell(state, now, AboutPrepare.NOT_A_CARD))  # domain ID-9
    return None


def card_read(state: State, page: FilingForm, card: IdentityCard, now: float) -> Step:
    """Go on with what a card says, by its QR or its chip; the phone is no card's."""
    filing = replace(page.filing, said=said_of(card, phone=page.filing.said.phone))
    state, effects = turn(state, FilingForm(filing=filing))
    return tell(state, now, AboutPrepare.CARD_READ), effects


def line(state: State, page: FilingLine, action: AnyAction, now: float) -> Step:
    """Act on the keyboard of a line; what cannot be right is said, and stays to be mended."""
    if typing := typed(page.typing, action):
        return turn(state, replace(page, typing=typing))
    if isinstance(action, Back | Leave):
        return turn(state, FilingForm(filing=page.filing))
    if not is_done(action):
        return stay(state)
    text = " ".join(page.typing.text.split())
    today = state.world.site.day if state.world.site else None
    if wrong := _wrong(page.line, text, today):
        return stay(tell(state, now, wrong))
    value = birth_of(text) if page.line is FormField.BIRTH else text
    return turn(state, FilingForm(filing=said(page.filing, page.line, value)))


def _wrong(line_: FormField, text: str, today: date | None) -> AboutPrepare | None:
    match line_:
        case FormField.NAME if not text:
            return AboutPrepare.NAME_NEEDED
        case FormField.BIRTH if text and not is_birth(text, today):
            return AboutPrepare.BAD_BIRTH
        case FormField.NUMBER if text and len(text) != _WHOLE_NUMBER:
            return AboutPrepare.BAD_NUMBER
        case FormField.PHONE if text and len(text) < _LEAST_PHONE:
            return AboutPrepare.BAD_PHONE
        case _:
            return None


def sex(state: State, page: FilingSex, action: AnyAction) -> Step:
    """Act on the choice."""
    match action:
        case SetSex(sex=value) if value in SEXES:
            return turn(state, FilingForm(filing=said(page.filing, FormField.SEX, value)))
        case Back() | Leave():
            return turn(state, FilingForm(filing=page.filing))
        case _:
            return stay(state)


def said(filing: Filing, line_: FormField, value: str) -> Filing:
    """Return the filing with a line the citizen wrote: it is the card's no more."""
    before = filing.said
    if getattr(before, line_) == value:
        return filing
    kept = tuple(name for name in before.from_card if name != line_)
    return replace(filing, said=replace(before, **{line_: value, "from_card": kept}))


def _field(filing: Filing, line_: FormField) -> Typing:
    kind, longest = _KINDS[line_]
    value: str = getattr(filing.said, line_)
    return field(kind, max_length=longest).filled(value.replace("/", "") if value else "")
