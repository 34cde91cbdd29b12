"""The room of feedback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devices.runtime.worker import Worker
from kiosk.backoffice.sealing import seal_of
from kiosk.backoffice.systems import FEEDBACK
from kiosk.counter.feedback.box import FeedbackBox
from kiosk.counter.feedback.desk import FeedbackDesk
from kiosk.counter.feedback.officer_routes import officer_feedback_routes
from kiosk.counter.feedback.routes import feedback_routes
from kiosk.counter.feedback.window import FeedbackWindow
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import KEY_FILE, OPEN311, BackOffice
from kiosk.counter.room import Room

_FORGETS_EVERY_S = 3600.0
_PHOTOS_AT_ONCE = 8


@asynccontextmanager
async def feedback_room(site: LiveSite, office: BackOffice) -> AsyncIterator[tuple[Room, ...]]:
    """Open the room; nothing where the site takes no feedback."""
    config = site.config.feedback
    if config is None:
        yield ()
        return
    seal = await site.do(seal_of, Path(site.config.state_dir) / KEY_FILE)
    box = FeedbackBox(
        config,
        site.store,
        office.outbox,
        seal,
        site.clock,
        calendar=office.calendar,
        connected=OPEN311 in site.config.back_office.names,
        site_name=site.config.names["vi"],
    )
    office.on_sent(FEEDBACK, box.sent)
    desk = FeedbackDesk(box, site.store, office.outbox, site.clock)
    async with Worker("photos", limit=_PHOTOS_AT_ONCE) as pictures:
        window = FeedbackWindow(site, office, box, desk, pictures)

        async def forget() -> None:
            while True:
                await site.do(box.forget)
                await asyncio.sleep(_FORGETS_EVERY_S)

        yield (
            Room(
                routes=[feedback_routes(site.config.site_key), officer_feedback_routes()],
                console="feedback",
                served={"feedback": window},
                work={"feedback answers": window.answers.run, "feedback forgets": forget},
            ),
        )
