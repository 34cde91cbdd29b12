"""Preparing a dossier, as the session steps."""

from dataclasses import fields
from datetime import date

import pytest
from msgspec.structs import replace

from devices.camera.paper import Flaw
from devices.messages import ScanKind, Scanned
from devices.scan.messages import Crop
from kiosk.api.dossiers import MOST_PAPERS
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.catalogue.procedure import Handling
from kiosk.ui.events import AnyAction, Back, EndSession, Leave, PressKey, PrintSlip, TimePassed
from kiosk.ui.flows.number.pages import PrintTicket
from kiosk.ui.flows.prepare import pages as p
from kiosk.ui.flows.prepare import wishes as w
from kiosk.ui.flows.prepare.flow import PrepareFlow
from kiosk.ui.flows.prepare.reading import birth_of, is_birth, said_of
from kiosk.ui.flows.prepare.texts import PREPARE
from kiosk.ui.keyboard.keys import Act, Kind
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.scan_link import ScanTrouble
from kiosk.ui.screen import Listing, Message, Sheet, Tile, Writing
from kiosk.ui.state import Home, State
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState
from tests.kiosk.ui.filings import (
    FILING,
    MIDNIGHT,
    SAID,
    captured,
    draft_taken,
    filing_pages,
    preview,
)
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import CARD, CATALOGUE, DAY, ROOM, SITE, open_state, ticket

MARRIAGE = p.OpenPrepare(procedure="1.000894")


def begun() -> Play:
    """Agree to prepare a dossier."""
    play = Play(open_state()).hear()
    play.state = replace(play.state, page=p.PickProcedure(service="ho-tich"))
    play.touch(MARRIAGE)
    page = play.state.page
    assert isinstance(page, p.FilingBegins)
    opened = w.FilingOpened(ask=page.filing.ask, keeps_until=MIDNIGHT, sent_on=True)
    return play.hear(opened).touch(p.Agree())


def at(page: p.AnyPage, *actions: AnyAction) -> Play:
    """Begin on a page."""
    return Play(replace(open_state(), page=page)).touch(*actions)


def looking(play: Play) -> p.LayPage:
    page = play.state.page
    assert isinstance(page, p.LayPage)
    return page


def test_nothing_is_asked_for_before_the_citizen_agreed() -> None:
    """PRI-1."""
    play = Play(open_state())
    play.state = replace(play.state, page=p.FilingConsent(filing=FILING))
    play.hear(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    assert isinstance(play.state.page, p.FilingConsent)
    assert "0451" not in repr(view(play.state, ROOM))
    assert isinstance(play.touch(Back()).state.page, Home)


def test_a_card_fills_the_declaration_and_its_number_is_masked() -> None:
    play = begun().hear(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    page = play.state.page
    assert isinstance(page, p.FilingForm)
    assert page.filing.said.name == CARD.name
    assert "197123456" not in str(page.filing.said.address)
    texts = []
    for first in range(0, 6, 3):
        body = view(play.touch(p.ShowFiling(first=first)).state, ROOM).body
        assert isinstance(body, Listing)
        texts += [row.title for row in body.rows]
    assert any("0451******34" in text for text in texts)
    assert not any(CARD.number in text for text in texts)


def test_a_line_that_was_written_is_the_cards_no_more() -> None:
    play = begun().hear(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    play.touch(p.EditLine(line=p.FormField.NAME), PressKey(act=Act.BACKSPACE))
    play.touch(PressKey(act=Act.DONE))
    page = play.state.page
    assert isinstance(page, p.FilingForm)
    assert page.filing.said.name == CARD.name[:-1]
    assert "name" not in page.filing.said.from_card
    assert "number" in page.filing.said.from_card


@pytest.mark.parametrize(
    ("line", "typed", "about"),
    [
        (p.FormField.NAME, "", p.AboutPrepare.NAME_NEEDED),
        (p.FormField.BIRTH, "31022000", p.AboutPrepare.BAD_BIRTH),
        (p.FormField.NUMBER, "04519000123", p.AboutPrepare.BAD_NUMBER),
        (p.FormField.PHONE, "0912", p.AboutPrepare.BAD_PHONE),
    ],
)
def test_what_cannot_be_right_is_said_and_stays_to_be_mended(
    line: p.FormField, typed: str, about: p.AboutPrepare
) -> None:
    play = begun().touch(p.EditLine(line=line))
    page = play.state.page
    assert isinstance(page, p.FilingLine)
    play.state = replace(play.state, page=replace(page, typing=page.typing.filled(typed)))
    play.touch(PressKey(act=Act.DONE))
    assert isinstance(play.state.page, p.FilingLine)
    assert play.state.note
    assert play.state.note.about is about


def test_while_a_number_is_typed_only_its_end_is_shown() -> None:
    page = p.FilingLine(
        filing=FILING,
        line=p.FormField.NUMBER,
        typing=begun_field("045190001234"),
    )
    body = view(replace(open_state(), page=page), ROOM).body
    assert isinstance(body, Writing)
    assert body.text == "********1234"


def begun_field(text: str) -> Typing:
    play = begun().touch(p.EditLine(line=p.FormField.NUMBER))
    page = play.state.page
    assert isinstance(page, p.FilingLine)
    return page.typing.filled(text)


def test_without_a_name_there_is_no_going_on() -> None:
    play = begun().touch(p.GoOn())
    assert isinstance(play.state.page, p.FilingForm)
    assert play.state.note
    assert play.state.note.about is p.AboutPrepare.NAME_NEEDED


def test_the_camera_is_asked_one_thing_at_a_time() -> None:
    play = at(p.FilingPapers(filing=FILING), p.OpenPaper(paper=1))
    look = looking(play).look
    assert play.effects == [w.LookAtDesk(look=look)]
    play.touch(p.TakeThisPage(crop=Crop.PAGE))
    assert len(play.effects) == 1, "nothing to take before anything was seen"
    play.hear(w.DeskSeen(look=look, seen=preview())).touch(p.TakeThisPage(crop=Crop.PAGE))
    assert play.effects[-1] == w.LookAtDesk(look=look)
    play.hear(w.DeskSeen(look=look, seen=preview()))
    assert play.wanted(w.TakePage) == [w.TakePage(look=look, crop=Crop.PAGE)]
    play.hear(w.PageTaken(look=look, taken=captured()))
    assert isinstance(play.state.page, p.CheckPage)


def test_an_old_look_never_becomes_a_second_one() -> None:
    play = at(p.FilingPapers(filing=FILING), p.OpenPaper(paper=1))
    old = looking(play).look
    play.touch(Back(), p.OpenPaper(paper=2))
    count = len(play.effects)
    play.hear(
        w.DeskSeen(look=old, seen=preview()), w.DeskTrouble(look=old, trouble=ScanTrouble.OVER)
    )
    assert len(play.effects) == count
    assert looking(play).seen is None


def test_a_page_is_taken_again_or_kept_and_the_paper_becomes_one_file() -> None:
    taken = captured(Flaw.BLURRED)
    check = p.CheckPage(filing=FILING, paper=1, pages=0, taken=taken)
    again = at(check, p.RetakePage())
    assert again.effects == [w.DropTaken(look=looking(again).look, page=taken.page)]
    more = at(check, p.KeepPage())
    assert looking(more).pages == 1
    done = at(check, p.PagesDone())
    assert done.effects == [w.BindPages(ask=1, paper="chung-sinh")]
    done.hear(w.PaperBound(ask=1, paper="chung-sinh", pages=1))
    page = done.state.page
    assert isinstance(page, p.FilingPapers)
    assert [one.pages for one in page.filing.papers] == [2, 1, 0, 0]


def test_pages_the_box_has_lost_are_told_and_never_bound_as_a_whole_paper() -> None:
    """A device process that began anew counts from one."""
    page = p.LayPage(filing=FILING, paper=1, look=1, pages=2, seen=preview(), wish=Crop.PAGE)
    play = at(page).hear(w.PageTaken(look=1, taken=captured(pages=1)))
    assert isinstance(play.state.page, p.FilingPapers)
    assert play.effects == [w.CloseDesk()]
    assert play.state.note
    assert play.state.note.about is p.AboutPrepare.PAGES_LOST
    third = at(page).hear(w.PageTaken(look=1, taken=captured(pages=3)))
    assert isinstance(third.state.page, p.CheckPage)


def test_a_paper_with_as_many_pages_as_it_may_have_can_be_ended() -> None:
    page = p.LayPage(filing=FILING, paper=1, look=1, pages=2, seen=preview(), wish=Crop.PAGE)
    play = at(page).hear(w.DeskTrouble(look=1, trouble=ScanTrouble.FULL))
    body = view(play.state, ROOM).body
    assert isinstance(body, Message)
    assert body.main
    play.touch(body.main.action)
    assert play.effects == [w.BindPages(ask=1, paper="chung-sinh")]


def test_a_number_typed_as_people_write_it_is_the_number() -> None:
    typed = field(Kind.CODE, max_length=8).filled("A-012.")
    play = at(p.FilingNumber(filing=FILING, typing=typed), PressKey(act=Act.DONE))
    (sent,) = play.wanted(w.SendFiling)
    assert isinstance(sent, w.SendFiling)
    assert sent.filing.ticket == "A012"


@pytest.mark.parametrize("way", [Back(), p.PagesDone()])
def test_pages_that_were_not_bound_are_wiped_when_the_camera_is_left(way: AnyAction) -> None:
    play = at(p.LayPage(filing=FILING, paper=1, look=1, seen=preview()), way)
    assert play.effects == [w.CloseDesk()]
    assert isinstance(play.state.page, p.FilingPapers)


def scanned_two_pages(*, wish: Crop | None = None) -> Play:
    return at(p.LayPage(filing=FILING, paper=1, look=1, pages=2, seen=preview(), wish=wish))


def test_who_goes_back_with_pages_scanned_is_asked_and_may_go_on_scanning() -> None:
    play = scanned_two_pages().touch(Back())
    assert play.state.page == p.LeavePages(filing=FILING, paper=1, pages=2)
    assert play.effects == [], "nothing was wiped unasked"
    assert looking(play.touch(Back())).pages == 2
    assert not play.wanted(w.CloseDesk)


def test_pages_are_kept_or_wiped_as_the_citizen_says() -> None:
    kept = scanned_two_pages().touch(Back(), p.PagesDone())
    assert kept.effects == [w.BindPages(ask=1, paper="chung-sinh")]
    dropped = scanned_two_pages().touch(Back(), p.DropPages())
    assert dropped.effects == [w.CloseDesk()]
    assert isinstance(dropped.state.page, p.FilingPapers)


def test_nobody_goes_back_while_a_page_is_taken_that_would_be_kept_unseen() -> None:
    play = scanned_two_pages(wish=Crop.PAGE)
    assert view(play.state, ROOM).left is None
    assert looking(play.touch(Back())).wish is Crop.PAGE
    assert view(scanned_two_pages().state, ROOM).left


def begun_with_papers(count: int) -> p.Filing:
    """Begin with a procedure that wants so many papers handed in."""
    state = open_state()
    known = CATALOGUE.procedure("1.000894")
    assert known
    handed = next(one for one in known.papers if one.handling is Handling.HANDED_IN)
    papers = tuple(replace(handed, id=f"giay-{at}", one_of="") for at in range(count))
    day = DayCatalogue(Catalogue(procedures=(replace(known, papers=papers),)), DAY)
    state = replace(state, world=replace(state.world, catalogue=day))
    play = Play(replace(state, page=p.PickProcedure(service="ho-tich"))).touch(MARRIAGE)
    page = play.state.page
    assert isinstance(page, p.FilingBegins)
    return page.filing


def test_every_paper_is_listed_however_many_there_are() -> None:
    play = at(p.FilingPapers(filing=begun_with_papers(45)))
    seen: list[AnyAction | None] = []
    while len(seen) < 45:
        body = view(play.state, ROOM).body
        assert isinstance(body, Listing)
        seen += [row.action for row in body.rows]
        play.touch(body.foot.action if body.foot else Back())
    assert seen == [p.OpenPaper(paper=paper) for paper in range(45)]


def test_papers_beyond_what_a_dossier_holds_are_brought() -> None:
    filing = begun_with_papers(45)
    full = tuple(replace(one, pages=1) for one in filing.papers[:MOST_PAPERS])
    filing = replace(filing, papers=full + filing.papers[MOST_PAPERS:])
    page = p.FilingPapers(filing=filing, first=MOST_PAPERS - 1)
    body = view(at(page).state, ROOM).body
    assert isinstance(body, Listing)
    assert [row.action for row in body.rows[:2]] == [p.OpenPaper(paper=MOST_PAPERS - 1), None]
    assert body.rows[1].badge == PREPARE.built_in()["vi"].bring
    assert at(page, p.OpenPaper(paper=MOST_PAPERS)).state.page == page
    assert looking(at(page, p.OpenPaper(paper=0))).paper == 0


def test_a_kiosk_without_a_camera_lets_the_papers_be_brought() -> None:
    play = at(p.FilingPapers(filing=FILING), p.OpenPaper(paper=1))
    play.hear(w.DeskTrouble(look=looking(play).look, trouble=ScanTrouble.NO_CAMERA))
    page = play.state.page
    assert isinstance(page, p.FilingPapers)
    assert not page.filing.camera
    assert isinstance(play.touch(p.GoOn()).state.page, p.FilingSummary)


def test_the_number_and_the_guidance_are_put_on_paper_once() -> None:
    play = at(p.FilingSummary(filing=FILING), p.HandOver())
    assert play.effects == [w.SendFiling(filing=FILING, language="vi")]
    told = draft_taken(ticket())
    for _ in range(2):
        play.hear(w.FilingKept(ask=FILING.ask, told=told))
    assert isinstance(play.state.page, p.FilingTaken)
    assert len(play.wanted(PrintTicket)) == len(play.wanted(PrintSlip)) == 1
    (slip,) = play.wanted(PrintSlip)
    on_paper = repr(slip)
    assert told.local_code in on_paper
    for private in (SAID.name, SAID.number, SAID.phone, SAID.address, "Biên lai", "Mẫu 01"):
        assert private not in on_paper


def test_a_number_the_citizen_has_is_not_printed_again() -> None:
    play = at(p.FilingSent(filing=FILING))
    play.hear(w.FilingKept(ask=FILING.ask, told=draft_taken(ticket(), joined=True)))
    assert play.wanted(PrintTicket) == []
    assert len(play.wanted(PrintSlip)) == 1


def test_without_a_printer_the_screen_has_the_code() -> None:
    state = open_state()
    state = replace(state, world=replace(state.world, printer=PrinterState.NONE))
    play = Play(replace(state, page=p.FilingSent(filing=FILING)))
    play.hear(w.FilingKept(ask=FILING.ask, told=draft_taken(ticket())))
    body = view(play.state, ROOM).body
    assert isinstance(body, Sheet)
    assert body.qr
    assert play.effects == []


def test_a_ticket_held_to_the_scanner_is_the_number_it_belongs_to() -> None:
    play = at(p.FilingSummary(filing=FILING), p.HaveNumber())
    play.hear(Scanned(kind=ScanKind.URL, text="http://10.0.0.5:8080/t/7F3K9QXT2MDA"))
    (sent,) = play.wanted(w.SendFiling)
    assert isinstance(sent, w.SendFiling)
    assert sent.filing.ticket == "7F3K9QXT2MDA"
    play.hear(w.FilingNotKept(ask=FILING.ask, why=p.Unsent.NO_SUCH_NUMBER))
    assert isinstance(play.state.page, p.FilingNumber)


def test_what_was_not_sent_is_told_and_sent_again_as_the_same() -> None:
    play = at(p.FilingSent(filing=FILING))
    play.hear(w.FilingNotKept(ask=FILING.ask, why=p.Unsent.NO_ANSWER))
    assert isinstance(play.state.page, p.FilingUnsent)
    assert play.touch(p.HandOver()).wanted(w.SendFiling) == [
        w.SendFiling(filing=FILING, language="vi")
    ]


@pytest.mark.parametrize("way", ["leave", "patience"])
def test_a_draft_nobody_waits_for_is_withdrawn(way: str) -> None:
    play = at(p.FilingUnsent(filing=FILING, why=p.Unsent.NO_ANSWER))
    if way == "leave":
        play.touch(Leave())
    else:
        play.now += 100.0
        play.hear(TimePassed())
    assert play.effects == [w.WithdrawFiling(ask=FILING.ask), EndSession()]
    assert play.state.page == Home()


@pytest.mark.parametrize("page", filing_pages(ticket()), ids=lambda page: type(page).__name__)
def test_nothing_of_a_citizen_is_left_when_patience_ends(page: p.AnyPage) -> None:
    """PRI-2, from every page; and nothing of one shows in a repr."""
    play = at(page)
    for private in (SAID.name, SAID.number, SAID.phone, SAID.address):
        assert private not in repr(play.state)
    play.now += 200.0
    play.hear(TimePassed())
    assert play.state.page == Home()
    assert EndSession() in play.effects
    assert play.state.note is None


def test_it_is_offered_only_while_numbers_are_given() -> None:
    assert any(isinstance(tile.action, p.OpenPrepare) for tile in menu(open_state()))
    closed = open_state()
    closed = replace(closed, world=replace(closed.world, site=replace(SITE, open=False)))
    assert not any(isinstance(tile.action, p.OpenPrepare) for tile in menu(closed))


def menu(state: State) -> list[Tile]:
    entry = PrepareFlow().entry(state)
    return [entry] if entry else []


def test_it_is_never_called_handing_in() -> None:
    """G-7: no second submission portal."""
    for words in PREPARE.built_in().values():
        for one in fields(words):
            text = str(getattr(words, one.name)).lower()
            assert "biên lai" not in text
            assert "mẫu 01" not in text


@pytest.mark.parametrize(
    ("digits", "holds"),
    [
        ("20051990", True),
        ("1990", True),
        ("00001990", True),
        ("00051990", True),
        ("00131990", False),
        ("31022000", False),
        ("24112026", False),
        ("٢٠٠٥١٩٩٠", False),
        ("205199", False),
    ],
)
def test_days_of_birth(digits: str, *, holds: bool) -> None:
    """ID-3, ID-4, G-5."""
    assert is_birth(digits, date(2026, 11, 23)) is holds


def test_a_card_is_read_as_it_is_written() -> None:
    assert said_of(CARD).birth == "20/05/1960"
    assert birth_of("00001990") == "00/00/1990"
    assert birth_of("1990") == "1990"
    assert said_of(replace(CARD, warnings=("sex",))).doubts == ("sex",)
