"""Looking a procedure up, as the session sees it."""

from kiosk.ui.events import AnyAction
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.procedures import bodies, steps, telling
from kiosk.ui.flows.procedures.pages import (
    CountFee,
    FeeAmount,
    GoOnline,
    OpenSectors,
    ProcedureCases,
    ProcedureFacts,
    ProcedureList,
    Procedures,
    SearchProcedures,
    Sectors,
)
from kiosk.ui.flows.procedures.texts import PROCEDURES
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Tile
from kiosk.ui.state import Note, State

_OF_ONE = ProcedureCases | ProcedureFacts | ProcedureList | FeeAmount | GoOnline


class ProceduresFlow(Flow):
    """What is needed for a procedure, and where it goes on."""

    pages = (
        Sectors,
        SearchProcedures,
        Procedures,
        ProcedureCases,
        ProcedureFacts,
        ProcedureList,
        CountFee,
        FeeAmount,
        GoOnline,
    )

    def entry(self, state: State) -> Tile | None:
        """Offer it where there is a catalogue, whether or not the counter server answers."""
        if not state.world.catalogue:
            return None
        words = PROCEDURES.of(state)
        return Tile(
            action=OpenSectors(),
            icon="search",
            title=words.open_sectors,
            note=words.open_sectors_note,
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Show the sectors."""
        del now
        return steps.open_sectors(state) if isinstance(action, OpenSectors) else None

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case Sectors() as page:
                return steps.sectors(state, page, action)
            case SearchProcedures() as page:
                return steps.search(state, page, action)
            case Procedures() as page:
                return steps.procedures(state, page, action)
            case ProcedureCases() as page:
                return steps.cases(state, page, action)
            case _:
                return self._act_on_one(state, action, now)

    def _act_on_one(self, state: State, action: AnyAction, now: float) -> Step:
        match state.page:
            case ProcedureFacts() as page:
                return steps.facts(state, page, action, now)
            case ProcedureList() as page:
                return steps.told(state, page, action, now)
            case CountFee() as page:
                return steps.count(state, page, action, now)
            case FeeAmount() as page:
                return steps.amount(state, page, action, now)
            case GoOnline() as page:
                return steps.portal(state, page, action)
            case _:
                return stay(state)

    def private(self, state: State) -> bool:
        """Return whether something is shown that was typed: it may be anything."""
        match state.page:
            case SearchProcedures():
                return True
            case Procedures(query=query):
                return bool(query)
            case _:
                return False

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case Sectors() as page:
                return bodies.sectors(state, page, room)
            case SearchProcedures() as page:
                return bodies.search(state, page, room)
            case Procedures() as page:
                return bodies.procedures(state, page, room)
            case CountFee() as page:
                return bodies.count(state, page, room)
            case _:
                return self._of_one(state, room)

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return PROCEDURES.sentence(state, note)

    def _of_one(self, state: State, room: Room) -> AnyBody:
        """Return the body of a page about one procedure, which may be there no more."""
        page = state.page
        procedure = steps.procedure_of(state, page.chosen) if isinstance(page, _OF_ONE) else None
        match page:
            case ProcedureCases() if procedure:
                return bodies.cases(state, page, procedure, room)
            case ProcedureFacts() if procedure:
                return telling.facts(state, page, procedure, room)
            case ProcedureList() if procedure:
                return telling.told(state, page, procedure, room)
            case FeeAmount() if procedure:
                return bodies.amount(state, page, procedure)
            case GoOnline() if procedure:
                return bodies.portal(state, page, procedure, room)
            case _:
                return bodies.gone(state)
