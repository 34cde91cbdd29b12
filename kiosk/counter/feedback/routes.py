"""The kiosks' way to hand in feedback and to follow it."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kiosk.api.site_feedback import (
    MOST_PHOTO_BYTES,
    AskFeedback,
    FeedbackLookup,
    FeedbackOffer,
    FeedbackTaken,
    RateAnswer,
    SendFeedback,
)
from kiosk.counter.feedback.window import FeedbackWindow
from kiosk.counter.guards import kiosk_only

_MOST_BODY_BYTES = MOST_PHOTO_BYTES * 4 // 3 + 65_536
Window = NamedDependency[FeedbackWindow]


@get("/api/feedback")
async def offer(feedback: Window) -> FeedbackOffer:
    """Return what feedback may be about, and by when it would be answered."""
    return await feedback.offer()


@post("/api/feedback", request_max_body_size=_MOST_BODY_BYTES)
async def send(data: JSONBody[SendFeedback], feedback: Window) -> FeedbackTaken:
    """Take feedback; the same request is taken once."""
    return await feedback.take(data)


@post("/api/feedback/look", status_code=200)
async def look(data: JSONBody[AskFeedback], feedback: Window) -> FeedbackLookup:
    """Return how far the feedback of a code is."""
    return await feedback.answers.look(data.code)


@post("/api/feedback/rating", status_code=200)
async def rate(data: JSONBody[RateAnswer], feedback: Window) -> FeedbackLookup:
    """Rate an answer, once."""
    return await feedback.rate(data)


def feedback_routes(site_key: str) -> Router:
    """Return the routes; a kiosk shows the site's key."""
    return Router(path="/", route_handlers=[offer, send, look, rate], guards=[kiosk_only(site_key)])
