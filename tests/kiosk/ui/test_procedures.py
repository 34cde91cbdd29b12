"""Looking a procedure up at the glass: found, told with its source, printed, handed over."""

import pytest
from msgspec.structs import replace

from devices.receipt import Columns, Qr, Text
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.files import SAMPLE, read_folders
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.catalogue.portal import PortalConfig
from kiosk.domain.fees import Order
from kiosk.ui.events import AnyAction, Back, PressKey, PrintSlip, TypeKey
from kiosk.ui.flows.menu.pages import Menu, OpenMenu
from kiosk.ui.flows.number.pages import ChooseService, Confirm
from kiosk.ui.flows.procedures.pages import (
    AboutProcedures,
    Chosen,
    CountFee,
    FeeAmount,
    GoOnline,
    OpenFeeCount,
    OpenOnline,
    OpenProcedure,
    OpenProceduresOf,
    OpenSearch,
    OpenSector,
    OpenSectors,
    PrintList,
    ProcedureCases,
    ProcedureFacts,
    ProcedureList,
    Procedures,
    SearchProcedures,
    Sectors,
    SetCase,
    ShowProcedurePart,
    ShowProcedures,
    Subject,
    TellHandedOff,
    TellOfProcedure,
)
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.room import Room
from kiosk.ui.screen import Listing, Message, Sheet, Tiles, Writing
from kiosk.ui.state import About, State
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import DAY, ROOM, SITE, open_state

DONE = PressKey(act=Act.DONE)
TALL = Room(tiles=20, rows=20, lines=60, upright=True)


def looked(*actions: AnyAction) -> Play:
    return Play(open_state()).touch(OpenMenu(), OpenSectors(), *actions)


def birth(case: str = "dung-han") -> Play:
    return looked(OpenSector(sector="ho-tich"), OpenProcedure(code="1.001193"), SetCase(case=case))


def copies() -> Play:
    return looked(OpenSector(sector="chung-thuc"), OpenProcedure(code="2.000815"))


def typed(text: str) -> list[AnyAction]:
    return [TypeKey(key=key) for key in text]


def words(play: Play, room: Room = TALL) -> str:
    body = view(play.state, room).body
    assert isinstance(body, Sheet), body
    pairs = [f"{pair.label}: {pair.value}" for pair in body.pairs]
    return "\n".join([body.title, *pairs, *body.notes])


def test_the_menu_leads_to_the_sectors_of_the_day() -> None:
    body = view(looked().state, TALL).body
    assert isinstance(body, Tiles)
    assert [tile.action for tile in body.tiles][:2] == [OpenSearch(), OpenSector(sector="ho-tich")]
    assert looked(Back()).state.page == Menu()


@pytest.mark.parametrize("catalogue", [None, DayCatalogue(Catalogue(), DAY)])
def test_without_a_catalogue_nothing_is_made_up(catalogue: DayCatalogue | None) -> None:
    state = open_state()
    bare = replace(state, world=replace(state.world, catalogue=catalogue))
    play = Play(bare).touch(OpenMenu())
    body = view(play.state, TALL).body
    assert isinstance(body, Tiles)
    assert OpenSectors() not in [tile.action for tile in body.tiles]
    assert play.touch(OpenSectors()).state.page == Menu()


@pytest.mark.parametrize("query", ["khai sinh", "khaisinh", "dang ky khai snh", "giay khai sinh"])
def test_a_name_typed_without_accents_or_with_a_slip_is_found(query: str) -> None:
    play = looked(OpenSearch(), *typed(query))
    body = view(play.state, TALL).body
    assert isinstance(body, Writing)
    assert OpenProcedure(code="1.001193") in [row.action for row in body.found]
    play.touch(DONE)
    listing = view(play.state, TALL).body
    assert isinstance(listing, Listing)
    assert listing.rows[0].action == OpenProcedure(code="1.001193")


def test_where_no_row_fits_over_the_keys_the_prompt_tells_what_is_found() -> None:
    body = view(looked(OpenSearch(), *typed("ket hon")).state, ROOM).body
    assert isinstance(body, Writing)
    assert "Đăng ký kết hôn" in body.prompt


def test_nothing_found_is_said_and_what_was_typed_stays_for_another_try() -> None:
    play = looked(OpenSearch(), *typed("qqqq"), DONE)
    body = view(play.state, ROOM).body
    assert isinstance(body, Listing)
    assert not body.rows
    assert "quầy hướng dẫn" in body.empty
    page = play.touch(Back()).state.page
    assert isinstance(page, SearchProcedures)
    assert page.typing.text.casefold() == "qqqq"
    assert looked(OpenSearch(), DONE).state.page == looked(OpenSearch()).state.page


def test_what_is_typed_is_private_and_the_catalogue_is_not() -> None:
    assert view(looked(OpenSearch()).state, ROOM).private
    assert view(looked(OpenSearch(), *typed("a"), DONE).state, ROOM).private
    assert not view(birth().state, ROOM).private


def test_a_procedure_is_told_with_code_day_and_label() -> None:
    """CAT-3, G-6, DOS-16."""
    told = words(birth())
    for part in (
        "1.001193, ngày 21/11/2026",
        "dữ liệu mẫu",
        "Trong ngày; sau 15:00: ngày làm việc sau",
        "Không thu",
        "Toàn trình",
        "Ủy ban nhân dân cấp xã",
    ):
        assert part in told
    late = words(birth("qua-han"))
    assert "Theo quy định của HĐND tỉnh. Miễn: hộ nghèo, người có công, người khuyết tật" in late
    assert "Quá hạn" in late


def test_who_does_not_know_the_case_is_told_that_the_fee_depends_on_it() -> None:
    assert "Tùy trường hợp" in words(birth(""))
    page = looked(OpenSector(sector="ho-tich"), OpenProcedure(code="1.001193")).state.page
    assert isinstance(page, ProcedureCases)
    assert birth("none").state.page == page, "a case that there is not"


def test_where_it_does_not_all_fit_it_is_told_in_parts_and_the_number_comes_last() -> None:
    play, seen = birth("qua-han"), list[str]()
    low = Room(tiles=3, rows=2, lines=5, letters=41, buttons=1)
    for part in range(8):
        screen = view(play.state, low)
        if isinstance(screen.body, Sheet):
            seen += [pair.label for pair in screen.body.pairs]
        assert screen.right
        if isinstance(screen.right.action, ChooseService):
            break
        assert screen.right.action == ShowProcedurePart(part=part + 1)
        play.touch(screen.right.action)
    else:
        pytest.fail("the parts have no end")
    whole = view(birth("qua-han").state, TALL).body
    assert isinstance(whole, Sheet)
    assert seen == [pair.label for pair in whole.pairs]
    play.touch(Back())
    assert isinstance(play.state.page, ProcedureFacts)


def test_papers_and_steps_are_told_and_lead_back_to_where_they_were_left() -> None:
    play = birth().touch(ShowProcedurePart(part=1), TellOfProcedure(subject=Subject.PAPERS))
    told = words(play)
    assert "2. Một trong các giấy tờ sau:" in told
    assert "– Giấy chứng sinh" in told
    assert "Mã 1.001193, ngày 21/11/2026 (dữ liệu mẫu)" in told
    page = play.touch(Back()).state.page
    assert isinstance(page, ProcedureFacts)
    assert page.part == 1
    play.touch(TellOfProcedure(subject=Subject.STEPS))
    assert isinstance(play.state.page, ProcedureList)
    assert "1. Chuẩn bị tờ khai" in words(play)


def test_the_check_list_is_printed_in_the_citizens_language_with_its_label() -> None:
    play = birth().touch(PrintList())
    (slip,) = play.wanted(PrintSlip)
    assert isinstance(slip, PrintSlip)
    text = "\n".join(block.text for block in slip.receipt.blocks if isinstance(block, Text))
    assert "PHIẾU HƯỚNG DẪN" in text
    assert "DỮ LIỆU MẪU" in text
    assert play.state.note
    assert play.state.note.about is About.PRINTING


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("", ["https://a.gov.vn/?m=1.000894"]),
        ("https://a.gov.vn/ket-hon", ["https://a.gov.vn/ket-hon"]),
        ("https://b.example.vn/ket-hon", []),
    ],
)
def test_the_list_on_paper_bears_the_address_that_the_glass_would_show(
    own: str, told: list[str]
) -> None:
    """CAT-3: by its code, by a page of its own, and never one on a foreign host."""
    (row,) = (one for one in read_folders([SAMPLE]).procedures if one.code == "1.000894")
    catalogue = DayCatalogue(Catalogue(procedures=(replace(row, portal_page=own),)), DAY)
    portal = PortalConfig(hosts=("a.gov.vn",), page="https://a.gov.vn/?m={code}")
    state = open_state()
    state = replace(state, portal=portal, world=replace(state.world, catalogue=catalogue))
    page = ProcedureFacts(chosen=Chosen(code=row.code, came=Procedures(sector=row.sector)))
    play = Play(replace(state, page=page)).touch(PrintList())
    (slip,) = play.wanted(PrintSlip)
    assert isinstance(slip, PrintSlip)
    assert [block.data for block in slip.receipt.blocks if isinstance(block, Qr)] == told


@pytest.mark.parametrize(
    ("code", "case", "told"),
    [
        ("1.001193", "qua-han", "Miễn: hộ nghèo, người có công, người khuyết tật"),
        ("1.001193", "", "ùy trường hợp"),
        ("1.000894", "", "Nếu phải xác minh: trả lời xác minh trong 3 ngày làm việc."),
    ],
)
def test_glass_and_paper_tell_the_same_of_exemption_case_and_time(
    code: str, case: str, told: str
) -> None:
    play = birth()
    chosen = Chosen(code=code, case=case, came=Procedures(sector="ho-tich"))
    play.state = replace(play.state, page=ProcedureFacts(chosen=chosen))
    assert told in words(play)
    (slip,) = play.touch(PrintList()).wanted(PrintSlip)
    assert isinstance(slip, PrintSlip)
    blocks = slip.receipt.blocks
    assert any(
        told in (each.text if isinstance(each, Text) else each.value)
        for each in blocks
        if isinstance(each, Text | Columns)
    )


def test_where_nothing_is_printed_that_is_said() -> None:
    state = open_state()
    bare = replace(state, world=replace(state.world, printer=PrinterState.NO_PAPER))
    play = Play(bare).touch(
        OpenMenu(), OpenSectors(), OpenSector(sector="dat-dai"), OpenProcedure(code="1.013992")
    )
    play.touch(PrintList())
    assert play.wanted(PrintSlip) == []
    assert play.state.note
    assert play.state.note.about is About.NO_PAPER


def test_a_number_is_taken_from_the_procedure() -> None:
    play = birth().touch(ChooseService(service="ho-tich"))
    assert isinstance(play.state.page, Confirm)
    assert play.state.page.errand.service == "ho-tich"


def test_what_to_bring_can_be_asked_before_the_number_which_stays_two_touches_away() -> None:
    play = Play(open_state()).touch(ChooseService(service="ho-tich"))
    foot = view(play.state, ROOM).right
    assert foot
    assert foot.action == OpenProceduresOf(service="ho-tich")
    play.touch(foot.action)
    listing = view(play.state, TALL).body
    assert isinstance(listing, Listing)
    assert OpenProcedure(code="1.001193") in [row.action for row in listing.rows]
    assert isinstance(play.touch(Back()).state.page, Confirm)
    bare = Play(open_state()).touch(ChooseService(service="tra-ket-qua"))
    assert view(bare.state, ROOM).right is None, "no procedure belongs to it"


def test_no_number_is_offered_for_another_service_or_while_the_site_is_closed() -> None:
    assert isinstance(birth().touch(ChooseService(service="dat-dai")).state.page, ProcedureFacts)
    play = birth()
    play.state = replace(
        play.state, world=replace(play.state.world, site=replace(SITE, open=False))
    )
    assert view(play.state, TALL).right is None
    play.touch(ChooseService(service="ho-tich"))
    assert play.state.note
    assert play.state.note.about is AboutProcedures.NO_NUMBER
    residence = looked(OpenSector(sector="cu-tru"), OpenProcedure(code="1.004222"))
    assert view(residence.state, TALL).right is None, "no counter of the site calls for it"


def test_five_pages_three_times_are_twenty_one_thousand() -> None:
    """PAY-1's vector, on the glass; a count of nothing is asked again."""
    play = copies().touch(OpenFeeCount(), DONE)
    assert play.state.note
    assert play.state.note.about is AboutProcedures.COUNT_NEEDED
    play.touch(*typed("5"), DONE, *typed("3"), DONE)
    assert isinstance(play.state.page, FeeAmount)
    assert play.state.page.order == Order(pages=5, copies=3)
    told = words(play)
    assert "21.000\u00a0đồng" in told
    assert "tham khảo" in told
    play.touch(Back())
    assert isinstance(play.state.page, CountFee)
    assert isinstance(play.touch(Back(), Back()).state.page, ProcedureFacts)


def test_no_fee_is_worked_out_that_the_council_sets() -> None:
    play = birth("qua-han")
    body = view(play.state, TALL).body
    assert isinstance(body, Sheet)
    assert OpenFeeCount() not in [button.action for button in body.buttons]
    assert isinstance(play.touch(OpenFeeCount()).state.page, ProcedureFacts)


def test_going_online_shows_the_portals_page_once_counted() -> None:
    """CAT-3, G-7: the way, and nothing is submitted."""
    play = birth().touch(OpenOnline())
    body = view(play.state, TALL).body
    assert isinstance(body, Sheet)
    assert body.qr.startswith("https://dichvucong.gov.vn/")
    assert body.qr.endswith("1.001193")
    assert "Ki-ốt không hỏi mật khẩu" in "\n".join(body.notes)
    counted = [TellHandedOff(service="ho-tich", host="dichvucong.gov.vn")]
    assert (
        play.touch(ShowProcedurePart(part=1), ShowProcedurePart(part=0)).wanted(TellHandedOff)
        == counted
    )


def test_what_only_takes_numbers_is_not_handed_over() -> None:
    land = looked(OpenSector(sector="dat-dai"), OpenProcedure(code="1.013992"))
    assert isinstance(land.touch(OpenOnline()).state.page, ProcedureFacts)
    assert land.wanted(TellHandedOff) == []


def test_an_address_on_a_foreign_host_is_not_shown() -> None:
    foreign = PortalConfig(hosts=("a.gov.vn",), page="https://a.gov.vn/?m={code}")
    state = replace(open_state(), portal=foreign)
    play = Play(state).touch(OpenMenu(), OpenSectors(), OpenSector(sector="ho-tich"))
    play.touch(OpenProcedure(code="1.000894"), OpenOnline())
    assert isinstance(play.state.page, GoOnline), "the control: the site's own host"
    body = view(play.state, TALL).body
    assert isinstance(body, Sheet)
    assert body.qr == "https://a.gov.vn/?m=1.000894"


@pytest.mark.parametrize("where", [birth, copies])
def test_a_procedure_that_goes_while_it_is_looked_at_is_said_to_be_gone(where: object) -> None:
    assert callable(where)
    play: Play = where()
    world = replace(play.state.world, catalogue=DayCatalogue(Catalogue(), DAY))
    play.state = replace(play.state, world=world)
    body = view(play.state, ROOM).body
    assert isinstance(body, Message)
    play.touch(PrintList(), OpenFeeCount(), OpenOnline(), Back())
    assert play.wanted(PrintSlip) == []
    assert isinstance(play.state.page, Procedures)
    assert not isinstance(play.touch(ShowProcedures(first=3)).state.page, Sectors)


def test_the_name_of_a_procedure_is_in_no_repr_of_the_state() -> None:
    """The catalogue is thousands of procedures: a state is compared and printed without it."""
    state: State = open_state()
    assert "chứng sinh" not in repr(state)
    assert state == replace(state)
