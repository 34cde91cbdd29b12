"""Reading a card's chip, as the session steps."""

from dataclasses import fields

import pytest
from msgspec.structs import replace

from devices.chip.messages import (
    ChipFields,
    ChipProgress,
    ChipRead,
    Opened,
    Proof,
    ReadChip,
    Zone,
)
from devices.chip.words import PROVES
from devices.messages import ScanKind, Scanned
from kiosk.ui.events import AnyAction, Back, EndSession, PressKey, Suggest, TimePassed
from kiosk.ui.flows.chip import pages as c
from kiosk.ui.flows.chip.offering import MOST_READINGS
from kiosk.ui.flows.chip.reading import NEVER, card_of, command_of, found_in
from kiosk.ui.flows.chip.texts import CHIP
from kiosk.ui.flows.number.pages import Confirm, Errand, ScanCard
from kiosk.ui.flows.prepare.pages import AboutPrepare, FilingForm
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.keyboard.typing import Typing
from kiosk.ui.screen import Listing, Message, Sheet
from kiosk.ui.state import Home, State
from kiosk.ui.view import view
from kiosk.ui.world import ChipState
from tests.kiosk.ui.chips import CAME, FOUND, KEY, chip_pages, with_chip
from tests.kiosk.ui.filings import FILING, SAID
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import CARD, ROOM, open_state

EMPTY = FilingForm(filing=replace(FILING, said=type(SAID)()))
DONE = PressKey(act=Act.DONE)


def at(page: object, *actions: AnyAction) -> Play:
    """Begin on a page, where chips are read."""
    return Play(replace(with_chip(open_state()), page=page)).touch(*actions)


def write(play: Play, text: str) -> Play:
    """Fill the field that is shown."""
    page = play.state.page
    assert isinstance(page, c.ChipLine)
    play.state = replace(play.state, page=replace(page, typing=page.typing.filled(text)))
    return play.touch(DONE)


def page_of(play: Play, kind: type[c.AnyPage]) -> c.AnyPage:
    page = play.state.page
    assert isinstance(page, kind)
    return page


def asked(play: Play) -> c.ReadCard:
    wish = play.effects[-1]
    assert isinstance(wish, c.ReadCard)
    return wish


def ways(state: State) -> list[object]:
    """Return what can be touched that leads to a chip."""
    screen = view(state, ROOM)
    touched = [screen.right, *(screen.body.rows if isinstance(screen.body, Listing) else ())]
    return [one.action for one in touched if one and isinstance(one.action, c.OpenChip)]


@pytest.mark.parametrize("page", [CAME, ScanCard(errand=Errand(service="ho-tich"))])
def test_it_is_offered_only_where_box_and_site_have_it_on(page: object) -> None:
    both = replace(with_chip(open_state()), page=page)
    without_site = replace(both.world, site=open_state().world.site)
    without_box = replace(both.world, chip=ChipState.NONE)
    broken = replace(both.world, chip=ChipState.FAULT)
    assert ways(both) == [c.OpenChip()]
    for world in (without_site, without_box, broken):
        off = replace(both, world=world)
        assert ways(off) == []
        assert Play(off).touch(c.OpenChip()).state.page == page


def test_nothing_is_asked_for_before_the_citizen_agreed() -> None:
    """PRI-1."""
    play = at(CAME, c.OpenChip())
    play.hear(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    page_of(play, c.ChipConsent)
    assert play.effects == []
    assert "0451" not in repr(view(play.state, ROOM))
    assert play.touch(Back()).state.page == CAME


def test_a_declaration_that_has_number_and_birth_lacks_only_the_expiry_date() -> None:
    play = at(CAME, c.OpenChip(), c.AgreeChip())
    line = page_of(play, c.ChipLine)
    assert isinstance(line, c.ChipLine)
    assert line.line is c.KeyLine.EXPIRY
    wish = asked(write(play, "20052030"))
    told = ReadChip(number=SAID.number, birth="600520", expiry="300520", ask=wish.ask)
    assert command_of(wish.key, wish.ask) == told
    assert not told.with_face


def test_the_qr_gives_number_and_birth_and_a_card_without_an_end_is_one_touch() -> None:
    """ID-5: the QR has no expiry date."""
    play = at(EMPTY, c.OpenChip(), c.AgreeChip())
    play.hear(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    play.touch(Suggest(text=NEVER), DONE)
    key = command_of(asked(play).key, 1)
    assert (key.number, key.birth, key.expiry) == (CARD.number, "600520", "991231")


def test_everything_can_be_typed_and_what_cannot_be_right_stays_to_be_mended() -> None:
    play = at(EMPTY, c.OpenChip(), c.AgreeChip())
    for wrong, right in (("123456", SAID.number), ("00001960", "20051960")):
        before = play.state.page
        write(play, wrong)
        assert play.state.note is not None
        assert type(play.state.page) is type(before)
        write(play, right)
    write(play, "31022030")
    assert play.effects == []
    write(play, "20052030")
    assert asked(play).key == KEY


def test_an_access_number_is_taken_where_the_reader_does_pace() -> None:
    play = at(EMPTY, c.OpenChip(), c.AgreeChip())
    play.hear(c.ChipSeen(chip=ChipState.READY, takes_can=True))
    assert command_of(asked(write(play, "001234")).key, 7) == ReadChip(can="001234", ask=7)


def reading(came: c.Came = CAME) -> tuple[Play, int]:
    """Lay the card."""
    play = at(c.ChipLine(came=came, key=KEY, line=c.KeyLine.EXPIRY, typing=expiry()), DONE)
    return play, asked(play).ask


def expiry() -> Typing:
    line = chip_pages()[1]
    assert isinstance(line, c.ChipLine)
    return line.typing.filled(KEY.expiry)


def test_progress_of_a_reading_that_ended_says_nothing_of_the_next() -> None:
    """It may come after the word that the card was moved."""
    play, ask = reading()
    play.hear(c.ChipUntold(ask=ask, trouble=c.ChipTrouble.MOVED))
    moved = play.state
    assert moved.note is not None
    play.hear(ChipProgress(percent=60, ask=ask))
    assert play.state == moved
    play.hear(ChipProgress(percent=60, ask=asked(play).ask))
    assert isinstance(play.state.page, c.ChipLay)
    assert play.state.page.percent == 50


def test_what_was_read_fills_the_declaration_as_its_qr_does() -> None:
    play, ask = reading()
    play.hear(ChipProgress(percent=60, ask=ask))
    assert isinstance(play.state.page, c.ChipLay)
    assert play.state.page.percent == 50
    play.hear(c.ChipTold(ask=ask, found=FOUND))
    body = view(play.state, ROOM).body
    assert isinstance(body, Sheet)
    assert [one.value for one in body.pairs if "0451" in one.value] == ["0451******34"]
    play.touch(c.ShowChip(part=1))
    body = view(play.state, ROOM).body
    assert isinstance(body, Sheet)
    assert any(PROVES[Proof.SIGNED_BY_KNOWN_ISSUER].vi in note for note in body.notes)
    play.touch(c.TakeFound())
    form = play.state.page
    assert isinstance(form, FilingForm)
    said = form.filing.said
    assert (said.name, said.birth, said.number) == (SAID.name, SAID.birth, SAID.number)
    assert said.phone == SAID.phone
    assert said.doubts[0] == f"Đọc từ chip. {FOUND.proves}"
    assert play.state.note
    assert play.state.note.about is AboutPrepare.CARD_READ


def test_beside_a_number_it_greets_as_the_qr_does() -> None:
    play, ask = reading(ScanCard(errand=Errand(service="ho-tich")))
    play.hear(c.ChipTold(ask=ask, found=FOUND)).touch(c.TakeFound())
    page = play.state.page
    assert isinstance(page, Confirm)
    assert page.errand.card
    assert page.errand.card.senior
    assert SAID.number not in repr(page)


def test_data_that_contradicts_its_signature_cannot_be_used() -> None:
    play, ask = reading()
    play.hear(c.ChipTold(ask=ask, found=replace(FOUND, usable=False)))
    page_of(play, c.ChipReview)
    assert view(play.state, ROOM).right is None
    assert isinstance(play.touch(c.TakeFound()).state.page, c.ChipReview)


def test_a_card_that_moved_is_read_anew_by_itself_a_few_times() -> None:
    play, ask = reading()
    for _ in range(3):
        play.hear(c.ChipUntold(ask=ask, trouble=c.ChipTrouble.MOVED))
        assert play.state.note
        assert play.state.note.about is c.AboutChip.CARD_MOVED
        assert asked(play).ask > ask
        ask = asked(play).ask
    play.hear(c.ChipUntold(ask=ask, trouble=c.ChipTrouble.MOVED))
    assert page_of(play, c.ChipStopped) == c.ChipStopped(
        came=CAME, key=KEY, trouble=c.ChipTrouble.UNREADABLE
    )


def test_a_wrong_key_may_be_written_anew_twice_and_no_more() -> None:
    play, ask = reading()
    for left in (2, 1):
        play.hear(c.ChipUntold(ask=ask, trouble=c.ChipTrouble.WRONG_KEY))
        body = view(play.state, ROOM).body
        assert isinstance(body, Message)
        assert any(str(left) in line for line in body.lines)
        play.touch(c.MendKey(), DONE)
        ask = asked(play).ask
    play.hear(c.ChipUntold(ask=ask, trouble=c.ChipTrouble.WRONG_KEY))
    stopped = page_of(play, c.ChipStopped)
    assert stopped == c.ChipStopped(came=CAME, key=KEY, trouble=c.ChipTrouble.TRIES_OVER)
    assert play.touch(c.MendKey(), c.RetryChip()).state.page == stopped
    assert play.touch(Back()).state.page == CAME
    assert ways(play.state) == []
    play.now += 200.0
    play.hear(TimePassed())
    assert play.state.chip_tries == c.ChipTries(), "the next citizen begins anew"


def test_no_chip_is_tried_for_ever() -> None:
    play, ask = reading()
    for _ in range(MOST_READINGS):
        play.hear(c.ChipUntold(ask=ask, trouble=c.ChipTrouble.UNREADABLE)).touch(c.RetryChip())
        ask = asked(play).ask
    stopped = page_of(play, c.ChipStopped)
    assert isinstance(stopped, c.ChipStopped)
    assert stopped.trouble is c.ChipTrouble.TRIES_OVER


@pytest.mark.parametrize("way", [Back(), c.ChipSeen(chip=ChipState.FAULT)])
def test_a_reading_nobody_waits_for_is_ended_and_its_answer_is_heard_by_nobody(
    way: Back | c.ChipSeen,
) -> None:
    play, ask = reading()
    if isinstance(way, Back):
        play.touch(way)
    else:
        play.hear(way)
    assert play.effects[-1] == c.StopChip()
    after = play.state.page
    play.hear(c.ChipTold(ask=ask, found=FOUND))
    assert play.state.page == after


@pytest.mark.parametrize("page", chip_pages(), ids=lambda page: type(page).__name__)
def test_nothing_of_a_citizen_is_left_when_patience_ends(page: c.AnyPage) -> None:
    """PRI-2; and nothing shows in a repr."""
    play = at(page)
    for private in (SAID.name, SAID.number, SAID.address, KEY.birth, KEY.expiry):
        assert private not in repr(play.state)
    play.now += 200.0
    play.hear(TimePassed())
    assert play.state.page == Home()
    assert EndSession() in play.effects


def test_it_is_never_said_that_anybody_was_verified() -> None:
    """ID-12."""
    texts = [
        str(getattr(words, one.name)) for words in CHIP.built_in().values() for one in fields(words)
    ]
    said = " ".join(texts).lower()
    for word in ("xác thực", "xác minh", "chứng thực", "verif", "authentic"):
        assert word not in said


ZONE = Zone(
    document_number="190001234",
    personal_number="045190001234",
    surname="NGUYEN",
    given_names="THI HOA",
    birth="900520",
    sex="F",
    expiry="300520",
    nationality="VNM",
)
READ = ChipRead(
    opened=Opened.BAC, zone=ZONE, proof=Proof.UNKNOWN_ISSUER, proves="Chỉ", proves_en="Only"
)


def test_of_a_chip_only_the_lines_of_a_declaration_are_taken() -> None:
    """PRI-1: neither faith nor marks nor the old number reach the session."""
    said = ChipFields(
        number="045190001234",
        name="Nguyễn Thị Hoa",
        birth="20/05/1990",
        sex="Nữ",
        religion="Không",
        residence="Xã Gio Linh",
        old_number="197123456",
    )
    card = card_of(found_in(replace(READ, fields=said)))
    assert (card.name, card.birth, card.sex) == ("Nguyễn Thị Hoa", "20051990", "Nữ")
    assert (card.address, card.old_number, card.issued) == ("Xã Gio Linh", "", "")


@pytest.mark.parametrize(
    ("number", "birth", "born"),
    [
        ("045190001234", "900520", "20051990"),
        ("045304001234", "040229", "29022004"),
        ("", "900520", ""),
        ("045190001234", "9005<<", "00051990"),
    ],
)
def test_a_chip_without_letters_says_who_it_is_by_its_zone(
    number: str, birth: str, born: str
) -> None:
    """Domain 1.4: the century is in the number. ID-4: a day that nobody knows is 00."""
    found = found_in(replace(READ, zone=replace(ZONE, personal_number=number, birth=birth)))
    assert (found.name, found.birth, found.sex) == ("NGUYEN THI HOA", born, "Nữ")


def test_what_its_signature_contradicts_is_not_usable() -> None:
    usable = {proof for proof in Proof if found_in(replace(READ, proof=proof)).usable}
    assert set(Proof) - usable == {Proof.SIGNATURE_WRONG, Proof.HASHES_WRONG}
