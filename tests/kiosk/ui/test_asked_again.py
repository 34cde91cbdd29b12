"""A question that was given up and asked again: each outcome belongs to the one it came of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from devices.messages import ScanKind, Scanned
from kiosk.domain.steps import TicketState
from kiosk.ui.events import AnyAction, AnyEffect, Back, Event, Leave, PressKey, TimePassed, TypeKey
from kiosk.ui.flows.appointment.pages import (
    AboutAppointment,
    AppointmentTold,
    AppointmentUntold,
    CheckInHere,
    OpenAppointment,
)
from kiosk.ui.flows.dossier.pages import (
    AboutDossier,
    DossierSheet,
    DossierTold,
    DossierUntold,
    LookUpDossier,
    OpenDossier,
)
from kiosk.ui.flows.feedback.answer_pages import (
    AnswerSheet,
    FeedbackRatingTold,
    FeedbackTold,
    FeedbackUntold,
    GiveFeedbackRating,
    LookFeedbackUp,
    OpenFeedbackRating,
    SendAnswerRating,
)
from kiosk.ui.flows.feedback.pages import (
    AboutFeedback,
    AskOffer,
    FeedbackNotice,
    FeedbackNotOffered,
    FeedbackOffered,
    FeedbackPhoto,
    FeedbackPhotoMissing,
    FeedbackPhotoTaken,
    GoOnFeedback,
    OpenFeedback,
    SetFeedbackCategory,
    SetTypingMethod,
    ShootFeedbackPhoto,
    StartFeedback,
    TakeFeedbackPhoto,
)
from kiosk.ui.flows.fees.pages import (
    AboutFees,
    FeesTold,
    FeesUntold,
    FindFees,
    OneFee,
    OpenFeeCode,
)
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.flows.number.pages import Issued
from kiosk.ui.flows.visit.pages import (
    FindCode,
    FindTicket,
    Found,
    GiveRating,
    Look,
    NotFound,
    NotFoundReason,
    OpenFind,
    Rate,
    RatingRefused,
    RatingStored,
    SendRating,
    Thanks,
)
from kiosk.ui.keyboard.keys import Act, Method
from kiosk.ui.state import AnyPage, Home
from tests.kiosk.ui.appointments import BOOKED, given_with
from tests.kiosk.ui.dossiers import CODE, RUNNING
from tests.kiosk.ui.feedback import ANSWERED, OFFER, PHOTO
from tests.kiosk.ui.feedback import CODE as FOLLOWED
from tests.kiosk.ui.fees import PENDING
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import open_state, ticket

DONE = PressKey(act=Act.DONE)
BEST = GiveRating(value=3, scale=3)
SERVED = ticket(state=TicketState.SERVED)
TICKET = Scanned(kind=ScanKind.URL, text=ticket().url)
ANSWER = Scanned(kind=ScanKind.UNKNOWN, text=FOLLOWED)
WELL = GiveFeedbackRating(value=3, scale=3)


@dataclass(frozen=True, kw_only=True)
class Question:
    """How it is asked, given up and asked again, and what may come of it, by its number."""

    ask: Callable[[Play], object]
    give_up: Callable[[Play], object]
    again: Callable[[Play], object]
    wish: type[AnyEffect]
    fails: Callable[[int], Event]
    comes: Callable[[int], Event]
    shows: type[AnyPage]

    def asked_twice(self) -> tuple[Play, int, int]:
        """Return a session that waits for the second one, and both numbers."""
        play = Play(open_state())
        self.ask(play)
        self.give_up(play)
        self.again(play)
        first, second = (number_of(wish) for wish in play.wanted(self.wish))
        return play, first, second


def number_of(wish: Any) -> int:
    number = wish.ask
    assert isinstance(number, int)
    return number


def touches(*actions: AnyAction) -> Callable[[Play], object]:
    return lambda play: play.touch(*actions)


def keys(text: str) -> tuple[TypeKey, ...]:
    return tuple(TypeKey(key=key) for key in text)


def is_gone(play: Play) -> None:
    """Let nobody touch it until the session ends by patience."""
    while not isinstance(play.state.page, Home):
        play.hear(TimePassed())


def rate_visit(play: Play) -> None:
    play.hear(TICKET)
    play.hear(Found(ask=play.state.asks, ticket=SERVED)).touch(BEST)


def rate_answer(play: Play) -> None:
    play.hear(ANSWER)
    play.hear(FeedbackTold(ask=play.state.asks, told=ANSWERED)).touch(OpenFeedbackRating(), WELL)


def take_photo(play: Play) -> None:
    play.touch(OpenMenu(), OpenFeedback(), StartFeedback())
    play.hear(FeedbackOffered(ask=play.state.asks, offer=OFFER, takes_photos=True))
    play.touch(
        GoOnFeedback(),
        SetFeedbackCategory(category="thai-do"),
        SetTypingMethod(method=Method.VNI),
        *keys("x"),
        DONE,
        GoOnFeedback(),
        TakeFeedbackPhoto(),
    )


CHECK_IN = touches(OpenAppointment(), *keys(BOOKED), DONE)
LOOK = touches(OpenFind(), *keys("A012"), Look())
FEE = touches(OpenMenu(), OpenFeeCode(), *keys(CODE), DONE)
QUESTIONS = {
    "fees": Question(
        ask=FEE,
        give_up=touches(Back()),
        again=touches(DONE),
        wish=FindFees,
        fails=lambda ask: FeesUntold(ask=ask, about=AboutFees.AWAY),
        comes=lambda ask: FeesTold(ask=ask, fees=(PENDING,)),
        shows=OneFee,
    ),
    "fees that are none": Question(
        ask=FEE,
        give_up=touches(Back()),
        again=touches(DONE),
        wish=FindFees,
        fails=lambda ask: FeesTold(ask=ask, fees=()),
        comes=lambda ask: FeesTold(ask=ask, fees=(PENDING,)),
        shows=OneFee,
    ),
    "dossier": Question(
        ask=touches(OpenDossier(), *keys(CODE), DONE),
        give_up=touches(Back()),
        again=touches(DONE),
        wish=LookUpDossier,
        fails=lambda ask: DossierUntold(ask=ask, about=AboutDossier.AWAY),
        comes=lambda ask: DossierTold(ask=ask, told=RUNNING),
        shows=DossierSheet,
    ),
    "answer": Question(
        ask=lambda play: play.hear(ANSWER),
        give_up=touches(Back()),
        again=touches(DONE),
        wish=LookFeedbackUp,
        fails=lambda ask: FeedbackUntold(ask=ask, about=AboutFeedback.NO_ANSWER),
        comes=lambda ask: FeedbackTold(ask=ask, told=ANSWERED),
        shows=AnswerSheet,
    ),
    "ticket by its number": Question(
        ask=LOOK,
        give_up=touches(Back()),
        again=LOOK,
        wish=FindTicket,
        fails=lambda ask: NotFound(ask=ask, reason=NotFoundReason.NO_ANSWER),
        comes=lambda ask: Found(ask=ask, ticket=SERVED),
        shows=Rate,
    ),
    "ticket by its code": Question(
        ask=lambda play: play.hear(TICKET),
        give_up=touches(Back()),
        again=lambda play: play.hear(TICKET),
        wish=FindCode,
        fails=lambda ask: NotFound(ask=ask, reason=NotFoundReason.NO_ANSWER),
        comes=lambda ask: Found(ask=ask, ticket=SERVED),
        shows=Rate,
    ),
    "appointment": Question(
        ask=CHECK_IN,
        give_up=is_gone,
        again=CHECK_IN,
        wish=CheckInHere,
        fails=lambda ask: AppointmentUntold(ask=ask, about=AboutAppointment.AWAY),
        comes=lambda ask: AppointmentTold(ask=ask, told=given_with(ticket())),
        shows=Issued,
    ),
    "offer": Question(
        ask=touches(OpenMenu(), OpenFeedback(), StartFeedback()),
        give_up=touches(Back()),
        again=touches(OpenFeedback(), StartFeedback()),
        wish=AskOffer,
        fails=lambda ask: FeedbackNotOffered(ask=ask),
        comes=lambda ask: FeedbackOffered(ask=ask, offer=OFFER, takes_photos=False),
        shows=FeedbackNotice,
    ),
    "photo": Question(
        ask=take_photo,
        give_up=touches(Back()),
        again=touches(GoOnFeedback(), TakeFeedbackPhoto()),
        wish=ShootFeedbackPhoto,
        fails=lambda ask: FeedbackPhotoMissing(ask=ask),
        comes=lambda ask: FeedbackPhotoTaken(ask=ask, photo=PHOTO),
        shows=FeedbackPhoto,
    ),
    "rating of a visit": Question(
        ask=rate_visit,
        give_up=touches(Leave()),
        again=rate_visit,
        wish=SendRating,
        fails=lambda ask: RatingRefused(ask=ask, already=False),
        comes=lambda ask: RatingStored(ask=ask),
        shows=Thanks,
    ),
    "rating of an answer": Question(
        ask=rate_answer,
        give_up=touches(Back()),
        again=touches(OpenFeedbackRating(), WELL),
        wish=SendAnswerRating,
        fails=lambda ask: FeedbackRatingTold(ask=ask, about=AboutFeedback.NO_ANSWER),
        comes=lambda ask: FeedbackRatingTold(ask=ask, about=AboutFeedback.THANKS),
        shows=AnswerSheet,
    ),
}


each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


@each_question
def test_what_came_of_a_question_that_was_given_up_is_no_answer_to_the_next(
    question: Question,
) -> None:
    for late in (question.fails, question.comes):
        play, first, second = question.asked_twice()
        waiting, wishes = play.state, len(play.effects)
        play.hear(late(first))
        assert (play.state, len(play.effects)) == (waiting, wishes)
        play.hear(question.comes(second))
        assert isinstance(play.state.page, question.shows)
        assert play.state.page != waiting.page


@each_question
def test_what_came_of_the_next_is_told(question: Question) -> None:
    """The control: by its own number a failure is heard, and what comes after it is not."""
    play, _, second = question.asked_twice()
    waiting = play.state
    told = play.hear(question.fails(second)).state
    assert told.page != waiting.page
    assert told.note is not None
    assert play.hear(question.comes(second)).state.page == told.page


@each_question
def test_what_comes_of_a_question_that_was_given_up_changes_no_page(question: Question) -> None:
    for late in (question.fails, question.comes):
        play = Play(open_state())
        question.ask(play)
        (wish,) = play.wanted(question.wish)
        question.give_up(play)
        page = play.state.page
        assert play.hear(late(number_of(wish))).state.page == page
