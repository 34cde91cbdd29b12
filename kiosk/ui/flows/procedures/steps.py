"""Looking a procedure up: where a touch leads."""

from urllib.parse import urlsplit

from msgspec.structs import replace

from kiosk.catalogue.portal import ForeignAddressError, HandOff, hand_off
from kiosk.catalogue.procedure import OnlineLevel, Procedure, System
from kiosk.domain.fees import Order, PerCopy, PerPage, PerPerson
from kiosk.papers.procedure import procedure_slip
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows.menu.pages import Menu
from kiosk.ui.flows.number import steps as number
from kiosk.ui.flows.number.pages import ChooseService
from kiosk.ui.flows.prepare import steps as prepare
from kiosk.ui.flows.prepare.pages import OpenPrepare
from kiosk.ui.flows.procedures.pages import (
    AboutProcedures,
    AnyPage,
    Chosen,
    CountFee,
    FeeAmount,
    GoOnline,
    OpenFeeCount,
    OpenOnline,
    OpenProcedure,
    OpenSearch,
    OpenSector,
    PrintList,
    ProcedureCases,
    ProcedureFacts,
    ProcedureList,
    Procedures,
    SearchProcedures,
    Sectors,
    SetCase,
    ShowProcedurePart,
    ShowProcedures,
    TellHandedOff,
    TellOfProcedure,
    Unit,
)
from kiosk.ui.flows.slips import head, print_slip
from kiosk.ui.flows.typing import is_done, typed
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.moves import Step, stay, tell, turn
from kiosk.ui.state import State

_LONGEST_QUERY, _LONGEST_COUNT = 60, 4
_UNITS = {Unit.PAGES: (PerPage,), Unit.COPIES: (PerPage, PerCopy), Unit.PERSONS: (PerPerson,)}


def procedure_of(state: State, chosen: Chosen) -> Procedure | None:
    """Return the procedure as it is in the catalogue now; None when it is there no more."""
    catalogue = state.world.catalogue
    return catalogue.procedure(chosen.code) if catalogue else None


def listed(state: State, page: Procedures) -> tuple[Procedure, ...]:
    """Return what a list holds."""
    catalogue = state.world.catalogue
    if not catalogue:
        return ()
    if page.service:
        return catalogue.of_service(page.service)
    return catalogue.found(page.query) if page.query else catalogue.of_sector(page.sector)


def open_sectors(state: State) -> Step:
    """Begin, when there is a catalogue."""
    return turn(state, Sectors()) if state.world.catalogue else stay(state)


def sectors(state: State, page: Sectors, action: AnyAction) -> Step:
    """Act on the sectors."""
    catalogue = state.world.catalogue
    match action:
        case OpenSearch():
            return turn(state, SearchProcedures(typing=_query(state)))
        case OpenSector(sector=sector) if catalogue and catalogue.of_sector(sector):
            return turn(state, Procedures(sector=sector))
        case ShowProcedures(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return turn(state, Menu())
        case _:
            return stay(state)


def search(state: State, page: SearchProcedures, action: AnyAction) -> Step:
    """Act on the field of the search."""
    query = page.typing.text.strip()
    if typing := typed(page.typing, action):
        return turn(state, replace(page, typing=typing))
    match action:
        case OpenProcedure():
            return _open(state, Procedures(query=query), action)
        case Back() | Leave():
            return turn(state, Sectors())
        case _ if is_done(action) and query:
            return turn(state, Procedures(query=query))
        case _:
            return stay(state)


def procedures(state: State, page: Procedures, action: AnyAction) -> Step:
    """Act on a list of procedures."""
    match action:
        case OpenProcedure():
            return _open(state, page, action)
        case ShowProcedures(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave() if page.service:
            back, effects = number.choose(state, ChooseService(service=page.service))
            return (back, effects) if back is not state else turn(state, Sectors())
        case Back() | Leave() if page.query:
            return turn(state, SearchProcedures(typing=_query(state).filled(page.query)))
        case Back() | Leave():
            return turn(state, Sectors())
        case _:
            return stay(state)


def cases(state: State, page: ProcedureCases, action: AnyAction) -> Step:
    """Act on the cases of a procedure."""
    procedure = procedure_of(state, page.chosen)
    known = {"", *(case.id for case in procedure.cases)} if procedure else set()
    match action:
        case SetCase(case=case) if case in known:
            return turn(state, ProcedureFacts(chosen=replace(page.chosen, case=case)))
        case ShowProcedures(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back() | Leave():
            return turn(state, page.chosen.came)
        case _:
            return stay(state)


def facts(state: State, page: ProcedureFacts, action: AnyAction, now: float) -> Step:
    """Act on what is told of a procedure."""
    chosen = replace(page.chosen, part=page.part)
    procedure = procedure_of(state, chosen)
    match action:
        case ShowProcedurePart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave():
            return turn(state, _before(page, procedure))
        case TellOfProcedure(subject=subject):
            return turn(state, ProcedureList(chosen=chosen, subject=subject))
        case OpenFeeCount() if procedure and (asked := units(state, procedure, chosen.case)):
            return turn(state, _count(chosen, asked[0], Order(case=chosen.case)))
        case OpenOnline() if procedure and (way := online(state, procedure)):
            host = urlsplit(way.url).hostname or ""
            told = TellHandedOff(service=procedure.service or procedure.code, host=host)
            return turn(state, GoOnline(chosen=chosen), told)
        case _:
            return _done(state, chosen, action, now)


def _before(page: ProcedureFacts, procedure: Procedure | None) -> AnyPage:
    if page.part:
        return replace(page, part=page.part - 1)
    if procedure and procedure.cases:
        return ProcedureCases(chosen=replace(page.chosen, case=""))
    return page.chosen.came


def told(state: State, page: ProcedureList, action: AnyAction, now: float) -> Step:
    """Act on the papers or the steps."""
    match action:
        case ShowProcedurePart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back() | Leave():
            return turn(state, _facts(page.chosen))
        case _:
            return _done(state, page.chosen, action, now)


def count(state: State, page: CountFee, action: AnyAction, now: float) -> Step:
    """Act on the pad; each answer leads to the next question, the last to the amount."""
    if typing := typed(page.typing, action):
        return turn(state, replace(page, typing=typing))
    procedure = procedure_of(state, page.chosen)
    asked = units(state, procedure, page.chosen.case) if procedure else ()
    at = asked.index(page.unit) if page.unit in asked else 0
    if isinstance(action, Back | Leave):
        back = _count(page.chosen, asked[at - 1], page.order) if at else _facts(page.chosen)
        return turn(state, back)
    if not is_done(action):
        return stay(state)
    number_of = int(page.typing.text or 0)
    if not number_of:
        return stay(tell(state, now, AboutProcedures.COUNT_NEEDED))
    order = replace(page.order, **{page.unit: number_of})
    if at + 1 < len(asked):
        return turn(state, _count(page.chosen, asked[at + 1], order))
    return turn(state, FeeAmount(chosen=page.chosen, order=order))


def amount(state: State, page: FeeAmount, action: AnyAction, now: float) -> Step:
    """Act on the amount; back is the last question."""
    if not isinstance(action, Back | Leave):
        return _done(state, page.chosen, action, now)
    procedure = procedure_of(state, page.chosen)
    asked = units(state, procedure, page.chosen.case) if procedure else ()
    back = _count(page.chosen, asked[-1], page.order) if asked else _facts(page.chosen)
    return turn(state, back)


def portal(state: State, page: GoOnline, action: AnyAction) -> Step:
    """Act on the way to the portal."""
    match action:
        case ShowProcedurePart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() | Leave() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back() | Leave():
            return turn(state, _facts(page.chosen))
        case _:
            return stay(state)


def units(state: State, procedure: Procedure, case: str) -> tuple[Unit, ...]:
    """Return what has to be asked before the fee is known; nothing where it is no matter of count.

    A sum with a fee that has no number has none either, and nothing is asked for it.
    """
    catalogue = state.world.catalogue
    if not catalogue:
        return ()
    if procedure.amount(Order(case=case), catalogue.day).vnd is None:
        return ()
    rules = [fee.rule for fee in procedure.fees_on(catalogue.day, case)]
    return tuple(
        unit for unit, kinds in _UNITS.items() if any(isinstance(rule, kinds) for rule in rules)
    )


def online(state: State, procedure: Procedure) -> HandOff | None:
    """Return the way to the procedure's page, when any of it goes online."""
    catalogue = state.world.catalogue
    route = procedure.route(catalogue.day) if catalogue else None
    here_only = route is not None and route.system is System.QUEUE
    if procedure.online is OnlineLevel.INFORMATION or here_only:
        return None
    try:
        return hand_off(procedure, state.portal)
    except ForeignAddressError:
        return None


def gives_numbers(state: State, procedure: Procedure) -> bool:
    """Return whether a number is given for it here and now."""
    site = state.world.site
    return bool(
        site
        and site.open
        and state.world.reachable
        and any(each.id == procedure.service and each.open for each in site.services)
    )


def _done(state: State, chosen: Chosen, action: AnyAction, now: float) -> Step:
    """Print the list, or go on to the number: what several pages offer."""
    procedure, catalogue = procedure_of(state, chosen), state.world.catalogue
    if procedure is None or not catalogue:
        return stay(state)
    match action:
        case PrintList():
            paper, way = head(state, sample=procedure.sample), online(state, procedure)
            slip = procedure_slip(
                procedure, paper, catalogue.day, chosen.case, way.url if way else ""
            )
            return print_slip(state, now, slip)
        case ChooseService(service=service) if service == procedure.service:
            if not gives_numbers(state, procedure):
                return stay(tell(state, now, AboutProcedures.NO_NUMBER))
            return number.choose(state, action)
        case OpenPrepare(procedure=code) if code == procedure.code:
            return prepare.begin(state, action)
        case _:
            return stay(state)


def _open(state: State, came: Procedures, action: OpenProcedure) -> Step:
    chosen = Chosen(code=action.code, came=came)
    procedure = procedure_of(state, chosen)
    if procedure is None:
        return stay(state)
    page = ProcedureCases(chosen=chosen) if procedure.cases else ProcedureFacts(chosen=chosen)
    return turn(state, page)


def _facts(chosen: Chosen) -> ProcedureFacts:
    return ProcedureFacts(chosen=replace(chosen, part=0), part=chosen.part)


def _query(state: State) -> Typing:
    return field(Kind.TEXT, tone_style=state.rules.tone_style, max_length=_LONGEST_QUERY)


def _count(chosen: Chosen, unit: Unit, order: Order) -> CountFee:
    pad = field(Kind.NUMBER, max_length=_LONGEST_COUNT)
    return CountFee(chosen=chosen, unit=unit, order=order, typing=pad)
