"""A conference as everybody sees it: frozen structs, JSON on the bus and over HTTP alike.

`ConferencePlan` is what was prepared; `ConferenceState` is what is true now, whole, with a
revision: whoever comes late or reloads is right at once. Times are aware datetimes (UTC).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.identity import NAME_PATTERN
from devices.contract.message import Message

Slug = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN)]
"""Id of a conference, member, delegate, agenda item, paper, request, ballot: a-z, 0-9 and '-'."""
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=1_000)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=24 * 3600)]

MAX_MEMBERS = 200
MAX_REQUESTS = 200
MAX_REQUESTS_UNSPOKEN = 10
"""Of one delegate, in a meeting: who asks and withdraws all day takes nobody else's place."""
MAX_BALLOTS = 100
MAX_GUESTS = 50


class Delegate(msgspec.Struct, frozen=True, kw_only=True):
    """A listed person (đại biểu): may ask to speak and vote (VC-5, VC-6)."""

    id: Slug
    name: Title
    position: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site (điểm cầu). `box` is its room's box; empty for a site that joins by browser alone."""

    id: Slug
    name: Title
    box: str = ""
    delegates: tuple[Delegate, ...] = ()


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting paper: a PDF of `pages` pages."""

    id: Slug
    title: Title
    pages: Annotated[int, msgspec.Meta(ge=1, le=2_000)]


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the agenda, and the papers that belong to it."""

    id: Slug
    title: Title
    papers: tuple[Slug, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What systems and provinces disagree about (VC-5, VC-6): configuration of each conference."""

    speech_requires_checkin: bool = True
    speech_requires_live: bool = True
    vote_requires_checkin: bool = True
    vote_may_change: bool = True
    secret_ballot: bool = False
    speech_limit_s: Seconds = 300
    over_time_mutes: bool = False
    floor_grace_s: Seconds = 10
    """How long a holder whose line dropped keeps the floor."""
    guests_wait: bool = True
    guests_may_ask: bool = False


class ConferencePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What was prepared: who, when, what about.

    `centre` is the site of the chair; `chair` is the delegate who chairs (a member of `centre`).
    """

    id: Slug
    title: Title
    starts_at: datetime
    centre: Slug
    chair: Slug
    sites: Annotated[tuple[Site, ...], msgspec.Meta(min_length=1, max_length=MAX_MEMBERS)]
    agenda: tuple[AgendaItem, ...] = ()
    papers: tuple[Paper, ...] = ()
    policy: Policy = Policy()
    join_before_s: Seconds = 1800


class Phase(StrEnum):
    """Where a conference is in its life."""

    PLANNED = "planned"
    LOBBY = "lobby"
    """Sites join and lines are tested; nothing is minuted but attendance."""
    LIVE = "live"
    ENDED = "ended"


class Line(StrEnum):
    """How good a member's line is, worst last. `unknown` before anything was measured."""

    UNKNOWN = "unknown"
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    LOST = "lost"


class MemberKind(StrEnum):
    """A prepared site, or a guest who came by a link."""

    SITE = "site"
    GUEST = "guest"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the conference: a site or a guest. The id is its media source's name too.

    `muted` and `video_off` are what the chair's side decided; `since` is when it last came, went or
    was let in. A site that was never there is a member with `connected` false and no `since`.
    """

    id: Slug
    name: Title
    kind: MemberKind = MemberKind.SITE
    connected: bool = False
    since: datetime | None = None
    muted: bool = True
    video_off: bool = False
    expelled: bool = False
    line: Line = Line.UNKNOWN
    sharing: bool = False


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """The roll-call's entry of one delegate: who says so, and when."""

    delegate: Slug
    site: Slug
    present: bool
    at: datetime
    by: str


class RequestStatus(StrEnum):
    """The life of a speech request (VC-7)."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SPEAKING = "speaking"
    SPOKEN = "spoken"


class SpeechRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A delegate asks to speak (xin phát biểu). In `ConferenceState.requests` in speaking order."""

    id: Slug
    delegate: Slug
    site: Slug
    item: str = ""
    content: Words = ""
    status: RequestStatus = RequestStatus.PENDING
    at: datetime
    limit_s: Seconds = 0
    decided_by: str = ""
    decided_at: datetime | None = None
    rejected_reason: Words = ""


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the floor: one member, never two. `until` is set when there is a time limit."""

    holder: Slug
    delegate: str = ""
    request: str = ""
    since: datetime
    until: datetime | None = None


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """A vote (biểu quyết). `votes` maps delegate to option, and is empty in public if secret."""

    id: Slug
    question: Title
    options: Annotated[tuple[Title, ...], msgspec.Meta(min_length=2, max_length=10)]
    opened_at: datetime
    closed_at: datetime | None = None
    eligible: tuple[Slug, ...] = ()
    votes: dict[str, int] = {}
    counts: tuple[int, ...] = ()
    voted: tuple[Slug, ...] = ()
    secret: bool = False


class Layout(StrEnum):
    """How the composed picture is arranged."""

    WALL = "wall"
    SPEAKER = "speaker"
    """The speaker large, a strip of the others."""
    LECTURE = "lecture"
    """Sites see the chair full; the chair sees the sites, in turn when they do not all fit."""
    CONTENT = "content"
    """Content or the open paper large, the speaker beside it."""


class PaperOnShow(msgspec.Struct, frozen=True, kw_only=True):
    """The paper and the page everybody sees in step; pages count from 1."""

    paper: Slug
    page: Annotated[int, msgspec.Meta(ge=1)]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A guest in the waiting room."""

    id: Slug
    name: Title
    since: datetime


class ConferenceState(Message, frozen=True, kw_only=True, tag="conference.state"):
    """All that is true of a conference now. `revision` grows by one with each change."""

    plan: ConferencePlan
    revision: Annotated[int, msgspec.Meta(ge=0)] = 0
    phase: Phase = Phase.PLANNED
    live_since: datetime | None = None
    ended_at: datetime | None = None
    members: tuple[Member, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    roll_call_open: bool = False
    requests: tuple[SpeechRequest, ...] = ()
    floor: Floor | None = None
    ballots: tuple[Ballot, ...] = ()
    layout: Layout = Layout.WALL
    layout_before: Layout = Layout.WALL
    """The layout that returns when nothing is on show any more."""
    pinned: str = ""
    """A member the chair wants large whoever speaks; empty: the holder of the floor."""
    content: str = ""
    """The member whose shared screen is shown; empty: nobody's."""
    paper: PaperOnShow | None = None
    item: str = ""
    """The agenda's current item."""
    locked: bool = False
    recording_since: datetime | None = None

    def member(self, member_id: str) -> Member | None:
        """Return the member of this id."""
        return next((one for one in self.members if one.id == member_id), None)

    @property
    def open_ballot(self) -> Ballot | None:
        """The ballot that votes can be cast in."""
        return next((one for one in self.ballots if one.closed_at is None), None)
