"""Looking a dossier up: the field, the scanner, the answer, the paper."""

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from devices.scanner.classify import LONGEST_DOSSIER_CODE as LONGEST_CODE
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.domain.deadline import Account, Due, Told
from kiosk.domain.dossier import asked_text
from kiosk.domain.dossier_state import StateCode, state_of
from kiosk.papers.dossier import DossierStatus, dossier_slip
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows import slips, typing
from kiosk.ui.flows.dossier.pages import (
    ONE_STOP,
    AskDossier,
    DossierSheet,
    DossierTold,
    DossierUntold,
    LookUpDossier,
    PrintDossier,
    ShowDossierPart,
)
from kiosk.ui.flows.fees import steps as fees
from kiosk.ui.flows.fees.pages import OpenFees
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import Home, Rest, State

_CODES = (ScanKind.DOSSIER, ScanKind.LOCAL_DOSSIER)


def is_offered(state: State) -> bool:
    """Return whether somebody can be asked."""
    site = state.world.site
    return bool(state.world.reachable and site and ONE_STOP in site.connected)


def owes(state: State, told: DossierLookup) -> bool:
    """Return whether a fee is asked for the dossier, and can be looked at here."""
    return told.state == StateCode.PAYMENT and not told.provisional and fees.is_offered(state)


def begin(state: State) -> Step:
    """Ask for the code."""
    return turn(state, AskDossier(typing=field(Kind.CODE, max_length=LONGEST_CODE)))


def scanned(state: State, event: Scanned) -> Step | None:
    """Look the dossier up whose code was shown; on the page that asks for one, any short text.

    No form of codes is certain, so a text of no known form is asked for too (DOS-1).
    """
    if not is_offered(state) or not isinstance(state.page, Home | Rest | AskDossier | DossierSheet):
        return None
    opaque = event.kind is ScanKind.UNKNOWN and isinstance(state.page, AskDossier)
    meant = opaque and len(event.text) <= LONGEST_CODE and "|" not in event.text
    if not (event.kind in _CODES or meant) or not asked_text(event.text):
        return None
    return _look_up(state, event.text)


def ask(state: State, page: AskDossier, action: AnyAction) -> Step:
    """Act on the keyboard, or on the wait."""
    match action:
        case Back() if page.asked:
            return turn(state, replace(page, asked="", ask=0))
        case Back() | Leave():
            return turn(state, Home())
        case _ if page.asked:
            return stay(state)
        case _ if typing.is_done(action):
            return _look_up(state, page.typing.text) if page.typing.text.strip() else stay(state)
        case _:
            typed = typing.typed(page.typing, action)
            return turn(state, replace(page, typing=typed)) if typed else stay(state)


def sheet(state: State, page: DossierSheet, action: AnyAction, now: float) -> Step:
    """Act on the status."""
    match action:
        case Back():
            return turn(state, replace(page, part=0)) if page.part else begin(state)
        case Leave():
            return leave(state)
        case ShowDossierPart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case OpenFees(dossier=dossier) if owes(state, page.told):
            return fees.open_fees(state, dossier)
        case PrintDossier():
            receipt = dossier_slip(_paper(page.told), slips.head(state))
            return slips.print_slip(state, now, receipt)
        case _:
            return stay(state)


def told(state: State, event: DossierTold) -> Step:
    """Show how it stands, to whoever still waits for it."""
    page = state.page
    if not isinstance(page, AskDossier) or page.ask != event.ask:
        return stay(state)
    return turn(state, DossierSheet(told=event.told))


def untold(state: State, event: DossierUntold, now: float) -> Step:
    """Say why, and keep what was typed."""
    page = state.page
    if not isinstance(page, AskDossier) or page.ask != event.ask:
        return stay(state)
    state = replace(state, page=replace(page, asked="", ask=0))
    return stay(tell(state, now, event.about))


def _look_up(state: State, text: str) -> Step:
    asked, ask = asked_text(text), state.asks + 1
    filled = field(Kind.CODE, max_length=LONGEST_CODE).filled(asked.upper())
    page = AskDossier(typing=filled, asked=asked, ask=ask)
    return turn(replace(state, asks=ask), page, LookUpDossier(ask=ask, code=asked))


def _paper(told: DossierLookup) -> DossierStatus:
    """Return what the paper says; years that only make days left doubtful are not on it."""
    years = told.doubtful_years if told.due_told is Told.COUNTED else ()
    return DossierStatus(
        code=told.code,
        procedure=told.names,
        state=state_of(told.state),
        account=Account(told.standing, told.working_days),
        told_at=told.told_at,
        received=told.received,
        due=Due(told.due, told.due_told, years) if told.due else None,
        provisional=told.provisional,
    )
