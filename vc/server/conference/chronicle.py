"""What happened between two states: told by comparing them, so no rule can forget to tell it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from devices.contract.message import Event
from vc.messages import (
    BallotClosed,
    ConferenceEnded,
    ConferenceStarted,
    FloorEnded,
    FloorGiven,
    LineAlarm,
    SiteJoined,
    SiteLeft,
)
from vc.server.conference import facts
from vc.server.conference.facts import AnyFact
from vc.state import ConferenceState, Floor, Line, Member, Phase, RequestStatus

_DECISIONS: Final = (RequestStatus.APPROVED, RequestStatus.REFUSED, RequestStatus.WITHDRAWN)
_POOR: Final = (Line.BAD, Line.LOST)


def happened(before: ConferenceState, after: ConferenceState, now: datetime) -> tuple[AnyFact, ...]:
    """Return the facts for the minutes, in the order of a meeting."""
    begins = before.phase is not after.phase and after.phase is not Phase.ENDED
    phase = facts.PhaseReached(at=now, phase=after.phase)
    return (
        *((phase,) if begins else ()),
        *_attendance(before, after, now),
        *_speeches(before, after, now),
        *_shown(before, after, now),
        *_votes(before, after, now),
        *((phase,) if before.phase is not after.phase and not begins else ()),
    )


def events(
    before: ConferenceState, after: ConferenceState, told: tuple[AnyFact, ...]
) -> tuple[Event, ...]:
    """Return what the province's journal keeps of these facts, and of lines that turned."""
    return (*(event for fact in told for event in _of(fact, after)), *_alarms(before, after))


def _attendance(
    before: ConferenceState, after: ConferenceState, now: datetime
) -> Iterator[AnyFact]:
    for was, one in _members(before, after):
        if one.connected and not was:
            yield facts.CameIn(at=now, member=one.id, name=one.name)
        elif was and not one.connected:
            yield facts.WentOut(at=now, member=one.id, name=one.name, expelled=one.expelled)
    if before.roll_call_open != after.roll_call_open:
        yield facts.RollCalled(at=now, open=after.roll_call_open)
    for entry in after.attendance:
        if entry not in before.attendance:
            yield facts.CheckedIn(
                at=now,
                delegate=entry.delegate,
                site=entry.site,
                present=entry.present,
                by=entry.by,
            )


def _speeches(before: ConferenceState, after: ConferenceState, now: datetime) -> Iterator[AnyFact]:
    known = {one.id: one for one in before.requests}
    for request in after.requests:
        old = known.get(request.id)
        who = {"request": request.id, "delegate": request.delegate, "site": request.site}
        if old is None:
            yield facts.SpeechAsked(at=now, **who, item=request.item, content=request.content)
        elif old.status is not request.status and request.status in _DECISIONS:
            yield facts.SpeechDecided(
                at=now,
                **who,
                status=request.status,
                by=request.decided_by,
                reason=request.rejected_reason,
            )
    if (speech := _finished(before, after)) is not None:
        yield facts.Spoke(
            at=_until(before, speech, now),
            member=speech.holder,
            delegate=speech.delegate,
            name=_name(before, speech.holder),
            since=speech.since,
            request=speech.request,
            item=before.item,
        )
    if (speech := _finished(after, before)) is not None:
        yield facts.FloorTaken(
            at=now,
            member=speech.holder,
            delegate=speech.delegate,
            name=_name(after, speech.holder),
            item=after.item,
        )


def _shown(before: ConferenceState, after: ConferenceState, now: datetime) -> Iterator[AnyFact]:
    if before.item != after.item:
        yield facts.ItemReached(at=now, item=after.item)
    paper = after.paper.paper if after.paper else ""
    if paper and (before.paper is None or before.paper.paper != paper):
        yield facts.PaperShown(at=now, paper=paper)
    if after.content and after.content != before.content:
        yield facts.ContentShown(at=now, member=after.content)
    if (before.recording_since is None) != (after.recording_since is None):
        yield facts.Recorded(at=now, on=after.recording_since is not None)


def _votes(before: ConferenceState, after: ConferenceState, now: datetime) -> Iterator[AnyFact]:
    known = {one.id: one for one in before.ballots}
    for ballot in after.ballots:
        old = known.get(ballot.id)
        if old is None:
            yield facts.BallotOpened(at=now, ballot=ballot.id, question=ballot.question)
        if ballot.closed_at and (old is None or old.closed_at is None):
            yield facts.BallotDecided(at=now, ballot=ballot)


def _of(fact: AnyFact, after: ConferenceState) -> Iterator[Event]:
    conference = after.plan.id
    match fact:
        case facts.PhaseReached(phase=Phase.LIVE):
            inside = sum(one.connected for one in after.members)
            yield ConferenceStarted(conference=conference, sites=inside)
        case facts.PhaseReached(phase=Phase.ENDED, at=at):
            lasted_s = (at - (after.live_since or at)).total_seconds()
            yield ConferenceEnded(conference=conference, lasted_s=lasted_s)
        case facts.CameIn(member=member):
            yield SiteJoined(conference=conference, member=member)
        case facts.WentOut(member=member, expelled=expelled):
            expected = expelled or after.phase is Phase.ENDED
            yield SiteLeft(conference=conference, member=member, expected=expected)
        case facts.Spoke(member=member):
            yield FloorEnded(conference=conference, member=member, spoke_s=fact.lasted_s)
        case facts.FloorTaken(member=member, delegate=delegate):
            yield FloorGiven(conference=conference, member=member, delegate=delegate)
        case facts.BallotDecided(ballot=ballot):
            yield BallotClosed(
                conference=conference,
                ballot=ballot.id,
                counts=ballot.counts,
                eligible=len(ballot.eligible),
            )
        case _:
            pass


def _alarms(before: ConferenceState, after: ConferenceState) -> Iterator[Event]:
    lines = {one.id: one.line for one in before.members}
    for was, one in _members(before, after):
        if was and one.connected and (one.line in _POOR) != (lines[one.id] in _POOR):
            yield LineAlarm(conference=after.plan.id, member=one.id, line=one.line, code="line")


def _members(before: ConferenceState, after: ConferenceState) -> Iterator[tuple[bool, Member]]:
    was = {one.id: one.connected for one in before.members}
    for one in after.members:
        yield was.get(one.id, False), one


def _finished(this: ConferenceState, other: ConferenceState) -> Floor | None:
    """Return this state's speech unless the other state has the same one."""
    if this.floor is None:
        return None
    mine = (this.floor.holder, this.floor.since, this.floor.request)
    theirs = other.floor and (other.floor.holder, other.floor.since, other.floor.request)
    return None if mine == theirs else this.floor


def _until(before: ConferenceState, speech: Floor, now: datetime) -> datetime:
    """Return when the speech really ended: the line of its holder may have dropped before."""
    holder = before.member(speech.holder)
    lost = holder is not None and not holder.connected and holder.since is not None
    return max(holder.since, speech.since) if lost and holder and holder.since else now


def _name(state: ConferenceState, member_id: str) -> str:
    member = state.member(member_id)
    return member.name if member else member_id
