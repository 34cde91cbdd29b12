"""Coming by appointment: one number for each, at its time, whatever the province's system does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from devices.contract.clock import LOCAL, SimulatedClock
from kiosk.api.bookings import Appointment, AppointmentState
from kiosk.api.check_in import CameByAppointment, CheckedIn, CheckInOutcome, DayList
from kiosk.backoffice.sealing import seal_of
from kiosk.counter.appointments.arrivals import Arrivals
from kiosk.counter.appointments.config import AppointmentsConfig, Late
from kiosk.counter.lived import LivedDays
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from kiosk.counter.tickets import Tickets
from tests.kiosk.counter.province import MONDAY, Commune, code_of, commune
from tests.kiosk.counter.site import officer, running, sample_config, wish
from tests.kiosk.register.office import officer as clerk

BOOKINGS = "/api/bookings"
NINE = datetime(2026, 7, 13, 9, 0, tzinfo=LOCAL)
WISH = {"kiosk": "kiosk-1"}


class Place(Commune):
    """A commune where appointments can be made."""

    clock: SimulatedClock
    browser: httpx.AsyncClient

    async def booked(self, at: datetime = NINE, service: str = "ho-tich") -> str:
        """Make an appointment at the register; return its code."""
        before = {one["code"] for one in await self.listed(at)}
        form = {"slot": f"{service}@{at.isoformat()}", "name": f"Người {len(before)}"}
        answer = await self.browser.post("/bookings", data=form)
        assert answer.headers["location"].startswith("/bookings"), answer.text
        (code,) = {one["code"] for one in await self.listed(at)} - before
        return str(code)

    async def listed(self, at: datetime) -> list[dict[str, Any]]:
        answer = await self.api.get(f"{BOOKINGS}/appointments", params={"day": str(at.date())})
        rows: list[dict[str, Any]] = answer.json()
        return rows

    async def told(self, code: str) -> str:
        """Return how the register has the appointment."""
        answer = await self.api.get(f"{BOOKINGS}/appointments/{code}")
        return str(answer.json()["state"])

    async def act(self, code: str, act: str) -> None:
        await self.browser.post(f"/bookings/{code}", data={"act": act})


@asynccontextmanager
async def place(folder: Path, **rules: Any) -> AsyncIterator[Place]:
    """Open it on Monday at 8:00."""
    clock = SimulatedClock(MONDAY)
    config = AppointmentsConfig(**rules)
    async with commune(folder, clock, appointments=config) as opened:
        there = Place(opened.register, opened.client, opened.api)
        there.clock = clock
        async with (
            httpx.AsyncClient(base_url=there.register.url) as plain,
            clerk(plain) as there.browser,
        ):
            yield there


async def came(client: httpx.AsyncClient, code: str, kiosk: str = "kiosk-1") -> CheckedIn:
    answer = await asked(client, code, kiosk)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=CheckedIn)


async def asked(client: httpx.AsyncClient, code: str, kiosk: str = "kiosk-1") -> httpx.Response:
    return await client.post(f"/api/appointments/{code}/check-in", json={"kiosk": kiosk})


async def is_told(there: Place, code: str) -> None:
    """Wait until the register has heard that somebody came."""
    async with asyncio.timeout(60):
        while await there.told(code) != "checked_in":
            await asyncio.sleep(0.05)


async def test_one_number_for_an_appointment_however_often_it_is_asked(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        code = await there.booked()
        first, second = await asyncio.gather(
            came(there.client, code), came(there.client, code, "kiosk-2")
        )
        third = await came(there.client, code)
        await is_told(there, code)
        assert (await came(there.client, code)).ticket, "also when the register has heard of it"
    assert first.outcome is CheckInOutcome.GIVEN
    assert first.ticket
    assert first.ticket.service == "ho-tich"
    assert first.ticket.appointment_at == NINE
    numbers = {one.ticket.number for one in (first, second, third) if one.ticket}
    assert numbers == {"A001"}


async def test_it_is_called_at_its_time_and_before_it_like_all_others(tmp_path: Path) -> None:
    async with place(tmp_path) as there, officer(there.client, "1") as console:
        code = await there.booked()
        for at in range(3):
            await there.client.post("/api/tickets", json=wish(f"r{at}"))
        given = await came(there.client, code)
        assert given.ticket
        assert given.ticket.number == "A004"
        state = (await console.get("/api/officer/state")).json()
        assert [one["ticket"]["number"] for one in state["waiting"]][-1] == "A004"
        there.clock.move(NINE - MONDAY)
        state = (await console.get("/api/officer/state")).json()
        assert state["waiting"][0]["ticket"]["number"] == "A004"
        assert state["waiting"][0]["reason"] == "priority"


async def test_too_early_is_told_when_to_come_again(tmp_path: Path) -> None:
    async with place(tmp_path, early_min=30) as there:
        code = await there.booked()
        early = await came(there.client, code)
        assert (early.outcome, early.ticket) == (CheckInOutcome.EARLY, None)
        assert early.from_at == NINE - timedelta(minutes=30)
        there.clock.move(timedelta(minutes=30))
        assert (await came(there.client, code)).outcome is CheckInOutcome.GIVEN


@pytest.mark.parametrize("late", Late)
async def test_too_late_waits_like_all_others_or_gets_none(tmp_path: Path, late: Late) -> None:
    async with place(tmp_path, late_min=10, late=late) as there:
        code = await there.booked()
        there.clock.move(NINE - MONDAY + timedelta(minutes=11))
        told = await came(there.client, code)
        assert told.outcome is CheckInOutcome.LATE
        if late is Late.REFUSE:
            assert told.ticket is None
        else:
            assert told.ticket
            assert told.ticket.appointment_at is None
            assert (await came(there.client, code)).outcome is CheckInOutcome.LATE


async def test_another_day_a_cancelled_one_and_a_queue_that_is_not_here_get_no_number(
    tmp_path: Path,
) -> None:
    async with place(tmp_path, services={"chung-thuc": "dat-dai"}) as there:
        tomorrow = await there.booked(NINE + timedelta(days=1))
        cancelled = await there.booked()
        await there.act(cancelled, "cancel")
        by_hand = await there.booked()
        await there.act(by_hand, "check_in")
        led = await there.booked(service="chung-thuc")
        outcomes = [(await came(there.client, code)) for code in (tomorrow, cancelled, by_hand)]
        assert [one.outcome for one in outcomes] == [
            CheckInOutcome.OTHER_DAY,
            CheckInOutcome.CANCELLED,
            CheckInOutcome.AT_DESK,
        ]
        assert not any(one.ticket for one in outcomes)
        ticket = (await came(there.client, led)).ticket
        assert ticket
        assert ticket.service == "dat-dai"


async def test_a_code_without_its_dash_is_understood_and_an_unknown_one_told(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as there:
        code = await there.booked()
        unknown = await asked(there.client, "1307-000000")
        assert code_of(unknown) == (404, "not_found")
        assert (await asked(there.client, "x' OR 1=1")).status_code == 400
        given = await came(there.client, code.replace("-", ""))
        assert given.appointment.code == code
        assert (await came(there.client, code)).ticket == given.ticket


@pytest.mark.parametrize("fault", ["broken", "cut", "lost", "silent"])
async def test_a_number_given_reaches_the_register_once_whatever_fails(
    tmp_path: Path, fault: str
) -> None:
    async with place(tmp_path) as there:
        code = await there.booked()
        path = f"{BOOKINGS}/appointments/{code}/check-in"
        there.faults.only = path
        setattr(there.faults, fault, 2)
        given = await came(there.client, code)
        assert given.ticket
        await is_told(there, code)
        (row,) = [one for one in await there.listed(NINE) if one["code"] == code]
        assert row["state"] == "checked_in"


async def test_while_the_system_is_away_the_list_of_this_morning_holds(tmp_path: Path) -> None:
    async with place(tmp_path) as there, officer(there.client, "1") as console:
        code = await there.booked()
        there.clock.move(timedelta(minutes=1))  # the list that was told at the start is old
        live = await listed(console)
        assert (live.live, [one.code for one in live.appointments]) == (True, [code])
        there.faults.only = BOOKINGS
        there.faults.broken = 1000
        there.clock.move(timedelta(minutes=1))
        assert (await came(there.client, code)).ticket
        stranger = await asked(there.client, "1307-000000")
        assert code_of(stranger) == (503, "office.away")
        old = await listed(console)
        assert (old.connected, old.live) == (True, False)
        assert old.told_at == MONDAY + timedelta(minutes=1)
        assert [(one.number, one.here) for one in old.appointments] == [("A001", True)]
        there.faults.broken = 0
        await is_told(there, code)


def test_an_appointment_put_off_to_another_day_has_a_number_on_that_day_too(
    tmp_path: Path,
) -> None:
    """Under the same code, at the same kiosk: the ticket of the first day is still kept."""
    clock, config = SimulatedClock(MONDAY), sample_config(tmp_path)
    with Store(tmp_path / DATABASE) as store:
        outbox = store.outbox(seal_of(tmp_path / "key"), clock, lambda *_: None)
        arrivals = Arrivals(
            store, Tickets(config, store, clock), outbox, LivedDays(store, clock), site="gio-linh-1"
        )
        days = []
        for _ in range(2):
            begins = clock.now() + timedelta(minutes=5)
            appointment = Appointment(
                code="1307-048213",
                service="ho-tich",
                service_names={"vi": "Hộ tịch"},
                day=begins.date(),
                begins_at=begins,
                ends_at=begins + timedelta(minutes=15),
                state=AppointmentState.BOOKED,
            )
            came_here = CameByAppointment(kiosk="kiosk-1")
            days.append(arrivals.give(appointment, "ho-tich", came_here, late=False).day)
            clock.move(timedelta(days=2))
            arrivals.forget()
        assert days == [MONDAY.date(), MONDAY.date() + timedelta(days=2)]


async def test_who_may_ask(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path, site_key="secret")) as client:
        assert code_of(await asked(client, "1307-000000")) == (401, "site_key.wrong")
        answer = await client.get("/api/officer/appointments")
        assert code_of(answer)[1] == "not_signed_in"


async def test_a_site_without_a_system_says_so(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client, "1") as console:
        assert code_of(await asked(client, "1307-000000")) == (503, "office.not_connected")
        assert not (await listed(console)).connected


async def listed(console: httpx.AsyncClient) -> DayList:
    answer = await console.get("/api/officer/appointments")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=DayList)
