"""A visit rated on the citizen's phone, where the ticket's QR leads, by the scale of SIPAS."""

from pathlib import Path

import msgspec
import pytest
from selenium.webdriver.common.by import By

from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.counterparts.chromium import chromium, complaints, until
from tests.kiosk.counter.site import PIN, sample_config
from tests.kiosk.counter.test_pages import beside, take, text

pytestmark = pytest.mark.real
LEVELS = ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"]


def test_a_finished_visit_is_rated_once_in_five_levels_and_its_scale_is_kept(
    tmp_path: Path,
) -> None:
    """QUE-10, QUE-12."""
    config = sample_config(tmp_path / "site", rating_scale=5)
    url = f"http://127.0.0.1:{config.http.port}"
    config = msgspec.structs.replace(config, public_url=url)
    with beside(config) as client, chromium(tmp_path / "profile", width=360, height=800) as phone:
        ticket = take(client, "r1")
        phone.get(ticket["url"])
        until(lambda: text(phone, "number") == "A001", "the number")
        assert not phone.find_element(By.ID, "rating").is_displayed(), "nothing to rate yet"
        client.headers["Origin"] = url
        client.post("/api/officer/sign-in", json={"counter": "1", "pin": PIN})
        client.post("/api/officer/next", json={"current": ""})
        client.post("/api/officer/finish", json={"current": ticket["id"]})
        until(lambda: phone.find_element(By.ID, "rating").is_displayed(), "the question")
        buttons = phone.find_elements(By.CSS_SELECTOR, "#levels button")
        assert [button.text for button in buttons] == LEVELS
        phone.execute_script("return ask()")  # and draws again: what is under a thumb stays
        buttons[3].click()
        until(lambda: text(phone, "ask") == "Cảm ơn ông/bà đã đánh giá.", "the thanks")
        assert complaints(phone) == []
    with Store(tmp_path / "site" / DATABASE) as store:
        told = [msgspec.json.decode(one.event) for one in store.journal.pending(0, 100)]
    (rated,) = [one for one in told if one["type"] == "ticket.rated"]
    assert (rated["value"], rated["scale"]) == (2, 5)
