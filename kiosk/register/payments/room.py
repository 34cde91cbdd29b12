"""Payments as a room of the register."""

from pathlib import Path

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from kiosk.register.payments.cashbook import Cashbook
from kiosk.register.payments.config import PaymentsConfig
from kiosk.register.payments.routes import PaymentsDesk, payments_routes
from kiosk.register.room import Room
from kiosk.register.store import Store

TEMPLATES = Path(__file__).parent / "templates"


def payments_room(config: PaymentsConfig, store: Store, worker: Worker, clock: Clock) -> Room:
    """Return the room; raises BadConfigError for a key file that is none."""
    book = Cashbook(store, clock)
    return Room(
        routes=payments_routes(),
        served={"payments_desk": PaymentsDesk(config, book, worker, clock)},
        figures=lambda: {"fees_pending": float(book.waiting())},
    )
