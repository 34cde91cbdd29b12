"""The pages of settings in a real browser, on a wall and on a phone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from devices.runtime.memory_bus import MemoryBroker
from provisioning.controller.database import Database
from provisioning.desired import APPLIED, NOT_REACHED, REFUSED, Property, Reported
from tests.counterparts.chromium import chromium, complaints, until
from tests.provisioning.controller.settings.province import ProvinceUnderTest, province_on
from tests.provisioning.controller.somebody import TECHNICIAN

pytestmark = pytest.mark.real

TEXT = '[devices]\nlog_level = "debug"\n\n[devices.printer]\ndriver = "escpos"\npape = 1\n'
REFUSAL = Reported(
    boot=1,
    version=1,
    in_force=0,
    text="devices: printer.pape: no such key",
    parts={
        "devices": {
            "log_level": Property("info", NOT_REACHED, 1),
            "printer.driver": Property("escpos", APPLIED, 1),
            "printer.pape": Property(None, REFUSED, 1, "no such key"),
        }
    },
)


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def province(database: Database) -> AsyncIterator[ProvinceUnderTest]:
    async with MemoryBroker().connect() as bus, province_on(bus, database) as running:
        yield running


def text_of(driven: Chrome, place: str) -> str:
    return driven.find_element(By.CSS_SELECTOR, place).text


def wide(driven: Chrome) -> int:
    """Return by how many pixels the page is wider than its window."""
    whole = "document.documentElement"  # a phone's innerWidth grows with its page
    return int(driven.execute_script(f"return {whole}.scrollWidth - {whole}.clientWidth"))


def writes_a_profile(driven: Chrome, url: str, keep: Callable[[str], None]) -> None:
    driven.get(f"{url}/settings")
    driven.find_element(By.NAME, "target").send_keys("kiosk")
    keep("home")
    driven.find_element(By.CSS_SELECTOR, "form.filter button").click()
    until(lambda: driven.find_element(By.ID, "settings-text"), "the editor")
    driven.find_element(By.ID, "settings-text").send_keys("[devices\n")
    until(lambda: "TOML" in text_of(driven, "#settings-said.wrong"), "what is wrong, at once")
    driven.find_element(By.ID, "settings-text").clear()
    driven.find_element(By.ID, "settings-text").send_keys(TEXT)
    until(lambda: "devices.printer.pape" in text_of(driven, "#settings-said.doubts"), "a doubt")
    keep("editor")
    assert wide(driven) <= 0
    driven.find_element(By.NAME, "why").send_keys("máy in mới ở quầy")
    driven.find_element(By.CSS_SELECTOR, "form.form button").click()
    until(lambda: "2 hộp thay đổi" in text_of(driven, "#settings-count"), "the preview")
    assert "+ devices.log_level" in text_of(driven, ".group .diff ins")
    keep("preview")
    assert wide(driven) <= 0
    driven.find_element(By.ID, "settings-save").click()
    until(lambda: "Đã lưu" in text_of(driven, ".notice.ok"), "that it was saved")


def sees_why(driven: Chrome, url: str, keep: Callable[[str], None]) -> None:
    driven.get(f"{url}/settings")
    until(lambda: "Hộp từ chối" in text_of(driven, "#settings-behind"), "who refused")
    keep("behind")
    assert wide(driven) <= 0
    driven.find_element(By.LINK_TEXT, "k-1").click()
    until(lambda: "no such key" in text_of(driven, "tr.wrong"), "why it was refused")
    keep("box")
    assert wide(driven) <= 0
    others = [one for one in complaints(driven) if "/api/stream" not in one]  # not served here
    assert others == []


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)], ids=["wall", "phone"])
async def test_a_profile_is_written_saved_and_its_refusal_understood(
    province: ProvinceUnderTest, tmp_path: Path, width: int, height: int
) -> None:
    def play(url: str, look: Callable[[Chrome, str, Callable[[str], None]], None]) -> None:
        profile = tmp_path / look.__name__
        with chromium(profile, width=width, height=height) as driven:

            def keep(name: str) -> None:
                driven.save_screenshot(str(tmp_path / f"{name}-{width}.png"))

            look(driven, url, keep)

    async with province.seen_by(TECHNICIAN) as url:
        await asyncio.to_thread(play, url, writes_a_profile)
        said = [("k-1", REFUSAL)]
        await province.queries.do(province.settings.settings.hear, said)
        await asyncio.to_thread(play, url, sees_why)
