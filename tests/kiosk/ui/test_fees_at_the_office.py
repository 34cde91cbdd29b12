"""Fees and procedures at a whole office, whose payment system is a real register that may fail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from kiosk.counter.store import Store
from kiosk.register.simulated import SimulatedRegister, simulated
from kiosk.ui.events import Back, PressKey, TypeKey
from kiosk.ui.flows.fees.pages import AboutFees, OpenFeeCode, PrintFee
from kiosk.ui.flows.fees.texts import VIETNAMESE as WORDS
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.flows.procedures.pages import (
    OpenOnline,
    OpenProcedure,
    OpenSector,
    OpenSectors,
    PrintList,
)
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.screen import Message, Sheet, Tiles, Tone, Writing
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.site import running
from tests.kiosk.counter.test_fees import ACCOUNT, DOSSIER, REFERENCE
from tests.kiosk.register.office import machine
from tests.kiosk.register.office import officer as clerk
from tests.kiosk.ui.office import LookedAt, Office, open_office
from tests.waiting import until

pytestmark = pytest.mark.real
DONE = PressKey(act=Act.DONE)


@asynccontextmanager
async def standing(
    folder: Path, register: SimulatedRegister
) -> AsyncIterator[tuple[Office, LookedAt]]:
    """Open an office whose province is the register, with a kiosk ready for citizens."""
    async with open_office(folder) as office:
        systems = systems_of(register, folder, tries=1)
        config = replace(office.counter_config, back_office=systems, fees=ACCOUNT)
        async with running(config), office.devices(), office.kiosk() as seen:
            await seen.with_body(Tiles, lambda body: bool(body.tiles))
            await until(lambda: bool(seen.screen and seen.screen.banner is None), "a printer")
            yield office, seen


async def asked(register: SimulatedRegister) -> None:
    """Have the province ask 8,000 for a dossier."""
    fee = {"dossier": DOSSIER, "amount_vnd": 8000, "reference": REFERENCE}
    async with httpx.AsyncClient(base_url=register.url) as plain, machine(plain) as api:
        answer = await api.post("/api/payments/fees", json=fee, headers={"Idempotency-Key": "k"})
        assert answer.status_code < 300, answer.text


async def confirmed(register: SimulatedRegister) -> None:
    """Have an officer of the province confirm it."""
    async with httpx.AsyncClient(base_url=register.url) as plain, clerk(plain) as browser:
        answer = await browser.post(f"/payments/fees/{REFERENCE}", data={"state": "confirmed"})
        assert answer.status_code < 400, answer.text


async def type_in(seen: LookedAt, text: str) -> None:
    await seen.touch(OpenMenu())
    await seen.on("Menu")
    await seen.touch(OpenFeeCode())
    await seen.on("AskFeeCode")
    await seen.touch(TypeKey(key=text[0]))
    for key in text[1:]:
        seen.touches.put(TypeKey(key=key))
    await seen.touch(DONE)


async def test_a_fee_is_shown_printed_and_its_page_changes_when_the_office_confirms(
    tmp_path: Path,
) -> None:
    async with simulated(tmp_path / "register") as register:
        await asked(register)
        async with standing(tmp_path, register) as (office, seen):
            await type_in(seen, DOSSIER)
            pending = await seen.with_body(Sheet, lambda body: bool(body.qr))
            assert "chờ xác nhận" in pending.title
            await seen.touch(PrintFee())
            await until(lambda: len(office.papers()) == 1, "the paper")
            await confirmed(register)
            body = await seen.with_body(Sheet, lambda body: body.tone is Tone.GOOD)
            assert "đã xác nhận" in body.title
            assert body.qr == ""


async def test_while_the_province_fails_the_citizen_is_told_so_and_may_leave(
    tmp_path: Path,
) -> None:
    """500s, a cut line, a slow answer that nobody waits for, then one that comes."""
    async with simulated(tmp_path / "register") as register:
        await asked(register)
        async with standing(tmp_path, register) as (_, seen):
            register.faults.only = "/api/payments"
            register.faults.broken = 1000
            await type_in(seen, DOSSIER)
            await seen.says(WORDS.notes[AboutFees.AWAY])
            register.faults.broken, register.faults.cut = 0, 1000
            before = len(register.faults.asked)
            await seen.touch(DONE)
            await until(lambda: len(register.faults.asked) > before, "it is asked again")
            await seen.says(WORDS.notes[AboutFees.AWAY])
            register.faults.cut, register.faults.slow_s = 0, 0.8
            await seen.touch(DONE)
            await seen.with_body(Message, lambda body: body.title == WORDS.looking)
            await seen.touch(Back())
            await seen.with_body(Writing, lambda body: body.text == DOSSIER)
            register.faults.slow_s = 0
            await seen.touch(DONE)
            await seen.with_body(Sheet, lambda body: bool(body.qr))


async def test_a_procedures_list_is_printed_and_going_online_is_counted_once(
    tmp_path: Path,
) -> None:
    async with (
        simulated(tmp_path / "register") as register,
        standing(tmp_path, register) as (office, seen),
    ):
        for action, page in (
            (OpenMenu(), "Menu"),
            (OpenSectors(), "Sectors"),
            (OpenSector(sector="ho-tich"), "Procedures"),
            (OpenProcedure(code="1.000894"), "ProcedureFacts"),
        ):
            await seen.touch(action)
            await seen.on(page)
        await seen.touch(PrintList())
        await until(lambda: len(office.papers()) == 1, "the paper")
        await seen.touch(OpenOnline())
        await seen.with_body(Sheet, lambda body: body.qr.endswith("1.000894"))
        path = Path(office.counter_config.state_dir) / "counter.sqlite"

        def told() -> list[str]:
            with Store(path) as store:
                return [str(bytes(entry.event)) for entry in store.pending_events(0, 10)]

        await until(lambda: sum("handed_off" in one for one in told()) == 1, "it is counted")
