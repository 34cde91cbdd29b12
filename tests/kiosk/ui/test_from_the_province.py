"""The kiosk in its office, and the office in its province: what the register says is shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from devices.contract.clock import Clock, SimulatedClock
from kiosk.domain.dossier_state import STATES
from kiosk.register.simulated import SimulatedRegister, simulated
from kiosk.ui.events import Leave, PressKey, TypeKey
from kiosk.ui.flows.appointment.pages import OpenAppointment
from kiosk.ui.flows.dossier.pages import AboutDossier, OpenDossier, PrintDossier
from kiosk.ui.flows.dossier.texts import VIETNAMESE as DOSSIER_WORDS
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.screen import Number, Sheet, Tiles, Tone
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.province import MONDAY
from tests.kiosk.counter.site import running
from tests.kiosk.register.office import machine
from tests.kiosk.register.office import officer as clerk
from tests.kiosk.register.wishes import sent
from tests.kiosk.ui.office import LookedAt, Office, open_office
from tests.waiting import until

pytestmark = pytest.mark.real
DONE = PressKey(act=Act.DONE)
BOOKED = f"/api/bookings/appointments?day={MONDAY.date()}"


@asynccontextmanager
async def standing(
    folder: Path, register: SimulatedRegister, clock: Clock | None = None
) -> AsyncIterator[tuple[Office, LookedAt]]:
    """Open an office whose province is the register, with a kiosk ready for citizens."""
    async with open_office(folder) as office:
        systems = systems_of(register, folder)
        office.counter_config = replace(office.counter_config, back_office=systems)
        async with running(office.counter_config, clock), office.devices(), office.kiosk() as seen:
            await seen.with_body(Tiles, lambda body: bool(body.tiles))
            await until(lambda: bool(seen.screen and seen.screen.banner is None), "a printer")
            yield office, seen


async def test_a_code_at_the_scanner_shows_how_the_dossier_stands_and_prints_it(
    tmp_path: Path,
) -> None:
    async with simulated(tmp_path / "register") as register:
        async with httpx.AsyncClient(base_url=register.url) as plain, machine(plain) as api:
            code = await sent(api)
        async with standing(tmp_path, register) as (office, seen):
            office.scan(code)
            sheet = await seen.with_body(Sheet, lambda _: True)
            assert sheet.title == STATES[0].names["vi"]
            await seen.touch(PrintDossier())
            await until(lambda: len(office.papers()) == 1, "the paper")


async def test_what_the_register_does_not_say_is_told_as_it_is(tmp_path: Path) -> None:
    """Unknown is unknown, away is away; and nobody waits longer than the page says."""
    async with (
        simulated(tmp_path / "register") as register,
        standing(tmp_path, register) as (_, seen),
    ):
        await seen.touch(OpenMenu())
        await seen.on("Menu")
        await seen.touch(OpenDossier())
        await seen.on("AskDossier")
        await seen.touch(TypeKey(key="H"))
        for key in "50.34-20260713-0000999":
            seen.touches.put(TypeKey(key=key))
        await seen.touch(DONE)
        await seen.says(DOSSIER_WORDS.notes[AboutDossier.UNKNOWN])
        register.faults.only = "/api/one-stop"
        for fault in ("broken", "silent"):
            setattr(register.faults, fault, 1000)
            await seen.touch(DONE)
            await seen.says(DOSSIER_WORDS.notes[AboutDossier.AWAY])
            setattr(register.faults, fault, 0)
            await seen.touch(DONE)
            await seen.says(DOSSIER_WORDS.notes[AboutDossier.UNKNOWN])


async def test_an_appointment_gets_one_number_on_paper_though_the_register_loses_answers(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        simulated(tmp_path / "register", clock) as register,
        httpx.AsyncClient(base_url=register.url) as plain,
        clerk(plain) as browser,
        machine(plain) as api,
    ):
        begins = MONDAY + timedelta(minutes=30)
        await browser.post("/bookings", data={"slot": f"ho-tich@{begins.isoformat()}"})
        (booked,) = (await api.get(BOOKED)).json()
        async with standing(tmp_path, register, clock) as (office, seen):
            register.faults.only = "/api/bookings"
            register.faults.lost = 2
            for shown in (lambda body: body.tone is Tone.GOOD, lambda body: bool(body.qr)):
                await seen.touch(OpenMenu())
                await seen.on("Menu")
                await seen.touch(OpenAppointment())
                await seen.on("AskAppointment")
                office.scan(booked["code"])
                number = await seen.with_body(Number, shown)
                assert number.number == "A001"
                await seen.touch(Leave())
                await seen.on("Home")
            assert len(office.papers()) == 1
            async with asyncio.timeout(20):
                while (await api.get(BOOKED)).json()[0]["state"] != "checked_in":
                    await asyncio.sleep(0.05)
