"""What the box shows of itself: the picture, read back, and its page on loopback."""

import io
import re
from pathlib import Path

import httpx
import numpy as np
import pytest
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
        bent = await client.get("/screen.png", headers={"host": "evil.example"})
    assert "Đang chờ kỹ thuật viên chấp nhận" in page.text
    assert "/screen.png" in page.text
    assert Image.open(io.BytesIO(picture.content)).size == (800, 480)
    assert picture.content == png(WAITING, 800, 480)
    assert state["words"] == WAITING.words
    assert state["code"] == "waiting"
    assert WAITING.claim not in str(state)
    assert bent.json()["code"] == "host.unknown"
