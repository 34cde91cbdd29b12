"""Feedback at the glass: written, sent once, told truly; followed by its code, its answer rated."""

from typing import Any

import pytest
from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from devices.receipt import Qr, Text
from kiosk.api.site_feedback import FeedbackLookup
from kiosk.domain.feedback import FeedbackState
from kiosk.ui.events import (
    Back,
    EndSession,
    Leave,
    PressKey,
    PrintSlip,
    TimePassed,
    TypeKey,
    TypeSign,
)
from kiosk.ui.flows.feedback import answer_pages, pages
from kiosk.ui.flows.feedback.answer_pages import (
    AnswerSheet,
    AskAnswer,
    FeedbackTold,
    FeedbackUntold,
    LookFeedbackUp,
    RateFeedback,
    SendAnswerRating,
)
from kiosk.ui.flows.feedback.pages import (
    AboutFeedback,
    FeedbackContact,
    FeedbackDone,
    FeedbackDoor,
    FeedbackEdit,
    FeedbackNotice,
    FeedbackNotStored,
    FeedbackOffered,
    FeedbackPart,
    FeedbackPhoto,
    FeedbackReview,
    FeedbackStored,
    FeedbackText,
    SendFeedbackDraft,
)
from kiosk.ui.flows.menu.pages import Menu, OpenMenu
from kiosk.ui.flows.procedures.pages import OpenSearch, OpenSectors, SearchProcedures
from kiosk.ui.keyboard.keys import Act, Method
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.keyboard.syllable import ToneStyle
from kiosk.ui.room import Room
from kiosk.ui.screen import Faces, Listing, Sheet, Tiles, Writing
from kiosk.ui.state import Home, Rest, State
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState
from tests.kiosk.ui.feedback import ANSWERED, ANSWERS, CODE, LONG, OFFER, PHOTO, TAKEN, TEXT
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import ROOM, SITE, open_state

DONE = PressKey(act=Act.DONE)
GIVEN_UP = replace(ANSWERS["open"], overdue=True, given_up=True)
SMALL = Room(tiles=3, rows=2, lines=5, letters=41, buttons=1)
SCANNED = Scanned(kind=ScanKind.UNKNOWN, text=CODE)
TO_TEXT = (
    pages.GoOnFeedback(),
    pages.SetFeedbackCategory(category="thai-do"),
    pages.SetTypingMethod(method=Method.VNI),
)
NEXT, SEND = pages.GoOnFeedback(), pages.SendFeedbackNow()


def offered(*, camera: bool = False, state: State | None = None) -> Play:
    play = Play(state or open_state()).touch(
        OpenMenu(), pages.OpenFeedback(), pages.StartFeedback()
    )
    return play.hear(FeedbackOffered(ask=1, offer=OFFER, takes_photos=camera))


def written(text: str = "xin sua den") -> Play:
    play = offered().touch(
        NEXT,
        pages.SetFeedbackCategory(category="den-duong"),
        pages.SetTypingMethod(method=Method.SIGNS),
        *(TypeKey(key=key) for key in text),
        DONE,
        pages.SetFeedbackPlace(place=OFFER.places[0]),
        pages.StayNameless(),
    )
    assert isinstance(play.state.page, FeedbackReview)
    return play


def sent() -> tuple[Play, SendFeedbackDraft]:
    play = written().touch(SEND)
    (effect,) = play.wanted(SendFeedbackDraft)
    assert isinstance(effect, SendFeedbackDraft)
    return play, effect


def body(play: Play, room: Room = ROOM) -> Any:
    return view(play.state, room).body


def test_it_is_written_reviewed_sent_and_the_code_is_printed() -> None:
    play, effect = sent()
    draft = effect.draft
    assert (draft.category, draft.text, draft.place) == (
        *("den-duong", "Xin sua den", OFFER.places[0]),
    )
    assert (draft.name, draft.phone, draft.photo, draft.may_be_public) == ("", "", b"", False)
    play.hear(FeedbackStored(ask=draft.ask, taken=TAKEN))
    assert play.state.page == FeedbackDone(taken=TAKEN)
    assert CODE in body(play).title
    (slip,) = play.wanted(PrintSlip)
    assert isinstance(slip, PrintSlip)
    told = [each.text for each in slip.receipt.blocks if isinstance(each, Text)]
    assert CODE in told
    assert not any("den" in text and "Xin sua" in text for text in told), "what was written is not"
    assert [each.data for each in slip.receipt.blocks if isinstance(each, Qr)] == [CODE]
    play.touch(Leave())
    assert isinstance(play.state.page, Home)


@pytest.mark.parametrize(("style", "made"), [("old", "hòa"), ("new", "hoà")])
def test_tones_are_written_as_the_kiosk_is_set(style: ToneStyle, made: str) -> None:
    """Domain §11.2: both styles are in use, so it is a setting."""
    begun = open_state()
    state = replace(begun, rules=replace(begun.rules, tone_style=style))
    play = offered(state=state).touch(*TO_TEXT, *(TypeKey(key=key) for key in "hoa2"))
    assert isinstance(play.state.page, FeedbackText)
    assert play.state.page.typing.text.lower() == made
    search = Play(state).touch(OpenMenu(), OpenSectors(), OpenSearch())
    search.touch(*(TypeKey(key=key) for key in "hoa"), TypeSign(sign=Sign.GRAVE))
    assert isinstance(search.state.page, SearchProcedures)
    assert search.state.page.typing.text.lower() == made


def test_without_a_printer_the_code_is_a_symbol_on_the_glass() -> None:
    state = open_state()
    bare = replace(state, world=replace(state.world, printer=PrinterState.NONE))
    play = Play(replace(bare, page=FeedbackDone(taken=TAKEN)))
    assert body(play).qr == CODE
    assert not body(play).buttons


def test_nothing_is_promised_that_is_not_known() -> None:
    """Unanswered may be there: it is sent again as it is, under the same name, or left."""
    play, effect = sent()
    ask = effect.draft.ask
    assert play.touch(SEND, Back()).wanted(SendFeedbackDraft) == [effect], "while it is on its way"
    play.hear(FeedbackNotStored(ask=ask, about=AboutFeedback.NOT_SURE))
    assert play.state.note is not None
    assert play.state.note.about is AboutFeedback.NOT_SURE
    play.touch(pages.EditFeedback(), Back())
    assert isinstance(play.state.page, FeedbackReview), "nothing of it changes any more"
    last = len(play.wanted(SendFeedbackDraft))
    play.touch(SEND)
    again = play.wanted(SendFeedbackDraft)[last]
    assert isinstance(again, SendFeedbackDraft)
    assert (again.draft.ask, again.draft.text) == (ask, effect.draft.text)
    play.hear(FeedbackNotStored(ask=ask, about=AboutFeedback.NOT_SURE)).touch(Leave())
    assert play.effects[-1] == EndSession()


def test_whoever_has_written_it_may_go_without_sending_it() -> None:
    """Also with a touch: between the end and its parts nobody waits for the patience's end."""
    play = written()
    shown = view(play.state, ROOM)
    assert isinstance(play.state.page, FeedbackReview)
    assert shown.left is not None
    assert shown.left.action == Leave()
    assert play.touch(Leave()).state.page == Home()
    assert play.effects[-1] == EndSession()
    assert play.wanted(SendFeedbackDraft) == []


def test_what_was_refused_may_be_mended() -> None:
    play, effect = sent()
    play.hear(FeedbackNotStored(ask=effect.draft.ask, about=AboutFeedback.BAD_PHOTO))
    play.touch(pages.EditFeedback(), pages.EditFeedbackPart(what=FeedbackPart.TEXT))
    assert isinstance(play.state.page, FeedbackText)
    play.touch(TypeKey(key="!"), DONE)
    page = play.state.page
    assert isinstance(page, FeedbackReview), "back to the end, not through all steps"
    assert page.draft.text == "Xin sua den!"


def test_an_answer_of_another_sending_is_nobodys() -> None:
    play, effect = sent()
    play.hear(FeedbackStored(ask=effect.draft.ask + 1, taken=TAKEN))
    assert isinstance(play.state.page, FeedbackReview)
    play.touch(Leave())
    gone = Play(open_state()).hear(FeedbackStored(ask=effect.draft.ask, taken=TAKEN))
    assert gone.state.page == Home()
    assert gone.effects == []


def test_every_step_leads_back_and_keeps_what_was_written() -> None:
    play = written().touch(Back())
    assert isinstance(play.state.page, FeedbackEdit)
    play = offered(camera=True).touch(
        NEXT,
        pages.SetFeedbackCategory(category="thai-do"),
        pages.SetTypingMethod(method=Method.VNI),
    )
    play.touch(*(TypeKey(key=key) for key in "a6"), DONE, NEXT, NEXT)
    assert isinstance(play.state.page, FeedbackContact)
    kinds = []
    while not isinstance(play.state.page, Menu):
        play.touch(Back())
        kinds.append(type(play.state.page).__name__)
        if isinstance(play.state.page, FeedbackText):
            assert play.state.page.typing.text == "Â"
    assert kinds == [
        *("FeedbackPhoto", "FeedbackPlaces", "FeedbackText", "FeedbackMethod", "FeedbackAbout"),
        *("FeedbackNotice", "FeedbackDoor", "Menu"),
    ]


def test_a_name_is_given_only_by_who_wants_to_and_shown_masked() -> None:
    play = written().touch(
        *(pages.EditFeedback(), pages.EditFeedbackPart(what=FeedbackPart.SENDER)),
        *(pages.ToggleFeedbackPublic(), pages.GiveMyName()),
        *(TypeKey(key=key) for key in "hoa"),
        DONE,
        *(TypeKey(key=key) for key in "0912"),
        DONE,
    )
    assert play.state.note is not None
    assert play.state.note.about is AboutFeedback.SHORT_PHONE
    play.touch(*(TypeKey(key=key) for key in "345678"), DONE)
    page = play.state.page
    assert isinstance(page, FeedbackReview)
    assert (page.draft.name, page.draft.phone, page.draft.may_be_public) == (
        *("Hoa", "0912345678", True),
    )
    shown = repr(view(play.state, Room(tiles=6, rows=5, lines=40)))
    assert "Hoa" in shown
    assert "0912345678" not in shown


def test_a_photo_is_looked_at_taken_again_or_left_out() -> None:
    play = offered(camera=True).touch(
        NEXT,
        pages.SetFeedbackCategory(category="thai-do"),
        pages.SetTypingMethod(method=Method.VNI),
    )
    play.touch(TypeKey(key="x"), DONE, NEXT, pages.TakeFeedbackPhoto())
    assert len(play.wanted(pages.ShootFeedbackPhoto)) == 1
    play.hear(pages.FeedbackPhotoMissing(ask=play.state.asks))
    assert play.state.note is not None
    play.touch(pages.TakeFeedbackPhoto())
    play.hear(pages.FeedbackPhotoTaken(ask=play.state.asks, photo=PHOTO))
    assert body(play).picture == PHOTO
    assert len(play.wanted(pages.WipeFeedbackPhoto)) == 1, "nothing stays with the camera"
    play.touch(pages.DropFeedbackPhoto(), NEXT)
    page = play.state.page
    assert isinstance(page, FeedbackContact)
    assert page.draft.photo == b""


def test_a_late_photo_is_nobodys() -> None:
    play = offered(camera=True).touch(NEXT).hear(pages.FeedbackPhotoTaken(ask=1, photo=PHOTO))
    assert not isinstance(play.state.page, FeedbackPhoto)
    assert "photo=b'\\xff" not in repr(play.state)
    assert len(play.wanted(pages.WipeFeedbackPhoto)) == 1


def test_nothing_typed_shows_in_a_repr_and_all_of_it_goes_with_the_citizen() -> None:
    play = written("bi mat")
    assert "mat" not in repr(play.state.page)
    assert "mat" not in repr(play.effects)
    for _ in range(70):
        play.now += 1.0
        play.hear(TimePassed())
    assert isinstance(play.state.page, Home | Rest)
    assert EndSession() in play.effects
    assert "Bi mat" not in str(play.state)


def test_an_empty_text_is_not_sent() -> None:
    play = offered().touch(
        NEXT,
        pages.SetFeedbackCategory(category="thai-do"),
        pages.SetTypingMethod(method=Method.VNI),
    )
    play.touch(TypeKey(key=" "), DONE)
    assert isinstance(play.state.page, FeedbackText)
    assert play.state.note is not None


def test_a_long_text_is_shown_whole_in_parts_before_it_is_sent() -> None:
    page = FeedbackReview(draft=replace(_draft(), text=LONG.strip()))
    for room in (ROOM, SMALL):
        seen: list[str] = []
        for part in range(40):
            sheet = view(replace(open_state(), page=replace(page, part=part)), room).body
            assert isinstance(sheet, Sheet)
            seen += sheet.notes
            assert sheet.foot is not None
            if sheet.foot.action == SEND:
                break
        assert " ".join(seen).split() == LONG.split()


def _draft() -> pages.FeedbackDraft:
    return pages.FeedbackDraft(offer=OFFER, ask=1, category="den-duong", text=TEXT, whole=True)


def test_of_a_long_text_its_end_stands_over_the_keys() -> None:
    typing = FeedbackText(draft=_draft(), typing=_filled(LONG))
    screen = view(replace(open_state(), page=typing), ROOM).body
    assert isinstance(screen, Writing)
    assert screen.text.startswith("…")
    assert LONG.strip().endswith(screen.text[1:].strip())


def _filled(text: str) -> Any:
    play = offered().touch(
        NEXT,
        pages.SetFeedbackCategory(category="thai-do"),
        pages.SetTypingMethod(method=Method.VNI),
    )
    page = play.state.page
    assert isinstance(page, FeedbackText)
    return page.typing.filled(text)


def test_the_places_of_the_commune_are_offered_and_another_may_be_typed() -> None:
    play = written().touch(pages.EditFeedback(), pages.EditFeedbackPart(what=FeedbackPart.PLACE))
    listing = body(play, SMALL)
    assert isinstance(listing, Listing)
    assert len(listing.rows) == SMALL.rows
    assert listing.foot is not None
    play.touch(pages.TypeFeedbackPlace())
    play.touch(PressKey(act=Act.CLEAR), *(TypeKey(key=key) for key in "tram"))
    found = body(play)
    assert isinstance(found, Writing)
    assert [row.title for row in found.found] == ["Trạm Y tế xã Gio Linh"], "accents forgiven"
    action = found.found[0].action
    assert action is not None
    page = play.touch(action).state.page
    assert isinstance(page, FeedbackReview)
    assert page.draft.place == "Trạm Y tế xã Gio Linh"


def test_it_is_offered_only_where_it_is_taken() -> None:
    state = open_state()
    without = replace(state, world=replace(state.world, site=replace(SITE, feedback=False)))
    away = replace(state, world=replace(state.world, reachable=False))
    for one, there in ((state, True), (without, False), (away, False)):
        menu = view(replace(one, page=Menu()), Room(tiles=20, rows=9, lines=20)).body
        assert isinstance(menu, Tiles)
        assert (pages.OpenFeedback() in [tile.action for tile in menu.tiles]) is there
        assert isinstance(Play(one).hear(SCANNED).state.page, AskAnswer) is there


def test_a_server_that_does_not_answer_leads_nobody_astray() -> None:
    play = Play(open_state()).touch(OpenMenu(), pages.OpenFeedback(), pages.StartFeedback())
    play.hear(pages.FeedbackNotOffered(ask=1))
    assert play.state.page == FeedbackDoor()
    assert play.state.note is not None
    late = play.touch(Back()).hear(FeedbackOffered(ask=1, offer=OFFER, takes_photos=False))
    assert isinstance(late.state.page, Menu)


def test_the_notice_comes_before_the_first_letter() -> None:
    """PRI-1."""
    play = offered()
    assert isinstance(play.state.page, FeedbackNotice)
    assert "30/11/2026" in repr(body(play)), "the latest day of all categories"
    assert "không giữ lại" in repr(body(play))
    here = Play(open_state()).touch(OpenMenu(), pages.OpenFeedback(), pages.StartFeedback())
    own = replace(OFFER, connected=False)
    here.hear(FeedbackOffered(ask=1, offer=own, takes_photos=False))
    assert "hủy 90 ngày" in repr(body(here)), "how long this office keeps it"


def test_a_scanned_or_typed_code_leads_to_the_answer() -> None:
    play = Play(open_state()).hear(SCANNED)
    assert play.wanted(LookFeedbackUp) == [LookFeedbackUp(ask=1, code=CODE)]
    play.hear(FeedbackTold(ask=1, told=ANSWERED))
    assert play.state.page == AnswerSheet(told=ANSWERED)
    typed = Play(open_state()).touch(OpenMenu(), pages.OpenFeedback(), answer_pages.OpenAnswer())
    typed.touch(*(TypeKey(key=key) for key in "NYJKYF33PMKW"), DONE)
    assert typed.state.note is not None
    assert typed.state.note.about is AboutFeedback.MISTYPED, "its last letter checks the others"
    typed.touch(PressKey(act=Act.BACKSPACE), TypeKey(key="M"), DONE)
    assert typed.wanted(LookFeedbackUp) == [LookFeedbackUp(ask=1, code=CODE)]
    typed.hear(FeedbackUntold(ask=1, about=AboutFeedback.UNKNOWN))
    assert isinstance(typed.state.page, AskAnswer)
    assert typed.state.page.typing.text == CODE


def test_another_text_at_the_scanner_is_no_code() -> None:
    wrong = Scanned(kind=ScanKind.UNKNOWN, text="NYJK-YF33-PMKW")
    assert Play(open_state()).hear(wrong).state.page == Home()


@pytest.mark.parametrize("told", [*ANSWERS.values(), GIVEN_UP])
def test_an_answer_is_told_whole_and_as_it_is(told: FeedbackLookup) -> None:
    seen, tones = "", set()
    for part in range(40):
        page = AnswerSheet(told=told, part=part)
        sheet = view(replace(open_state(), page=page), SMALL).body
        assert isinstance(sheet, Sheet)
        seen += " ".join((*(f"{one.label} {one.value}" for one in sheet.pairs), *sheet.notes, ""))
        tones.add(sheet.tone)
        assert len(sheet.buttons) == (told.state.closed and told.rating is None)
        if sheet.foot is None:
            break
    assert " ".join(told.answer.split()) in " ".join(seen.split())
    assert ("Đang chờ gửi" in seen) is told.waits
    assert ("quá hạn" in seen) is told.overdue
    assert ("không còn tự hỏi" in seen) is told.given_up
    assert ("đang không trả lời" in seen) is not told.live
    assert ("trễ hạn" in seen) is (told.in_time is False)
    assert ("Chưa có trả lời" in seen) is (not told.answer)


def test_an_answer_is_rated_once_with_its_raw_scale() -> None:
    """QUE-10."""
    five = replace(ANSWERED, rating_scale=5)
    play = Play(open_state()).hear(SCANNED, FeedbackTold(ask=1, told=five))
    play.touch(answer_pages.OpenFeedbackRating())
    faces = body(play)
    assert isinstance(faces, Faces)
    assert [face.title for face in faces.faces] == [
        *("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng")
    ]
    worst = answer_pages.GiveFeedbackRating(value=1, scale=5)
    play.touch(worst, worst)
    assert play.wanted(SendAnswerRating) == [SendAnswerRating(ask=2, code=CODE, value=1, scale=5)]
    play.hear(answer_pages.FeedbackRatingTold(ask=2, about=AboutFeedback.NO_ANSWER)).touch(worst)
    assert len(play.wanted(SendAnswerRating)) == 2
    play.hear(answer_pages.FeedbackRatingTold(ask=3, about=AboutFeedback.THANKS))
    assert isinstance(play.state.page, AnswerSheet)
    play.touch(answer_pages.OpenFeedbackRating())
    assert not isinstance(play.state.page, RateFeedback)


def test_what_is_open_has_no_rating_and_nobody_must_rate() -> None:
    play = Play(replace(open_state(), page=AnswerSheet(told=ANSWERS["open"])))
    assert not isinstance(play.touch(answer_pages.OpenFeedbackRating()).state.page, RateFeedback)
    play = Play(replace(open_state(), page=RateFeedback(told=ANSWERED))).touch(Back())
    assert play.state.page == AnswerSheet(told=ANSWERED)
    assert ANSWERED.state is FeedbackState.DONE
