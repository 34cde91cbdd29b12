"""Writing feedback, as the session sees it."""

from kiosk.ui.events import AnyAction, Event, Leave
from kiosk.ui.flows.feedback import answer_pages, bodies, following, pages, steps
from kiosk.ui.flows.feedback.pages import (
    FeedbackAbout,
    FeedbackContact,
    FeedbackDone,
    FeedbackDoor,
    FeedbackEdit,
    FeedbackMethod,
    FeedbackName,
    FeedbackNotice,
    FeedbackPhone,
    FeedbackPhoto,
    FeedbackPlace,
    FeedbackPlaces,
    FeedbackReview,
    FeedbackText,
    OpenFeedback,
)
from kiosk.ui.flows.feedback.texts import FEEDBACK
from kiosk.ui.flows.flow import Flow
from kiosk.ui.moves import Step, stay, turn
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL

_TYPED = FeedbackText | FeedbackPlace | FeedbackName | FeedbackPhone


class FeedbackFlow(Flow):
    """Something to say, written and sent."""

    pages = (
        FeedbackDoor,
        FeedbackNotice,
        FeedbackAbout,
        FeedbackMethod,
        FeedbackText,
        FeedbackPlaces,
        FeedbackPlace,
        FeedbackPhoto,
        FeedbackContact,
        FeedbackName,
        FeedbackPhone,
        FeedbackReview,
        FeedbackEdit,
        FeedbackDone,
    )
    aided = (
        FeedbackNotice,
        FeedbackAbout,
        FeedbackMethod,
        FeedbackPlaces,
        FeedbackPhoto,
        FeedbackContact,
        FeedbackReview,
        FeedbackEdit,
    )

    def entry(self, state: State) -> Tile | None:
        """Offer it where the site takes feedback."""
        if not steps.is_offered(state):
            return None
        words = FEEDBACK.of(state)
        return Tile(
            action=OpenFeedback(),
            icon="pen",
            title=words.open_feedback,
            note=words.open_feedback_note,
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Ask what is wanted."""
        del now
        if not isinstance(action, OpenFeedback):
            return None
        return turn(state, FeedbackDoor()) if steps.is_offered(state) else stay(state)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case FeedbackDoor() if isinstance(action, answer_pages.OpenAnswer):
                return following.begin(state)
            case FeedbackDoor() as page:
                return steps.door(state, page, action)
            case FeedbackReview() as page:
                return steps.review(state, page, action)
            case FeedbackEdit() as page:
                return steps.edit(state, page, action)
            case FeedbackDone() as page:
                return steps.done(state, page, action, now)
            case _:
                return self._act_on_words(state, action, now)

    def _act_on_words(self, state: State, action: AnyAction, now: float) -> Step:
        match state.page:
            case FeedbackNotice() as page:
                return steps.notice(state, page, action)
            case FeedbackAbout() as page:
                return steps.about(state, page, action)
            case FeedbackMethod() as page:
                return steps.method(state, page, action)
            case FeedbackPlace() as page if isinstance(action, pages.SetFeedbackPlace):
                return steps.places(state, FeedbackPlaces(draft=page.draft), action)
            case page if isinstance(page, _TYPED):
                return steps.write(state, page, action, now)
            case _:
                return self._act_on_rest(state, action)

    def _act_on_rest(self, state: State, action: AnyAction) -> Step:
        match state.page:
            case FeedbackPlaces() as page:
                return steps.places(state, page, action)
            case FeedbackPhoto() as page:
                return steps.photo(state, page, action)
            case FeedbackContact() as page:
                return steps.contact(state, page, action)
            case _:
                return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what counter server and camera say."""
        match event:
            case pages.FeedbackOffered():
                return steps.offered(state, event)
            case pages.FeedbackNotOffered():
                return steps.not_offered(state, event, now)
            case pages.FeedbackPhotoTaken() | pages.FeedbackPhotoMissing():
                return steps.photographed(state, event, now)
            case pages.FeedbackStored():
                return steps.stored(state, event, now)
            case pages.FeedbackNotStored():
                return steps.not_stored(state, event, now)
            case _:
                return None

    def private(self, state: State) -> bool:
        """Return whether something is shown that a citizen chose or wrote."""
        return not isinstance(state.page, FeedbackDoor | FeedbackNotice)

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        match state.page:
            case FeedbackDoor() as page:
                return bodies.door(state, page)
            case FeedbackReview() as page:
                return bodies.review(state, page, room)
            case FeedbackEdit() as page:
                return bodies.edit(state, page, room)
            case FeedbackDone() as page:
                return bodies.done(state, page)
            case _:
                return self._words(state, room)

    def _words(self, state: State, room: Room) -> AnyBody:
        match state.page:
            case FeedbackNotice() as page:
                return bodies.notice(state, page)
            case FeedbackAbout() as page:
                return bodies.about(state, page, room)
            case FeedbackMethod():
                return bodies.method(state)
            case page if isinstance(page, _TYPED):
                return bodies.write(state, page, room)
            case _:
                return self._rest(state, room)

    def _rest(self, state: State, room: Room) -> AnyBody:
        match state.page:
            case FeedbackPlaces() as page:
                return bodies.places(state, page, room)
            case FeedbackPhoto() as page:
                return bodies.photo(state, page)
            case FeedbackContact() as page:
                return bodies.contact(state, page)
            case _:
                raise AssertionError(state.page)

    def left(self, state: State) -> Button | None:
        """Lead back; from the end of writing, which leads to its parts by itself, out."""
        match state.page:
            case FeedbackReview(asked=True) | FeedbackDone() | FeedbackDoor(asked=True):
                return None
            case FeedbackReview(part=0):
                return Button(action=Leave(), text=FEEDBACK.of(state).give_up, icon="back")
            case _:
                return super().left(state)

    def right(self, state: State) -> Button | None:
        """Lead on."""
        words = FEEDBACK.of(state)
        match state.page:
            case FeedbackPhoto(asked=False, draft=draft):
                return _on(words.go_on if draft.photo else words.skip)
            case FeedbackDone():
                done = GENERAL.of(state).done
                return Button(action=Leave(), text=done, tone=Tone.MAIN, icon="check")
            case _:
                return None

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return FEEDBACK.sentence(state, note)


def _on(text: str) -> Button:
    return Button(action=pages.GoOnFeedback(), text=text, tone=Tone.MAIN, icon="more")
