"""The kiosk in its office: real broker, counter server and devices; the glass is looked at."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.api.queue import TakeTicket
from kiosk.ui.asked import AskedStore
from kiosk.ui.events import Leave, TypeKey
from kiosk.ui.flows.number.pages import ChooseService, OpenScan, TakeNumber
from kiosk.ui.flows.number.texts import VIETNAMESE as NUMBER_WORDS
from kiosk.ui.flows.visit.pages import GiveRating, Look, OpenFind
from kiosk.ui.main import GlassStuckError
from kiosk.ui.screen import Confirmation, Faces, Message, Number, Tiles, Tone
from kiosk.ui.texts import VIETNAMESE
from tests.kiosk.counter.site import officer
from tests.kiosk.ui.office import LookedAt, Office, open_office
from tests.waiting import until

pytestmark = pytest.mark.real

CARD = "045190001234||Nguyễn Thị Hoa|20051955|Nữ|Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị|15042022"
SERVICE = ChooseService(service="ho-tich")


async def home(seen: LookedAt) -> None:
    """Wait until numbers are given and the printer is ready."""
    await seen.with_body(Tiles, lambda body: bool(body.tiles))
    await until(lambda: bool(seen.screen and seen.screen.banner is None), "a ready printer")


async def take(seen: LookedAt) -> Number:
    await seen.touch(SERVICE)
    await seen.on("Confirm")
    await seen.touch(TakeNumber())
    return await seen.with_body(Number, lambda _: True)


async def test_two_touches_put_a_number_on_paper_and_the_server_knows(tmp_path: Path) -> None:
    async with (
        open_office(tmp_path) as office,
        office.counter() as client,
        office.devices(),
        office.kiosk() as seen,
    ):
        await home(seen)
        number = (await take(seen)).number
        await seen.with_body(Number, lambda body: body.tone is Tone.GOOD)
        assert len(office.papers()) == 1
        await until_printed(office, client, number)
        ticket = await office.ticket(client, number)
        assert ticket.kiosk == office.kiosk_config.name


async def test_without_paper_the_number_is_kept_and_printed_once_when_paper_is_back(
    tmp_path: Path,
) -> None:
    async with (
        open_office(tmp_path) as office,
        office.counter(),
        office.devices(),
        office.kiosk() as seen,
    ):
        await home(seen)
        office.fault("paper-out")
        await until(lambda: bool(seen.screen and seen.screen.banner), "a word about paper")
        body = await take(seen)
        body = await seen.with_body(Number, lambda body: bool(body.qr))
        assert body.paper == NUMBER_WORDS.unprinted_paper
        assert office.papers() == []
        office.fault("")
        await seen.with_body(Number, lambda body: body.tone is Tone.GOOD)
        assert len(office.papers()) == 1


async def test_a_kiosk_that_died_while_asking_takes_one_number_and_prints_it(
    tmp_path: Path,
) -> None:
    """The request was on the disk; whether the server had answered it or not, it is one number."""
    async with open_office(tmp_path) as office, office.counter() as client, office.devices():
        office.leave_request("before-the-power-cut", datetime.now(UTC) - timedelta(seconds=20))
        async with office.kiosk():
            await until(lambda: len(office.papers()) == 1, "the ticket on paper")
        async with office.kiosk() as seen:
            await home(seen)
            second = await take(seen)
            await seen.with_body(Number, lambda body: body.tone is Tone.GOOD)
        assert len(office.papers()) == 2
        assert second.number[-3:] == "002"
        site = (await client.get("/api/site")).json()
        assert sum(service["waiting"] for service in site["services"]) == 2


async def test_a_number_taken_by_a_kiosk_that_died_before_printing_is_printed_once(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office, office.counter() as client, office.devices():
        kiosk = office.kiosk_config.name
        wish = {"request": "r1", "kiosk": kiosk, "service": "ho-tich"}
        taken = (await client.post("/api/tickets", json=wish)).json()
        for _ in range(2):
            async with office.kiosk() as seen:
                await home(seen)
                await until_printed(office, client, taken["number"])
        assert len(office.papers()) == 1


async def until_printed(office: Office, client: httpx.AsyncClient, number: str) -> None:
    """Wait until the server knows of the paper."""
    async with asyncio.timeout(20):
        while not (await office.ticket(client, number)).printed:
            await asyncio.sleep(0.02)


async def test_the_screen_says_when_the_counter_server_is_down_and_recovers_by_itself(
    tmp_path: Path,
) -> None:
    async with open_office(tmp_path) as office, office.devices(), office.kiosk() as seen:
        await seen.with_body(Message, lambda body: body.title == VIETNAMESE.counter_down)
        async with office.counter():
            await home(seen)
        await seen.with_body(Message, lambda body: body.title == VIETNAMESE.counter_down)
        async with office.counter():
            await home(seen)
            assert (await take(seen)).number


async def test_a_card_scanned_on_the_notice_is_masked_and_gone_afterwards(tmp_path: Path) -> None:
    """PRI-1, PRI-2: nothing of it on the disk either."""
    async with (
        open_office(tmp_path) as office,
        office.counter(),
        office.devices(),
        office.kiosk() as seen,
    ):
        await home(seen)
        await seen.touch(SERVICE)
        await seen.on("Confirm")
        await seen.touch(OpenScan())
        await seen.on("ScanCard")
        office.scan(CARD)
        body = await seen.with_body(Confirmation, lambda body: body.sides[1].chosen)
        assert "0451******34" in body.sides[1].note
        await seen.touch(Leave())
        await seen.on("Home")
        assert "0451" not in repr(seen.screen)
    assert not holding(tmp_path, b"045190001234") - {"scans"}
    assert "scans" in holding(tmp_path, b"045190001234")  # the control: the search finds it


def holding(folder: Path, text: bytes) -> set[str]:
    """Return the names of the files that hold a text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name for path in files if text in path.read_bytes()}


async def test_a_served_number_is_typed_and_rated_once(tmp_path: Path) -> None:
    """QUE-10, QUE-12."""
    async with (
        open_office(tmp_path) as office,
        office.counter() as client,
        office.devices(),
        office.kiosk() as seen,
        officer(client, "1") as at_counter,
    ):
        await home(seen)
        number = (await take(seen)).number
        await serve(at_counter)
        await seen.touch(Leave())
        await rate(seen, number)
        await seen.with_body(Faces, lambda _: True)
        await seen.touch(GiveRating(value=3, scale=3))
        await seen.on("Thanks")
        await seen.touch(Leave())
        await rate(seen, number)
        await until(lambda: "đã được đánh giá" in repr(seen.screen), "a word that it was rated")
        assert (await office.ticket(client, number)).rated


async def rate(seen: LookedAt, number: str) -> None:
    await seen.on("Home")
    await seen.touch(OpenFind())
    await seen.on("Find")
    await asyncio.sleep(0.35)
    for key in number:
        seen.touches.put(TypeKey(key=key))
    seen.touches.put(Look())


async def serve(at_counter: httpx.AsyncClient) -> None:
    """Call the next number and finish with it, as the console does."""
    answer = await at_counter.post("/api/officer/next", json={"current": ""})
    assert answer.status_code == 200, answer.text
    current = answer.json()["current"]["id"]
    answer = await at_counter.post("/api/officer/finish", json={"current": current})
    assert answer.status_code == 200, answer.text


async def test_an_idle_screen_is_drawn_once(tmp_path: Path) -> None:
    """The server tells the same every five seconds; the glass hears of it only when it changed."""
    async with (
        open_office(tmp_path) as office,
        office.counter(),
        office.devices(),
        office.kiosk() as seen,
    ):
        await home(seen)
        drawn = seen.drawn
        await asyncio.sleep(6)
        assert seen.drawn == drawn


async def test_a_glass_that_draws_no_more_ends_the_process(tmp_path: Path) -> None:
    """So that systemd starts it afresh."""
    async with open_office(tmp_path) as office:
        with pytest.RaisesGroup(GlassStuckError):
            async with office.kiosk(LookedAt(stuck_s=60)):
                await asyncio.sleep(20)


async def test_a_kiosk_whose_disk_refuses_gives_numbers_all_the_same(tmp_path: Path) -> None:
    """The request on the disk serves one who waits through a power cut; nobody else needs it."""
    async with (
        open_office(tmp_path) as office,
        office.counter(),
        office.devices(),
        office.kiosk() as seen,
    ):
        await home(seen)
        office.refuse_requests()
        await take(seen)
        await seen.with_body(Number, lambda body: body.tone is Tone.GOOD)
        assert len(office.papers()) == 1


def test_an_old_request_is_nobodys(tmp_path: Path) -> None:
    store = AskedStore(tmp_path)
    now = datetime.now(UTC)
    store.keep(TakeTicket(request="r1", kiosk="k", service="s"), now - timedelta(minutes=5))
    assert store.left_behind(now) is None
    store.keep(TakeTicket(request="r2", kiosk="k", service="s"), now)
    assert store.left_behind(now) is not None
    store.forget()
    assert store.left_behind(now) is None
