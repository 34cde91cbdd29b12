"""What the room's screen says in each situation."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.vc.endpoint.screen.darkroom import (
    AT,
    NOT_DONE,
    NOTICE,
    OWN,
    SECOND,
    inside,
    request,
    situations,
)
from vc.endpoint.panels import Tone, paint_panel
from vc.endpoint.presses import Panel, PressSpeak, PressVote, PressVoter, Table
from vc.endpoint.room import Call, CallState
from vc.endpoint.texts import LANGUAGES, keys, say
from vc.endpoint.view import Fault, Live, screen
from vc.state import PaperOnShow, RequestStatus

SHOWN = dict(situations())


def heading(name: str) -> str:
    words = SHOWN[name].words
    assert words is not None
    return words.head


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("idle-vi", "Không có hội nghị"),
        ("cut-off-vi", "Chưa liên lạc được với trung tâm"),
        ("expected-vi", "Đang chờ hội nghị lúc 11:12"),
        ("expected-later-vi", "Đang chờ hội nghị lúc 08:12 ngày 26/11/2026"),
        ("joining-vi", "Đang kết nối…"),
        ("rejoining-vi", "Mất đường truyền – đang nối lại"),
        ("rejoining-en", "Line lost – connecting again"),
        ("refused-vi", "Chưa vào được hội nghị"),
        ("frozen-vi", "Hình ảnh bị gián đoạn"),
        ("no-picture-vi", "Đang chờ hình ảnh…"),
    ],
)
def test_a_person_is_told_where_the_call_is(name: str, head: str) -> None:
    assert heading(name) == head


def test_only_a_fresh_picture_passes_for_live() -> None:
    ages = {age: screen(inside(age_s=age), Table(), AT).live for age in (0.0, 0.9, 1.1, 4.9)}
    assert ages == {0.0: Live.NOW, 0.9: Live.NOW, 1.1: Live.OLD, 4.9: Live.OLD}
    for state in set(CallState) - {CallState.IN}:
        call = replace(inside(), state=state)
        assert screen(call, Table(), AT).live is Live.NONE, state


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("asked-vi", "Đã đăng ký phát biểu, chờ chủ tọa duyệt"),
        ("approved-vi", "Đã được duyệt – còn 2 đại biểu phía trước"),
        ("request-refused-vi", "Đăng ký bị từ chối: Nội dung sẽ thảo luận buổi chiều"),
        ("on-air-mic-off-vi", "Micro của phòng đang tắt – bấm “Bật tiếng”"),
        ("weak-line-vi", "Chưa thực hiện được: Bạn chưa điểm danh."),
    ],
)
def test_a_person_is_told_what_became_of_what_was_asked(name: str, note: str) -> None:
    shown = SHOWN[name].note
    assert shown is not None
    assert shown.text == note


def test_an_old_refusal_makes_room_for_what_matters_now() -> None:
    told = replace(inside(replace(NOTICE, floor=OWN, muted=False)))
    off = replace(NOT_DONE, microphone_off=True)
    notes = []
    for later_s in (0, 11, 13):
        at = replace(AT, monotonic=AT.monotonic + later_s)
        note = screen(told, off, at).note
        assert note is not None
        notes.append(note.text.split()[0])
    assert notes == ["Chưa", "Chưa", "Micro"]


def test_a_refused_request_is_told_for_some_minutes() -> None:
    refused = replace(request(RequestStatus.REFUSED, "Hết giờ"), decided_at=AT.now)
    call = inside(replace(NOTICE, requests=(refused,)))
    assert screen(call, Table(), AT).note is not None
    later = replace(AT, now=AT.now + timedelta(minutes=4))
    assert screen(replace(call, seen_at=later.monotonic), Table(), later).note is None


def test_a_room_that_is_cut_off_does_not_say_what_it_cannot_know() -> None:
    words = screen(Call(), Table(), AT, fault=Fault(line=True)).words
    assert words is not None
    assert words.tone is Tone.WARN
    badges = screen(inside(), Table(), AT, fault=Fault(line=True)).badges
    assert badges[0].text == "Mất liên lạc trung tâm"


def test_who_speaks_and_for_how_long_still() -> None:
    floors = {name: shown.floor.text for name, shown in SHOWN.items() if shown.floor}
    assert floors["watching-vi"] == "Đang phát biểu: Lê Văn Hòa – Huyện Cam Lộ · còn 02:13"
    assert floors["on-air-vi"] == "Chủ tọa mời phát biểu: Nguyễn Thị Hồng Nhung · còn 02:13"
    assert floors["over-time-vi"].endswith("quá 00:12")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("watching-vi", "Xin phát biểu"),
        ("asked-vi", "Rút đăng ký"),
        ("approved-vi", "Rút đăng ký"),
        ("on-air-vi", "Kết thúc phát biểu"),
    ],
)
def test_the_first_button_says_what_it_does_now(name: str, word: str) -> None:
    button = SHOWN[name].buttons[0]
    assert (button.text, button.press) == (word, PressSpeak())


def test_while_an_act_is_on_its_way_it_cannot_be_pressed_again() -> None:
    assert screen(inside(), Table(sending=True), AT).buttons[0].press is None


def test_a_room_that_is_not_in_offers_nothing_to_press_but_the_language() -> None:
    for state in set(CallState) - {CallState.IN}:
        shown = screen(Call(state=state, notice=NOTICE), Table(panel=Panel.PAPERS), AT)
        assert len(shown.buttons) == 1
        assert shown.panel is None


def test_every_delegate_who_may_vote_is_asked_and_sees_the_own_vote() -> None:
    panel = SHOWN["voted-vi"].panel
    assert panel is not None
    assert {row.press for row in panel.rows} == {
        PressVoter(delegate=one.id) for one in NOTICE.delegates
    }
    assert [button.chosen for button in panel.buttons] == [False, True, False]
    assert panel.buttons[0].press == PressVote(delegate=SECOND, option=0)


def test_a_page_beyond_the_paper_is_its_last() -> None:
    notice = replace(NOTICE, paper=PaperOnShow(paper="bao-cao", page=99))
    panel = paint_panel(notice, Table(panel=Panel.PAPERS))
    assert panel is not None
    assert panel.page is not None
    assert panel.page.page == 12


def test_ones_own_page_is_kept_while_the_meeting_leafs_on() -> None:
    notice = replace(NOTICE, paper=PaperOnShow(paper="bao-cao", page=3))
    alone = Table(panel=Panel.PAPERS, page=PaperOnShow(paper="de-an", page=7))
    panel = paint_panel(notice, alone)
    assert panel is not None
    assert panel.page is not None
    assert (panel.page.paper, panel.page.page) == ("de-an", 7)


def test_a_refusal_is_forgotten_once_the_room_asks_anew() -> None:
    refused = replace(NOTICE, requests=(request(RequestStatus.REFUSED, "Để sau"),))
    again = replace(refused, requests=(*refused.requests, request(RequestStatus.PENDING)))
    shown = screen(inside(again), Table(), AT).note
    assert shown is not None
    assert "từ chối" not in shown.text


def test_the_holder_of_the_floor_is_heard_whatever_the_notice_says_of_muting() -> None:
    badges = {
        badge.text for badge in screen(inside(replace(NOTICE, floor=OWN)), Table(), AT).badges
    }
    assert "Đang phát" in badges


def test_every_text_is_there_in_both_languages_and_used() -> None:
    code = "".join(path.read_text() for path in Path("vc/endpoint").glob("*.py"))
    for key in keys():
        texts = {one: say(one, key, **dict.fromkeys(VALUES, "x")) for one in LANGUAGES}
        assert all(texts.values())
        assert texts["vi"] != texts["en"], key
        uses = len(re.findall(rf'"{key}"', code)) - 1
        assert uses > 0 or key in set(Panel), f"nobody says {key}"


VALUES = (
    "time", "day", "seconds", "name", "count", "reason", "page", "pages", "connected", "all",
)  # fmt: skip
