"""Calling an officer: asked first, waited for, seen only after a yes, and always with an end."""

import pytest
from msgspec.structs import replace

from kiosk.ui.events import Back, BeginSession, EndSession, Leave, TimePassed, Touched
from kiosk.ui.facts import Page
from kiosk.ui.flows.chip.pages import ChipLay, ChipReview, ChipTold
from kiosk.ui.flows.dossier.pages import DossierSheet
from kiosk.ui.flows.feedback.answer_flow import AnswerFlow
from kiosk.ui.flows.feedback.flow import FeedbackFlow
from kiosk.ui.flows.help import aside
from kiosk.ui.flows.help.pages import (
    AboutHelp,
    AgreeShow,
    CallNow,
    CallOfficer,
    CallStage,
    EndCall,
    GoOnBeside,
    HangUp,
    HelpEnded,
    HelpIs,
    HelpNotice,
    HelpOver,
    HelpShow,
    HelpTalk,
    HelpWait,
    MuteCall,
    OpenCall,
    OpenHelp,
    OpenShow,
    ShowForm,
    ShowPhoto,
    StopShow,
    ToggleMuted,
)
from kiosk.ui.flows.help.texts import VIETNAMESE
from kiosk.ui.flows.menu.pages import Menu, OpenMenu
from kiosk.ui.flows.number.pages import (
    Errand,
    ForgetNumber,
    Issued,
    NoAnswer,
    NumberTaken,
    Paper,
    Taking,
)
from kiosk.ui.flows.prepare.flow import PrepareFlow
from kiosk.ui.flows.prepare.pages import (
    BindingPages,
    FilingForm,
    FilingUnsent,
    LayPage,
    Unsent,
)
from kiosk.ui.flows.prepare.wishes import DeskSeen, LookAtDesk, WithdrawFiling
from kiosk.ui.flows.visit.pages import Find, OpenFind
from kiosk.ui.screen import CallScreen, Photo, Shared, Tiles
from kiosk.ui.session import next_time, step
from kiosk.ui.state import AnyPage, Home, State
from kiosk.ui.view import view
from tests.kiosk.ui.chips import CAME, FOUND, KEY
from tests.kiosk.ui.dossiers import OVERDUE
from tests.kiosk.ui.filings import FILING, preview
from tests.kiosk.ui.play import Play
from tests.kiosk.ui.site import ROOM, every_page, open_state, ticket

OFFICER = "Trần Thị Bình"
ERRAND = Errand(service="ho-tich")
WAITS = Taking(errand=ERRAND, ask=9)


def at_the_kiosk(*, helpline: bool = True) -> Play:
    return Play(replace(open_state(), helpline=helpline))


def calling() -> Play:
    return at_the_kiosk().touch(OpenMenu(), OpenHelp(), CallNow())


def talking() -> Play:
    return calling().hear(says(CallStage.WAITING), says(CallStage.TALKING))


def says(stage: CallStage, *, ask: int = 1) -> HelpIs:
    return HelpIs(ask=ask, stage=stage, officer=OFFICER)


def page(play: Play) -> AnyPage:
    return play.state.page


def test_nobody_can_be_called_where_no_help_desk_is_configured() -> None:
    play = at_the_kiosk(helpline=False).touch(OpenMenu())
    body = view(play.state, ROOM).body
    assert isinstance(body, Tiles)
    assert VIETNAMESE.open_help not in {tile.title for tile in body.tiles}
    assert page(play.touch(OpenHelp())) == Menu()


def test_a_call_is_made_only_after_it_was_said_what_it_is() -> None:
    play = at_the_kiosk().touch(OpenMenu(), OpenHelp())
    assert page(play) == HelpNotice()
    assert play.wanted(CallOfficer) == []
    play.touch(CallNow())
    assert isinstance(page(play), HelpWait)
    assert play.wanted(CallOfficer) == [CallOfficer(ask=1, language="vi")]


def test_who_is_answered_comes_face_to_face() -> None:
    play = talking()
    assert page(play) == HelpTalk()
    body = view(play.state, ROOM).body
    assert isinstance(body, CallScreen)
    assert OFFICER in body.title


@pytest.mark.parametrize("about", AboutHelp)
def test_every_end_is_told_in_its_own_words(about: AboutHelp) -> None:
    play = calling().hear(HelpEnded(ask=1, about=about))
    assert page(play) == HelpOver(about=about)
    assert play.state.help is None


def test_a_call_of_before_says_nothing_about_this_one() -> None:
    play = calling()
    before = play.state
    assert play.hear(HelpEnded(ask=7, about=AboutHelp.LOST)).state == before
    assert play.hear(says(CallStage.TALKING, ask=7)).state == before


def test_who_is_tired_of_waiting_hangs_up() -> None:
    play = calling().touch(HangUp())
    assert play.wanted(EndCall) == [EndCall()]
    assert page(play) == HelpOver(about=AboutHelp.CITIZEN)


def until_due(play: Play) -> Play:
    due = next_time(play.state)
    assert due is not None
    play.now = due
    return play.hear(TimePassed())


def test_who_waits_for_a_desk_that_has_fallen_silent_is_told_so() -> None:
    play = until_due(calling())
    assert page(play) == HelpOver(about=AboutHelp.NO_ANSWER)
    assert play.wanted(EndCall) == [EndCall()]
    assert play.state.help is None


def test_a_desk_that_falls_silent_does_not_hold_the_kiosk() -> None:
    play = until_due(calling())
    play.now += 500
    assert page(play.hear(TimePassed())) == Home()
    assert play.wanted(EndSession) == [EndSession()]


def test_the_officer_sees_nothing_before_a_yes_and_nothing_after_a_no() -> None:
    play = talking().touch(GoOnBeside(), OpenFind())
    assert view(play.state, ROOM).shared is Shared.NOT
    play.touch(OpenCall(), OpenShow())
    assert page(play) == HelpShow()
    play.touch(Back(), GoOnBeside())
    assert view(play.state, ROOM).shared is Shared.NOT
    assert play.wanted(ShowForm) == []


def showing(at: Page | None = None) -> Play:
    play = talking().touch(OpenShow(), AgreeShow(), GoOnBeside())
    if at is not None:
        play.state = replace(play.state, page=at)
    return play


def test_after_a_yes_errands_are_seen_and_the_screen_says_so() -> None:
    play = showing().touch(OpenFind())
    screen = view(play.state, ROOM)
    assert screen.shared is Shared.SEEN
    assert screen.title == VIETNAMESE.seen
    assert play.wanted(ShowForm) == [ShowForm(shows=True)]


def test_the_call_itself_is_never_seen() -> None:
    play = showing().touch(OpenFind(), OpenCall())
    assert view(play.state, ROOM).shared is Shared.CALL


def test_it_is_seen_no_more_once_it_is_taken_back() -> None:
    play = showing().touch(OpenFind(), OpenCall(), StopShow(), GoOnBeside())
    assert page(play) == Find()
    assert view(play.state, ROOM).shared is Shared.NOT
    assert play.wanted(ShowForm)[-1] == ShowForm(shows=False)


def test_a_yes_holds_for_one_call() -> None:
    play = showing().touch(OpenCall(), HangUp(), CallNow())
    play.hear(says(CallStage.TALKING, ask=2))
    assert play.state.help is not None
    assert not play.state.help.shows


def photo_of(state: State) -> Shared:
    """Return what holds of this page if it were one with a photo."""
    return aside.shared(state, Photo(prompt="", picture=b"jpeg"))


def test_a_photo_is_seen_only_when_it_was_asked_for_by_itself() -> None:
    play = showing(DossierSheet(told=OVERDUE))
    assert photo_of(play.state) is Shared.PHOTO
    play.touch(ShowPhoto())
    assert photo_of(play.state) is Shared.SEEN
    play.state = replace(play.state, page=DossierSheet(told=OVERDUE, part=1))
    assert photo_of(play.state) is Shared.PHOTO


def test_a_photo_that_was_seen_is_forgotten_with_its_page() -> None:
    play = showing(DossierSheet(told=OVERDUE)).touch(ShowPhoto(), OpenCall(), GoOnBeside())
    assert play.state.help is not None
    assert play.state.help.photo is None


def test_the_citizen_goes_on_where_he_was() -> None:
    play = talking().touch(GoOnBeside(), OpenFind())
    play.state = replace(play.state, page=Find(typed="A01"))
    play.touch(OpenCall())
    assert page(play) == HelpTalk()
    assert page(play.touch(GoOnBeside())) == Find(typed="A01")


def test_who_has_done_something_is_still_in_the_call() -> None:
    play = talking().touch(GoOnBeside(), OpenFind())
    play.state = replace(play.state, page=DossierSheet(told=OVERDUE))
    play.touch(Leave())
    assert page(play) == HelpTalk()
    assert play.wanted(EndSession) == []


def test_a_page_that_ends_by_itself_leads_back_to_the_call() -> None:
    play = talking()
    issued = Issued(ticket=ticket(), paper=Paper.PRINTED, until=play.now + 5)
    play.state = replace(play.state, page=issued)
    play.now += 5
    assert page(play.hear(TimePassed())) == HelpTalk()


def test_the_services_are_part_of_the_session_while_a_call_stands() -> None:
    play = talking().touch(GoOnBeside())
    assert page(play) == Home()
    assert play.wanted(EndSession) == []
    play.hear(HelpEnded(ask=1, about=AboutHelp.OFFICER))
    assert play.wanted(EndSession) == [EndSession()]
    assert len(play.wanted(BeginSession)) == 1


def test_a_voice_is_a_sign_of_life_and_silence_is_none() -> None:
    play = talking()
    for _ in range(40):
        play.now += 3
        play.hear(TimePassed(), says(CallStage.TALKING))
    assert page(play) == HelpTalk()
    assert play.state.warned is None
    play.now += play.state.rules.warn_after_s
    assert play.hear(TimePassed()).state.warned is not None
    play.now += play.state.rules.wipe_after_s
    assert page(play.hear(TimePassed())) == Home()
    assert play.state.help is None
    assert play.wanted(EndCall) == [EndCall()]


def test_a_lost_call_leaves_the_citizen_where_he_was_and_patience_is_as_ever() -> None:
    play = talking().touch(GoOnBeside(), OpenFind())
    play.hear(HelpEnded(ask=1, about=AboutHelp.LOST))
    assert page(play) == Find()
    assert play.state.note is not None
    for _ in range(70):
        play.hear(TimePassed())
    assert page(play) == Home()
    assert play.wanted(EndSession) == [EndSession()]


def test_a_call_lost_while_it_is_looked_at_leads_back_to_what_was_done() -> None:
    play = talking().touch(GoOnBeside(), OpenFind(), OpenCall())
    play.hear(HelpEnded(ask=1, about=AboutHelp.LOST))
    assert page(play) == Find()
    assert play.state.note is not None


def test_who_hangs_up_is_left_to_what_he_was_doing() -> None:
    play = talking().touch(GoOnBeside(), OpenFind(), OpenCall(), HangUp())
    assert page(play) == Find()
    assert play.state.note is not None
    assert play.wanted(EndCall) == [EndCall()]
    assert play.wanted(EndSession) == []


def beside(at: AnyPage) -> Play:
    """Wait for an answer on a page, and look at the call meanwhile."""
    play = talking().touch(GoOnBeside())
    play.state = replace(play.state, page=at)
    play.touch(OpenCall())
    assert page(play) == HelpTalk()
    return play


def test_an_answer_comes_to_the_page_that_was_put_aside_for_the_call() -> None:
    play = beside(ChipLay(came=CAME, key=KEY, ask=9))
    play.hear(ChipTold(ask=7, found=FOUND), ChipTold(ask=9, found=FOUND))
    assert page(play) == HelpTalk()
    assert page(play.touch(GoOnBeside())) == ChipReview(came=CAME, found=FOUND)


def test_a_number_that_comes_during_a_call_is_shown_while_it_is_good() -> None:
    play = beside(WAITS).hear(NumberTaken(ask=9, ticket=ticket()))
    assert isinstance(page(play), Issued)
    play.touch(OpenCall(), GoOnBeside())
    assert page(play) == Home()


def test_a_page_given_up_by_going_back_leads_back_to_the_call() -> None:
    play = talking().touch(GoOnBeside())
    play.state = replace(play.state, page=NoAnswer(errand=ERRAND, ask=9, retry=True))
    play.touch(Back())
    assert page(play) == HelpTalk()
    assert play.wanted(ForgetNumber) == [ForgetNumber(ask=9)]
    assert play.wanted(EndSession) == []


@pytest.mark.parametrize("warned", [False, True])
def test_a_number_nobody_waits_for_any_more_is_given_back_also_from_a_call(*, warned: bool) -> None:
    play = beside(WAITS)
    if warned:
        play.now += 500
        play.hear(TimePassed())
    else:
        play.state = replace(play.state, page=NoAnswer(errand=ERRAND, ask=9, retry=True))
        play.touch(Leave())
        assert page(play) == HelpTalk()
    assert play.wanted(ForgetNumber) == [ForgetNumber(ask=9)]


FORM = FilingForm(filing=FILING)


def stuck(at: AnyPage) -> Play:
    """Touch the key of a page where people get stuck."""
    play = at_the_kiosk()
    play.state = replace(play.state, page=at)
    aid = view(play.state, ROOM).aid
    assert aid is not None
    return play.touch(aid.action)


@pytest.mark.parametrize(
    "at",
    [
        each
        for each in every_page()
        if isinstance(each, (*PrepareFlow.aided, *FeedbackFlow.aided, *AnswerFlow.aided))
    ],
    ids=lambda each: type(each).__name__,
)
def test_who_is_stuck_calls_from_the_page_and_comes_back_to_it_with_all_answers(
    at: AnyPage,
) -> None:
    play = stuck(at)
    assert page(play) == HelpNotice(behind=at)
    assert play.wanted(CallOfficer) == []
    assert page(play.touch(Back())) == at
    play = stuck(at).touch(CallNow()).hear(says(CallStage.TALKING))
    assert page(play) == HelpTalk()
    assert page(play.touch(GoOnBeside())) == at
    assert view(play.state, ROOM).aid is None, "the way back to the call is in the corner"
    assert page(play.touch(OpenCall(), HangUp())) == at
    assert play.wanted(EndSession) == []


def test_no_key_calls_anybody_where_nobody_can_be_called_or_something_is_under_way() -> None:
    for state in (
        replace(open_state(), page=FORM),
        replace(open_state(), page=BindingPages(filing=FILING, paper=1), helpline=True),
    ):
        assert view(state, ROOM).aid is None
        assert step(state, Touched(action=OpenHelp()), 1000.0)[0].page == state.page


@pytest.mark.parametrize("told", [True, False])
def test_who_called_from_a_page_and_is_not_answered_is_told_so_there(*, told: bool) -> None:
    play = stuck(FORM).touch(CallNow())
    if told:
        play.hear(HelpEnded(ask=1, about=AboutHelp.NO_ANSWER))
    else:
        until_due(play)
    assert page(play) == FORM
    assert play.state.note is not None
    assert play.state.note.about is AboutHelp.NO_ANSWER


def test_what_is_under_way_goes_on_behind_the_notice_and_is_wiped_with_it() -> None:
    laid = LayPage(filing=FILING, paper=1, look=3, pages=1, seen=preview())
    play = stuck(laid).hear(DeskSeen(look=3, seen=preview(found=False)))
    assert play.effects[-1] == LookAtDesk(look=3)
    assert page(play.touch(Back())) == replace(laid, seen=preview(found=False))
    unsent = stuck(FilingUnsent(filing=FILING, why=Unsent.NO_ANSWER))
    unsent.now += 500
    assert page(unsent.hear(TimePassed())) == Home()
    assert unsent.wanted(WithdrawFiling) == [WithdrawFiling(ask=1)]


def test_the_microphone_is_off_when_the_citizen_says_so() -> None:
    play = talking().touch(ToggleMuted(), ToggleMuted())
    assert play.wanted(MuteCall) == [MuteCall(muted=True), MuteCall(muted=False)]


def test_nothing_of_a_call_outlives_the_session() -> None:
    play = showing(DossierSheet(told=OVERDUE)).touch(ShowPhoto(), OpenCall())
    state = replace(play.state, warned=10)
    state, effects = step(replace(state, page=HelpTalk()), TimePassed(), play.now + 500)
    assert state.help is None
    assert OFFICER not in repr(state)
    assert EndSession() in effects
