"""Pictures of the register for the guides: `python -m tests.kiosk.register.pictures docs/pictures`.

A made-up week of the sample commune, seen in a real Chromium.
"""

import asyncio
import io
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from devices.contract.clock import SimulatedClock
from kiosk.register.simulated import SECRET, simulated
from tests.counterparts.chromium import chromium
from tests.kiosk.register.office import MONDAY, machine, officer
from tests.kiosk.register.wishes import sent

_PEOPLE = (
    "Nguyễn Thị Hoa",
    "Trần Văn Bình",
    "Lê Quang Dũng",
    "Hồ Thị Mận",
    "Phạm Thị Mỹ Linh",
    "Công ty TNHH Gio Linh Xanh",
    "Võ Đình Khánh",
)
_FORMS = ("1.001193", "1.004884", "2.000635", "1.000894")
_ASKED = {"why": "Thiếu bản sao căn cước của người mẹ", "note": "Xin bổ sung bản sao căn cước"}
_MONDAYS = {1: ("begin",), 2: ("ask_papers",), 4: ("begin", "finish"), 6: ("begin",)}
_COLOURS = 128


class Week(NamedTuple):
    """What there is to see."""

    asked: str
    sent_in: str
    printed: str


async def lived(client: httpx.AsyncClient, clock: SimulatedClock) -> Week:
    """Let a week begin on Monday, and go on on Wednesday."""
    async with officer(client) as browser:
        codes = [await received(browser, at) for at in range(12)]
        for at, acts in _MONDAYS.items():
            for seen, act in enumerate(acts, 2):
                form = {"act": act, "seen": str(seen), **(_ASKED if act == "ask_papers" else {})}
                await browser.post(f"/dossiers/{codes[at]}/act", data=form)
    clock.move(timedelta(days=2, hours=1))
    async with officer(client) as browser, machine(client) as one:
        for at in range(12, 16):
            await received(browser, at)
        code = await sent(one, MaTam="TAM-KIOSK1-260715-0001")
        form = {"form": "tiep_nhan"}
        printed = await browser.post(f"/dossiers/{codes[1]}/print", data=form)
        return Week(f"/dossiers/{codes[2]}", f"/dossiers/{code}", printed.headers["location"])


async def received(browser: httpx.AsyncClient, at: int) -> str:
    form = {
        "key": f"{at:032x}",
        "form": _FORMS[at % len(_FORMS)],
        "owner": _PEOPLE[at % len(_PEOPLE)],
        "phone": f"0912 000 {at:03d}",
        "address": "Thôn 2, xã Gio Linh, tỉnh Quảng Trị",
        "papers": "Tờ khai theo mẫu\nGiấy chứng sinh\nCăn cước công dân (sao)",
        "accept_now": "yes" if at % 5 else "",
    }
    answer = await browser.post("/receive", data=form)
    return answer.headers["location"].rpartition("/")[2]


def taken(folder: Path, profile: Path, url: str, week: Week) -> None:
    """Take the pictures."""
    with chromium(profile, width=1366, height=768) as browser:
        browser.get(url)
        browser.find_element(By.NAME, "officer").send_keys("lan")
        browser.find_element(By.NAME, "password").send_keys(SECRET)
        browser.find_element(By.CSS_SELECTOR, ".sign-in button").click()
        shown = {
            "list": "/dossiers",
            "receive": "/receive",
            "asked": week.asked,
            "sent-in": week.sent_in,
            "logbook": "/logbook",
        }
        for name, path in shown.items():
            kept(browser, folder / f"register-{name}.png", url + path)
        sized(browser, 1000, 1340)
        kept(browser, folder / "register-form.png", url + week.printed)
        sized(browser, 360, 740)
        kept(browser, folder / "register-phone.png", f"{url}/dossiers")


def sized(browser: Chrome, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 1000}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def kept(browser: Chrome, path: Path, address: str) -> None:
    browser.get(address)
    picture = Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


async def main(folder: Path) -> None:
    clock = SimulatedClock(MONDAY)
    with tempfile.TemporaryDirectory() as spare:
        async with (
            simulated(Path(spare) / "register", clock) as register,
            httpx.AsyncClient(base_url=register.url, timeout=20) as client,
        ):
            week = await lived(client, clock)
            await asyncio.to_thread(taken, folder, Path(spare) / "profile", register.url, week)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
