"""Fees at the glass: pending is pending, a transfer is offered truly, and nothing of it stays."""

import pytest
from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from devices.receipt import Columns, Qr, Text
from kiosk.api.fees import FeeTold
from kiosk.domain.dossier_state import StateCode
from kiosk.domain.vietqr import Transfer, decode
from kiosk.ui.events import Back, EndSession, Leave, PressKey, PrintSlip, TypeKey
from kiosk.ui.flows.dossier.pages import DossierTold
from kiosk.ui.flows.fees.pages import (
    AboutFees,
    AskFeeCode,
    ChooseFee,
    FeeHeard,
    FeesOf,
    FeesTold,
    FeesUntold,
    FindFees,
    ForgetFee,
    OneFee,
    OpenFeeCode,
    OpenFees,
    PrintFee,
    ShowFeePart,
    WatchFee,
)
from kiosk.ui.flows.menu.pages import Menu, OpenMenu
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.room import Room
from kiosk.ui.screen import Listing, Message, Sheet, Tiles, Tone
from kiosk.ui.state import Home
from kiosk.ui.view import view
from tests.kiosk.ui.dossiers import CODE, LOOKUPS, RUNNING
from tests.kiosk.ui.fees import CANCELLED, CONFIRMED, NO_ACCOUNT, OLD, OTHER, PENDING
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import ROOM, SITE, open_state

DONE = PressKey(act=Act.DONE)
TALL = Room(tiles=20, rows=20, lines=60, upright=True)
NOTHING = {PENDING: "chờ xác nhận", CONFIRMED: "đã xác nhận", CANCELLED: "đã hủy"}


def asked(code: str = CODE) -> Play:
    keys = (TypeKey(key=key) for key in code)
    return Play(open_state()).touch(OpenMenu(), OpenFeeCode(), *keys, DONE)


def shown(*fees: FeeTold) -> Play:
    return asked().hear(FeesTold(ask=1, fees=fees))


def sheet(play: Play, room: Room = TALL) -> Sheet:
    body = view(play.state, room).body
    assert isinstance(body, Sheet)
    return body


def said(play: Play) -> str:
    body = sheet(play)
    return "\n".join([body.title, *(f"{p.label}: {p.value}" for p in body.pairs), *body.notes])


def test_a_typed_code_is_asked_for_and_its_one_fee_shown_and_watched() -> None:
    play = asked()
    assert play.wanted(FindFees) == [FindFees(ask=1, code=CODE)]
    assert isinstance(view(play.state, ROOM).body, Message)
    play.hear(FeesTold(ask=1, fees=(PENDING,)))
    assert play.state.page == OneFee(fee=PENDING, among=(PENDING,))
    assert play.wanted(WatchFee) == [WatchFee(reference=PENDING.reference)]


def test_the_symbol_holds_the_transfer_as_it_is_asked() -> None:
    """PAY-3: the memo is the reference, by which the payment is found again."""
    transfer = decode(sheet(shown(PENDING)).qr)
    assert transfer == Transfer(
        bank="970436", account="0011001234567", amount=8000, purpose=PENDING.reference
    )


@pytest.mark.parametrize("fee", [PENDING, CONFIRMED, CANCELLED])
def test_a_fee_is_told_with_its_state_and_never_as_a_receipt(fee: FeeTold) -> None:
    """PAY-5, PAY-6, G-7."""
    told = said(shown(fee))
    assert NOTHING[fee] in told
    assert "8.000\u00a0đồng" in told
    assert "biên lai" not in told.casefold()
    assert bool(sheet(shown(fee)).qr) is (fee is PENDING)


def test_sample_money_is_not_to_be_transferred() -> None:
    assert "xin không chuyển tiền" in said(shown(PENDING))
    play = shown(PENDING)
    real = replace(play.state.world, site=replace(SITE, sample_data=False))
    play.state = replace(play.state, world=real)
    assert "Dữ liệu mẫu" not in said(play), "the control"


def test_without_an_account_the_way_is_told_and_no_symbol_shown() -> None:
    play = shown(NO_ACCOUNT)
    assert sheet(play).qr == ""
    assert "Cổng Dịch vụ công quốc gia" in said(play)
    assert "chờ xác nhận" in said(play)
    play.touch(PrintFee())
    assert play.wanted(PrintSlip) == []


def test_a_memo_that_fits_in_no_transfer_is_not_cut() -> None:
    odd = replace(PENDING, reference="x" * 26)
    assert sheet(shown(odd)).qr == ""


def test_a_fee_of_nothing_has_no_symbol_whose_payer_would_put_in_the_amount() -> None:
    assert sheet(shown(replace(PENDING, amount_vnd=0))).qr == ""


def test_what_was_told_before_is_told_with_its_time() -> None:
    assert "Theo hệ thống lúc 08:31 23/11" in said(shown(OLD))
    assert "Theo hệ thống" not in said(shown(PENDING)), "the control"


def test_the_page_changes_when_the_office_confirms_and_a_repeat_changes_nothing() -> None:
    """PAY-5."""
    play = shown(PENDING).touch(ShowFeePart(part=1)).hear(FeeHeard(fee=CONFIRMED))
    body = sheet(play)
    assert body.tone is Tone.GOOD
    assert body.qr == ""
    assert play.state.note
    assert play.state.note.about is AboutFees.CONFIRMED
    before = replace(play.state, note=None)
    play.state = before
    play.hear(FeeHeard(fee=CONFIRMED))
    assert play.state.page == before.page
    assert play.state.note is None


def test_a_confirmation_taken_back_is_pending_again() -> None:
    assert NOTHING[PENDING] in said(shown(CONFIRMED).hear(FeeHeard(fee=PENDING)))


def test_what_is_heard_of_another_fee_or_on_another_page_changes_nothing() -> None:
    play = shown(PENDING)
    page = play.state.page
    assert play.hear(FeeHeard(fee=OTHER)).state.page == page
    assert Play(open_state()).hear(FeeHeard(fee=CONFIRMED)).state.page == Home()


def test_several_fees_are_listed_and_each_leads_back_to_the_list() -> None:
    play = shown(PENDING, OTHER)
    listing = view(play.state, ROOM).body
    assert isinstance(listing, Listing)
    assert [row.badge for row in listing.rows] == ["chờ xác nhận", "đã xác nhận"]
    play.touch(ChooseFee(reference=OTHER.reference))
    assert play.wanted(WatchFee) == [], "a settled one is not watched"
    play.touch(Back(), ChooseFee(reference=PENDING.reference), Back())
    assert isinstance(play.state.page, FeesOf)
    assert isinstance(play.effects[-1], ForgetFee)
    assert isinstance(play.touch(ChooseFee(reference="none")).state.page, FeesOf)


def test_the_paper_is_payment_information_with_the_same_symbol() -> None:
    """PAY-6."""
    play = shown(PENDING).touch(PrintFee())
    (slip,) = play.wanted(PrintSlip)
    assert isinstance(slip, PrintSlip)
    blocks = slip.receipt.blocks
    text = "\n".join(block.text for block in blocks if isinstance(block, Text))
    assert "THÔNG TIN THANH TOÁN" in text
    assert "CHỜ XÁC NHẬN" in text
    assert "biên lai" not in text.casefold()
    assert [block.data for block in blocks if isinstance(block, Qr)] == [sheet(play).qr]
    assert PENDING.reference in [block.value for block in blocks if isinstance(block, Columns)]


@pytest.mark.parametrize("about", [one for one in AboutFees if one is not AboutFees.CONFIRMED])
def test_why_nothing_is_told_is_said_and_the_code_stays(about: AboutFees) -> None:
    play = asked().hear(FeesUntold(ask=1, about=about))
    assert play.state.note
    assert play.state.note.about is about
    assert isinstance(play.state.page, AskFeeCode)
    assert play.state.page.typing.text == CODE


def test_nothing_asked_is_not_nothing_known() -> None:
    play = shown()
    assert play.state.note
    assert play.state.note.about is AboutFees.NONE_ASKED


def test_an_answer_that_nobody_waits_for_shows_nothing() -> None:
    play = asked().touch(Back()).hear(FeesTold(ask=1, fees=(PENDING,)))
    assert isinstance(play.state.page, AskFeeCode)
    late = asked().hear(FeesTold(ask=7, fees=(PENDING,)))
    assert isinstance(late.state.page, AskFeeCode)


def test_a_code_is_scanned_on_the_page_that_asks_for_one() -> None:
    play = Play(open_state()).touch(OpenMenu(), OpenFeeCode())
    play.hear(Scanned(kind=ScanKind.DOSSIER, text=CODE))
    assert play.wanted(FindFees) == [FindFees(ask=1, code=CODE)]


def test_a_dossier_that_waits_for_its_fee_leads_to_it_and_another_does_not() -> None:
    waiting = replace(RUNNING, state=StateCode.PAYMENT.value)
    play = Play(open_state()).hear(Scanned(kind=ScanKind.DOSSIER, text=CODE))
    play.hear(DossierTold(ask=1, told=waiting))
    assert OpenFees(dossier=CODE) in [button.action for button in sheet(play).buttons]
    play.touch(OpenFees(dossier=CODE))
    assert play.wanted(FindFees) == [FindFees(ask=2, code=CODE)]
    other = Play(open_state()).hear(Scanned(kind=ScanKind.DOSSIER, text=CODE))
    other.hear(DossierTold(ask=1, told=next(iter(LOOKUPS.values()))))
    assert other.touch(OpenFees(dossier=CODE)).wanted(FindFees) == []


def test_where_no_system_is_connected_no_fees_are_offered() -> None:
    state = open_state()
    alone = replace(state, world=replace(state.world, site=replace(SITE, connected=())))
    play = Play(alone).touch(OpenMenu())
    body = view(play.state, TALL).body
    assert isinstance(body, Tiles)
    assert OpenFeeCode() not in [tile.action for tile in body.tiles]
    assert play.touch(OpenFeeCode(), OpenFees(dossier=CODE)).state.page == Menu()


def test_nothing_of_a_fee_stays_when_the_citizen_leaves_or_is_gone() -> None:
    play = shown(PENDING).touch(Leave())
    assert play.state.page == Home()
    assert isinstance(play.effects[-1], EndSession)
    assert PENDING.reference not in repr(play.state)
    assert view(shown(PENDING).state, ROOM).private
