"""The officers' pages, in a real Chromium before a real counter server."""

import asyncio
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By

from tests.counterparts.chromium import chromium, until
from tests.kiosk.counter.site import PIN
from tests.kiosk.counter.test_desk_pages import HEAD_PIN, sized
from tests.kiosk.counter.test_pages import focused, text
from tests.kiosk.screens.office import Site, morning
from tests.kiosk.screens.pages import OFFICER, PAGES
from tests.kiosk.screens.sheets import save

Shoot = Callable[[Chrome, str], None]
_WIDTH, _HEIGHT, _TALL = 1366, 768, 1120


def officers_pages(out: Path) -> None:
    """Take every picture of `PAGES`."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_take(out, Path(folder)))


async def _take(out: Path, folder: Path) -> None:
    taken: set[str] = set()

    def shoot(page: Chrome, name: str) -> None:
        page.execute_script("scrollTo(0, 0)")
        picture = Image.open(io.BytesIO(page.get_screenshot_as_png())).convert("RGB")
        save(picture, out / OFFICER / f"{name}.png", colours=128)
        taken.add(name)

    async with morning(folder) as site:
        await asyncio.to_thread(_shots, site, folder, shoot)
    missing = set(PAGES) - taken
    if missing:
        message = f"no picture was taken of {sorted(missing)}"
        raise RuntimeError(message)


def _shots(site: Site, folder: Path, shoot: Shoot) -> None:
    with chromium(folder / "console", width=_WIDTH, height=_HEIGHT, flags=("--lang=vi",)) as page:
        _door(page, site, shoot)
        _queue(page, shoot)
        _rooms(page, shoot)
        with chromium(folder / "face", width=1024, height=600) as face:
            _facing(page, face, site, shoot)
    with chromium(folder / "others", width=_WIDTH, height=_HEIGHT) as page:
        _head(page, site, shoot)
        _public(page, site, shoot)


def _door(page: Chrome, site: Site, shoot: Shoot) -> None:
    page.get(f"{site.url}/officer")
    until(lambda: focused(page) == "pin", "the PIN's field")
    shoot(page, "sign-in")
    press(page, PIN, Keys.ENTER)
    until(lambda: text(page, "desk") == "Quầy 1", "the console")


def _queue(page: Chrome, shoot: Shoot) -> None:
    press(page, "v")
    until(lambda: page.find_elements(By.CSS_SELECTOR, "#beside .one"), "who did not come")
    until(lambda: page.find_element(By.ID, "next").is_enabled(), "the key again")
    press(page, "n")
    _called(page)
    press(page, "g")
    until(lambda: text(page, "choose-title").startswith("Giữ lại"), "the reasons")
    shoot(page, "hold")
    press(page, "1")
    until(lambda: "Thiếu giấy tờ" in text(page, "beside"), "who is held")
    until(lambda: page.find_element(By.ID, "next").is_enabled(), "the key again")
    press(page, "n")
    _called(page)
    press(page, "c")
    until(lambda: "sang" in text(page, "choose-title"), "where to")
    shoot(page, "transfer")
    press(page, Keys.ESCAPE)
    press(page, "p")
    until(lambda: text(page, "choose-title") == "Lý do tạm dừng", "the reasons")
    shoot(page, "pause")
    press(page, Keys.ESCAPE)
    _quiet(page)
    shoot(page, "queue")


def _rooms(page: Chrome, shoot: Shoot) -> None:
    _open(page, "drafts", "#drafts button")
    shoot(page, "drafts")
    tap(page, "#drafts button")
    drawn = (
        "const all = [...document.querySelectorAll('#drafts-sheet img')];"
        "return all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 100)"
    )
    until(lambda: page.execute_script(drawn), "the pages of a draft")
    sized(page, _WIDTH, _TALL)
    shoot(page, "draft")
    sized(page, _WIDTH, _HEIGHT)
    _open(page, "appointments", "#appointments tr")
    shoot(page, "appointments")
    _open(page, "fees", "#fees button")
    tap(page, "#fees button")
    until(lambda: "Đã xác nhận" in text(page, "fees"), "a fee that is confirmed")
    shoot(page, "fees")
    tap(page, "#fees button")
    until(lambda: page.find_element(By.ID, "fee-undo").is_displayed(), "the reason")
    page.find_element(By.ID, "fee-undo-reason").send_keys("Nhầm hồ sơ")
    shoot(page, "fee-undo")
    tap(page, "#fee-undo-close")
    _open(page, "feedback", "#feedback-rows button")
    shoot(page, "feedback")
    tap(page, "#feedback-rows tr:last-child button")
    loaded = "return document.getElementById('feedback-photo').naturalWidth > 0"
    until(lambda: page.execute_script(loaded), "the photo")
    answer = page.find_element(By.ID, "feedback-answer")
    answer.send_keys("Đã thay bóng đèn mới. Cảm ơn ông/bà đã phản ánh.")
    sized(page, _WIDTH, _TALL)
    shoot(page, "feedback-one")
    sized(page, _WIDTH, _HEIGHT)
    answer.clear()
    for name, what in (("others", "#room-others .desks > *"), ("totals", "#room-totals tr")):
        _open(page, name, what)
        shoot(page, name)


def _facing(page: Chrome, face: Chrome, site: Site, shoot: Shoot) -> None:
    face.get(f"{site.url}/facing/1")
    until(lambda: face.find_elements(By.CSS_SELECTOR, ".pad button"), "the door")
    shoot(face, "facing-door")
    _open(page, "screen", "#facing-new")
    tap(page, "#facing-new")
    code = until(lambda: text(page, "facing-code"), "the code")
    face.find_element(By.TAG_NAME, "body").send_keys(code)
    number = text(page, "number")
    until(lambda: number in text(face, "stage"), "the number called")
    until(lambda: "1 màn hình" in text(page, "facing-on"), "the screen, on the console")
    shoot(face, "facing-call")
    tap(page, "#facing-ticket")
    until(lambda: "Giờ lấy số" in text(face, "stage"), "the sheet")
    shoot(face, "facing-sheet")
    shoot(page, "screen")
    press(page, "x")
    until(lambda: face.find_elements(By.CSS_SELECTOR, ".faces button"), "the faces")
    shoot(face, "facing-rate")
    press(face, "3")
    until(lambda: "Cảm ơn" in text(face, "stage"), "thanks")
    press(page, "p")
    until(lambda: text(page, "choose-title") == "Lý do tạm dừng", "the reasons")
    press(page, "1")
    until(lambda: text(page, "choose-title") == "Dự kiến mở lại", "the times")
    press(page, "2")
    until(lambda: "Nghỉ trưa" in text(face, "stage"), "the break")
    shoot(face, "facing-break")


def _head(page: Chrome, site: Site, shoot: Shoot) -> None:
    page.get(f"{site.url}/head")
    until(lambda: focused(page) == "pin", "the PIN's field")
    press(page, HEAD_PIN, Keys.ENTER)
    until(lambda: "Quầy 3" in text(page, "desks"), "the counters")
    shoot(page, "head")
    for key, name, what in (
        ("2", "head-line", "#line tr"),
        ("3", "head-totals", "#room-totals tr"),
    ):
        press(page, key)
        until(lambda what=what: page.find_elements(By.CSS_SELECTOR, what), name)  # type: ignore[misc]
        _quiet(page)
        shoot(page, name)


def _public(page: Chrome, site: Site, shoot: Shoot) -> None:
    sized(page, 390, 800)
    page.get(f"{site.url}/t/{site.ticket}")
    until(lambda: "trước" in text(page, "state"), "how far it is")
    shoot(page, "ticket")
    sized(page, 1280, 720)
    page.get(f"{site.url}/tv")
    until(lambda: text(page, "date").endswith("13/7/2026"), "the site's own time")
    shoot(page, "tv")


def _open(page: Chrome, room: str, what: str) -> None:
    tap(page, f"#tab-{room}")
    until(lambda: page.find_elements(By.CSS_SELECTOR, what), f"what is in {room}")
    _quiet(page)


def _called(page: Chrome) -> None:
    def seen() -> bool:
        return text(page, "number")[-1:].isdigit()

    until(seen, "the next number")


def tap(page: Chrome, selector: str) -> None:
    """Press what is there, however often the page is redrawn meanwhile."""
    script = "const it = document.querySelector(arguments[0]); it && it.click(); return Boolean(it)"
    until(lambda: page.execute_script(script, selector), selector)


def press(page: Chrome, *keys: str) -> None:
    """Press keys, wherever the focus is."""
    ActionChains(page).send_keys(*keys).perform()


def _quiet(page: Chrome) -> None:
    """Wait until nothing is said in passing."""
    until(lambda: not page.find_element(By.ID, "toast").is_displayed(), "silence", within_s=30)
