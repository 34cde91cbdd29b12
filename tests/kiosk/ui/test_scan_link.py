"""The kiosk scans papers through the real device host: sees, takes, binds and wipes them."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from devices.camera.paper import PaperFormat
from devices.camera.specimen_paper import Specimen
from devices.contract.message import Health
from devices.host import Equipment
from devices.hosted import Limits
from devices.messages import Kind
from devices.scan.messages import Crop
from devices.scan.settings import ScansConfig
from kiosk.ui.scan_link import NotScannedError, Preview, ScanLink, ScanTrouble
from tests.devices.boxes import BOX, box_in_memory
from tests.devices.scan.places import Desk, files, in_memory

PATIENT = Limits(open_s=8, check_s=5)


@asynccontextmanager
async def linked(tmp_path: Path) -> AsyncIterator[tuple[ScanLink, Desk, Path, ScanLink]]:
    desk = Desk(tmp_path)
    with in_memory() as folder:
        equipment = desk.equipment(ScansConfig(folder=str(folder), pages=2))
        async with box_in_memory(equipment, tmp_path, limits=PATIENT) as user:
            await user.sees(Kind.CAMERA, Health.READY)
            links = (ScanLink(user.inside, BOX, folder) for _ in range(2))
            yield next(links), desk, folder, next(links)


async def seen(link: ScanLink) -> Preview:
    async with asyncio.timeout(15):
        while not (preview := await link.preview()).found:
            pass
    return preview


async def trouble(work: Awaitable[object]) -> ScanTrouble:
    with pytest.raises(NotScannedError) as told:
        await work
    return told.value.trouble


async def test_a_paper_is_seen_taken_bound_and_wiped(tmp_path: Path) -> None:
    async with linked(tmp_path) as (link, desk, folder, _):
        desk.lay(Specimen.SLIP)
        preview = await seen(link)
        assert (preview.paper, preview.flaws) == (PaperFormat.A4, ())
        assert Image.open(io.BytesIO(preview.picture)).size == (960, 720)
        first, second = await link.capture(), await link.capture()
        assert (first.pages, second.pages) == (1, 2)
        assert Image.open(io.BytesIO(first.picture)).format == "JPEG"
        assert await trouble(link.capture()) is ScanTrouble.FULL
        await link.drop(first.page)
        await link.drop(first.page)
        scanned = await link.finish()
        assert scanned.pages == 1
        with pypdfium2.PdfDocument(scanned.pdf) as pdf:
            assert len(pdf) == 1
        await link.wipe()
        assert files(folder) == []


async def test_after_the_wipe_the_next_citizen_begins_with_nothing(tmp_path: Path) -> None:
    async with linked(tmp_path) as (link, desk, _, _):
        desk.lay()
        await seen(link)
        await link.capture()
        await link.wipe()
        await seen(link)
        assert await trouble(link.finish()) is ScanTrouble.FAULT
        assert (await link.capture()).pages == 1


async def test_an_empty_desk_may_be_taken_as_it_is(tmp_path: Path) -> None:
    async with linked(tmp_path) as (link, _, _, _):
        assert not (await link.preview()).found
        assert await trouble(link.capture()) is ScanTrouble.NO_PAGE
        assert (await link.capture(Crop.EVERYTHING)).paper is PaperFormat.OTHER


async def test_what_a_kiosk_left_that_ended_in_mid_scan_is_gone_with_the_next_preview(
    tmp_path: Path,
) -> None:
    async with linked(tmp_path) as (link, desk, folder, again):
        desk.lay()
        await seen(link)
        await link.capture()
        before = files(folder)
        assert len(before) == 3
        await again.preview()
        assert not set(files(folder)) & set(before)
        assert await trouble(link.capture()) is ScanTrouble.OVER


async def test_whoever_was_told_that_the_scan_is_over_begins_the_next(tmp_path: Path) -> None:
    async with linked(tmp_path) as (link, _, _, other):
        await link.preview()
        await other.preview()
        assert await trouble(link.preview()) is ScanTrouble.OVER
        await link.preview()


async def test_a_page_that_somebody_took_away_is_a_fault(tmp_path: Path) -> None:
    async with linked(tmp_path) as (link, desk, folder, _):
        desk.lay()
        await seen(link)
        await link.capture()
        pages = [name for name in files(folder) if name.startswith("page-")]
        for name in pages:
            (folder / name).unlink()
        assert await trouble(link.finish()) is ScanTrouble.FAULT


async def test_what_a_citizen_scans_shows_itself_in_no_words(tmp_path: Path) -> None:
    async with linked(tmp_path) as (link, desk, _, _):
        desk.lay()
        preview = await seen(link)
        page = await link.capture()
        scanned = await link.finish()
        assert [repr(each) for each in (preview, page, scanned)] == [
            "Preview(...)",
            "CapturedPage(...)",
            "ScannedPdf(...)",
        ]


async def test_a_box_without_a_camera_says_so(tmp_path: Path) -> None:
    with in_memory() as folder:
        equipment = Equipment(scans=ScansConfig(folder=str(folder)))
        async with box_in_memory(equipment, tmp_path) as user:
            link = ScanLink(user.inside, BOX, folder)
            assert await trouble(link.preview()) is ScanTrouble.NO_CAMERA
            await link.wipe()
    async with box_in_memory(Equipment(), tmp_path) as user:
        link = ScanLink(user.inside, BOX, tmp_path)
        assert await trouble(link.preview()) is ScanTrouble.NO_CAMERA
