"""A box's board on the dashboard, and the page of firmware, over the whole controller."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.board.messages import BoardRestarted, BoxPowerCycled, SwitchChanged
from devices.contract.message import Health
from firmware_bridge.frames import RESET_NAMES
from provisioning.controller.texts import LANGUAGES, word
from tests.counterparts.chromium import until
from tests.provisioning.controller.boards.releases import image, manifest, trust
from tests.provisioning.controller.whole import BOX, MASTER, STRANGER, Whole, whole_controller

pytestmark = pytest.mark.real
_WHO: dict[str, Any] = {"board": "e6614c311b4d8a2f", "boot": 57}
FACTS: dict[str, str | float | bool] = {
    "uid": "e6614c311b4d8a2f",
    "version": "panel 1.2.0",
    "slot": "1",
    "confirmed": True,
    "boot": 57.0,
    "reset": "watchdog",
    "watchdog": "awake",
    "watchdog_limit_s": 300.0,
    "switch_door": "closed",
    "switch_tamper": "open",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_controller(tmp_path_factory.mktemp("boards")) as one:
        yield one


@pytest.fixture
def http(whole: Whole) -> Iterator[httpx.Client]:
    with whole.asked_by(MASTER) as browser:
        yield browser


def put(http: httpx.Client, envelope: bytes, content: bytes) -> httpx.Response:
    return http.post("/firmware", files={"manifest": envelope, "image": content})


def test_every_reason_of_a_restart_has_words() -> None:
    for language in LANGUAGES:
        words = {word(language, f"boards.reset.{cause}", "") for cause in RESET_NAMES}
        assert len(words) == len(RESET_NAMES)
        assert "" not in words


def test_a_box_s_page_shows_version_slot_and_why_and_when_it_restarted(
    whole: Whole, http: httpx.Client
) -> None:
    assert 'id="board"' not in http.get(f"/boxes/{BOX}").text, "a box without a board"
    whole.board(FACTS)
    for number in range(1, 16):
        whole.tell(BoardRestarted(**_WHO, event=number, cause="power", version="1.1.0"))
    whole.tell(BoardRestarted(**_WHO, event=16, cause="watchdog", version="1.2.0"))
    whole.tell(SwitchChanged(**_WHO, event=17, switch="tamper", closed=False))
    whole.tell(BoxPowerCycled(**_WHO, event=18, silent_s=310, times=2))
    page = until(lambda: _with(http, "ngắt điện hộp: im lặng"), "the power cut")
    for seen in (
        "panel 1.2.0",
        "đã xác nhận",
        word("vi", "boards.reset.watchdog"),
        "Khởi động: bo mạch treo, tự khởi động lại",
        "Chống mở: mở",
    ):
        assert seen in page, seen
    assert page.count("Khởi động: có điện") < 10, "a page has only so many"
    (older,) = re.findall(r'href="(\?board=\d+)#board"', page)
    second = http.get(f"/boxes/{BOX}{older}").text
    assert second.count("Khởi động: có điện") >= 7
    assert "ngắt điện hộp: im lặng" not in second
    assert "Cut the box" in http.get(f"/boxes/{BOX}?lang=en").text
    http.get(f"/boxes/{BOX}?lang=vi")
    for odd in ("?board=-1", "?board=x", f"?board={'9' * 40}", "?board=%00"):
        assert http.get(f"/boxes/{BOX}{odd}").status_code == 200


def test_an_update_under_way_is_seen(whole: Whole, http: httpx.Client) -> None:
    going = FACTS | {"update_stage": "sending", "update_percent": 42.0}
    whole.board(going, Health.WARNING, "board.updating")
    page = until(lambda: _with(http, "42 %"), "how far it is")
    assert '<progress max="100" value="42">' in page


def test_firmware_is_put_offered_ordered_and_taken_away(whole: Whole, http: httpx.Client) -> None:
    whole.board(FACTS)
    trust(whole.state / "firmware-keys")
    days = 3650  # the clock here is the machine's
    assert put(http, manifest("1.3.0", days=days), image("1.3.0")).status_code == 303
    page = http.get("/firmware").text
    (release,) = re.findall(r"/firmware/([0-9a-f]{32})/remove", page)
    assert "1.3.0" in page
    assert f'value="{release}"' in until(lambda: _with(http, "board_update"), "the order")
    ordered = http.post(f"/api/boxes/{BOX}/orders", json={"what": "board_update"})
    assert ordered.status_code == 400, "without a release"
    asked = {"what": "board_update", "release": release, "reason": "thử"}
    ordered = http.post(f"/api/boxes/{BOX}/orders", json=asked)
    assert (ordered.status_code, ordered.json()["kind"]) == (202, "agent.board_update")
    assert http.post(f"/firmware/{release}/remove").status_code == 303
    asked["release"] = "0" * 32
    assert http.post(f"/api/boxes/{BOX}/orders", json=asked).status_code == 404
    audit = http.get("/audit").text
    for action in ("firmware.put", "firmware.removed", "agent.board_update"):
        assert word("vi", f"audit.{action}") in audit


def test_firmware_that_is_not_right_is_refused_in_words(whole: Whole, http: httpx.Client) -> None:
    trust(whole.state / "firmware-keys")
    answer = put(http, manifest("1.0.0", days=3650), image("1.0.1"))
    assert answer.status_code == 400
    assert word("vi", "code.firmware.image_differs") in answer.text
    assert put(http, b"", b"").status_code == 400
    assert http.post("/firmware", data={"manifest": "x"}).status_code == 400


def test_what_a_key_signed_that_is_trusted_no_more_is_shown_so_not_sent_and_taken_away(
    whole: Whole, http: httpx.Client
) -> None:
    whole.board(FACTS)
    keys = whole.state / "firmware-keys"
    trust(keys)
    assert put(http, manifest("1.7.0", days=3650), image("1.7.0")).status_code == 303
    (release,) = re.findall(r"/firmware/([0-9a-f]{32})/remove", http.get("/firmware").text)
    trust(keys, Ed25519PrivateKey.generate())
    page = http.get("/firmware").text
    assert word("vi", "boards.firmware.untrusted") in page
    assert "1.7.0" not in page, "what nobody vouches for is not read"
    assert f'value="{release}"' not in http.get(f"/boxes/{BOX}").text
    asked = {"what": "board_update", "release": release, "reason": "thử"}
    refused = http.post(f"/api/boxes/{BOX}/orders", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "firmware.untrusted")
    assert http.post(f"/firmware/{release}/remove").status_code == 303
    assert release not in http.get("/firmware").text
    trust(keys)


def test_only_firmware_of_the_board_s_kind_is_offered(whole: Whole, http: httpx.Client) -> None:
    trust(whole.state / "firmware-keys")
    assert put(http, manifest("1.8.0", days=3650), image("1.8.0")).status_code == 303
    (release,) = re.findall(r"/firmware/([0-9a-f]{32})/remove", http.get("/firmware").text)
    whole.board(FACTS | {"version": "keypad 1.2.0"})
    page = until(lambda: _with(http, "keypad 1.2.0"), "the other board")
    assert f'value="{release}"' not in page
    whole.board(FACTS | {"version": "panel rescue"})
    assert f'value="{release}"' in until(lambda: _with(http, "panel rescue"), "one in need")
    assert http.post(f"/firmware/{release}/remove").status_code == 303


def test_only_who_may_everywhere_puts_firmware_there(whole: Whole) -> None:
    trust(whole.state / "firmware-keys")
    with whole.asked_by(STRANGER) as http:
        page = http.get("/firmware")
        assert page.status_code == 200
        assert 'type="file"' not in page.text
        assert put(http, manifest("1.0.0", days=3650), image("1.0.0")).status_code == 403


def _with(http: httpx.Client, text: str) -> str:
    page = http.get(f"/boxes/{BOX}").text
    return page if text in page else ""
