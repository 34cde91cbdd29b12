"""The account of a meeting: who was there, who spoke when and how long, what was decided. Pure.

Made of the final state and the facts the rules told (`vc.server.conference.facts`), in Viet Nam's
time (G-3).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from devices.contract.clock import LOCAL
from vc.server.conference import facts
from vc.server.conference.facts import AnyFact
from vc.server.conference.roster import listed
from vc.state import Ballot, ConferenceState, MemberKind, Phase, RequestStatus


class SiteAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A site's attendance: names, when it first came, and how often its line broke while live."""

    name: str
    present: tuple[str, ...]
    absent: tuple[str, ...]
    came_at: datetime | None
    breaks: int
    guest: bool = False


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """One speech; `speaker` is empty when the site spoke without naming anybody."""

    began_at: datetime
    lasted_s: float
    speaker: str
    site: str
    content: str = ""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An agenda item that was reached, its papers, and its speeches; untitled before the first."""

    title: str
    began_at: datetime
    ended_at: datetime | None
    papers: tuple[str, ...]
    speeches: tuple[Speech, ...]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An option of a vote; `names` is empty when it was secret."""

    option: str
    votes: int
    names: tuple[str, ...]


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """A closed vote."""

    question: str
    opened_at: datetime
    closed_at: datetime
    eligible: int
    secret: bool
    choices: tuple[Choice, ...]

    @property
    def voted(self) -> int:
        """How many voted."""
        return sum(choice.votes for choice in self.choices)


class Unheard(msgspec.Struct, frozen=True, kw_only=True):
    """A request to speak that did not come to a speech."""

    speaker: str
    site: str
    asked_at: datetime
    status: RequestStatus
    reason: str
    content: str


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting, as its minutes tell it. All times are Viet Nam's."""

    title: str
    centre: str
    chair: str
    planned_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    sites: tuple[SiteAccount, ...]
    items: tuple[Item, ...]
    votes: tuple[Vote, ...]
    unheard: tuple[Unheard, ...]
    recorded: bool


def account_of(state: ConferenceState, log: Sequence[AnyFact]) -> Account:
    """Return the account of a meeting, also of one that still goes on."""
    people = _People(state, log)
    return Account(
        title=state.plan.title,
        centre=people.site(state.plan.centre),
        chair=people.name(state.plan.chair),
        planned_at=_local(state.plan.starts_at),
        began_at=_local(state.live_since) if state.live_since else None,
        ended_at=_local(state.ended_at) if state.ended_at else None,
        sites=tuple(_sites(state, log, people)),
        items=tuple(_items(state, log, people)),
        votes=tuple(_vote(one, people) for one in state.ballots if one.closed_at),
        unheard=tuple(_unheard(state, people)),
        recorded=any(isinstance(one, facts.Recorded) and one.on for one in log),
    )


class _People:
    """Names of delegates, sites and guests by their ids."""

    def __init__(self, state: ConferenceState, log: Sequence[AnyFact]) -> None:
        self._names = {delegate.id: delegate.name for _, delegate in listed(state.plan)}
        self._titled = {
            delegate.id: f"{delegate.name} ({delegate.position})"
            for _, delegate in listed(state.plan)
            if delegate.position
        }
        self._sites = {one.id: one.name for one in state.plan.sites}
        self._sites |= {one.member: one.name for one in log if isinstance(one, facts.CameIn)}
        self._sites |= {one.id: one.name for one in state.members}

    def name(self, delegate: str) -> str:
        return self._names.get(delegate) or self._sites.get(delegate, "")

    def titled(self, delegate: str) -> str:
        return self._titled.get(delegate) or self.name(delegate)

    def site(self, member: str) -> str:
        return self._sites.get(member, member)


def _sites(
    state: ConferenceState, log: Sequence[AnyFact], people: _People
) -> Iterator[SiteAccount]:
    here = {one.delegate for one in state.attendance if one.present}
    came: dict[str, datetime] = {}
    breaks: dict[str, int] = {}
    live = False
    for fact in log:
        match fact:
            case facts.PhaseReached(phase=phase):
                live = phase is Phase.LIVE
            case facts.CameIn(member=member, at=at):
                came.setdefault(member, _local(at))
            case facts.WentOut(member=member, at=at) if live and at != state.ended_at:
                breaks[member] = breaks.get(member, 0) + 1
            case _:
                pass
    for site in state.plan.sites:
        yield SiteAccount(
            name=site.name,
            present=tuple(people.titled(one.id) for one in site.delegates if one.id in here),
            absent=tuple(people.titled(one.id) for one in site.delegates if one.id not in here),
            came_at=came.get(site.id),
            breaks=breaks.get(site.id, 0),
        )
    for guest in state.members:
        if guest.kind is MemberKind.GUEST and guest.id in came:
            yield SiteAccount(
                name=guest.name,
                present=(),
                absent=(),
                came_at=came[guest.id],
                breaks=breaks.get(guest.id, 0),
                guest=True,
            )


class _Stretch:
    """The time of an item. What belongs to it is told by the log's order: a clock may be set."""

    def __init__(self, item: str, began_at: datetime) -> None:
        self.item = item
        self.began_at = began_at
        self.log: list[AnyFact] = []


def _items(state: ConferenceState, log: Sequence[AnyFact], people: _People) -> Iterator[Item]:
    if state.live_since is None:
        return
    stretches = _stretches(log, state.live_since)
    ends = [*(one.began_at for one in stretches[1:]), state.ended_at]
    titles = {one.id: one.title for one in state.plan.agenda}
    for stretch, end in zip(stretches, ends, strict=True):
        found = Item(
            title=titles.get(stretch.item, ""),
            began_at=_local(stretch.began_at),
            ended_at=_local(end) if end else None,
            papers=tuple(_papers(state, stretch.log)),
            speeches=tuple(_speeches(state, stretch.log, people)),
        )
        if found.title or found.papers or found.speeches:
            yield found


def _stretches(log: Sequence[AnyFact], live_since: datetime) -> list[_Stretch]:
    """Return the items in the order they were reached; a speech is in the one it began in."""
    stretches = [_Stretch("", live_since)]
    began_in: _Stretch | None = None
    is_live = False
    for fact in log:
        match fact:
            case facts.PhaseReached(phase=phase):
                is_live = phase is Phase.LIVE
            case facts.ItemReached(item=item, at=at):
                if is_live:
                    stretches.append(_Stretch(item, at))
                else:
                    stretches[-1].item = item
            case facts.FloorTaken():
                began_in = stretches[-1]
            case facts.Spoke():
                (began_in or stretches[-1]).log.append(fact)
                began_in = None
            case facts.PaperShown() if is_live:
                stretches[-1].log.append(fact)
            case _:
                pass
    return stretches


def _papers(state: ConferenceState, log: Sequence[AnyFact]) -> Iterator[str]:
    titles = {one.id: one.title for one in state.plan.papers}
    shown = [one.paper for one in log if isinstance(one, facts.PaperShown)]
    yield from (titles[paper] for paper in dict.fromkeys(shown) if paper in titles)


def _speeches(state: ConferenceState, log: Sequence[AnyFact], people: _People) -> Iterator[Speech]:
    contents = {one.id: one.content for one in state.requests}
    for fact in log:
        if isinstance(fact, facts.Spoke):
            yield Speech(
                began_at=_local(fact.since),
                lasted_s=fact.lasted_s,
                speaker=people.titled(fact.delegate),
                site=fact.name,
                content=contents.get(fact.request, ""),
            )


def _vote(ballot: Ballot, people: _People) -> Vote:
    return Vote(
        question=ballot.question,
        opened_at=_local(ballot.opened_at),
        closed_at=_local(ballot.closed_at or ballot.opened_at),
        eligible=len(ballot.eligible),
        secret=ballot.secret,
        choices=tuple(
            Choice(
                option=option,
                votes=ballot.counts[n],
                names=tuple(
                    people.name(one)
                    for one in ballot.eligible
                    if not ballot.secret and ballot.votes.get(one) == n
                ),
            )
            for n, option in enumerate(ballot.options)
        ),
    )


def _unheard(state: ConferenceState, people: _People) -> Iterator[Unheard]:
    heard = (RequestStatus.SPOKEN, RequestStatus.SPEAKING)
    for one in state.requests:
        if one.status not in heard:
            yield Unheard(
                speaker=people.titled(one.delegate),
                site=people.site(one.site),
                asked_at=_local(one.at),
                status=one.status,
                reason=one.rejected_reason,
                content=one.content,
            )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL)
