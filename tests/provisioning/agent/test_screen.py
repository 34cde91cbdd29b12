"""What the box shows of itself: the picture, read back, and its page on loopback."""

import io
import re
from pathlib import Path

import httpx
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from devices.runtime.worker import Worker
from devices.scanner.decode import read_symbols
from devices.web.serve import served
from provisioning.agent.matters import WORDS, Matter, MatterCode
from provisioning.agent.notice import Notice, Showing
from provisioning.agent.page import app
from provisioning.agent.screen import drawn, png
from provisioning.claims import sheet_code

WAITING = Showing(
    matter=Matter(code=MatterCode.WAITING),
    serial="10000000abcdef04",
    claim="lusab-babad-gutih-tugad-mudof",
    words="lusab-babad-gutih-tugad",
)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800), (800, 480)])
def test_a_scanner_reads_the_claim_off_the_picture(size: tuple[int, int]) -> None:
    picture = np.asarray(drawn(WAITING, *size))
    assert read_symbols(picture) == [sheet_code(WAITING.serial, WAITING.claim)]


def test_a_box_in_service_shows_no_claim() -> None:
    showing = Showing(matter=Matter(code=MatterCode.IN_SERVICE), serial="1", box="quay-01")
    assert read_symbols(np.asarray(drawn(showing, 1280, 800))) == []


@pytest.mark.parametrize("code", MatterCode)
def test_every_matter_has_words_that_fit_the_smallest_screen(code: MatterCode) -> None:
    assert WORDS[code].headline
    assert WORDS[code].english
    long = "trung-tam.dieu-hanh.tinh-mau.example: " * 3 + "x" * 200
    matter = Matter(code=code, detail=long)
    picture = drawn(Showing(matter=matter, serial="s" * 64), 800, 480)
    assert picture.size == (800, 480)


def test_what_came_of_a_stick_and_a_line_comes_first() -> None:
    notice = Notice()
    notice.show(Showing(matter=Matter(code=MatterCode.IN_SERVICE)))
    notice.say_of_line(Matter(code=MatterCode.OWN_EXPIRED))
    shown = [foremost(notice)]
    notice.say(Matter(code=MatterCode.WAITING))
    shown.append(foremost(notice))
    notice.say_of_stick(Matter(code=MatterCode.STICK_REFUSED))
    shown.append(foremost(notice))
    assert shown == ["own_expired", "waiting", "stick_refused"]
    notice.show(Showing(matter=Matter(code=MatterCode.IN_SERVICE)))
    assert notice.showing.line == Matter(code=MatterCode.OWN_EXPIRED)


def foremost(notice: Notice) -> str:
    return notice.showing.foremost.code


def test_the_guide_speaks_the_screen_s_words() -> None:
    guide = Path("docs/vi/huong-dan-ky-thuat.md").read_text(encoding="utf-8")
    section = guide.partition("### Màn hình của hộp")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)[1:]
    assert len(rows) > 5
    assert set(rows) <= {words.headline for words in WORDS.values()}


async def test_the_page_shows_the_picture_and_says_what_is_the_matter() -> None:
    notice = Notice()
    notice.show(WAITING)
    async with (
        Worker("drawing") as worker,
        served(app(notice, worker, width=800, height=480), "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        page = await client.get("/")
        picture = await client.get("/screen.png")
        state = (await client.get("/state")).json()
        bent = [
            await client.get(path, headers={"host": "evil.example"})
            for path in ("/screen.png", "/state")
        ]
    assert "Đang chờ kỹ thuật viên chấp nhận" in page.text
    assert "/screen.png" in page.text
    assert Image.open(io.BytesIO(picture.content)).size == (800, 480)
    assert picture.content == png(WAITING, 800, 480)
    assert state["words"] == WAITING.words
    assert state["code"] == "waiting"
    assert state["claim"] == sheet_code(WAITING.serial, WAITING.claim)
    assert {one.json()["code"] for one in bent} == {"host.unknown"}


LET_IN = Showing(matter=Matter(code=MatterCode.IN_SERVICE), serial="1", box="quay-01")
REVOKED = Matter(code=MatterCode.OWN_REVOKED)


NO_LINE = Matter(code=MatterCode.NO_LINE)
UNKNOWN = (Showing(), Showing(matter=Matter(code=MatterCode.STORAGE)))
SERVING = (
    Showing(matter=Matter(code=MatterCode.NO_GATE)),
    LET_IN,
    replace(LET_IN, line=NO_LINE),
    replace(LET_IN, matter=NO_LINE),
    replace(WAITING, box="quay-01"),  # its certificate is over: it asks anew
)
NEW = (WAITING, replace(WAITING, matter=Matter(code=MatterCode.GATE_FOREIGN)))
RETIRED = (
    replace(LET_IN, line=REVOKED),
    replace(LET_IN, matter=REVOKED),
    replace(WAITING, box="quay-01", retired=True),
    replace(LET_IN, matter=NO_LINE, retired=True),
)


def test_a_box_serves_citizens_from_its_acceptance_to_its_retirement() -> None:
    """Whatever its line and its certificate do in between."""
    assert {showing.told.serves for showing in UNKNOWN} == {None}
    assert {showing.told.serves for showing in SERVING} == {True}
    assert {showing.told.serves for showing in NEW + RETIRED} == {False}
    assert {showing.told.retired for showing in RETIRED} == {True}
    assert {showing.told.retired for showing in UNKNOWN + SERVING + NEW} == {False}


def test_a_claim_is_told_only_while_a_technician_is_waited_for() -> None:
    assert WAITING.told.words == WAITING.words
    lost = replace(WAITING, matter=Matter(code=MatterCode.NO_LINE)).told
    assert (lost.words, lost.claim) == ("", "")
