"""Taking a number, as the session sees it."""

from collections.abc import Iterator

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from kiosk.ui.events import AnyAction, DevicesSeen, Event, Leave
from kiosk.ui.flows.chip.offering import is_offered
from kiosk.ui.flows.chip.pages import OpenChip
from kiosk.ui.flows.chip.texts import CHIP
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.number import bodies, steps
from kiosk.ui.flows.number.pages import (
    PLAIN_CLASS,
    AboutNumber,
    ChooseClass,
    ChooseService,
    Confirm,
    ForgetNumber,
    Issued,
    NoAnswer,
    NotPrinted,
    NumberRefused,
    NumberTaken,
    Printed,
    ScanCard,
    Taking,
)
from kiosk.ui.flows.number.texts import NUMBER
from kiosk.ui.flows.procedures.pages import OpenProceduresOf
from kiosk.ui.flows.procedures.texts import PROCEDURES
from kiosk.ui.moves import Step, leave, stay, tell
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL


class NumberFlow(Flow):
    """A service, a class, a card, a number on paper."""

    pages = (Confirm, ChooseClass, ScanCard, Taking, NoAnswer, Issued)

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Go from the services to the confirmation."""
        del now
        return steps.choose(state, action) if isinstance(action, ChooseService) else None

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        del now
        match state.page:
            case Confirm() as page:
                return steps.confirm(state, page, action)
            case ChooseClass() as page:
                return steps.choose_class(state, page, action)
            case ScanCard() as page:
                return steps.scan(state, page, action)
            case NoAnswer() as page:
                return steps.no_answer(state, page, action)
            case Issued() if isinstance(action, Leave):
                return leave(state)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the counter server, the printer and the devices say."""
        match event:
            case DevicesSeen():
                return steps.devices_seen(state, event, now)
            case NumberTaken():
                return steps.taken(state, event, now)
            case NumberRefused():
                return steps.refused(state, event)
            case Printed():
                return steps.printed(state, event, now)
            case NotPrinted():
                return steps.not_printed(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Read a card on the one page that asks for it."""
        page = state.page
        if not isinstance(page, ScanCard):
            return None
        if event.kind is ScanKind.IDENTITY_CARD and event.card:
            alive = replace(state, touched_at=now, warned=None)
            return steps.card_read(alive, page, event.card, now)
        if event.kind is ScanKind.UNKNOWN:
            return stay(tell(state, now, AboutNumber.NOT_A_CARD))  # domain ID-9
        return None

    def passed(self, state: State, now: float) -> Step | None:
        """Print what is owed when it is due; forget what is owed no more."""
        owed = tuple(owed for owed in state.owed if now < owed.until)
        return steps.pay_owed(replace(state, owed=owed), now)

    def moments(self, state: State) -> Iterator[float]:
        """Yield when something owed is due or forgotten."""
        yield from (owed.until for owed in state.owed)
        yield from steps.due_again(state)

    def stays_until(self, state: State) -> float | None:
        """Show a number for its time."""
        return state.page.until if isinstance(state.page, Issued) else None

    def given_up(self, state: State) -> tuple[ForgetNumber, ...]:
        """Forget an asking nobody waits for."""
        page = state.page
        return (ForgetNumber(ask=page.ask),) if isinstance(page, Taking | NoAnswer) else ()

    def private(self, state: State) -> bool:
        """Return whether a card, a class or a number is shown."""
        if isinstance(state.page, Confirm):
            errand = state.page.errand
            return errand.card is not None or errand.priority_class != PLAIN_CLASS
        return True

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        del room
        match state.page:
            case Confirm(errand=errand):
                return bodies.confirm(state, errand)
            case ChooseClass(errand=errand):
                return bodies.classes(state, errand)
            case ScanCard():
                return bodies.scan(state)
            case NoAnswer() as page:
                return bodies.no_number(state, page)
            case Issued() as page:
                return bodies.issued(state, page)
            case _:
                return bodies.taking(state)

    def left(self, state: State) -> Button | None:
        """Lead back, while there is a way."""
        match state.page:
            case Taking() | Issued():
                return None
            case ScanCard():
                return bodies.skip_card(state)
            case _:
                return super().left(state)

    def right(self, state: State) -> Button | None:
        """Let who has the number go; tell who has none yet what to bring."""
        page = state.page
        if isinstance(page, ScanCard) and is_offered(state):
            return Button(action=OpenChip(), text=CHIP.of(state).open_chip, icon="card")
        if isinstance(page, Confirm) and steps.has_procedures(state, page.errand.service):
            papers = OpenProceduresOf(service=page.errand.service)
            return Button(action=papers, text=PROCEDURES.of(state).papers, icon="document")
        if not isinstance(page, Issued):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.MAIN, icon="check")

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return NUMBER.sentence(state, note)
