"""The officers' API of feedback. Addresses name it by its id, never by its citizen's code."""

import structlog
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from devices.contract.clock import local_day
from kiosk.api.errors import NotFoundError
from kiosk.backoffice.open311 import NewFeedback
from kiosk.backoffice.outbox import Outstanding
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.feedback import bodies
from kiosk.counter.feedback.desk import MOST_EXPORTED, steps
from kiosk.counter.feedback.export import as_csv, line
from kiosk.counter.feedback.face import sheet_of_feedback
from kiosk.counter.feedback.rows import FeedbackRow, Tally
from kiosk.counter.feedback.telling import case_of
from kiosk.counter.feedback.window import FeedbackWindow
from kiosk.counter.guards import signed_in
from kiosk.domain.feedback import STATE_NAMES, answered_in_time, is_overdue

Facing = NamedDependency[FacingScreens]
Window = NamedDependency[FeedbackWindow]
SignedIn = NamedDependency[str]  # the counter of the session
_log = structlog.get_logger()


def officer_feedback_routes() -> Router:
    """Return the routes; all need a session at a counter that reads feedback."""
    return Router(
        path="/api/officer",
        route_handlers=[listed, opened, photo, answer, keep_here, send_again, face, export],
        dependencies={"counter": Provide(signed_in)},
    )


@get("/feedback")
async def listed(
    counter: SignedIn, feedback: Window, show: FromQuery[str] = "open"
) -> bodies.Listed:
    """List what is open, overdue, or was closed lately."""
    feedback.reads(counter)

    def found() -> tuple[list[FeedbackRow], dict[str, Outstanding], Tally]:
        desk = feedback.desk
        return desk.listed(show), desk.stuck(), desk.tally()

    rows, stuck, tally = await feedback.site.do(found)
    return bodies.Listed(
        rows=tuple(_line(row, feedback, stuck) for row in rows),
        tally=tally,
        connected=feedback.box.connected,
        contents_days=feedback.box.config.contents_days,
    )


@get("/feedback/{name:str}")
async def opened(name: FromPath[str], counter: SignedIn, feedback: Window) -> bodies.Opened:
    """Return one of them with what was written."""
    feedback.reads(counter)
    return await _opened(feedback, name)


@get("/feedback/{name:str}/photo", media_type="image/jpeg")
async def photo(name: FromPath[str], counter: SignedIn, feedback: Window) -> Response[bytes]:
    """Return its photo."""
    feedback.reads(counter)
    _, told = await feedback.site.do(feedback.desk.opened, name)
    if told is None or not told.photos:
        raise NotFoundError("There is no photo.")
    return Response(told.photos[0].jpeg, media_type="image/jpeg")


@post("/feedback/answer", status_code=200)
async def answer(
    data: JSONBody[bodies.AnswerFeedback], counter: SignedIn, feedback: Window
) -> bodies.Opened:
    """Keep a step or an answer of this office."""
    feedback.reads(counter)
    await feedback.site.change(
        feedback.desk.answer, data.feedback, data.seen, data.state, data.text
    )
    _log.info("feedback.step", counter=counter, feedback=data.feedback, state=data.state)
    feedback.tell()
    return await _opened(feedback, data.feedback)


@post("/feedback/keep-here", status_code=200)
async def keep_here(
    data: JSONBody[bodies.OfFeedback], counter: SignedIn, feedback: Window
) -> bodies.Opened:
    """Answer here what the province's system would not take."""
    feedback.reads(counter)
    await feedback.site.change(feedback.desk.keep_here, data.feedback)
    _log.info("feedback.kept_here", counter=counter, feedback=data.feedback)
    feedback.tell()
    return await _opened(feedback, data.feedback)


@post("/feedback/send-again", status_code=200)
async def send_again(
    data: JSONBody[bodies.OfFeedback], counter: SignedIn, feedback: Window
) -> bodies.Opened:
    """Send again what was given up."""
    feedback.reads(counter)
    await feedback.site.change(feedback.desk.send_again, data.feedback)
    _log.info("feedback.sent_again", counter=counter, feedback=data.feedback)
    feedback.office.nudge()
    feedback.tell()
    return await _opened(feedback, data.feedback)


@post("/feedback/facing", status_code=204)
async def face(
    data: JSONBody[bodies.OfFeedback], counter: SignedIn, feedback: Window, facing: Facing
) -> None:
    """Show its code on the counter's second screen."""
    feedback.reads(counter)
    row = await feedback.site.do(feedback.box.known, data.feedback)
    await facing.show(counter, sheet_of_feedback(row, feedback.box.config.names_of(row.category)))


@get("/feedback-export", media_type="text/csv")
async def export(
    counter: SignedIn, feedback: Window, show: FromQuery[str] = "open"
) -> Response[bytes]:
    """Return the list as a file, for a system that is reached by hand.

    One after the other is opened, so that the queue's thread is never held up by all the photos.
    """
    feedback.reads(counter)
    box, do = feedback.box, feedback.site.do
    rows = await do(feedback.desk.listed, show, MOST_EXPORTED)
    lines = [line(row, await do(box.contents, row), box.config) for row in rows]
    _log.info("feedback.exported", counter=counter, rows=len(rows))
    day = local_day(feedback.site.clock.now())
    return Response(
        as_csv(lines),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="phan-anh-{day}.csv"'},
    )


async def _opened(feedback: FeedbackWindow, name: str) -> bodies.Opened:
    def found() -> tuple[FeedbackRow, NewFeedback | None, dict[str, Outstanding]]:
        return *feedback.desk.opened(name), feedback.desk.stuck()

    row, told, stuck = await feedback.site.do(found)
    new = told or NewFeedback(category=row.category, description="")
    return bodies.Opened(
        line=_line(row, feedback, stuck),
        here=told is not None,
        text=new.description,
        place=new.address,
        lat=new.lat,
        long=new.long,
        name=new.name,
        phone=new.phone,
        photo=bool(new.photos),
        may_be_public=row.may_be_public,
        answer=row.answer,
        steps=tuple(
            bodies.Step(state=state, names=dict(STATE_NAMES[state])) for state in steps(row)
        ),
        revision=row.revision,
    )


def _line(row: FeedbackRow, feedback: FeedbackWindow, stuck: dict[str, Outstanding]) -> bodies.Line:
    case = case_of(row)
    held_up = stuck.get(row.item)
    return bodies.Line(
        id=row.id,
        code=row.code,
        category_names=feedback.box.config.names_of(row.category),
        sent_at=row.sent_at,
        due=row.due,
        state=row.state,
        state_names=dict(STATE_NAMES[row.state]),
        held=row.held,
        overdue=is_overdue(case, local_day(feedback.site.clock.now())),
        answered=local_day(row.answered_at) if row.answered_at else None,
        in_time=answered_in_time(case),
        stuck=(held_up.reason or held_up.code) if held_up else "",
        rating=row.rating,
        rating_scale=row.rating_scale,
    )
