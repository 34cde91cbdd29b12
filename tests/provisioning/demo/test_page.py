"""The demo's page passes hands on to the boxes, and refuses what a box does not have."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from devices.camera.picture import load_picture
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from devices.scanner.decode import read_symbols
from devices.scanner.specimen_card import HOA, card_text
from devices.speaker.jack import FileJack
from devices.web.serve import served
from provisioning.demo.page import Page
from provisioning.demo.plan import BoxPlan, CardShown, LinePlan, Plan
from provisioning.demo.ports import free_port
from provisioning.demo.run import standing
from provisioning.demo.web import Words, page_app
from provisioning.demo.world import World


def a_box(root: Path, name: str, shown: CardShown) -> BoxPlan:
    world = root / name
    return BoxPlan(
        box=name,
        name=f"Ki-ốt {name}",
        world=world,
        faults={Kind.PRINTER: world / "printer.fault", Kind.SCANNER: world / "scanner.fault"},
        paper=world / "paper",
        cards=world / ("cards" if shown is CardShown.TO_CAMERA else "scans.txt"),
        mirror=world / "glass.json",
        card_shown=shown,
        desk=world / "desk.txt" if shown is CardShown.TO_SCANNER else None,
        jack=world / "jack.txt" if shown is CardShown.TO_CAMERA else None,
    )


@contextlib.asynccontextmanager
async def a_page(root: Path) -> AsyncIterator[tuple[httpx.AsyncClient, Plan]]:
    boxes = {
        "one": a_box(root, "one", CardShown.TO_SCANNER),
        "two": a_box(root, "two", CardShown.TO_CAMERA),
    }
    folders = (*(box.paper for box in boxes.values()), boxes["two"].cards)
    plan = Plan(
        layers=(),
        lines=(LinePlan("one", free_port(0), free_port(0)),),
        files={},
        directories=folders,
        logs=root / "logs",
        boxes=boxes,
    )
    async with standing(plan) as province, Worker("page") as worker:
        page = Page(World(province, worker), province.screens, worker)
        words = Words(links={}, boxes={name: box.name for name, box in boxes.items()}, pin="1")
        async with (
            alongside(page.tell(), name="page"),
            served(page_app(page, words), "127.0.0.1", 0) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as browser,
        ):
            yield browser, plan
            page.close()


async def state_after(browser: httpx.AsyncClient, word: str) -> dict[str, object]:
    """Return the first state told whose text has the word."""
    async with asyncio.timeout(10), browser.stream("GET", "/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:") and word in line:
                told: dict[str, object] = json.loads(line.removeprefix("data:"))
                return told
    raise AssertionError(f"never told: {word}")


async def test_the_page_names_every_box_in_vietnamese(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, plan):
        page = await browser.get("/")
        assert page.status_code == 200
        assert all(box.name in page.text for box in plan.boxes.values())


async def test_paper_taken_out_is_a_fault_of_the_twin_and_told_to_browsers(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, plan):
        asked = {"device": "printer", "word": "paper-out"}
        assert (await browser.post("/boxes/one/fault", json=asked)).status_code == 204
        assert plan.boxes["one"].faults[Kind.PRINTER].read_text() == "paper-out"
        assert await state_after(browser, "paper-out")
        await browser.post("/boxes/one/fault", json={**asked, "word": ""})
        assert plan.boxes["one"].faults[Kind.PRINTER].read_text() == ""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/boxes/nowhere/fault", {"device": "printer", "word": "paper-out"}),
        ("/boxes/one/fault", {"device": "printer", "word": "../../etc"}),
        ("/boxes/one/fault", {"device": "camera", "word": "unplugged"}),
        ("/boxes/two/line", {"cut": True}),
        ("/boxes/nowhere/card", {}),
        ("/boxes/two/sheet", {"sheet": "declaration"}),
        ("/boxes/one/plug", {"plugged": True}),
        ("/parts/init/kill", {}),
        ("/screens/one/touch", {"x": 0.5, "y": 0.5}),
    ],
)
async def test_what_is_not_there_is_refused_with_a_sentence(
    tmp_path: Path, path: str, body: dict[str, object]
) -> None:
    async with a_page(tmp_path) as (browser, _):
        answer = await browser.post(path, json=body)
        assert answer.status_code == 404
        assert answer.json()["text"]


@pytest.mark.parametrize("x", [-0.1, 1.0, 7, "left", None])
async def test_a_touch_beside_the_glass_is_refused(tmp_path: Path, x: object) -> None:
    async with a_page(tmp_path) as (browser, _):
        answer = await browser.post("/screens/one/touch", json={"x": x, "y": 0.5})
        assert answer.status_code == 400


async def test_a_card_reaches_a_scanner_as_its_line_and_a_camera_as_a_picture(
    tmp_path: Path,
) -> None:
    async with a_page(tmp_path) as (browser, plan):
        for box in plan.boxes:
            assert (await browser.post(f"/boxes/{box}/card", json={})).status_code == 204
        assert plan.boxes["one"].cards.read_text(encoding="utf-8") == f"{card_text(HOA)}\n"
        [picture] = plan.boxes["two"].cards.glob("*.jpg")
        assert read_symbols(load_picture(str(picture))) == [card_text(HOA)]


async def test_a_line_is_cut_and_mended(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, _):
        await browser.post("/boxes/one/line", json={"cut": True})
        assert await state_after(browser, '"line_cut":true')
        await browser.post("/boxes/one/line", json={"cut": False})
        now = json.dumps(await state_after(browser, "line_cut"))
        assert "true" not in now


async def test_a_paper_is_laid_under_the_camera_and_taken_away(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, plan):
        laid = plan.boxes["one"].desk
        assert laid is not None
        await browser.post("/boxes/one/sheet", json={"sheet": "certificate"})
        assert laid.read_text() == "certificate"
        assert await state_after(browser, '"sheet":"certificate"')
        await browser.post("/boxes/one/sheet", json={"sheet": None})
        assert laid.read_text() == ""
        wrong = await browser.post("/boxes/one/sheet", json={"sheet": "../../etc"})
        assert wrong.status_code == 400


async def test_headphones_are_plugged_in_and_out(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, plan):
        jack = plan.boxes["two"].jack
        assert jack is not None
        await browser.post("/boxes/two/plug", json={"plugged": True})
        assert await FileJack(file=str(jack)).build().plugged()
        assert await state_after(browser, '"plugged":true')
        await browser.post("/boxes/two/plug", json={"plugged": False})
        assert not await FileJack(file=str(jack)).build().plugged()


async def test_before_anything_was_printed_there_is_no_paper_to_show(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, _):
        assert (await browser.get("/boxes/one/paper")).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example:8600"}],
)
async def test_other_sites_pages_have_no_hands_here(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with a_page(tmp_path) as (browser, plan):
        asked = {"device": "printer", "word": "paper-out"}
        answer = await browser.post("/boxes/one/fault", json=asked, headers=headers)
        assert answer.status_code == 409
        assert not plan.boxes["one"].faults[Kind.PRINTER].exists()
        own = {"Origin": str(browser.base_url).rstrip("/")}
        assert (await browser.post("/boxes/one/fault", json=asked, headers=own)).is_success
