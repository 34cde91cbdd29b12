"""What is stored of appointments. Times are in UTC; `day` is Viet Nam's."""

from datetime import date, datetime

import msgspec

from kiosk.api.bookings import AppointmentState
from kiosk.register.schema import Tables

TABLES: Tables = {
    "bookings": (
        """
        CREATE TABLE appointments (
            code TEXT PRIMARY KEY,
            service TEXT NOT NULL,
            day TEXT NOT NULL,
            begins_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            state TEXT NOT NULL,
            who BLOB NOT NULL,
            made_at TEXT NOT NULL,
            made_by TEXT NOT NULL,
            checked_in_at TEXT,
            checked_in_by TEXT NOT NULL,
            ticket TEXT NOT NULL
        );
        CREATE INDEX appointments_by_day ON appointments (day, begins_at)
        """,
    )
}


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whose appointment it is."""

    name: str = ""
    phone: str = ""


class AppointmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment. `who` is a sealed `Who`; `checked_in_by` is `site:ID` or `officer:ID`."""

    code: str
    service: str
    day: date
    begins_at: datetime
    ends_at: datetime
    state: AppointmentState
    who: bytes
    made_at: datetime
    made_by: str
    checked_in_at: datetime | None = None
    checked_in_by: str = ""
    ticket: str = ""


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A time of a day, and how many places are left."""

    begins_at: datetime
    ends_at: datetime
    left: int
