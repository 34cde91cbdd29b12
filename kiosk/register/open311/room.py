"""Feedback as a room of the register."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from kiosk.backoffice.sealing import Seal
from kiosk.domain.calendar import WorkCalendar
from kiosk.register.open311.config import FeedbackConfig
from kiosk.register.open311.desk import FeedbackDesk
from kiosk.register.open311.feedbacks import Feedbacks
from kiosk.register.open311.officer_routes import ROUTES
from kiosk.register.open311.routes import open311_routes
from kiosk.register.room import Room
from kiosk.register.store import Store

TEMPLATES = Path(__file__).parent / "templates"
_HOUR_S = 3600.0


def feedback_room(
    config: FeedbackConfig,
    calendar: WorkCalendar,
    store: Store,
    worker: Worker,
    clock: Clock,
    *,
    seal: Seal,
    pictures: Worker,
    public_url: str,
) -> Room:
    """Return the room. `pictures` is a thread that draws photos anew, and holds nothing else up."""
    feedbacks = Feedbacks(config, calendar, store, clock, seal=seal)
    desk = FeedbackDesk(
        config, feedbacks, store=worker, pictures=pictures, clock=clock, public_url=public_url
    )

    async def forget() -> None:
        while True:
            await worker.do(feedbacks.forget_contacts)
            await asyncio.sleep(_HOUR_S)

    def figures() -> Mapping[str, float]:
        counts = feedbacks.counts()
        return {
            "feedback_open": counts.open,
            "feedback_overdue": counts.overdue,
            "feedback_answered_in_time": counts.in_time,
            "feedback_answered_late": counts.late,
        }

    return Room(
        routes=(open311_routes(), *ROUTES),
        served={"feedback_desk": desk},
        work={"feedback contacts": forget},
        figures=figures,
    )
