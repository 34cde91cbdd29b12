"""The officer's rooms, the supervisor's page and the second screen in a real Chromium."""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

from kiosk.counter.choices import ChoiceConfig, ChoicesConfig
from kiosk.counter.config import CounterConfig
from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.drafting import drafts_config, in_memory
from tests.kiosk.counter.feedback import wish as complaint
from tests.kiosk.counter.site import PIN, sample_config, wish
from tests.kiosk.counter.test_drafts_page import hand_over
from tests.kiosk.counter.test_pages import beside, focused, press, take, text
from tests.kiosk.sealed.parcels import NAME, NUMBER

pytestmark = pytest.mark.real
HEAD_PIN = "9753"
SIZES = ((1024, 600), (1280, 800), (1920, 1080))
LONGEST = "Lĩnh vực đất đai, môi trường, xây dựng và quản lý đô thị phường"

LONGEST_EN = "Land, environment, construction and urban management of the ward"
MANY_PAIRS = """
const pairs = Array.from({ length: 10 }, (_, at) => [
  { vi: `Nội dung thứ ${at + 1} của tờ khai`, en: `Line ${at + 1} of the declaration` },
  at % 3 ? "0451******34" : "Thôn Hà Thanh, xã Gio Linh, tỉnh Quảng Trị",
]);
const drawn = "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/%3E";
const picture = arguments[0] ? `data:image/svg+xml,${drawn}` : "";
const title = { vi: "Xin cùng kiểm tra tờ khai", en: "Let us check the declaration" };
const note = {
  vi: "Nếu có chỗ sai, xin báo cán bộ sửa.",
  en: "If anything is wrong, please tell the officer.",
};
take({ ...state, sheet: { title, pairs, note, picture, left_s: 60 } });
"""
TOO_PALE = """
const linear = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = (text) => {
  const [r, g, b] = text.match(/[0-9.]+/g).map((c) => linear(Number(c) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (node) => {
  for (; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor;
    if (!/, 0\\)$/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
};
const speaks = (node) => node.getClientRects().length
  && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
return [...document.querySelectorAll("body *")].filter(speaks).map((node) => {
  const both = [getComputedStyle(node).color, ground(node)].map(light).sort((x, y) => y - x);
  return [(both[0] + 0.05) / (both[1] + 0.05), node.textContent.trim()];
}).filter(([ratio]) => ratio < 7).map(([ratio, words]) => `${ratio.toFixed(2)} ${words}`);
"""
CUT = """
const whole = document.documentElement;
const scrolls = whole.scrollHeight > innerHeight || whole.scrollWidth > innerWidth;
const cut = (node) => {
  const own = node.getBoundingClientRect();
  const stage = node.closest("main, aside").getBoundingClientRect();
  return own.right > innerWidth + 1 || own.left < -1
    || own.bottom > stage.bottom + 1 || own.top < stage.top - 1;
};
const seen = [...document.querySelectorAll("main *, aside *")]
  .filter((node) => node.getClientRects().length && cut(node));
const names = seen.map((node) => node.textContent || node.tagName);
return scrolls ? ["the page scrolls", ...names] : names;
"""


def sized(page: Chrome, width: int, height: int) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )


def sits_well(page: Chrome, what: str) -> None:
    """Nothing is cut, nothing scrolls, and everything is read at 7:1, on both screens."""
    for width, height in SIZES:
        sized(page, width, height)
        until(lambda: page.execute_script(CUT) == [], f"{what} whole at {width} x {height}")
        assert page.execute_script(TOO_PALE) == [], what


def signed_in(page: Chrome, client: httpx.Client) -> None:
    page.get(f"{client.base_url}/officer")
    until(lambda: focused(page) == "pin", "the PIN's field")
    press(page, PIN, Keys.ENTER)
    until(lambda: text(page, "desk") == "Quầy 1", "the console")


def wordy(tmp_path: Path, **changes: Any) -> CounterConfig:
    """Return a site whose services and words are as long as any."""
    whole = sample_config(tmp_path)
    names = {"vi": LONGEST, "en": LONGEST_EN}
    services = tuple(msgspec.structs.replace(one, names=names) for one in whole.services)
    words = (ChoiceConfig(id="dai", names=names),)
    choices = ChoicesConfig(words=words)
    return sample_config(tmp_path, services=services, choices=choices, **changes)


def test_the_second_screen_shows_the_call_a_sheet_and_the_faces_and_nothing_is_cut(
    tmp_path: Path,
) -> None:
    with (
        beside(wordy(tmp_path / "site")) as client,
        chromium(tmp_path / "console", width=1366, height=768) as page,
        chromium(tmp_path / "face", width=1024, height=600) as face,
    ):
        first = take(client, "r1")
        take(client, "r2")
        face.get(f"{client.base_url}/facing/1")
        until(lambda: face.find_elements(By.CSS_SELECTOR, ".pad button"), "the door")
        sits_well(face, "the door")
        signed_in(page, client)
        press(page, "n")
        until(lambda: text(page, "number") == "A001", "the first number")
        names = page.execute_script("return ROOMS.map((room) => room.name)")
        press(page, str(names.index("screen") + 1))
        click(page, "#facing-new")
        code = until(lambda: text(page, "facing-code"), "the code")
        face.find_element(By.TAG_NAME, "body").send_keys(code)
        until(lambda: "A001" in text(face, "stage"), "the number called")
        until(lambda: "1 màn hình" in text(page, "facing-on"), "the screen, on the console")
        click(page, "#facing-words-dai")
        until(lambda: face.find_elements(By.CSS_SELECTOR, ".words"), "the officer's words")
        sits_well(face, "the call")
        click(page, "#facing-ticket")
        until(lambda: "Giờ lấy số" in text(face, "stage"), "the sheet")
        sits_well(face, "the sheet")
        for with_code in (True, False):
            face.execute_script(MANY_PAIRS, with_code)
            sits_well(face, "a long sheet")
        press(page, "x")
        until(lambda: face.find_elements(By.CSS_SELECTOR, ".faces button"), "the faces")
        assert "Giờ lấy số" not in text(face, "stage")
        sits_well(face, "the faces")
        press(face, "3")
        until(lambda: "Cảm ơn" in text(face, "stage"), "thanks")
        assert client.get(f"/api/tickets/{first['id']}").json()["rated"]
        press(page, "p")
        until(lambda: text(page, "choose-title") == "Lý do tạm dừng", "the reasons")
        press(page, "1")
        until(lambda: text(page, "choose-title") == "Dự kiến mở lại", "the times")
        press(page, "2")
        until(lambda: "Nghỉ trưa" in text(face, "stage"), "the break")
        sits_well(face, "the break")
        face.execute_script("document.querySelector('#stage h1').style.color = '#767676'")
        assert face.execute_script(TOO_PALE) != [], "a grey heading is not seen"
        face.execute_script("document.querySelector('#stage h1').style.fontSize = '60vh'")
        assert face.execute_script(CUT) != [], "a heading as high as the screen is not seen"
        assert [line for line in complaints(face) if "401" not in line] == []
        assert [line for line in complaints(page) if "401" not in line] == []


def test_one_key_shows_the_citizen_what_is_open_and_one_takes_it_away(tmp_path: Path) -> None:
    """A deliberate act, on the declaration's own sheet too; in a field the letter is a letter."""
    with (
        in_memory() as memory,
        beside(sample_config(tmp_path / "site", drafts=drafts_config(memory))) as client,
        chromium(tmp_path / "console", width=1280, height=800) as page,
        chromium(tmp_path / "face", width=1280, height=800) as face,
    ):
        hand_over(str(client.base_url))
        client.post("/api/feedback", json=complaint())
        signed_in(page, client)
        names = page.execute_script("return ROOMS.map((room) => room.name)")
        press(page, "n")
        until(lambda: text(page, "number") == "A001", "the number")
        face.get(f"{client.base_url}/facing/1")
        until(lambda: face.find_elements(By.CSS_SELECTOR, ".pad button"), "the door")
        press(page, str(names.index("screen") + 1))
        click(page, "#facing-new")
        code = until(lambda: text(page, "facing-code"), "the code")
        face.find_element(By.TAG_NAME, "body").send_keys(code)
        until(lambda: page.find_element(By.ID, "do-face").is_enabled(), "the screen")
        press(page, str(names.index("drafts") + 1))
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#drafts button"), "the draft")
        click(page, "#drafts button")
        until(lambda: focused(page) == "drafts-sheet", "the declaration")
        assert "Xin kiểm tra tờ khai" not in face.page_source
        press(page, "m")
        until(lambda: "Xin kiểm tra tờ khai" in text(face, "stage"), "the declaration, shown")
        assert "0451******54" in text(face, "stage")
        assert NUMBER not in face.page_source
        sits_well(face, "the declaration")
        until(lambda: "Dân đang xem: Xin kiểm tra tờ khai" in text(page, "faced"), "what is seen")
        press(page, "k")
        until(lambda: "A001" in text(face, "stage"), "it is taken away")
        assert NAME not in face.page_source
        click(page, "#tab-feedback")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#feedback-rows button"), "the list")
        click(page, "#feedback-rows button")
        until(lambda: page.find_element(By.ID, "feedback-face").is_displayed(), "the feedback")
        page.find_element(By.ID, "feedback-answer").send_keys("mk")
        assert "Mã phản ánh" not in text(face, "stage")
        click(page, "#feedback-face")
        until(lambda: "Mã phản ánh" in text(face, "stage"), "its code")
        sits_well(face, "the code")
        click(page, "#sign-out")
        until(lambda: "Mã phản ánh" not in text(face, "stage"), "gone with the officer")
        assert [line for line in complaints(face) + complaints(page) if "401" not in line] == []


def test_what_was_shown_is_gone_from_the_page_when_the_line_is_lost(tmp_path: Path) -> None:
    config = sample_config(tmp_path / "site")
    with chromium(tmp_path / "face", width=1024, height=600) as face:
        with beside(config) as client:
            take(client, "r1")
            origin = {"Origin": str(client.base_url).rstrip("/")}
            with httpx.Client(base_url=client.base_url, headers=origin, timeout=20) as console:
                console.post("/api/officer/sign-in", json={"counter": "1", "pin": PIN})
                console.post("/api/officer/next", json={"current": ""})
                code = console.post("/api/officer/facing/code", json={}).json()["code"]
                face.get(f"{client.base_url}/facing/1")
                until(lambda: face.find_elements(By.CSS_SELECTOR, ".pad button"), "the door")
                face.find_element(By.TAG_NAME, "body").send_keys(code)
                until(lambda: "A001" in text(face, "stage"), "the number called")
                shown = console.post("/api/officer/facing/ticket", json={})
                assert shown.status_code == 200, shown.text
                until(lambda: "Giờ lấy số" in text(face, "stage"), "the sheet")
        until(lambda: "Mất kết nối" in text(face, "stage"), "the loss", within_s=25)
        assert "A001" not in face.page_source
        assert "Giờ lấy số" not in face.page_source


def test_the_supervisor_sees_all_counters_pauses_one_and_moves_a_number(tmp_path: Path) -> None:
    config = sample_config(tmp_path / "site")
    with (
        beside(config) as client,
        chromium(tmp_path / "head", width=1366, height=768) as page,
    ):
        take(client, "r1")
        page.get(f"{client.base_url}/head")
        until(lambda: focused(page) == "pin", "the PIN's field")
        press(page, PIN, Keys.ENTER)
        until(lambda: "Sai mã PIN" in text(page, "refused"), "the refusal of an officer's PIN")
        press(page, HEAD_PIN, Keys.ENTER)
        until(lambda: "Quầy 3" in text(page, "desks"), "the counters")
        click(page, "#pause-2")
        until(lambda: text(page, "choose-title") == "Lý do tạm dừng", "the reasons")
        press(page, "3")
        until(lambda: text(page, "choose-title") == "Dự kiến mở lại", "the times")
        press(page, "0")
        until(lambda: "Họp" in text(page, "desks"), "the break")
        press(page, "2")
        until(lambda: "A001" in text(page, "line"), "who waits")
        click(page, "//tr[@data-number='A001']//button[text()='Chuyển']", by=By.XPATH)
        until(lambda: text(page, "choose-title") == "Chuyển A001 sang", "where to")
        press(page, "3")
        until(lambda: text(page, "choose-title") == "Nhắn đồng nghiệp về A001", "the notes")
        press(page, "3")
        until(lambda: "Lấy nhầm lĩnh vực" in text(page, "line"), "the note")
        take(client, "r2", "cu-tru")
        until(lambda: "D001" in text(page, "line"), "the newcomer, live")
        press(page, "3")
        until(lambda: "Cả điểm" in text(page, "room-totals"), "the figures")
        click(page, "#language")
        until(lambda: "The whole site" in text(page, "room-totals"), "English")
        assert [line for line in complaints(page) if "401" not in line] == []
        assert client.get("/api/tickets/by-number/A001").json()["service"] == "cu-tru"


def test_every_room_fits_a_phone_and_one_key_still_calls_the_next(tmp_path: Path) -> None:
    with (
        beside(sample_config(tmp_path / "site")) as client,
        chromium(tmp_path / "phone", width=360, height=740) as page,
    ):
        for at in range(9):
            client.post("/api/tickets", json=wish(f"r{at}", priority_class="nguoi_cao_tuoi"))
        signed_in(page, client)
        names = page.execute_script("return ROOMS.map((room) => room.name)")
        assert {"queue", "others", "totals", "screen"} <= set(names)
        for at, name in enumerate(names, 1):
            press(page, str(at))
            until(lambda at=at: focused(page) == f"tab-{names[at - 1]}", f"the tab of {name}")  # type: ignore[misc]
            assert page.find_element(By.ID, f"room-{name}").is_displayed()
            width = page.execute_script("return document.documentElement.scrollWidth")
            assert width <= 360, f"{name} is {width} wide"
            if at <= 2:
                until(lambda: page.find_element(By.ID, "next").is_enabled(), "the key again")
                press(page, Keys.SPACE)
                until(
                    lambda at=at: text(page, "number") == f"UA00{at}",  # type: ignore[misc]
                    f"the next number, from the room of {name}",
                )
