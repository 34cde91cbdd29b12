"""Bookings as a room of the register."""

import asyncio
from pathlib import Path

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from kiosk.backoffice.sealing import Seal
from kiosk.domain.calendar import WorkCalendar
from kiosk.register.bookings.config import BookingsConfig
from kiosk.register.bookings.diary import Diary
from kiosk.register.bookings.routes import BookingsDesk, bookings_routes
from kiosk.register.room import Room
from kiosk.register.store import Store

TEMPLATES = Path(__file__).parent / "templates"
_HOUR_S = 3600.0


def bookings_room(
    config: BookingsConfig,
    calendar: WorkCalendar,
    store: Store,
    worker: Worker,
    clock: Clock,
    *,
    seal: Seal,
) -> Room:
    """Return the room."""
    diary = Diary(config, calendar, store, clock, seal=seal)

    async def forget() -> None:
        while True:
            await worker.do(diary.forget_contacts)
            await asyncio.sleep(_HOUR_S)

    return Room(
        routes=bookings_routes(),
        served={"bookings_desk": BookingsDesk(config, diary, worker, clock)},
        work={"booking contacts": forget},
        figures=lambda: {"appointments_to_come": float(diary.waiting())},
    )
