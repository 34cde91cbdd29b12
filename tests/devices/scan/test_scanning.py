"""Papers are scanned for the kiosk of the same box: looked at, taken, bound, wiped, never kept."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pypdfium2
from PIL import Image

from devices.camera.paper import Flaw, PaperFormat
from devices.camera.specimen_paper import Specimen
from devices.contract.message import Health
from devices.host import Equipment
from devices.hosted import Limits
from devices.messages import Kind
from devices.scan.messages import (
    CapturePage,
    Crop,
    DropPage,
    FinishScan,
    PageCaptured,
    PagePreviewed,
    PreviewPage,
    WipeScan,
)
from devices.scan.settings import ScansConfig
from tests.devices.boxes import User, box_in_memory
from tests.devices.scan.places import OTHER, SCAN, Desk, files, in_memory
from tests.waiting import until

PATIENT = Limits(open_s=8, check_s=5)


class Scans:
    """A box that scans, as its kiosk sees it."""

    def __init__(self, user: User, desk: Desk, folder: Path) -> None:
        self.user = user
        self.desk = desk
        self.folder = folder

    async def preview(self, scan: str = SCAN) -> PagePreviewed:
        return await self.user.ask(PreviewPage(scan=scan))

    async def found(self, scan: str = SCAN) -> PagePreviewed:
        """Look until a page is seen."""
        async with asyncio.timeout(15):
            while not (seen := await self.preview(scan)).found:
                pass
        return seen

    async def capture(self, scan: str = SCAN) -> PageCaptured:
        return await self.user.ask(CapturePage(scan=scan))


@asynccontextmanager
async def scanning(
    tmp_path: Path, *, idle_s: float = 60.0, pages: int = 3, megabytes: int = 20
) -> AsyncIterator[Scans]:
    desk = Desk(tmp_path)
    with in_memory() as folder:
        config = ScansConfig(folder=str(folder), idle_s=idle_s, pages=pages, megabytes=megabytes)
        equipment = desk.equipment(config)
        async with box_in_memory(equipment, tmp_path, limits=PATIENT) as user:
            await user.sees(Kind.CAMERA, Health.READY)
            yield Scans(user, desk, folder)


async def test_a_page_is_seen_taken_dropped_and_bound(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        assert not (await scans.preview()).found
        scans.desk.lay()
        seen = await scans.found()
        assert (seen.paper, seen.flaws) == (PaperFormat.A4, ())
        with Image.open(scans.folder / seen.file) as picture:
            assert picture.size == (960, 720)
        taken = [await scans.capture() for _ in range(2)]
        assert [page.pages for page in taken] == [1, 2]
        with Image.open(scans.folder / taken[0].file) as review:
            assert review.height == 1200
        await scans.user.ask(DropPage(scan=SCAN, page=taken[0].page))
        assert taken[0].file not in files(scans.folder)
        done = await scans.user.ask(FinishScan(scan=SCAN))
        pdf = (scans.folder / done.file).read_bytes()
        assert (done.pages, done.size_bytes) == (1, len(pdf))
        assert hashlib.sha256(pdf).hexdigest() == done.sha256
        with pypdfium2.PdfDocument(pdf) as document:
            assert len(document) == 1
        await scans.user.ask(WipeScan(scan=SCAN))
        assert files(scans.folder) == []


async def test_there_is_never_more_than_one_preview(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        for _ in range(3):
            seen = await scans.preview()
            assert files(scans.folder) == [seen.file]


async def test_a_page_that_lies_still_is_steady_until_it_was_taken(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        scans.desk.lay()
        async with asyncio.timeout(15):
            while not (await scans.preview()).steady:
                pass
        await scans.capture()
        assert not (await scans.preview()).steady


async def test_without_a_page_nothing_is_taken_but_the_desk_as_it_is_may_be(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        assert await scans.user.refusal(CapturePage(scan=SCAN)) == "scan.no_page"
        assert await scans.user.refusal(FinishScan(scan=SCAN)) == "scan.empty"
        taken = await scans.user.ask(CapturePage(scan=SCAN, crop=Crop.EVERYTHING))
        assert (taken.paper, taken.pages) == (PaperFormat.OTHER, 1)


async def test_another_scan_never_sees_the_pages_of_the_one_before(tmp_path: Path) -> None:
    """The word to wipe may be lost on its way."""
    async with scanning(tmp_path) as scans:
        scans.desk.lay()
        await scans.found()
        await scans.capture()
        seen = await scans.preview(OTHER)
        assert files(scans.folder) == [seen.file]
        assert await scans.user.refusal(FinishScan(scan=OTHER)) == "scan.empty"


async def test_a_scan_that_was_wiped_stays_over(tmp_path: Path) -> None:
    """A preview asked for before the wiping and carried out after it."""
    async with scanning(tmp_path) as scans:
        await scans.preview()
        await scans.user.ask(WipeScan(scan=SCAN))
        for command in (PreviewPage(scan=SCAN), CapturePage(scan=SCAN), FinishScan(scan=SCAN)):
            assert await scans.user.refusal(command) == "scan.over"
        assert files(scans.folder) == []


async def test_a_scan_that_nobody_asks_for_is_wiped(tmp_path: Path) -> None:
    async with scanning(tmp_path, idle_s=0.5) as scans:
        await scans.preview()
        await until(lambda: files(scans.folder) == [], "the forgotten scan is wiped")
        assert await scans.user.refusal(PreviewPage(scan=SCAN)) == "scan.over"


async def test_pages_and_bytes_are_bounded(tmp_path: Path) -> None:
    async with scanning(tmp_path, pages=1) as scans:
        scans.desk.lay(Specimen.SLIP)
        await scans.found()
        await scans.capture()
        assert await scans.user.refusal(CapturePage(scan=SCAN)) == "scan.full"
    async with scanning(tmp_path, megabytes=4, pages=50) as scans:
        scans.desk.lay(Specimen.CERTIFICATE)
        await scans.found()
        held = 0
        while not (code := await scans.user.refusal(CapturePage(scan=SCAN))):
            held += 1
        assert code == "scan.no_room"
        assert held > 1
        assert sum((scans.folder / name).stat().st_size for name in files(scans.folder)) <= 4e6


async def test_the_province_can_have_nothing_scanned(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        scans.desk.lay()
        await scans.found()
        for command in (
            PreviewPage(scan=SCAN),
            CapturePage(scan=SCAN),
            FinishScan(scan=SCAN),
            WipeScan(scan=SCAN),
        ):
            assert await scans.user.refusal_by_province(command) == "command.not_allowed"


async def test_a_dark_desk_and_a_camera_that_is_gone_are_told(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        await scans.preview()
        scans.desk.suffer("unplugged")
        await scans.user.sees(Kind.CAMERA, Health.FAULT, "device.unplugged")
        assert await scans.user.refusal(PreviewPage(scan=SCAN)) == "device.unplugged"
        await scans.user.ask(WipeScan(scan=SCAN))
        assert files(scans.folder) == []


async def test_a_page_that_lies_half_outside_is_taken_and_told(tmp_path: Path) -> None:
    async with scanning(tmp_path) as scans:
        scans.desk.lay(Specimen.CARD)
        seen = await scans.found()
        assert seen.paper is PaperFormat.CARD
        assert Flaw.NOT_WHOLE not in seen.flaws


async def test_a_disk_is_no_place_for_scans_and_the_status_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    config = ScansConfig(folder=str(tmp_path / "scans"))
    async with box_in_memory(desk.equipment(config), tmp_path, limits=PATIENT) as user:
        await user.sees(Kind.CAMERA, Health.READY)
        assert await user.refusal(PreviewPage(scan=SCAN)) == "scan.not_in_memory"
        report = next(each for each in user.statuses[-1].devices if each.name == "scans")
        assert (report.health, report.code) == (Health.WARNING, "scan.not_in_memory")
    assert not (tmp_path / "scans").exists()


async def test_a_box_that_scans_nothing_says_so(tmp_path: Path) -> None:
    async with box_in_memory(Equipment(), tmp_path) as user:
        assert await user.refusal(PreviewPage(scan=SCAN)) == "command.unknown"
    with in_memory() as folder:
        without_camera = Equipment(scans=ScansConfig(folder=str(folder)))
        async with box_in_memory(without_camera, tmp_path) as user:
            assert await user.refusal(PreviewPage(scan=SCAN)) == "device.none"
