"""The officers' pages of feedback: what is open, what is late, and the answer."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from kiosk.domain.feedback import FeedbackState, answered_in_time, is_overdue, next_states
from kiosk.register.access import OFFICER
from kiosk.register.open311.asked import cleaned
from kiosk.register.open311.config import CategoryConfig
from kiosk.register.open311.desk import FeedbackDesk
from kiosk.register.open311.rows import FeedbackRow
from kiosk.register.pages import AnyRequest, Pages, language_of, led

_LONGEST_ANSWER = 4000
Desk = NamedDependency[FeedbackDesk]


class AnswerForm(msgspec.Struct, frozen=True, kw_only=True):
    """An officer's step. `seen` is the feedback's revision as the page was drawn."""

    state: FeedbackState
    text: Annotated[str, msgspec.Meta(max_length=_LONGEST_ANSWER)] = ""
    seen: int
    public: str = ""


Form = Annotated[AnswerForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/feedback", opt=OFFICER, include_in_schema=False)
async def feedback_list(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    feedback_desk: Desk,
    show: FromQuery[str] = "open",
) -> Response[str]:
    """Show what is open, overdue, or closed, and the counts."""
    which = show if show in ("open", "overdue", "closed") else "open"

    def found() -> tuple[list[FeedbackRow], Any]:
        return feedback_desk.feedbacks.listed(which), feedback_desk.feedbacks.counts()

    rows, counts = await feedback_desk.do(found)
    return pages.show(
        request,
        "feedback.html",
        rows=rows,
        counts=counts,
        which=which,
        categories={one.id: one.names for one in feedback_desk.config.categories},
        today=feedback_desk.feedbacks.today(),
        in_time=answered_in_time,
        overdue=is_overdue,
    )


@get("/feedback/{code:str}", opt=OFFICER, include_in_schema=False)
async def feedback_one(
    request: AnyRequest, code: FromPath[str], pages: NamedDependency[Pages], feedback_desk: Desk
) -> Response[str]:
    """Show one piece of feedback, who sent it, and the form to answer it."""

    def found() -> tuple[FeedbackRow, Any, Any]:
        row = feedback_desk.feedbacks.feedback(code)
        of = feedback_desk.feedbacks
        return row, of.steps(row.code), of.photos(row.code)

    row, steps, photos = await feedback_desk.do(found)
    category = feedback_desk.config.category(row.category)
    return pages.show(
        request,
        "feedback_one.html",
        row=row,
        steps=steps,
        photos=photos,
        category=category.names if category else {"vi": row.category},
        questions={one.code: one.names for one in category.questions} if category else {},
        answers=row.told.answers,
        chosen=_choices(category, language_of(request)) if category else {},
        states=[state for state in FeedbackState if state in _open_to(row)],
        overdue=is_overdue,
        today=feedback_desk.feedbacks.today(),
    )


@post("/feedback/{code:str}", opt=OFFICER, include_in_schema=False)
async def answer(
    request: AnyRequest, code: FromPath[str], data: Form, feedback_desk: Desk
) -> Redirect:
    """Keep an officer's step."""
    row = await feedback_desk.do(
        feedback_desk.feedbacks.answer,
        code,
        data.seen,
        request.user.id,
        data.state,
        cleaned(data.text),
        public=bool(data.public) or data.state is FeedbackState.PUBLISHED,
    )
    return led(f"/feedback/{row.code}")


def _choices(category: CategoryConfig, language: str) -> dict[tuple[str, str], str]:
    """Return what a choice is called, by its question and key."""
    return {
        (question.code, choice.key): choice.names.get(language) or choice.names["vi"]
        for question in category.questions
        for choice in question.choices
    }


def _open_to(row: FeedbackRow) -> frozenset[FeedbackState]:
    """Return the states that an officer may choose: to stay, or to go on (FB-2)."""
    return next_states(row.state) | {row.state}


ROUTES = (feedback_list, feedback_one, answer)
