"""A citizen prepares a dossier at a real kiosk's back room; an officer accepts it.

Real broker, counter server, device process with a twin's camera, and the commune's register.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from devices.camera.specimen_paper import Specimen
from devices.scan.messages import Crop
from devices.scan.settings import ScansConfig
from kiosk.register.simulated import simulated
from kiosk.ui.events import Leave
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.flows.prepare import pages as p
from kiosk.ui.screen import Listing, Message, Photo, Sheet
from tests.devices.scan import places
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.drafting import drafts_config, in_memory, listed
from tests.kiosk.counter.site import officer
from tests.kiosk.counter.test_drafts import dossiers, until_sent
from tests.kiosk.ui.office import LookedAt, Office, open_office
from tests.kiosk.ui.test_office import holding, home
from tests.waiting import until

pytestmark = pytest.mark.real
NAME, NUMBER = "Lê Thị Dấu Riêng", "045190987654"
CARD = f"{NUMBER}||{NAME}|20051990|Nữ|Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị|15042022"
MARRIAGE = p.OpenPrepare(procedure="1.000894")


class Place:
    """A site with a desk before a camera, and the folder of its scans in memory."""

    def __init__(self, office: Office, desk: places.Desk, scans: Path) -> None:
        self.office = office
        self.desk = desk
        self.scans = scans

    def left(self) -> list[str]:
        """Return what of scans lies in memory."""
        return places.files(self.scans) if self.scans.is_dir() else []


@asynccontextmanager
async def a_place(folder: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(open_office(folder))
        memory = stack.enter_context(in_memory())
        scans = stack.enter_context(places.in_memory())
        (folder / "camera").mkdir()
        desk = places.Desk(folder / "camera")
        register = await stack.enter_async_context(simulated(folder / "register"))
        office.counter_config = replace(
            office.counter_config,
            drafts=drafts_config(memory),
            back_office=systems_of(register, folder),
        )
        office.devices_config = replace(
            office.devices_config,
            camera=desk.camera,
            scans=ScansConfig(folder=str(scans), pages=3),
        )
        office.kiosk_config = replace(
            office.kiosk_config,
            scans_folder=str(scans),
            counter=replace(office.kiosk_config.counter, draft_within_s=3.0),
        )
        yield Place(office, desk, scans)


async def to_the_papers(place: Place, seen: LookedAt) -> None:
    """Agree, show a card, and go on to the papers."""
    await home(seen)
    await seen.touch(OpenMenu())
    await seen.on("Menu")
    await seen.touch(p.OpenPrepare())
    await seen.on("PickService")
    await seen.touch(p.PickThisService(service="ho-tich"))
    await seen.on("PickProcedure")
    await seen.touch(MARRIAGE)
    await seen.on("FilingConsent")
    await seen.touch(p.Agree())
    await seen.on("FilingForm")
    place.office.scan(CARD)
    await seen.with_body(Listing, lambda body: any(NAME in row.title for row in body.rows))
    await seen.touch(p.GoOn())
    await seen.on("FilingPapers")


async def scan(place: Place, seen: LookedAt) -> None:
    """Scan the first paper, one page."""
    await seen.touch(p.OpenPaper(paper=0))
    place.desk.lay(Specimen.DECLARATION)
    await seen.with_body(Photo, lambda body: bool(body.buttons) and takes_a_page(body))
    await seen.touch(p.TakeThisPage(crop=Crop.PAGE))
    await seen.on("CheckPage")
    await seen.touch(p.PagesDone())
    await seen.with_body(Listing, lambda body: any("1 trang" in row.badge for row in body.rows))


def takes_a_page(body: Photo) -> bool:
    return body.buttons[0].action == p.TakeThisPage(crop=Crop.PAGE)


async def test_a_dossier_is_prepared_accepted_and_becomes_a_code(tmp_path: Path) -> None:
    """And nothing of the citizen is anywhere but in the register afterwards (PRI-2)."""
    async with (
        a_place(tmp_path) as place,
        place.office.counter() as client,
        place.office.devices(),
        place.office.kiosk() as seen,
        officer(client, "1") as console,
    ):
        await to_the_papers(place, seen)
        await scan(place, seen)
        assert place.left() == [], "bound pages are wiped at once"
        await seen.touch(p.GoOn())
        await seen.on("FilingSummary")
        await seen.touch(p.HandOver())
        await seen.on("FilingTaken")
        body = await seen.with_body(Sheet, lambda body: "A001" in body.title)
        assert any("TAM-GIOLINH1-" in note for note in body.notes)
        await until(lambda: len(place.office.papers()) == 2, "number and guidance on paper")
        await seen.touch(Leave())
        await seen.on("Home")
        (draft,) = (await listed(console)).waiting
        paper = await console.get(f"/api/officer/drafts/{draft.id}/papers/0")
        assert paper.content.startswith(b"%PDF")
        body_ = {"draft": draft.id}
        assert (await console.post("/api/officer/drafts/accept", json=body_)).status_code == 200
        (row,) = await until_sent(console)
        assert dossiers(tmp_path / "register") == [(row.code, row.local_code)]
        for mark in (NUMBER.encode(), NAME.encode()):
            assert holding(tmp_path, mark) == {"scans"}  # the control: the twin's own inbox


async def test_whoever_leaves_in_mid_scan_leaves_nothing(tmp_path: Path) -> None:
    async with (
        a_place(tmp_path) as place,
        place.office.counter() as client,
        place.office.devices(),
        place.office.kiosk() as seen,
        officer(client, "1") as console,
    ):
        await to_the_papers(place, seen)
        await seen.touch(p.OpenPaper(paper=0))
        place.desk.lay(Specimen.DECLARATION)
        await seen.with_body(Photo, lambda body: bool(body.buttons) and takes_a_page(body))
        await seen.touch(p.TakeThisPage(crop=Crop.PAGE))
        await seen.on("CheckPage")
        assert place.left(), "the control: the page is in memory"
        await seen.touch(Leave())
        await seen.on("FilingPapers")
        await until(lambda: place.left() == [], "an empty folder", within_s=20)
        assert (await listed(console)).waiting == ()


async def test_what_a_killed_kiosk_left_is_wiped_when_it_starts_again(tmp_path: Path) -> None:
    async with (
        a_place(tmp_path) as place,
        place.office.counter(),
        place.office.devices(),
    ):
        async with place.office.kiosk() as seen:
            await to_the_papers(place, seen)
            await seen.touch(p.OpenPaper(paper=0))
            await seen.on("LayPage")
            await until(lambda: place.left() != [], "a picture in memory", within_s=20)
        assert place.left(), "the control: nobody had the time to wipe"
        async with place.office.kiosk():
            await until(lambda: place.left() == [], "an empty folder", within_s=20)


async def test_a_citizen_is_told_that_the_server_did_not_answer_and_it_is_one_draft(
    tmp_path: Path,
) -> None:
    async with a_place(tmp_path) as place, place.office.devices(), place.office.kiosk() as seen:
        async with place.office.counter():
            await to_the_papers(place, seen)
            await seen.touch(p.GoOn())
            await seen.on("FilingSummary")
        await seen.touch(p.HandOver())
        await until(
            lambda: bool(seen.screen and seen.screen.name == "FilingUnsent"),
            "the truth",
            within_s=45,
        )
        await seen.with_body(Message, lambda body: body.main is not None)
        async with place.office.counter() as client, officer(client, "1") as console:
            await seen.touch(p.HandOver())
            await seen.on("FilingTaken")
            assert len((await listed(console)).waiting) == 1
