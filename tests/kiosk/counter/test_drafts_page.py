"""The officers' room of drafts in a real Chromium."""

import asyncio
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

from tests.counterparts.chromium import chromium, click, complaints, until
from tests.kiosk.counter.drafting import drafts_config, handed_over, in_memory
from tests.kiosk.counter.site import PIN, sample_config
from tests.kiosk.counter.test_pages import beside, press, text
from tests.kiosk.sealed.parcels import NAME, NUMBER

pytestmark = pytest.mark.real
DRAWN = (
    "return [...document.querySelectorAll('#drafts-sheet img')]"
    ".every((one) => one.complete && one.naturalWidth > 500)"
)


def hand_over(url: str) -> None:
    async def handed() -> None:
        async with httpx.AsyncClient(base_url=url) as client:
            await handed_over(client)

    asyncio.run(handed())


def there(page: Chrome, element: str) -> bool:
    found = page.find_elements(By.ID, element)
    return bool(found) and found[0].is_displayed()


def test_an_officer_opens_a_draft_and_takes_it_by_hand_where_nothing_is_connected(
    tmp_path: Path,
) -> None:
    """Nothing of the citizen is on the page before it is opened, nor after."""
    with (
        in_memory() as memory,
        beside(sample_config(tmp_path / "site", drafts=drafts_config(memory))) as client,
        chromium(tmp_path / "profile") as page,
    ):
        url = str(client.base_url)
        hand_over(url)
        page.get(f"{url}/officer")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#counters input"), "the counters")
        page.find_element(By.ID, "pin").send_keys(PIN, Keys.ENTER)
        until(lambda: there(page, "tab-drafts"), "the tab")
        click(page, "#tab-drafts")
        until(lambda: page.find_elements(By.CSS_SELECTOR, "#drafts button"), "the draft")
        assert "bằng tay" in text(page, "drafts-way")
        assert NAME not in page.page_source
        click(page, "#drafts button")
        until(lambda: there(page, "draft-accept"), "the sheet")
        assert NAME in page.page_source
        assert NUMBER in text(page, "drafts-sheet")
        until(lambda: page.execute_script(DRAWN), "the pages as pictures")
        click(page, "#draft-accept")
        until(lambda: "Đã in hồ sơ" in text(page, "choose-title"), "what becomes of it, told")
        press(page, "1")
        until(lambda: "bằng tay" in text(page, "drafts-accepted"), "that it was taken")
        assert NAME not in page.page_source
        assert [line for line in complaints(page) if "401" not in line] == []
