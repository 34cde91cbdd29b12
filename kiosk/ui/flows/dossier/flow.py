"""Looking a dossier up, as the session sees it."""

from msgspec.structs import replace

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, Event, Leave
from kiosk.ui.flows.dossier import bodies, steps
from kiosk.ui.flows.dossier.pages import (
    AskDossier,
    DossierSheet,
    DossierTold,
    DossierUntold,
    OpenDossier,
)
from kiosk.ui.flows.dossier.texts import DOSSIER
from kiosk.ui.flows.flow import Flow
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL


class DossierFlow(Flow):
    """A code, how its dossier stands, and that on paper."""

    pages = (AskDossier, DossierSheet)

    def entry(self, state: State) -> Tile | None:
        """Offer it where the site has a one-stop system."""
        if not steps.is_offered(state):
            return None
        words = DOSSIER.of(state)
        return Tile(
            action=OpenDossier(),
            icon="folder",
            title=words.open_dossier,
            note=words.open_dossier_note,
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Ask for the code."""
        del now
        if not isinstance(action, OpenDossier):
            return None
        return steps.begin(state) if steps.is_offered(state) else stay(state)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case AskDossier() as page:
                return steps.ask(state, page, action)
            case DossierSheet() as page:
                return steps.sheet(state, page, action, now)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the counter server says."""
        match event:
            case DossierTold():
                return steps.told(state, event)
            case DossierUntold():
                return steps.untold(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Look the dossier up whose code was shown."""
        return steps.scanned(replace(state, touched_at=now, warned=None), event)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case DossierSheet() as page:
                return bodies.sheet(state, page, room)
            case AskDossier() as page:
                return bodies.ask(state, page, room)
            case _:
                raise AssertionError(state.page)

    def left(self, state: State) -> Button | None:
        """Lead back, or to another dossier."""
        button = super().left(state)
        if button and isinstance(state.page, DossierSheet) and not state.page.part:
            return replace(button, text=DOSSIER.of(state).another)
        return button

    def right(self, state: State) -> Button | None:
        """Let who has read it go."""
        if not isinstance(state.page, DossierSheet):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.MAIN, icon="check")

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return DOSSIER.sentence(state, note)
