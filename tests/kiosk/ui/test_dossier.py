"""Looking a dossier up at the glass: told truly, printed, and nothing of it stays."""

import pytest
from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from devices.receipt import Qr, Text
from kiosk.domain.dossier_state import StateCode
from kiosk.ui.events import Back, Leave, PressKey, PrintSlip, TypeKey
from kiosk.ui.flows.dossier.pages import (
    AboutDossier,
    AskDossier,
    DossierSheet,
    DossierTold,
    DossierUntold,
    LookUpDossier,
    OpenDossier,
    PrintDossier,
    ShowDossierPart,
)
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.room import Room
from kiosk.ui.screen import Message, Sheet, Tiles, Writing
from kiosk.ui.state import About, Home, Rest, State
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState
from tests.kiosk.ui.dossiers import CODE, LOOKUPS, OWN_CODE, RUNNING
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import ROOM, SITE, open_state

DONE = PressKey(act=Act.DONE)
TALL = Room(tiles=6, rows=5, lines=40)


def unconnected() -> State:
    state = open_state()
    return replace(state, world=replace(state.world, site=replace(SITE, connected=())))


def typed(text: str) -> Play:
    return Play(open_state()).touch(OpenDossier(), *(TypeKey(key=key) for key in text), DONE)


def shown(play: Play, room: Room = TALL) -> Sheet:
    body = view(play.state, room).body
    assert isinstance(body, Sheet)
    return body


def told(name: str, state: State | None = None) -> Play:
    play = Play(state or open_state()).hear(Scanned(kind=ScanKind.DOSSIER, text=CODE))
    return play.hear(DossierTold(ask=1, told=LOOKUPS[name]))


def test_a_typed_code_is_mended_and_asked_for() -> None:
    play = typed("h50.34-20261120-0000042")
    assert play.wanted(LookUpDossier) == [LookUpDossier(ask=1, code=CODE)]
    assert isinstance(view(play.state, ROOM).body, Message)
    play.hear(DossierTold(ask=1, told=RUNNING))
    assert play.state.page == DossierSheet(told=RUNNING)


def test_a_code_of_no_known_form_is_asked_for_all_the_same() -> None:
    """DOS-1: kept as it is, never rejected."""
    assert typed("BN12").wanted(LookUpDossier) == [LookUpDossier(ask=1, code="BN12")]
    assert typed("").effects == [*Play(open_state()).touch(OpenDossier()).effects]


@pytest.mark.parametrize("page", [Home(), Rest()])
@pytest.mark.parametrize(
    ("kind", "code"), [(ScanKind.DOSSIER, CODE), (ScanKind.LOCAL_DOSSIER, OWN_CODE)]
)
def test_a_code_at_the_scanner_leads_straight_there(
    page: Home | Rest, kind: ScanKind, code: str
) -> None:
    play = Play(replace(open_state(), page=page)).hear(Scanned(kind=kind, text=code))
    assert play.wanted(LookUpDossier) == [LookUpDossier(ask=1, code=code)]


def test_where_no_system_is_connected_a_code_is_for_the_counter() -> None:
    play = Play(unconnected()).hear(Scanned(kind=ScanKind.DOSSIER, text=CODE))
    assert play.effects == []
    assert play.state.note is not None
    assert play.state.note.about is About.DOSSIER
    menu = view(play.touch(OpenMenu()).state, ROOM).body
    assert isinstance(menu, Tiles)
    assert OpenDossier() not in [tile.action for tile in menu.tiles]
    connected = view(Play(open_state()).touch(OpenMenu()).state, ROOM).body
    assert isinstance(connected, Tiles)
    assert OpenDossier() in [tile.action for tile in connected.tiles], "the control"


def test_any_short_text_is_taken_where_a_code_is_asked_for_but_no_card() -> None:
    play = Play(open_state()).touch(OpenDossier())
    for text in ("045190001234||Nguyễn Thị Hoa", "x" * 81, " "):
        play.hear(Scanned(kind=ScanKind.UNKNOWN, text=text))
    assert play.wanted(LookUpDossier) == []
    play.hear(Scanned(kind=ScanKind.UNKNOWN, text="BN-0042/26"))
    assert play.wanted(LookUpDossier) == [LookUpDossier(ask=1, code="BN-0042/26")]


@pytest.mark.parametrize("about", AboutDossier)
def test_why_nothing_is_told_is_said_and_the_code_stays(about: AboutDossier) -> None:
    play = typed(CODE).hear(DossierUntold(ask=1, about=about))
    page = play.state.page
    assert isinstance(page, AskDossier)
    assert page.typing.text == CODE
    banner = view(play.state, ROOM).banner
    assert banner is not None
    assert isinstance(view(play.state, ROOM).body, Writing)


def test_an_answer_that_nobody_waits_for_is_not_shown() -> None:
    gone_back = typed(CODE).touch(Back()).hear(DossierTold(ask=1, told=RUNNING))
    assert isinstance(gone_back.state.page, AskDossier)
    home = typed(CODE).touch(Back(), Back()).hear(DossierTold(ask=1, told=RUNNING))
    assert isinstance(home.state.page, Home)
    another = typed("BN12").hear(DossierTold(ask=7, told=RUNNING))
    assert isinstance(another.state.page, AskDossier)


def test_overdue_is_told_as_overdue_in_words_and_what_to_do() -> None:
    sheet = shown(told("overdue"))
    values = [pair.value for pair in sheet.pairs]
    assert "Đã quá hạn 3 ngày làm việc" in values
    assert "18/11/2026" in values
    assert "Xin hỏi cán bộ tại quầy về ngày trả mới." in sheet.notes


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("running", "Còn 2 ngày làm việc"),
        ("today", "Hẹn trả hôm nay"),
        ("papers", "Xin mang giấy tờ còn thiếu đến nộp tại quầy."),
        ("payment", "Xin nộp tiền theo thông báo, rồi báo cán bộ tại quầy."),
        ("done", "Đã có kết quả. Xin mang giấy hẹn đến quầy trả kết quả."),
        ("late", "Đã giải quyết, chậm 1 ngày làm việc"),
        ("new", "Đây là số tạm của ki-ốt, chưa phải mã hồ sơ."),
        ("counted", "Lịch nghỉ năm 2027 chưa công bố, số ngày có thể thay đổi."),
        ("overdue-old", "Tình trạng lúc 08:30 23/11: hệ thống một cửa đang không trả lời."),
        ("unheard-of", "Xin hỏi cán bộ tại quầy về hồ sơ này."),
    ],
)
def test_each_state_says_how_it_stands_and_what_is_next(name: str, sentence: str) -> None:
    sheet = shown(told(name))
    assert sentence in [*(pair.value for pair in sheet.pairs), *sheet.notes]


def test_a_state_of_no_known_code_is_shown_with_its_number() -> None:
    """DOS-14."""
    assert shown(told("unheard-of")).title == "Trạng thái khác (77)"


def test_what_does_not_fit_comes_in_parts_and_none_is_lost() -> None:
    whole = shown(told("counted"))
    play, pairs, notes = told("counted"), list[object](), list[str]()
    for part in range(20):
        sheet = shown(play.touch(ShowDossierPart(part=part)), Room(tiles=4, rows=3, lines=3))
        pairs += sheet.pairs
        notes += sheet.notes
        if sheet.foot is None:
            break
    assert pairs == list(whole.pairs)
    assert notes == list(whole.notes)
    assert play.touch(Back()).state.page == DossierSheet(told=LOOKUPS["counted"])


def test_the_status_is_printed_with_its_code_and_no_more_often_than_asked() -> None:
    play = told("overdue").touch(PrintDossier(), PrintDossier())
    (slip,) = play.wanted(PrintSlip)
    assert isinstance(slip, PrintSlip)
    texts = [block.text for block in slip.receipt.blocks if isinstance(block, Text)]
    assert "Đã quá hạn 3 ngày làm việc" in texts
    assert [block.data for block in slip.receipt.blocks if isinstance(block, Qr)] == [CODE]


def test_without_a_printer_no_print_is_offered() -> None:
    state = open_state()
    bare = replace(state, world=replace(state.world, printer=PrinterState.NONE))
    assert shown(told("running", bare)).buttons == ()


def test_nothing_of_a_dossier_stays_when_the_citizen_leaves() -> None:
    play = told("running").touch(Leave())
    assert isinstance(play.state.page, Home)
    assert CODE not in repr(play.state)


def test_every_known_state_has_a_next_step() -> None:
    for code in StateCode:
        state = replace(RUNNING, state=int(code))
        play = typed(CODE).hear(DossierTold(ask=1, told=state))
        assert "Xin hỏi cán bộ tại quầy về hồ sơ này." not in shown(play).notes
