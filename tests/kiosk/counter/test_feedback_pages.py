"""Feedback on the officers' console, in a real Chromium."""

from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.feedback import NAME, PHOTO, TEXT, events, wish
from tests.kiosk.counter.site import PIN, sample_config
from tests.kiosk.counter.test_pages import beside, text

pytestmark = pytest.mark.real
HOSTILE = "<img src=x onerror=\"document.title='pwned'\"> " + TEXT


def shown(page: Chrome, element: str) -> bool:
    return page.find_element(By.ID, element).is_displayed()


def overflows(page: Chrome) -> bool:
    script = "const room = document.getElementById('room-feedback'); return room.scrollWidth > 360"
    return bool(page.execute_script(script))


def test_an_officer_reads_answers_and_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    with beside(sample_config(tmp_path / "site")) as client:
        taken = client.post("/api/feedback", json=wish(text=HOSTILE, photo=PHOTO)).json()
        with chromium(tmp_path / "profile") as page:
            page.get(f"{client.base_url}/officer")
            until(lambda: page.find_element(By.CSS_SELECTOR, "#counters input"), "the counters")
            page.find_element(By.ID, "pin").send_keys(PIN + "\n")
            until(lambda: shown(page, "tab-feedback"), "the tab")
            click(page, "#tab-feedback")
            click(page, "#feedback-rows button")
            until(lambda: text(page, "feedback-text") == HOSTILE, "what was written")
            assert NAME in text(page, "feedback-facts")
            loaded = "return document.getElementById('feedback-photo').naturalWidth"
            until(lambda: page.execute_script(loaded) == 1280, "the photo")
            click(page, "#feedback-to-done")
            until(lambda: text(page, "toast") == "Xin viết câu trả lời.", "what is missing")
            client.post("/api/tickets", json={"request": "t", "kiosk": "k", "service": "ho-tich"})
            until(lambda: page.find_element(By.ID, "next").is_enabled(), "who waits")
            page.find_element(By.ID, "feedback-answer").send_keys("Đã thay đèn.")
            assert text(page, "number") != "A001", "letters in the field call nobody"
            click(page, "#feedback-to-done")
            until(lambda: text(page, "feedback-pill") == "đã xử lý", "the answer")
            click(page, "#tab-queue")
            assert HOSTILE not in page.page_source
            assert not page.find_element(By.ID, "feedback-photo").get_attribute("src")
            click(page, "#tab-feedback")
            page.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True},
            )
            until(lambda: "đúng hạn 1" in text(page, "feedback-tally"), "the counts")
            assert not overflows(page)
            assert complaints(page) == []
            assert page.title != "pwned"
        seen = client.post("/api/feedback/look", json={"code": taken["code"]}).json()
    assert seen["answer"] == "Đã thay đèn."
    assert [one["type"] for one in events(tmp_path / "site")] == [
        *("feedback.received", "feedback.answered")
    ]
