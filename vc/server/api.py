"""What the conference server's pages and guests say over HTTP.

Bodies are these structs as JSON; errors are `{type: "refused", code, text, retry}`.

| route | who | body -> answer |
|---|---|---|
| `POST /api/sign-in` | anybody | SignIn -> Session, and a cookie |
| `POST /api/sign-out` | signed in | -> 204 |
| `GET /api/me` | anybody | -> Session |
| `GET /api/conferences` | operator, chair | -> ConferenceRow[] |
| `GET /api/conferences/{id}` | operator, chair | -> ConferencePlan, to look at or to edit |
| `PUT /api/conferences/{id}` | operator | ConferencePlan -> ConferencePlan |
| `POST /api/conferences/{id}/open` | operator | -> Done: it is the live one, rooms are called |
| `GET /api/templates` | operator | -> ConferencePlan[] |
| `GET /api/state` | signed in or joined | -> ConferenceState (secret votes left out) |
| `POST /api/watch` | operator, chair | -> Watch: how the console plays the composed picture |
| `GET /api/live` | signed in or joined | SSE: `state` ConferenceState, `live` LiveFigures (1/s) |
| `POST /api/acts` | signed in or joined | any Act -> Done |
| `POST /api/links` | operator | NewLink -> GuestLink (the PIN is told once) |
| `POST /api/join` | a guest | Join -> Joined |
| `GET /api/join/{ticket}` | a waiting guest | -> Joined |
| `POST /api/line-test` | operator | LineTestOrder -> LineReport; `GET` the last one |
| `GET /api/papers/{paper}/{page}.png` | signed in or joined | -> image |
| `POST /api/papers` | operator | a PDF (multipart: conference, title, file) -> Paper |
| `GET /api/recordings` | operator, chair | -> RecordingRow[] |
| `GET /recordings/{id}.mkv`, `.mp4` | operator, chair | -> file, with ranges |
| `GET /api/minutes.odt`, `.pdf` | operator, chair | -> file; `?conference=` names another one |
| `POST /whip/{conference}` | bearer token | offer -> 201 answer, Location, ETag, Link (RFC 9725) |
| `POST /whep/{conference}` | bearer token | offer -> 201 answer, or 406 and our offer to PATCH |
| `POST /room/{conference}` | bearer token | two-way offer -> 201 answer |
| `PATCH, DELETE /legs/{leg}` | the leg's token | trickle or the answer to our offer; end |

Pages: `/` (sign in, schedule), `/console` (chair and operator), `/join/{code}` (guests).
"""

from datetime import datetime
from typing import Annotated

import msgspec

from vc.acts import Role
from vc.messages import IceServer, LineFigures, LineTested, Token
from vc.state import Line, Phase, Slug, Title

Pin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4,12}\Z")]


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Chair and operator each have a PIN; who is meant is told by the role asked for."""

    role: Role
    pin: Pin
    name: Title = "—"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Who the browser is: `role` viewer and no conference when it is nobody."""

    role: Role = Role.VIEWER
    name: str = ""
    member: str = ""
    conference: str = ""


class ConferenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule."""

    id: Slug
    title: Title
    starts_at: datetime
    phase: Phase
    sites: int
    is_open: bool


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link for a guest, or for an official of a site (`member`: the site he sits for)."""

    name: Title
    member: str = ""
    valid_for_s: Annotated[int, msgspec.Meta(ge=60, le=30 * 24 * 3600)] = 24 * 3600


class GuestLink(msgspec.Struct, frozen=True, kw_only=True):
    """The link and its PIN; the PIN is kept only as a hash."""

    url: str
    pin: str
    name: str
    valid_until: datetime


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """A guest at the door: the code from the link, the PIN, and the name to be seen under."""

    code: Annotated[str, msgspec.Meta(max_length=128)]
    pin: Pin
    name: Title


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """Where a guest stands. `ticket` asks again while `waiting`; tokens are single-use.

    `publish` and `play` are for WHIP and WHEP of `conference`; ask again for new ones.
    """

    ticket: Token
    waiting: bool
    refused: str = ""
    conference: str = ""
    member: str = ""
    publish: str = ""
    play: str = ""
    share: str = ""
    """For a WHIP session of a shared screen."""
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """How a console sees and hears what the sites do: a single-use token for WHEP."""

    conference: str
    play: str
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False


class MemberLive(msgspec.Struct, frozen=True, kw_only=True):
    """A member's figures of the last seconds."""

    line: Line = Line.UNKNOWN
    up: LineFigures = LineFigures()
    down: LineFigures = LineFigures()
    level_dbfs: float = -120.0
    alarms: tuple[str, ...] = ()
    room: dict[str, float] = {}
    """The room's own figures from its status: freezes, echo_db, temperature_c ..."""


class LiveFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What changes every second and is nobody's decision."""

    members: dict[str, MemberLive] = {}
    server: dict[str, float] = {}


class LineTestOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Test these members' lines, or all sites' when empty."""

    members: tuple[Slug, ...] = ()
    for_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 5.0


class LineResult(msgspec.Struct, frozen=True, kw_only=True):
    """One site's test. `tested` is None when the room did not answer: `error` says why."""

    member: Slug
    name: Title
    line: Line
    tested: LineTested | None = None
    error: str = ""


class LineReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report an operator prints before the meeting (VC-3)."""

    conference: str = ""
    at: datetime | None = None
    results: tuple[LineResult, ...] = ()


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A mark in a recording, in seconds of its time."""

    at_s: float
    title: str


class RecordingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A recording. `parts` more than one: the server crashed or it was paused in between."""

    id: Slug
    conference: Slug
    title: str
    started_at: datetime
    lasts_s: float
    bytes: int
    parts: int
    under_way: bool
    chapters: tuple[Chapter, ...] = ()
