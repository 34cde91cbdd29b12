"""Following feedback, as the session sees it."""

from msgspec.structs import replace

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, Event, Leave
from kiosk.ui.flows.feedback import answer_pages, following, telling
from kiosk.ui.flows.feedback.answer_pages import AnswerSheet, AskAnswer, RateFeedback
from kiosk.ui.flows.feedback.texts import FEEDBACK
from kiosk.ui.flows.flow import Flow
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tone
from kiosk.ui.state import State
from kiosk.ui.texts import GENERAL


class AnswerFlow(Flow):
    """A code, how its feedback stands, the answer, and what the citizen thinks of it.

    The way in is the tile of writing, or the code at the scanner.
    """

    pages = (AskAnswer, AnswerSheet, RateFeedback)
    aided = (AnswerSheet, RateFeedback)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case AskAnswer() as page:
                return following.ask(state, page, action, now)
            case AnswerSheet() as page:
                return following.sheet(state, page, action)
            case RateFeedback() as page:
                return following.rate(state, page, action)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the counter server says."""
        match event:
            case answer_pages.FeedbackTold():
                return following.told(state, event)
            case answer_pages.FeedbackUntold():
                return following.untold(state, event, now)
            case answer_pages.FeedbackRatingTold():
                return following.rated(state, event, now)
            case _:
                return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Look the feedback up whose code was shown."""
        return following.scanned(state, event, now)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case AskAnswer() as page:
                return telling.ask(state, page, room)
            case AnswerSheet() as page:
                return telling.sheet(state, page, room)
            case RateFeedback() as page:
                return telling.rate(state, page)
            case _:
                raise AssertionError(state.page)

    def left(self, state: State) -> Button | None:
        """Lead back, or to another code."""
        button = super().left(state)
        if button and isinstance(state.page, AnswerSheet) and not state.page.part:
            return replace(button, text=FEEDBACK.of(state).another)
        return button

    def right(self, state: State) -> Button | None:
        """Let who has read it go."""
        if not isinstance(state.page, AnswerSheet):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.MAIN, icon="check")
