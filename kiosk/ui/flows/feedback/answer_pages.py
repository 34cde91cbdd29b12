"""Following feedback to its answer: pages, touches, answers, wishes."""

from kiosk.api.site_feedback import FeedbackLookup
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.flows.feedback.pages import AboutFeedback
from kiosk.ui.keyboard.typing import Typing

CODE_LENGTH = 14


class AskAnswer(Page, frozen=True, kw_only=True):
    """Whose answer it is. The code is scanned or typed; `asked` while the server looks.

    `ask` numbers the question, 0 while there is none.
    """

    typing: Typing
    asked: str = ""
    ask: int = 0


class AnswerSheet(Page, frozen=True, kw_only=True):
    """How it stands, and the answer, in parts as the panel divides it."""

    told: FeedbackLookup
    part: int = 0


class RateFeedback(Page, frozen=True, kw_only=True):
    """How good the answer was. `sent` while the server stores it.

    `ask` numbers the sending, 0 while there is none.
    """

    told: FeedbackLookup
    ask: int = 0

    @property
    def sent(self) -> bool:
        """Whether what comes of it is waited for."""
        return self.ask != 0


AnyPage = AskAnswer | AnswerSheet | RateFeedback


class OpenAnswer(Action, frozen=True, kw_only=True):
    """I want the answer."""


class OpenFeedbackRating(Action, frozen=True, kw_only=True):
    """I want to say what I think of the answer."""


class GiveFeedbackRating(Action, frozen=True, kw_only=True):
    """My rating; 1 is worst, `scale` is best."""

    value: int
    scale: int


AnyAction = OpenAnswer | OpenFeedbackRating | GiveFeedbackRating


class FeedbackTold(Fact, frozen=True, kw_only=True):
    """How the feedback of the code that was asked for stands."""

    ask: int
    told: FeedbackLookup


class FeedbackUntold(Fact, frozen=True, kw_only=True):
    """Why nothing is told of the code that was asked for."""

    ask: int
    about: AboutFeedback


class FeedbackRatingTold(Fact, frozen=True, kw_only=True):
    """What came of rating an answer."""

    ask: int
    about: AboutFeedback


AnyEvent = FeedbackTold | FeedbackUntold | FeedbackRatingTold


class LookFeedbackUp(Effect, frozen=True, kw_only=True):
    """Ask the counter server how the feedback of a code stands."""

    ask: int
    code: str


class SendAnswerRating(Effect, frozen=True, kw_only=True):
    """Store a rating of an answer."""

    ask: int
    code: str
    value: int
    scale: int


AnyEffect = LookFeedbackUp | SendAnswerRating
