"""Following feedback: the code, how it stands, and what its citizen thinks of the answer."""

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from kiosk.domain.following import read_following_code
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows.feedback import answer_pages, pages
from kiosk.ui.flows.feedback.answer_pages import (
    CODE_LENGTH,
    AnswerSheet,
    AskAnswer,
    LookFeedbackUp,
    RateFeedback,
    SendAnswerRating,
)
from kiosk.ui.flows.feedback.pages import AboutFeedback, FeedbackDoor
from kiosk.ui.flows.feedback.steps import is_offered
from kiosk.ui.flows.typing import is_done, typed
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import Home, Rest, State

_HERE = Home | Rest | FeedbackDoor | AskAnswer | AnswerSheet


def begin(state: State) -> Step:
    """Ask for the code."""
    return turn(state, AskAnswer(typing=field(Kind.CODE, max_length=CODE_LENGTH)))


def scanned(state: State, event: Scanned, now: float) -> Step | None:
    """Look up the feedback whose code was shown; it has a letter that checks the others."""
    if not is_offered(state) or not isinstance(state.page, _HERE):
        return None
    code = read_following_code(event.text) if event.kind is ScanKind.UNKNOWN else None
    if code is None:
        return None
    return _look_up(replace(state, touched_at=now, warned=None), code)


def ask(state: State, page: AskAnswer, action: AnyAction, now: float) -> Step:
    """Act on the keyboard, or on the wait."""
    match action:
        case Back() if page.asked:
            return turn(state, replace(page, asked="", ask=0))
        case Back() | Leave():
            return turn(state, FeedbackDoor())
        case _ if page.asked:
            return stay(state)
        case _ if is_done(action):
            code = read_following_code(page.typing.text)
            if code is None:
                return stay(tell(state, now, AboutFeedback.MISTYPED))
            return _look_up(state, code)
        case _:
            typing = typed(page.typing, action)
            return turn(state, replace(page, typing=typing)) if typing else stay(state)


def told(state: State, event: answer_pages.FeedbackTold) -> Step:
    """Show how it stands, to whoever still waits for it."""
    page = state.page
    if not isinstance(page, AskAnswer) or page.ask != event.ask:
        return stay(state)
    return turn(state, AnswerSheet(told=event.told))


def untold(state: State, event: answer_pages.FeedbackUntold, now: float) -> Step:
    """Say why, and keep what was typed."""
    page = state.page
    if not isinstance(page, AskAnswer) or page.ask != event.ask:
        return stay(state)
    return stay(tell(replace(state, page=replace(page, asked="", ask=0)), now, event.about))


def sheet(state: State, page: AnswerSheet, action: AnyAction) -> Step:
    """Act on the answer."""
    match action:
        case pages.ShowFeedbackPart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back():
            return begin(state)
        case Leave():
            return leave(state)
        case answer_pages.OpenFeedbackRating() if can_rate(page):
            return turn(state, RateFeedback(told=page.told))
        case _:
            return stay(state)


def can_rate(page: AnswerSheet) -> bool:
    """Return whether there is an answer that has no rating yet."""
    return page.told.state.closed and page.told.rating is None


def rate(state: State, page: RateFeedback, action: AnyAction) -> Step:
    """Act on the levels; nobody must answer."""
    match action:
        case Back() | Leave():
            return turn(state, AnswerSheet(told=page.told))
        case answer_pages.GiveFeedbackRating(value=value, scale=scale) if not page.sent:
            ask = state.asks + 1
            send = SendAnswerRating(ask=ask, code=page.told.code, value=value, scale=scale)
            return turn(replace(state, asks=ask), replace(page, ask=ask), send)
        case _:
            return stay(state)


def rated(state: State, event: answer_pages.FeedbackRatingTold, now: float) -> Step:
    """Thank, or say why not; what did not arrive may be given again."""
    page = state.page
    if not isinstance(page, RateFeedback) or page.ask != event.ask:
        return stay(state)
    if event.about not in (AboutFeedback.THANKS, AboutFeedback.RATED):
        return stay(tell(replace(state, page=replace(page, ask=0)), now, event.about))
    scale = page.told.rating_scale
    given = replace(page.told, rating=page.told.rating or scale)
    return stay(tell(replace(state, page=AnswerSheet(told=given)), now, event.about))


def _look_up(state: State, code: str) -> Step:
    ask = state.asks + 1
    filled = field(Kind.CODE, max_length=CODE_LENGTH).filled(code)
    page = AskAnswer(typing=filled, asked=code, ask=ask)
    return turn(replace(state, asks=ask), page, LookFeedbackUp(ask=ask, code=code))
