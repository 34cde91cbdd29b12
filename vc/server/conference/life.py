"""The life of a conference: planned, lobby, live, ended (VC-4)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from vc.acts import Actor, EndMeeting, OpenLobby, StartMeeting
from vc.server.conference import ballots, doors, floor, show
from vc.server.conference.errors import BadPlanError, NotNowError
from vc.server.conference.roster import listed, not_ended
from vc.state import ConferencePlan, ConferenceState, Member, Phase


def planned(plan: ConferencePlan) -> ConferenceState:
    """Return the first state: every site is a member, muted but the centre.

    Raises BadPlanError with the first contradiction.
    """
    for complaint in _contradictions(plan):
        raise BadPlanError(complaint)
    return ConferenceState(
        plan=plan,
        members=tuple(
            Member(id=site.id, name=site.name, muted=site.id != plan.centre) for site in plan.sites
        ),
    )


def open_lobby(
    state: ConferenceState, _act: OpenLobby, _actor: Actor, _now: datetime
) -> ConferenceState:
    """Let the sites in; nothing happens when they are."""
    not_ended(state)
    return replace(state, phase=Phase.LOBBY) if state.phase is Phase.PLANNED else state


def start(
    state: ConferenceState, _act: StartMeeting, _actor: Actor, now: datetime
) -> ConferenceState:
    """Begin the meeting."""
    not_ended(state)
    if state.phase is Phase.PLANNED:
        raise NotNowError("open the lobby first")
    if state.phase is Phase.LIVE:
        return state
    return replace(state, phase=Phase.LIVE, live_since=now)


def end(state: ConferenceState, _act: EndMeeting, _actor: Actor, now: datetime) -> ConferenceState:
    """End it for good: the floor is free, votes close, recording stops, everybody leaves."""
    if state.phase is Phase.ENDED:
        return state
    quiet = show.cleared(doors.emptied(floor.ended(state), now))
    return replace(
        quiet,
        phase=Phase.ENDED,
        ended_at=now,
        roll_call_open=False,
        recording_since=None,
        pinned="",
        item="",
        ballots=tuple(one if one.closed_at else ballots.closed(one, now) for one in state.ballots),
    )


def _contradictions(plan: ConferencePlan) -> Iterator[str]:
    sites = [site.id for site in plan.sites]
    papers = [paper.id for paper in plan.papers]
    delegates = [delegate.id for _, delegate in listed(plan)]
    for what, ids in (
        ("site", sites),
        ("delegate", delegates),
        ("paper", papers),
        ("agenda item", [item.id for item in plan.agenda]),
        ("box", [site.box for site in plan.sites if site.box]),
    ):
        yield from (f"{what} {one!r} is there twice" for one, n in Counter(ids).items() if n > 1)
    if plan.centre not in sites:
        yield f"the centre {plan.centre!r} is no site"
    for item in plan.agenda:
        yield from (f"no paper {one!r}" for one in item.papers if one not in papers)
