"""Words between the conference server and rooms and kiosks, on the bus (docs/architecture.md).

The server tells a room with commands on `dn/room/cmd` and a retained `RoomNotice` on
`dn/room/state`; a room asks on `up/room/ask`, a kiosk that calls for help on `up/kiosk/ask`. The
whole `ConferenceState` is retained on `up/conference/state`.
"""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

from devices.contract.message import Command, Done, Event, Message
from vc.acts import AnyAct
from vc.state import (
    AgendaItem,
    Ballot,
    Delegate,
    Floor,
    Layout,
    Line,
    Paper,
    PaperOnShow,
    Phase,
    Seconds,
    Slug,
    SpeechRequest,
    Title,
)

Token = Annotated[str, msgspec.Meta(min_length=16, max_length=512)]


class IceServer(msgspec.Struct, frozen=True, kw_only=True):
    """A STUN or TURN server (W3C `RTCIceServer`); credentials are time-limited."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class JoinConference(Command[Done], frozen=True, kw_only=True, tag="room.join_conference"):
    """Join: POST an offer to `url` with the single-use bearer `token`, until `valid_until`.

    Done when the room took the order; whether it got in is in its status.
    """

    conference: Slug
    member: Slug
    url: str
    token: Token
    valid_until: datetime
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False


class LeaveConference(Command[Done], frozen=True, kw_only=True, tag="room.leave_conference"):
    """Leave, and do not come back by yourself. Done also when the room was in none."""

    conference: Slug
    reason: str = ""


class LineFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One direction of one medium, over the last seconds or over a test."""

    bitrate_kbps: float = 0.0
    loss_percent: float = 0.0
    jitter_ms: float = 0.0
    round_trip_ms: float = 0.0
    fps: float = 0.0
    freezes: int = 0
    width: int = 0
    height: int = 0


class LineTested(Message, frozen=True, kw_only=True, tag="room.line_tested"):
    """What a room saw in a test of `took_s`: what reached the centre, and what came back.

    `echo_db` is the echo return loss with the room's own loudspeaker; `problems` are codes
    (`camera.dark`, `microphone.silent`, `echo.strong`, `line.loss` ...).
    """

    took_s: float
    up: LineFigures
    down: LineFigures
    microphone_dbfs: float = -120.0
    echo_db: float = 0.0
    picture_moves: bool = True
    problems: tuple[str, ...] = ()


class TestLine(Command[LineTested], frozen=True, kw_only=True, tag="room.test_line"):
    """Measure the room's line, camera, microphone and loudspeaker while it is joined (VC-3)."""

    for_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 5.0


class AskAct(Command[Done], frozen=True, kw_only=True, tag="conference.act"):
    """A room acts in the conference it is a member of; refused with the rules' sentence."""

    conference: Slug
    act: AnyAct


class AskToJoin(Command[Done], frozen=True, kw_only=True, tag="conference.ask_to_join"):
    """A room that starts, or lost its session, wants its order to join anew.

    The server answers with `JoinConference` when the room is expected anywhere now.
    """


class HelpPlace(Message, frozen=True, kw_only=True, tag="conference.help_place"):
    """A kiosk's place at the help desk: where the call is tended (`vc.helping`), and with what."""

    personal: ClassVar[bool] = True
    call: Slug
    url: str
    token: Token
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False


class AskForHelp(Command[HelpPlace], frozen=True, kw_only=True, tag="conference.ask_for_help"):
    """A citizen at this kiosk calls the help desk. A call of before ends.

    Refused: `help.nobody` (no officer is at the desk), `help.full`.
    """

    site: Title
    language: Annotated[str, msgspec.Meta(max_length=16)] = "vi"


class RoomNotice(Message, frozen=True, kw_only=True, tag="room.notice"):
    """What a room shows beside the picture. Empty `conference`: the room is expected nowhere."""

    revision: int = 0
    conference: str = ""
    member: str = ""
    title: str = ""
    starts_at: datetime | None = None
    join_before_s: Seconds = 1800
    """The room joins by itself so long before `starts_at`."""
    phase: Phase = Phase.PLANNED
    site_name: str = ""
    delegates: tuple[Delegate, ...] = ()
    present: tuple[Slug, ...] = ()
    roll_call_open: bool = False
    agenda: tuple[AgendaItem, ...] = ()
    papers: tuple[Paper, ...] = ()
    papers_url: str = ""
    """`{papers_url}/{paper}/{page}.png`, with the session's token."""
    item: str = ""
    muted: bool = True
    video_off: bool = False
    layout: Layout = Layout.WALL
    floor: Floor | None = None
    floor_name: str = ""
    requests: tuple[SpeechRequest, ...] = ()
    """The room's own, not the others'."""
    place_in_list: int = 0
    """How many speak before the room's first approved request; 0: next, or none approved."""
    ballot: Ballot | None = None
    """The open ballot, with the own delegates' votes alone; of a secret one, only who has voted."""
    paper: PaperOnShow | None = None
    content_by: str = ""
    recording: bool = False
    line: Line = Line.UNKNOWN
    connected_sites: int = 0
    sites: int = 0


class FloorGiven(Event, frozen=True, kw_only=True, tag="conference.floor_given"):
    """A member got the floor."""

    conference: Slug
    member: Slug
    delegate: str = ""


class FloorEnded(Event, frozen=True, kw_only=True, tag="conference.floor_ended"):
    """The speech ended, after `spoke_s`."""

    conference: Slug
    member: Slug
    spoke_s: float


class SiteJoined(Event, frozen=True, kw_only=True, tag="conference.site_joined"):
    """A site's sound and picture arrive."""

    conference: Slug
    member: Slug


class SiteLeft(Event, frozen=True, kw_only=True, tag="conference.site_left"):
    """A site is gone; `expected` when it was told to leave."""

    conference: Slug
    member: Slug
    expected: bool


class BallotClosed(Event, frozen=True, kw_only=True, tag="conference.ballot_closed"):
    """A vote ended, with its counts."""

    conference: Slug
    ballot: Slug
    counts: tuple[int, ...]
    eligible: int


class ConferenceStarted(Event, frozen=True, kw_only=True, tag="conference.started"):
    """The meeting began."""

    conference: Slug
    sites: int


class ConferenceEnded(Event, frozen=True, kw_only=True, tag="conference.ended"):
    """The meeting ended."""

    conference: Slug
    lasted_s: float


class LineAlarm(Event, frozen=True, kw_only=True, tag="conference.line_alarm"):
    """A member's line got bad, or good again."""

    conference: Slug
    member: Slug
    line: Line
    code: str = ""


AnyConferenceEvent = (
    ConferenceStarted
    | ConferenceEnded
    | SiteJoined
    | SiteLeft
    | FloorGiven
    | FloorEnded
    | BallotClosed
    | LineAlarm
)
