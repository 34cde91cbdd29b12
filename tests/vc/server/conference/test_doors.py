"""Waiting room, lock, expulsion; what everybody sees; what a room is told."""

import msgspec
import pytest

from devices.contract.message import Event
from tests.vc.example import STARTS_AT, example_plan
from tests.vc.server.conference.meeting import CHAIR, OPERATOR, Meeting, guest, live, lobby, site
from vc import acts
from vc.messages import LineAlarm, RoomNotice, SiteJoined, SiteLeft
from vc.server.conference import errors, rules
from vc.server.conference.notice import floor_name, room_notice
from vc.state import MAX_GUESTS, Layout, Line, Policy


def knocks(meeting: Meeting, guest_id: str) -> None:
    meeting.take(rules.guest_knocks(meeting.state, guest_id, f"Khách {guest_id}", meeting.now))


def test_nobody_comes_in_before_the_lobby_opens() -> None:
    meeting = Meeting(rules.begin(example_plan()))
    with pytest.raises(errors.NotNowError):
        meeting.arrives("gio-linh")


def test_coming_twice_is_coming_once_and_both_are_told() -> None:
    meeting = live()
    conference = meeting.state.plan.id
    state = meeting.departs("gio-linh")
    left: list[Event] = [SiteLeft(conference=conference, member="gio-linh", expected=False)]
    assert list(meeting.last.events) == left
    assert meeting.departs("gio-linh") is state
    state = meeting.arrives("gio-linh")
    assert list(meeting.last.events) == [SiteJoined(conference=conference, member="gio-linh")]
    assert meeting.arrives("gio-linh") is state


def test_while_locked_nobody_new_gets_in_and_who_was_in_comes_back() -> None:
    meeting = Meeting(rules.begin(example_plan()))
    meeting.does(OPERATOR, acts.OpenLobby())
    meeting.arrives("gio-linh")
    meeting.does(OPERATOR, acts.SetLocked(locked=True))
    meeting.departs("gio-linh")
    meeting.arrives("gio-linh")
    with pytest.raises(errors.LockedError):
        meeting.arrives("cam-lo")
    with pytest.raises(errors.LockedError):
        knocks(meeting, "khach")


def test_an_expelled_member_stays_out_until_it_is_let_in() -> None:
    meeting = live()
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"), acts.Pin(member="gio-linh"))
    state = meeting.does(OPERATOR, acts.Expel(member="gio-linh"))
    assert (state.floor, state.pinned) == (None, "")
    assert meeting.does(OPERATOR, acts.Expel(member="gio-linh")) is state
    with pytest.raises(errors.ExpelledError):
        meeting.arrives("gio-linh")
    with pytest.raises(errors.ExpelledError):
        meeting.asks("gio-linh-1", "r")
    assert room_notice(state, "gio-linh") == RoomNotice(revision=state.revision)
    meeting.does(OPERATOR, acts.SetLocked(locked=True), acts.LetIn(member="gio-linh"))
    assert meeting.arrives("gio-linh").member("gio-linh") is not None
    with pytest.raises(errors.CentreStaysError):
        meeting.does(OPERATOR, acts.Expel(member="trung-tam"))


def test_a_guest_waits_until_the_chairs_side_decides() -> None:
    meeting = live()
    knocks(meeting, "khach")
    state = meeting.state
    knocks(meeting, "khach")
    assert meeting.state is state
    with pytest.raises(errors.NoSuchThingError):
        meeting.arrives("khach")
    meeting.does(OPERATOR, acts.LetIn(member="khach"))
    assert meeting.arrives("khach").waiting == ()
    knocks(meeting, "khach-2")
    state = meeting.does(OPERATOR, acts.TurnAway(member="khach-2"))
    assert (state.waiting, state.member("khach-2")) == ((), None)
    knocks(meeting, "khach-3")
    gone = rules.guest_gives_up(meeting.state, "khach-3", meeting.now)
    assert meeting.take(gone).waiting == ()


def test_a_guest_walks_in_where_the_policy_has_no_waiting_room() -> None:
    meeting = live(Policy(guests_wait=False))
    knocks(meeting, "khach")
    assert meeting.arrives("khach").members[-1].connected
    with pytest.raises(errors.MayNotError):
        meeting.does(guest("khach"), acts.SetMuted(member="khach", muted=False))


def test_the_waiting_room_is_bounded_and_takes_no_name_of_a_site_or_delegate() -> None:
    meeting = live()
    for name in ("gio-linh", "gio-linh-1"):
        with pytest.raises(errors.IdTakenError):
            knocks(meeting, name)
    for number in range(MAX_GUESTS):
        knocks(meeting, f"khach-{number}")
    with pytest.raises(errors.ListFullError):
        knocks(meeting, "khach")


def test_a_line_that_turns_bad_is_an_alarm_once() -> None:
    meeting = live()
    told = []
    for line in (Line.GOOD, Line.BAD, Line.BAD, Line.FAIR):
        meeting.take(rules.line_is(meeting.state, "gio-linh", line, meeting.now))
        told += [one.line for one in meeting.last.events if isinstance(one, LineAlarm)]
    assert told == [Line.BAD, Line.FAIR]


def test_the_first_thing_on_show_turns_the_layout_and_the_last_one_turns_it_back() -> None:
    """VC-8."""
    meeting = live()
    meeting.does(OPERATOR, acts.SetLayout(layout=Layout.SPEAKER))
    state = meeting.does(OPERATOR, acts.ShowPaper(paper="bao-cao", page=2))
    assert state.layout is Layout.CONTENT
    meeting.does(OPERATOR, acts.SetLayout(layout=Layout.WALL))
    assert meeting.does(OPERATOR, acts.ShowPaper(paper="bao-cao", page=3)).layout is Layout.WALL
    assert meeting.does(OPERATOR, acts.ClosePaper()).layout is Layout.WALL
    assert meeting.does(OPERATOR, acts.ShowPaper(paper="bao-cao")).layout is Layout.CONTENT
    state = meeting.does(OPERATOR, acts.ClosePaper())
    assert state.layout is Layout.WALL
    assert meeting.does(OPERATOR, acts.ClosePaper()) is state
    for paper, page in (("bao-cao", 4), ("khong-co", 1)):
        with pytest.raises(errors.NoSuchThingError):
            meeting.does(OPERATOR, acts.ShowPaper(paper=paper, page=page))


def test_a_site_shows_its_screen_and_turns_pages_only_while_it_has_the_floor() -> None:
    meeting = live()
    own = site("gio-linh")
    with pytest.raises(errors.NothingSharedError):
        meeting.does(CHAIR, acts.StartContent(member="gio-linh"))
    meeting.take(rules.shares(meeting.state, "gio-linh", meeting.now, sharing=True))
    with pytest.raises(errors.MayNotError):
        meeting.does(own, acts.StartContent(member="gio-linh"))
    with pytest.raises(errors.MayNotError):
        meeting.does(own, acts.ShowPaper(paper="bao-cao"))
    meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    assert meeting.does(own, acts.ShowPaper(paper="bao-cao")).paper is not None
    state = meeting.does(own, acts.StartContent(member="gio-linh"))
    assert (state.content, state.paper) == ("gio-linh", None)
    with pytest.raises(errors.MayNotError):
        meeting.does(site("cam-lo"), acts.StopContent())
    state = meeting.take(rules.shares(meeting.state, "gio-linh", meeting.now, sharing=False))
    assert (state.content, state.layout) == ("", Layout.WALL)


def test_the_item_pin_video_and_recording_are_set_once() -> None:
    meeting = lobby()
    doings = (
        acts.SetItem(item="bao-cao"),
        acts.Pin(member="gio-linh"),
        acts.SetVideoOff(member="gio-linh", off=True),
        acts.SetRecording(on=True),
    )
    for act in doings:
        state = meeting.does(OPERATOR, act)
        meeting.now = meeting.now.replace(minute=59)
        assert meeting.does(OPERATOR, act) is state
    with pytest.raises(errors.NoSuchThingError):
        meeting.does(OPERATOR, acts.SetItem(item="khong-co"))


def test_a_room_is_told_when_to_come() -> None:
    plan = msgspec.structs.replace(example_plan(), join_before_s=300)
    notice = room_notice(rules.begin(plan), "cam-lo")
    assert (notice.starts_at, notice.join_before_s) == (STARTS_AT, 300)


def test_a_room_is_told_its_own_affairs_only() -> None:
    meeting = live()
    for number, name in enumerate(("dong-ha", "gio-linh", "cam-lo")):
        meeting.asks(f"{name}-1", f"r{number}")
        meeting.does(CHAIR, acts.ApproveSpeech(request=f"r{number}"))
    meeting.does(CHAIR, acts.OpenBallot(ballot="b", question="?"))
    for name in ("dong-ha", "cam-lo"):
        cast = acts.CastVote(ballot="b", delegate=f"{name}-1", option=0)
        meeting.does(site(name), cast)
    notice = room_notice(meeting.state, "cam-lo", papers_url="http://127.0.0.1/papers")
    assert [one.id for one in notice.requests] == ["r2"]
    assert notice.place_in_list == 2
    assert notice.present == ("cam-lo-1",)
    assert notice.ballot is not None
    assert (notice.ballot.votes, notice.ballot.voted) == ({"cam-lo-1": 0}, ("cam-lo-1",))
    assert (notice.ballot.eligible, notice.ballot.counts) == (("cam-lo-1",), ())
    assert (notice.connected_sites, notice.sites) == (10, 10)
    meeting.does(CHAIR, acts.GiveFloor(member="dong-ha", request="r0"))
    notice = room_notice(meeting.state, "cam-lo")
    assert notice.floor is not None
    assert notice.floor.request == ""
    assert notice.floor_name == "Đại biểu 1 Thành phố Đông Hà – Thành phố Đông Hà"
    assert notice.place_in_list == 1
    assert floor_name(lobby().state) == ""
