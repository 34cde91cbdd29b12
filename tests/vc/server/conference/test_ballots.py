"""Biểu quyết (VC-5)."""

import msgspec
import pytest

from devices.contract.errors import TooLargeError
from devices.contract.message import decode, encode
from tests.vc.example import STARTS_AT
from tests.vc.server.conference.meeting import CHAIR, Meeting, live, lobby, site
from vc import acts
from vc.messages import BallotClosed
from vc.server.conference import errors, facts
from vc.server.conference.notice import on_the_bus, public, room_notice
from vc.state import MAX_BALLOTS, Ballot, ConferencePlan, ConferenceState, Delegate, Policy, Site

OPEN = acts.OpenBallot(ballot="nghi-quyet", question="Thông qua dự thảo nghị quyết?")
FOR, AGAINST = 0, 1


def vote(meeting: Meeting, delegate: str, option: int) -> Ballot:
    home = delegate.rpartition("-")[0]
    cast = acts.CastVote(ballot=OPEN.ballot, delegate=delegate, option=option)
    return meeting.does(site(home), cast).ballots[0]


def test_only_delegates_with_confirmed_attendance_vote() -> None:
    """VC-5."""
    meeting = live(sites=3)
    ballot = meeting.does(CHAIR, OPEN).ballots[0]
    assert ballot.eligible == ("trung-tam-1", "dong-ha-1", "quang-tri-1")
    with pytest.raises(errors.NotCheckedInError):
        vote(meeting, "dong-ha-2", FOR)
    with pytest.raises(errors.NotListedError):
        meeting.does(
            site("quang-tri"),
            acts.CastVote(ballot=OPEN.ballot, delegate="dong-ha-1", option=FOR),
        )
    assert vote(meeting, "dong-ha-1", FOR).counts == (1, 0, 0)


def test_who_comes_late_may_vote_and_who_was_not_there_is_not_counted() -> None:
    """VC-5."""
    meeting = live(sites=3)
    meeting.does(CHAIR, OPEN)
    vote(meeting, "dong-ha-1", FOR)
    meeting.does(CHAIR, acts.CheckIn(delegate="dong-ha-2"))
    assert vote(meeting, "dong-ha-2", AGAINST).counts == (1, 1, 0)
    meeting.does(CHAIR, acts.CheckIn(delegate="dong-ha-1", present=False))
    assert meeting.state.ballots[0].counts == (0, 1, 0)
    with pytest.raises(errors.NotCheckedInError):
        vote(meeting, "dong-ha-1", FOR)


def test_without_confirmed_attendance_there_is_no_vote_unless_the_policy_says_so() -> None:
    """VC-5."""
    meeting = lobby()
    meeting.does(CHAIR, acts.StartMeeting())
    with pytest.raises(errors.NobodyPresentError):
        meeting.does(CHAIR, OPEN)
    free = live(Policy(vote_requires_checkin=False), sites=2)
    assert len(free.does(CHAIR, OPEN).ballots[0].eligible) == 4


def test_the_chair_votes_only_for_himself_and_only_when_listed() -> None:
    """VC-5."""
    meeting = live(sites=3)
    meeting.does(CHAIR, OPEN)
    with pytest.raises(errors.NotListedError):
        meeting.does(CHAIR, acts.CastVote(ballot=OPEN.ballot, delegate="dong-ha-1", option=FOR))
    own = acts.CastVote(ballot=OPEN.ballot, delegate="trung-tam-1", option=FOR)
    assert meeting.does(CHAIR, own).ballots[0].counts == (1, 0, 0)
    guest_chair = msgspec.structs.replace(meeting.state.plan, chair="khach-moi")
    meeting.state = msgspec.structs.replace(meeting.state, plan=guest_chair)
    with pytest.raises(errors.NotListedError):
        meeting.does(CHAIR, acts.CastVote(ballot=OPEN.ballot, delegate="khach-moi", option=FOR))


def test_a_vote_counts_once_and_changes_only_where_the_policy_says_so() -> None:
    for may, meeting in ((True, live()), (False, live(Policy(vote_may_change=False)))):
        meeting.does(CHAIR, OPEN)
        vote(meeting, "cam-lo-1", FOR)
        state = meeting.state
        vote(meeting, "cam-lo-1", FOR)
        assert meeting.state is state
        if may:
            assert vote(meeting, "cam-lo-1", AGAINST).counts == (0, 1, 0)
        else:
            with pytest.raises(errors.VoteCastError):
                vote(meeting, "cam-lo-1", AGAINST)


def test_one_ballot_is_open_at_a_time_and_a_closed_one_stays() -> None:
    meeting = live()
    state = meeting.does(CHAIR, OPEN)
    assert meeting.does(CHAIR, OPEN) is state
    with pytest.raises(errors.BallotOpenError):
        meeting.does(CHAIR, acts.OpenBallot(ballot="khac", question="Khác?"))
    with pytest.raises(errors.IdTakenError):
        meeting.does(CHAIR, acts.OpenBallot(ballot=OPEN.ballot, question="Khác?"))
    vote(meeting, "cam-lo-1", FOR)
    state = meeting.does(CHAIR, acts.CloseBallot(ballot=OPEN.ballot))
    assert meeting.last.events == (
        BallotClosed(conference=state.plan.id, ballot=OPEN.ballot, counts=(1, 0, 0), eligible=10),
    )
    assert meeting.does(CHAIR, acts.CloseBallot(ballot=OPEN.ballot)) is state
    with pytest.raises(errors.VoteOverError):
        vote(meeting, "gio-linh-1", FOR)
    meeting.does(CHAIR, acts.CheckIn(delegate="cam-lo-1", present=False))
    assert meeting.state.ballots == state.ballots


def test_an_option_that_is_not_there_cannot_be_chosen() -> None:
    meeting = live()
    meeting.does(CHAIR, OPEN)
    with pytest.raises(errors.NoSuchThingError):
        vote(meeting, "cam-lo-1", 3)


def test_a_secret_vote_is_nobodys_to_see_and_is_forgotten_when_closed() -> None:
    meeting = live(Policy(secret_ballot=True))
    meeting.does(CHAIR, OPEN)
    vote(meeting, "cam-lo-1", FOR)
    (seen,) = public(meeting.state).ballots
    assert (seen.votes, seen.counts, seen.voted) == ({}, (), ("cam-lo-1",))
    (own,) = [room_notice(meeting.state, "cam-lo").ballot]
    assert own is not None
    assert (own.votes, own.voted, own.counts) == ({}, ("cam-lo-1",), ())
    (kept,) = meeting.does(CHAIR, acts.CloseBallot(ballot=OPEN.ballot)).ballots
    assert (kept.votes, kept.counts) == ({}, (1, 0, 0))
    assert public(meeting.state).ballots[0].counts == (1, 0, 0)
    (told,) = [one for one in meeting.facts if isinstance(one, facts.BallotDecided)]
    assert told.ballot.votes == {}


def test_an_open_vote_has_names_in_public() -> None:
    meeting = live()
    meeting.does(CHAIR, OPEN)
    vote(meeting, "cam-lo-1", FOR)
    assert public(meeting.state).ballots[0].votes == {"cam-lo-1": FOR}


def test_a_day_of_votes_by_name_in_a_province_fits_the_bus() -> None:
    sites = tuple(
        Site(
            id=f"xa-{n}",
            name=f"Ủy ban nhân dân xã {n}",
            delegates=tuple(Delegate(id=f"xa-{n}-{k}", name=f"Đại biểu {k}") for k in range(4)),
        )
        for n in range(79)
    )
    plan = ConferencePlan(
        id="hop", title="Hội nghị", starts_at=STARTS_AT, centre="xa-0", chair="xa-0-0", sites=sites
    )
    names = tuple(one.id for site in sites for one in site.delegates)
    ballots = tuple(
        Ballot(
            id=f"b{n}",
            question="Thông qua nghị quyết?",
            options=("Tán thành", "Không tán thành"),
            opened_at=STARTS_AT,
            closed_at=STARTS_AT if n < MAX_BALLOTS - 1 else None,
            eligible=names,
            votes=dict.fromkeys(names, FOR),
            voted=names,
            counts=(len(names), 0),
        )
        for n in range(MAX_BALLOTS)
    )
    state = ConferenceState(plan=plan, ballots=ballots)
    *closed, still_open = on_the_bus(state).ballots
    assert all((one.counts, one.votes) == ((316, 0), {}) for one in closed)
    assert still_open == ballots[-1]
    assert decode(encode(on_the_bus(state)), ConferenceState) == on_the_bus(state)
    with pytest.raises(TooLargeError):
        decode(encode(public(state)), ConferenceState)
