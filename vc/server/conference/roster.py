"""Who and what the conference knows, looked up by id; and its phases."""

from collections.abc import Iterator

import msgspec

from vc.server.conference.errors import (
    AwayError,
    EndedError,
    ExpelledError,
    NoSuchThingError,
    NotNowError,
)
from vc.state import ConferencePlan, ConferenceState, Delegate, Member, Phase, Site


def known(state: ConferenceState, member_id: str) -> Member:
    """Return the member; raises NoSuchThingError."""
    if member := state.member(member_id):
        return member
    raise NoSuchThingError(f"no member {member_id!r}")


def inside(state: ConferenceState, member_id: str) -> Member:
    """Return a member who is in the conference now; raises AwayError, ExpelledError."""
    member = known(state, member_id)
    if member.expelled:
        raise ExpelledError
    if not member.connected:
        raise AwayError(f"{member.name} is not connected")
    return member


def with_member(state: ConferenceState, member: Member) -> ConferenceState:
    """Return the state with this member in the place of the one of its id."""
    return msgspec.structs.replace(
        state, members=tuple(member if one.id == member.id else one for one in state.members)
    )


def site_of(plan: ConferencePlan, site_id: str) -> Site | None:
    """Return the prepared site."""
    return next((site for site in plan.sites if site.id == site_id), None)


def listed(plan: ConferencePlan) -> Iterator[tuple[Site, Delegate]]:
    """Return every listed delegate with his site, in the plan's order."""
    for site in plan.sites:
        for delegate in site.delegates:
            yield site, delegate


def home_of(plan: ConferencePlan, delegate_id: str) -> str:
    """Return the id of the delegate's site; empty when nobody listed him."""
    return next((site.id for site, one in listed(plan) if one.id == delegate_id), "")


def present(state: ConferenceState, delegate_id: str) -> bool:
    """Return whether the delegate's attendance is confirmed."""
    return any(one.present for one in state.attendance if one.delegate == delegate_id)


def in_session(state: ConferenceState) -> None:
    """Raise NotNowError or EndedError unless in the lobby or live."""
    not_ended(state)
    if state.phase is Phase.PLANNED:
        raise NotNowError("the conference is not open yet")


def is_live(state: ConferenceState) -> None:
    """Raise NotNowError or EndedError unless the meeting has begun."""
    in_session(state)
    if state.phase is not Phase.LIVE:
        raise NotNowError("the meeting has not begun")


def not_ended(state: ConferenceState) -> None:
    """Raise EndedError when the conference is over."""
    if state.phase is Phase.ENDED:
        raise EndedError
