"""The pages in a real Chromium, fed by the real server."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By

from devices.contract.clock import Clock, SimulatedClock
from kiosk.counter.config import CounterConfig, VoiceConfig
from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.site import MONDAY, PIN, running, sample_config, wish

pytestmark = pytest.mark.real


@contextlib.contextmanager
def beside(config: CounterConfig, clock: Clock | None = None) -> Iterator[httpx.Client]:
    """Run the counter server in a thread of its own, for a browser driven by blocking calls."""
    started, done = threading.Event(), threading.Event()

    async def life() -> None:
        async with running(config, clock):
            started.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(life(),))
    thread.start()
    try:
        assert started.wait(20), "the counter server did not start"
        with httpx.Client(base_url=f"http://127.0.0.1:{config.http.port}", timeout=20) as client:
            yield client
    finally:
        done.set()
        thread.join()


def take(client: httpx.Client, request: str, service: str = "ho-tich") -> dict[str, str]:
    answer = client.post("/api/tickets", json=wish(request, service))
    assert answer.status_code == 201, answer.text
    ticket: dict[str, str] = answer.json()
    return ticket


def call_next(client: httpx.Client, counter: str) -> None:
    origin = {"Origin": str(client.base_url).rstrip("/")}
    with httpx.Client(base_url=client.base_url, headers=origin, timeout=20) as console:
        signed_in = console.post("/api/officer/sign-in", json={"counter": counter, "pin": PIN})
        current = (signed_in.json()["current"] or {"id": ""})["id"]
        called = console.post("/api/officer/next", json={"current": current})
        assert called.status_code == 200, called.text


def text(page: Chrome, element: str) -> str:
    return page.find_element(By.ID, element).text


def focused(page: Chrome) -> str:
    """Return the id of what has the focus, in one look: the page may be redrawn between two."""
    return str(page.execute_script("return document.activeElement.id"))


def press(page: Chrome, *keys: str) -> None:
    """Press keys, one after another, wherever the focus is."""
    ActionChains(page).send_keys(*keys).perform()


AT_ONCE = """
const [key, number, done] = arguments;
const shown = () => document.getElementById("number").textContent.trim() === number;
const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
const look = () => {
  if (!shown()) return requestAnimationFrame(look);
  document.body.dispatchEvent(pressed);
  return done();
};
look();
"""
"""Presses a key in the moment in which a number is shown."""


def hold(page: Chrome, element: str) -> bool:
    ActionChains(page).click_and_hold(page.find_element(By.ID, element)).perform()
    return True


def test_an_officer_signs_in_and_works_with_the_keyboard_only(tmp_path: Path) -> None:
    with beside(sample_config(tmp_path / "site")) as client:
        url = str(client.base_url)
        for at in range(3):
            take(client, f"r{at}")
        with chromium(tmp_path / "profile") as page:
            page.get(f"{url}/officer")
            until(lambda: page.find_element(By.CSS_SELECTOR, "#counters input"), "the counters")
            until(
                lambda: focused(page) == "pin",
                "the PIN's field",
            )
            press(page, "0000", Keys.ENTER)
            until(lambda: text(page, "refused") == "Sai mã PIN.", "the refusal of a wrong PIN")
            press(page, PIN, Keys.ENTER)
            until(lambda: text(page, "desk") == "Quầy 1", "the console")
            until(lambda: text(page, "waiting-count") == "3", "the waiting list")
            press(page, Keys.SPACE)
            page.execute_async_script(AT_ONCE, "n", "A001")  # one person is not passed over
            until(lambda: page.find_element(By.ID, "next").is_enabled(), "the key again")
            assert text(page, "number") == "A001"
            press(page, Keys.SPACE)
            until(lambda: text(page, "number") == "A002", "the second number")
            take(client, "r9", "chung-thuc")
            until(lambda: text(page, "waiting-count") == "2", "the newcomer, live")
            press(page, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
            press(page, Keys.ENTER)
            until(lambda: text(page, "number") == "B001", "the chosen number")
            press(page, "c")
            until(lambda: text(page, "choose-title") == "Chuyển B001 sang", "the services")
            press(page, "2")
            until(lambda: text(page, "choose-title") == "Nhắn đồng nghiệp về B001", "the notes")
            press(page, "1")
            until(lambda: text(page, "number") == "Chưa gọi số nào", "the transfer")
            press(page, "p")
            until(lambda: text(page, "choose-title") == "Lý do tạm dừng", "the reasons")
            press(page, "0")
            until(lambda: text(page, "working") == "Quầy đang tạm dừng", "the pause")
            press(page, "p")
            until(lambda: text(page, "working") == "Đang mở", "the counter open again")
            click(page, "#language")
            until(lambda: text(page, "working") == "Open", "English")
            assert [line for line in complaints(page) if "401" not in line] == []
        assert client.get("/api/tickets/by-number/B001").json()["service"] == "dat-dai"


def test_who_was_held_or_did_not_come_is_called_again_with_the_keyboard_only(
    tmp_path: Path,
) -> None:
    with (
        beside(sample_config(tmp_path / "site")) as client,
        chromium(tmp_path / "profile") as page,
    ):
        for at in range(3):
            take(client, f"r{at}")
        page.get(f"{client.base_url}/officer")
        until(lambda: focused(page) == "pin", "the PIN's field")
        press(page, PIN, Keys.ENTER)
        until(lambda: text(page, "waiting-count") == "3", "the waiting list")
        press(page, "n")
        until(lambda: text(page, "number") == "A001", "the first number")
        press(page, "g")
        until(lambda: text(page, "choose-title") == "Giữ lại A001 vì", "the reasons")
        press(page, "1")
        until(lambda: "Thiếu giấy tờ" in text(page, "beside"), "the number on hold, and why")
        press(page, *[Keys.ARROW_DOWN] * 3, "l")
        until(lambda: text(page, "waiting-count") == "3", "the number in the line again")
        until(lambda: page.find_element(By.ID, "next").is_enabled(), "the key again")
        press(page, "n")
        until(lambda: text(page, "number") == "A001", "the place it had")
        press(page, "v")
        until(lambda: "A001" in text(page, "beside"), "the number of who did not come")
        press(page, Keys.ARROW_UP, Keys.ENTER)
        until(lambda: text(page, "number") == "A001", "the number called again")
        page.execute_script("document.getElementById('do-pause').focus()")
        take(client, "r9")
        until(lambda: text(page, "waiting-count") == "3", "the newcomer, live")
        assert focused(page) == "do-pause"
        assert [line for line in complaints(page) if "401" not in line] == []


def test_a_button_under_a_finger_is_pressed_though_the_hall_changes_meanwhile(
    tmp_path: Path,
) -> None:
    with (
        beside(sample_config(tmp_path / "site")) as client,
        chromium(tmp_path / "profile") as page,
    ):
        page.get(f"{client.base_url}/officer")
        until(lambda: focused(page) == "pin", "the PIN's field")
        press(page, PIN, Keys.ENTER)
        until(lambda: text(page, "desk") == "Quầy 1", "the console")
        until(lambda: hold(page, "do-pause"), "a finger on the pause")
        for at in (1, 2):
            take(client, f"r{at}")
        told = "return state.waiting.length"
        until(lambda: page.execute_script(told) == 2, "the page is told")
        assert text(page, "waiting-count") == "0", "nothing moves under a finger"
        ActionChains(page).release().perform()
        until(lambda: text(page, "choose-title") == "Lý do tạm dừng", "the reasons")
        until(lambda: text(page, "waiting-count") == "2", "what was told meanwhile")


def test_markup_in_the_sites_words_is_shown_as_it_is_written(tmp_path: Path) -> None:
    evil = {"vi": "<img src=x onerror=document.title='owned'>\"'><script>document.title=1</script>"}
    whole = sample_config(tmp_path / "site")
    config = sample_config(
        tmp_path / "site",
        names=evil,
        notice=evil,
        services=tuple(msgspec.structs.replace(one, names=evil) for one in whole.services),
        counters=tuple(msgspec.structs.replace(one, names=evil) for one in whole.counters),
        priority_classes=tuple(
            msgspec.structs.replace(one, names=evil) for one in whole.priority_classes
        ),
    )
    with beside(config) as client, chromium(tmp_path / "profile") as page:
        code = take(client, "r1")["code"]
        take(client, "r2")
        call_next(client, "1")
        for path, shown in (
            ("/", "services"),
            ("/tv", "notice"),
            (f"/t/{code}", "state"),
            ("/officer", "counters"),
        ):
            page.get(f"{client.base_url}{path}")
            until(lambda shown=shown: "<img" in text(page, shown), f"the words on {path}")  # type: ignore[misc]
            assert page.find_elements(By.CSS_SELECTOR, "img[onerror], body script:not([src])") == []
        press(page, PIN, Keys.ENTER)
        until(lambda: "<img" in text(page, "service"), "the words on the console")
        assert page.find_elements(By.CSS_SELECTOR, "img[onerror], body script:not([src])") == []
        assert page.title == "Bàn cán bộ"


def test_the_wall_shows_two_simultaneous_calls_both_one_after_the_other(tmp_path: Path) -> None:
    config = sample_config(tmp_path / "site", voice=VoiceConfig(show_s=4.0))
    with beside(config) as client, chromium(tmp_path / "tv", width=1920, height=1080) as page:
        take(client, "r1", "ho-tich")
        take(client, "r2", "cu-tru")
        page.get(f"{client.base_url}/tv")
        until(lambda: text(page, "site").startswith("Trung tâm"), "the board")
        assert "U" in text(page, "rule")
        assert "60" in text(page, "rule")
        calls = [threading.Thread(target=call_next, args=(client, one)) for one in ("1", "3")]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        panel = page.find_element(By.ID, "call")
        until(lambda: panel.get_attribute("data-live") == "true", "the first call")
        first = text(page, "number")
        assert {"A001": "đến Quầy 1", "D001": "đến Quầy 3"}[first] == text(page, "counter")
        second = ({"A001", "D001"} - {first}).pop()
        until(lambda: text(page, "number") == second, "the second call")
        assert panel.get_attribute("data-live") == "true"
        until(lambda: panel.get_attribute("data-live") == "false", "rest")
        numbers = page.execute_script(
            "return [...document.querySelectorAll('#latest .n')].map((one) => one.innerText)"
        )
        assert set(numbers) == {"A001", "D001"}
        assert complaints(page) == []


def test_the_wall_says_when_the_line_is_down_and_is_right_again_after_it(tmp_path: Path) -> None:
    config = sample_config(tmp_path / "site")
    with chromium(tmp_path / "tv", width=1920, height=1080) as page:
        with beside(config) as client:
            take(client, "r1")
            call_next(client, "1")
            page.get(f"{client.base_url}/tv")
            until(lambda: text(page, "number") == "A001", "the last call")
            assert not page.find_element(By.ID, "down").is_displayed()
        until(lambda: page.find_element(By.ID, "down").is_displayed(), "the banner")
        assert "Mất kết nối" in text(page, "down")
        with beside(config) as client:
            take(client, "r2")
            call_next(client, "1")
            until(
                lambda: not page.find_element(By.ID, "down").is_displayed(),
                "the line again",
                within_s=40,
            )
            until(lambda: text(page, "number") == "A002", "the call made meanwhile")


def test_after_two_idle_days_the_wall_shows_nothing_of_the_old(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    with beside(sample_config(tmp_path / "site"), clock) as client:
        take(client, "r1")
        call_next(client, "1")
        with chromium(tmp_path / "tv", width=1920, height=1080) as page:
            page.get(f"{client.base_url}/tv")
            until(lambda: text(page, "number") == "A001", "the call")
            clock.move(timedelta(days=2))
            until(lambda: text(page, "number") == "Xin chờ đến lượt", "a new day")
            assert page.find_elements(By.CSS_SELECTOR, "#latest li") == []
            until(lambda: text(page, "date").endswith("15/7/2026"), "the new day's date")
            take(client, "r2", "cu-tru")
            call_next(client, "3")
            until(lambda: text(page, "number") == "D001", "the first call of the new day")
            assert not page.find_element(By.ID, "down").is_displayed()


def test_a_phone_shows_the_place_in_the_queue_live(tmp_path: Path) -> None:
    with beside(sample_config(tmp_path / "site")) as client:
        first, second = take(client, "r1"), take(client, "r2")
        with chromium(tmp_path / "phone", width=390, height=800) as page:
            page.get(f"{client.base_url}/t/{second['code']}")
            until(lambda: text(page, "state") == "Còn 1 người trước ông/bà", "the place")
            call_next(client, "1")
            until(lambda: text(page, "state") == "Ông/bà là người tiếp theo", "the next place")
            call_next(client, "1")
            until(
                lambda: text(page, "state").replace("\u00a0", " ") == "Mời ông/bà đến Quầy 1",
                "the call",
            )
            page.get(f"{client.base_url}/t/{first['code']}")
            until(lambda: page.find_element(By.CSS_SELECTOR, "#levels button"), "the rating")
            click(page, "#levels button")
            until(lambda: "Cảm ơn" in text(page, "ask"), "thanks")
            page.get(f"{client.base_url}/t/NOSUCHCODE")
            until(lambda: text(page, "state") == "Không tìm thấy số này.", "the refusal")
        assert client.get(f"/api/tickets/{first['id']}").json()["rated"]
