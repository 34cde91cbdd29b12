"""What is told to whom: a room its own affairs, everybody what is public (VC-5)."""

from msgspec.structs import replace

from vc.messages import RoomNotice
from vc.server.conference.roster import listed, site_of
from vc.state import (
    Ballot,
    ConferenceState,
    Floor,
    MemberKind,
    Phase,
    RequestStatus,
    SpeechRequest,
)


def public(state: ConferenceState) -> ConferenceState:
    """Return the state without secret votes; a secret vote's counts appear when it is closed."""
    return replace(state, ballots=tuple(_public(one) for one in state.ballots))


def on_the_bus(state: ConferenceState) -> ConferenceState:
    """Return the public state in a size that a bus carries: of closed votes only the counts.

    With 80 sites a dozen roll-calls by name would fill a message; the minutes have the names.
    """
    seen = public(state)
    counted = tuple(
        one if one.closed_at is None else replace(one, eligible=(), votes={}, voted=())
        for one in seen.ballots
    )
    return replace(seen, ballots=counted)


def room_notice(state: ConferenceState, member: str, papers_url: str = "") -> RoomNotice:
    """Return what a room shows: no other site's requests, no other site's votes.

    Empty when the conference ended, or the member is unknown or was put out.
    """
    it, plan = state.member(member), state.plan
    if it is None or it.expelled or state.phase is Phase.ENDED:
        return RoomNotice(revision=state.revision)
    site = site_of(plan, member)
    own = site.delegates if site else ()
    ids = {one.id for one in own}
    return RoomNotice(
        revision=state.revision,
        conference=plan.id,
        member=member,
        title=plan.title,
        starts_at=plan.starts_at,
        join_before_s=plan.join_before_s,
        phase=state.phase,
        site_name=it.name,
        delegates=own,
        present=tuple(
            one.delegate for one in state.attendance if one.present and one.delegate in ids
        ),
        roll_call_open=state.roll_call_open,
        agenda=plan.agenda,
        papers=plan.papers,
        papers_url=papers_url,
        item=state.item,
        muted=it.muted,
        video_off=it.video_off,
        layout=state.layout,
        floor=_floor(state, member),
        floor_name=floor_name(state),
        requests=_requests(state, member),
        place_in_list=_place(state, member),
        ballot=_own(state.open_ballot, ids),
        paper=state.paper,
        content_by=_member_name(state, state.content),
        recording=state.recording_since is not None,
        line=it.line,
        connected_sites=sum(one.connected for one in state.members if one.kind is MemberKind.SITE),
        sites=len(plan.sites),
    )


def floor_name(state: ConferenceState) -> str:
    """Return who has the floor, for people: the delegate and his site, or the member."""
    if state.floor is None:
        return ""
    delegate = next(
        (one.name for _, one in listed(state.plan) if one.id == state.floor.delegate), ""
    )
    member = _member_name(state, state.floor.holder)
    return f"{delegate} – {member}" if delegate else member


def _public(ballot: Ballot) -> Ballot:
    if not ballot.secret:
        return ballot
    return replace(ballot, votes={}, counts=ballot.counts if ballot.closed_at else ())


def _floor(state: ConferenceState, member: str) -> Floor | None:
    floor = state.floor
    return floor if floor is None or floor.holder == member else replace(floor, request="")


def _requests(state: ConferenceState, member: str) -> tuple[SpeechRequest, ...]:
    return tuple(one for one in state.requests if one.site == member)


def _place(state: ConferenceState, member: str) -> int:
    approved = [one.site for one in state.requests if one.status is RequestStatus.APPROVED]
    return approved.index(member) if member in approved else 0


def _own(ballot: Ballot | None, ids: set[str]) -> Ballot | None:
    """Return the ballot as a room with these delegates sees it: running counts are not its own.

    Of a secret one it sees who has voted, not what: the notice is retained on the brokers' disks,
    and a room's screen is seen by all in it.
    """
    if ballot is None:
        return None
    votes = {} if ballot.secret else ballot.votes
    return replace(
        ballot,
        eligible=tuple(one for one in ballot.eligible if one in ids),
        votes={one: option for one, option in votes.items() if one in ids},
        voted=tuple(one for one in ballot.voted if one in ids),
        counts=(),
    )


def _member_name(state: ConferenceState, member_id: str) -> str:
    member = state.member(member_id)
    return member.name if member else ""
