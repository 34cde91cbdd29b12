"""Preparing a dossier, as the session sees it."""

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, AnyEffect, Back, Event, Leave
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.prepare import (
    bodies,
    handing,
    handing_bodies,
    scanning,
    scanning_bodies,
    steps,
)
from kiosk.ui.flows.prepare.pages import (
    BindingPages,
    CheckPage,
    FilingBegins,
    FilingConsent,
    FilingForm,
    FilingLine,
    FilingNumber,
    FilingPapers,
    FilingSent,
    FilingSex,
    FilingSummary,
    FilingTaken,
    FilingUnsent,
    LayPage,
    LeavePages,
    OpenPrepare,
    PagesDone,
    PickProcedure,
    PickService,
)
from kiosk.ui.flows.prepare.texts import PREPARE
from kiosk.ui.flows.prepare.wishes import (
    DeskSeen,
    DeskTrouble,
    FilingKept,
    FilingNotKept,
    FilingOpened,
    FilingRefused,
    PageTaken,
    PaperBound,
    PaperNotBound,
    WithdrawFiling,
)
from kiosk.ui.moves import Step, leave, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL

_OF_NOBODY = (PickService, PickProcedure, FilingBegins, FilingConsent)


class PrepareFlow(Flow):
    """A declaration, papers before the camera, and a number with them."""

    pages = (
        PickService,
        PickProcedure,
        FilingBegins,
        FilingConsent,
        FilingForm,
        FilingLine,
        FilingSex,
        FilingPapers,
        LayPage,
        CheckPage,
        LeavePages,
        BindingPages,
        FilingSummary,
        FilingNumber,
        FilingSent,
        FilingUnsent,
        FilingTaken,
    )

    aided = (
        PickService,
        PickProcedure,
        FilingConsent,
        FilingForm,
        FilingSex,
        FilingPapers,
        LayPage,
        CheckPage,
        FilingSummary,
        FilingUnsent,
    )

    def entry(self, state: State) -> Tile | None:
        """Offer it while numbers are given."""
        if not steps.services(state):
            return None
        words = PREPARE.of(state)
        return Tile(
            action=OpenPrepare(),
            icon="pen",
            title=words.open_prepare,
            note=words.open_prepare_note,
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Choose the procedure, or begin with one."""
        del now
        return steps.begin(state, action) if isinstance(action, OpenPrepare) else None

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        for acted in (_choosing, _writing, _scanning, _handing):
            if way := acted(state, action, now):
                return way
        return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the camera and the counter server say."""
        match event:
            case FilingOpened():
                return steps.opened(state, event)
            case FilingRefused():
                return steps.refused(state, event, now)
            case FilingKept():
                return handing.kept(state, event, now)
            case FilingNotKept():
                return handing.not_kept(state, event, now)
            case _:
                return self._hear_camera(state, event, now)

    def _hear_camera(self, state: State, event: Event, now: float) -> Step | None:
        match event:
            case DeskSeen():
                return scanning.seen(state, event)
            case DeskTrouble():
                return scanning.trouble(state, event, now)
            case PageTaken():
                return scanning.taken(state, event, now)
            case PaperBound():
                return scanning.bound(state, event, now)
            case PaperNotBound():
                return scanning.not_bound(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Read a card on the declaration, and a ticket where its number is asked for."""
        match state.page:
            case FilingForm() as page:
                return steps.card(state, page, event, now)
            case FilingNumber() as page:
                return handing.ticket_shown(state, page, event, now)
            case _:
                return None

    def stays_until(self, state: State) -> float | None:
        """Show the number for its time."""
        return state.page.until if isinstance(state.page, FilingTaken) else None

    def given_up(self, state: State) -> tuple[AnyEffect, ...]:
        """Let no draft stay that nobody has heard of."""
        page = state.page
        if isinstance(page, FilingSent | FilingUnsent):
            return (WithdrawFiling(ask=page.filing.ask),)
        return ()

    def private(self, state: State) -> bool:
        """Return whether anything of a citizen is shown."""
        return not isinstance(state.page, _OF_NOBODY)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        for shown in (_chosen, _written, _scanned, _handed):
            if body := shown(state, room):
                return body
        return bodies.waiting(state, PREPARE.of(state).sending, "desk")

    def left(self, state: State) -> Button | None:
        """Lead back, but not away from what is under way."""
        match state.page:
            case BindingPages() | FilingSent() | FilingTaken():
                return None
            case LayPage(pages=pages, wish=wish) if pages and wish:
                return None
            case LeavePages():
                text = PREPARE.of(state).scan_on
                return Button(action=Back(), text=text, icon="back")
            case _:
                return super().left(state)

    def right(self, state: State) -> Button | None:
        """End a paper, or go with the number."""
        match state.page:
            case CheckPage(taken=taken):
                text = PREPARE.of(state).no_more
                tone = Tone.PLAIN if taken.flaws else Tone.MAIN
                return Button(action=PagesDone(), text=text, tone=tone, icon="check")
            case FilingTaken():
                text = GENERAL.of(state).done
                return Button(action=Leave(), text=text, tone=Tone.MAIN, icon="check")
            case _:
                return None

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return PREPARE.sentence(state, note)


def _choosing(state: State, action: AnyAction, now: float) -> Step | None:
    del now
    match state.page:
        case PickService() as page:
            return steps.pick_service(state, page, action)
        case PickProcedure() as page:
            return steps.pick_procedure(state, page, action)
        case FilingBegins() if isinstance(action, Back | Leave):
            return leave(state)
        case FilingConsent() as page:
            return steps.consent(state, page, action)
        case _:
            return None


def _writing(state: State, action: AnyAction, now: float) -> Step | None:
    match state.page:
        case FilingForm() as page:
            return steps.form(state, page, action, now)
        case FilingLine() as page:
            return steps.line(state, page, action, now)
        case FilingSex() as page:
            return steps.sex(state, page, action)
        case _:
            return None


def _scanning(state: State, action: AnyAction, now: float) -> Step | None:
    del now
    match state.page:
        case FilingPapers() as page:
            return scanning.papers(state, page, action)
        case LayPage() as page:
            return scanning.lay(state, page, action)
        case CheckPage() as page:
            return scanning.check(state, page, action)
        case LeavePages() as page:
            return scanning.leaving(state, page, action)
        case _:
            return None


def _handing(state: State, action: AnyAction, now: float) -> Step | None:
    del now
    match state.page:
        case FilingSummary() as page:
            return handing.summary(state, page, action)
        case FilingNumber() as page:
            return handing.number(state, page, action)
        case FilingUnsent() as page:
            return handing.unsent(state, page, action)
        case FilingTaken() as page:
            return handing.shown(state, page, action)
        case _:
            return None


def _chosen(state: State, room: Room) -> AnyBody | None:
    match state.page:
        case PickService() as page:
            return bodies.services(state, page, room)
        case PickProcedure() as page:
            return bodies.procedures(state, page, room)
        case FilingBegins():
            return bodies.waiting(state, PREPARE.of(state).begins, "folder")
        case FilingConsent() as page:
            return bodies.consent(state, page, room)
        case _:
            return None


def _written(state: State, room: Room) -> AnyBody | None:
    match state.page:
        case FilingForm() as page:
            return bodies.form(state, page, room)
        case FilingLine() as page:
            return bodies.line(state, page, room)
        case FilingSex():
            return bodies.sex(state)
        case _:
            return None


def _scanned(state: State, room: Room) -> AnyBody | None:
    match state.page:
        case FilingPapers() as page:
            return scanning_bodies.papers(state, page, room)
        case LayPage() as page:
            return scanning_bodies.lay(state, page)
        case CheckPage() as page:
            return scanning_bodies.check(state, page)
        case LeavePages() as page:
            return scanning_bodies.leaving(state, page, room)
        case BindingPages():
            return bodies.waiting(state, PREPARE.of(state).binding, "document")
        case _:
            return None


def _handed(state: State, room: Room) -> AnyBody | None:
    match state.page:
        case FilingSummary() as page:
            return handing_bodies.summary(state, page, room)
        case FilingNumber() as page:
            return handing_bodies.number(state, page, room)
        case FilingUnsent() as page:
            return handing_bodies.unsent(state, page)
        case FilingTaken() as page:
            return handing_bodies.taken(state, page, room)
        case _:
            return None
