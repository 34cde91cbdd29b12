"""The room of dossiers: API, pages, keeping, figures."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import structlog

from kiosk.register.dossiers import deed_routes, page_routes, print_routes
from kiosk.register.dossiers.api_routes import api_routes
from kiosk.register.dossiers.office import Office
from kiosk.register.room import Room

TEMPLATES = Path(__file__).parent / "templates"
_KEEP_EVERY_S = 3600.0
_log = structlog.get_logger()


def dossiers_room(office: Office) -> Room:
    """Return the room."""

    async def keeping() -> None:
        while True:
            gone = await office.store.do(office.keeping.forget)
            if gone.dossiers or gone.papers:
                _log.info("forgotten", dossiers=gone.dossiers, papers=gone.papers)
            await asyncio.sleep(_KEEP_EVERY_S)

    def figures() -> Mapping[str, float]:
        totals = office.book.totals()
        return {
            "dossiers_waiting": float(totals.waiting),
            "dossiers_running": float(totals.running),
            "dossiers_paused": float(totals.paused),
            "dossiers_overdue": float(totals.overdue),
            "dossiers_ready": float(totals.ready),
            "received_today": float(totals.received),
            "done_today": float(totals.done),
            "returned_today": float(totals.returned),
        }

    return Room(
        routes=[
            api_routes(),
            *page_routes.ROUTES,
            *deed_routes.ROUTES,
            *print_routes.ROUTES,
        ],
        served={"office": office},
        work={"keeping": keeping},
        figures=figures,
    )
