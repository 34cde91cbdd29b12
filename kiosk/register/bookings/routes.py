"""Appointments by API (docs/openapi/booking.yaml), and the officers' page."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.response import Redirect

from devices.contract.clock import LOCAL, Clock, local_day
from devices.runtime.worker import Worker
from kiosk.api import bookings as wire
from kiosk.api.words import Id
from kiosk.register.access import OFFICER, for_client
from kiosk.register.bookings.config import BookingsConfig
from kiosk.register.bookings.diary import Diary
from kiosk.register.bookings.rows import AppointmentRow, Slot, Who
from kiosk.register.errors import BadRequestError
from kiosk.register.pages import AnyRequest, Pages, led
from kiosk.register.scopes import Scope

BASE = "/api/bookings"
_TAGS = ["bookings"]
_YEARS = range(2000, 3000)
Key = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        description="Site and ticket tell a repeated check-in.",
        pattern=r"^[A-Za-z0-9._-]{1,128}$",
    ),
]


class BookingsDesk:
    """The room: what its routes ask for."""

    def __init__(self, config: BookingsConfig, diary: Diary, worker: Worker, clock: Clock) -> None:
        self.config = config
        self.diary = diary
        self.worker = worker
        self.clock = clock

    def today(self) -> date:
        """Return the local day."""
        return local_day(self.clock.now())


Desk = NamedDependency[BookingsDesk]


@get("/appointments", tags=_TAGS, **for_client(Scope.BOOKINGS_READ))
async def of_day(
    bookings_desk: Desk, day: FromQuery[date | None] = None
) -> tuple[wire.Appointment, ...]:
    """Return a day's appointments, today's without `day`, earliest first."""
    shown = day or bookings_desk.today()
    rows = await bookings_desk.worker.do(bookings_desk.diary.of_day, shown)
    return tuple(_told(bookings_desk.config, row) for row in rows)


@get("/appointments/{code:str}", tags=_TAGS, **for_client(Scope.BOOKINGS_READ))
async def look_up(code: FromPath[str], bookings_desk: Desk) -> wire.Appointment:
    """Return an appointment by its code."""
    row = await bookings_desk.worker.do(bookings_desk.diary.appointment, code)
    return _told(bookings_desk.config, row)


@post(
    "/appointments/{code:str}/check-in",
    tags=_TAGS,
    status_code=200,
    **for_client(Scope.BOOKINGS_CHECK_IN),
)
async def check_in(
    code: FromPath[str], data: JSONBody[wire.CheckIn], bookings_desk: Desk, key: Key
) -> wire.Appointment:
    """Keep that the citizen is here, once; the same site and ticket may say it again."""
    del key
    diary = bookings_desk.diary
    row = await bookings_desk.worker.do(diary.check_in, code, f"site:{data.site}", data.ticket)
    return _told(bookings_desk.config, row)


class BookForm(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment as an officer makes it. `slot` is `SERVICE@2026-11-23T08:00:00+07:00`."""

    slot: Annotated[str, msgspec.Meta(max_length=120)]
    name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""


class ActForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer does with an appointment."""

    act: Annotated[str, msgspec.Meta(pattern=r"^(check_in|cancel)(?!\n)$")]


@get("/bookings", opt=OFFICER, include_in_schema=False)
async def bookings_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    bookings_desk: Desk,
    day: FromQuery[date | None] = None,
) -> Response[str]:
    """Show a day's appointments, and what is free."""
    shown = day or bookings_desk.today()

    def found() -> tuple[list[tuple[AppointmentRow, Who]], dict[str, list[Slot]]]:
        diary = bookings_desk.diary
        slots = {one.id: diary.slots(one, shown) for one in bookings_desk.config.services}
        return [(row, diary.who(row)) for row in diary.of_day(shown)], slots

    rows, slots = await bookings_desk.worker.do(found)
    return pages.show(
        request,
        "bookings.html",
        rows=rows,
        slots={name: free for name, free in slots.items() if any(one.left > 0 for one in free)},
        services={one.id: one.names for one in bookings_desk.config.services},
        day=shown,
        today=bookings_desk.today(),
        zone=LOCAL,
    )


@post("/bookings", opt=OFFICER, include_in_schema=False)
async def book(
    request: AnyRequest,
    data: Annotated[BookForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
    bookings_desk: Desk,
) -> Redirect:
    """Make an appointment."""
    service, _, begins = data.slot.partition("@")
    try:
        begins_at = datetime.fromisoformat(begins)
    except ValueError as error:
        raise BadRequestError from error
    if begins_at.tzinfo is None or begins_at.year not in _YEARS:
        raise BadRequestError
    row = await bookings_desk.worker.do(
        bookings_desk.diary.book,
        service,
        begins_at,
        Who(name=data.name.strip(), phone=data.phone.strip()),
        request.user.id,
    )
    return led(f"/bookings?day={row.day.isoformat()}")


@post("/bookings/{code:str}", opt=OFFICER, include_in_schema=False)
async def act(
    request: AnyRequest,
    code: FromPath[Id],
    data: Annotated[ActForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
    bookings_desk: Desk,
) -> Redirect:
    """Check somebody in by hand, or cancel."""
    diary = bookings_desk.diary
    if data.act == "cancel":
        row = await bookings_desk.worker.do(diary.cancel, code)
    else:
        who = f"officer:{request.user.id}"
        row = await bookings_desk.worker.do(diary.check_in, code, who, "")
    return led(f"/bookings?day={row.day.isoformat()}")


def bookings_routes() -> list[Any]:
    """Return API and page."""
    api = Router(path=BASE, route_handlers=[of_day, look_up, check_in])
    return [api, bookings_page, book, act]


def _told(config: BookingsConfig, row: AppointmentRow) -> wire.Appointment:
    service = config.service(row.service)
    return wire.Appointment(
        code=row.code,
        service=row.service,
        service_names=service.names if service else {"vi": row.service},
        day=row.day,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        state=row.state,
        checked_in_at=row.checked_in_at,
    )
