"""The room of drafts."""

from pathlib import Path

from devices.runtime.worker import Worker
from kiosk.counter.drafts.book import DraftBook
from kiosk.counter.drafts.desk import DraftsDesk
from kiosk.counter.drafts.key import opening_key
from kiosk.counter.drafts.post import PostRoom
from kiosk.counter.drafts.routes import draft_routes
from kiosk.counter.drafts.shelf import Shelf
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import BackOffice
from kiosk.counter.room import Room

FOLDER = "drafts"


async def drafts_room(site: LiveSite, office: BackOffice, worker: Worker) -> Room:
    """Return the room, tidied. The worker does what is slow: sealing, files and pictures."""
    config = site.config.drafts
    key = await worker.do(opening_key, Path(config.key_folder))
    shelf = Shelf(
        Path(site.config.state_dir) / FOLDER,
        most_bytes=config.most_mb * 2**20,
        most_waiting_bytes=config.most_waiting_mb * 2**20,
    )
    book = DraftBook(config, site.store, site.tickets, office.outbox, site.clock)
    post = PostRoom(config, site, office, book=book, shelf=shelf, worker=worker, key=key)
    await post.begin()
    return Room(
        routes=draft_routes(site.config.site_key),
        console="drafts",
        served={"drafts": post, "drafts_desk": DraftsDesk(config, site, office, post)},
        work={"drafts": post.keep},
        figures=post.figures,
    )
