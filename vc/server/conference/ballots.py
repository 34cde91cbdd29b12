"""Biểu quyết: only listed delegates, only with confirmed attendance, one vote each (VC-5).

While a ballot is open its eligible delegates follow the roll-call. A secret ballot forgets who
voted what when it closes; the counts stay.
"""

from datetime import datetime

from msgspec.structs import replace

from vc.acts import Actor, CastVote, CloseBallot, OpenBallot, Role
from vc.server.conference.errors import (
    BallotOpenError,
    IdTakenError,
    ListFullError,
    NobodyPresentError,
    NoSuchThingError,
    NotCheckedInError,
    NotListedError,
    VoteCastError,
    VoteOverError,
)
from vc.server.conference.roster import home_of, is_live, listed, present
from vc.state import MAX_BALLOTS, Ballot, ConferenceState


def begin(state: ConferenceState, act: OpenBallot, _actor: Actor, now: datetime) -> ConferenceState:
    """Put a question to the vote."""
    is_live(state)
    if known := next((one for one in state.ballots if one.id == act.ballot), None):
        if (known.question, known.options) != (act.question, act.options):
            raise IdTakenError
        return state
    if state.open_ballot is not None:
        raise BallotOpenError
    if len(state.ballots) >= MAX_BALLOTS:
        raise ListFullError
    eligible = tuple(one.id for _, one in listed(state.plan) if _may_vote(state, one.id))
    if not eligible:
        raise NobodyPresentError
    ballot = Ballot(
        id=act.ballot,
        question=act.question,
        options=act.options,
        opened_at=now,
        eligible=eligible,
        counts=(0,) * len(act.options),
        secret=state.plan.policy.secret_ballot,
    )
    return replace(state, ballots=(*state.ballots, ballot))


def cast(state: ConferenceState, act: CastVote, actor: Actor, _now: datetime) -> ConferenceState:
    """Take a delegate's vote, from his own site; the chair's own from the chair's console."""
    is_live(state)
    ballot = ballot_of(state, act.ballot)
    site = home_of(state.plan, act.delegate)
    own = act.delegate == state.plan.chair if actor.role is Role.CHAIR else site == actor.member
    if not site or not own:
        raise NotListedError
    if ballot.closed_at is not None:
        raise VoteOverError
    if act.delegate not in ballot.eligible:
        raise NotCheckedInError
    if act.option >= len(ballot.options):
        raise NoSuchThingError(f"no option {act.option}")
    before = ballot.votes.get(act.delegate)
    if before == act.option:
        return state
    if before is not None and not state.plan.policy.vote_may_change:
        raise VoteCastError
    return _with_ballot(state, _counted(ballot, ballot.votes | {act.delegate: act.option}))


def end(state: ConferenceState, act: CloseBallot, _actor: Actor, now: datetime) -> ConferenceState:
    """Close a vote; its counts are final."""
    is_live(state)
    ballot = ballot_of(state, act.ballot)
    return state if ballot.closed_at else _with_ballot(state, closed(ballot, now))


def closed(ballot: Ballot, now: datetime) -> Ballot:
    """Return the ballot as it stays."""
    votes = {} if ballot.secret else ballot.votes
    return replace(ballot, closed_at=now, votes=votes, voted=tuple(sorted(ballot.voted)))


def follow(state: ConferenceState, delegate: str) -> ConferenceState:
    """Return the state with the open ballot as the delegate's attendance now says."""
    ballot = state.open_ballot
    if ballot is None or _may_vote(state, delegate) == (delegate in ballot.eligible):
        return state
    if delegate not in ballot.eligible:
        eligible = (*ballot.eligible, delegate)
        return _with_ballot(state, replace(ballot, eligible=eligible))
    eligible = tuple(one for one in ballot.eligible if one != delegate)
    votes = {one: option for one, option in ballot.votes.items() if one != delegate}
    return _with_ballot(state, _counted(replace(ballot, eligible=eligible), votes))


def ballot_of(state: ConferenceState, ballot_id: str) -> Ballot:
    """Return the ballot; raises NoSuchThingError."""
    if found := next((one for one in state.ballots if one.id == ballot_id), None):
        return found
    raise NoSuchThingError(f"no ballot {ballot_id!r}")


def _may_vote(state: ConferenceState, delegate: str) -> bool:
    return not state.plan.policy.vote_requires_checkin or present(state, delegate)


def _counted(ballot: Ballot, votes: dict[str, int]) -> Ballot:
    given = list(votes.values())
    counts = tuple(given.count(option) for option in range(len(ballot.options)))
    return replace(ballot, votes=votes, counts=counts, voted=tuple(votes))


def _with_ballot(state: ConferenceState, ballot: Ballot) -> ConferenceState:
    return replace(
        state, ballots=tuple(ballot if one.id == ballot.id else one for one in state.ballots)
    )
