"""What an engine does for a conference: takes sessions, composes views, mixes sound.

An engine knows sources, views and tiles; it knows no rules. A *source* is the name under which a
session's picture and sound are known (a member's id, `content-{member}`, `paper`). A *leg* is one
session. A new leg of a source takes the place of the old one.
"""

from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol

import msgspec

from devices.contract.errors import MotcuaError
from vc.messages import LineFigures

Pixels = Annotated[int, msgspec.Meta(ge=0, le=4096)]

MAIN = "main"
"""The view every member gets unless its leg names another."""


class OfferRefusedError(MotcuaError):
    """The offer has nothing usable: no common codec, no fingerprint, not SDP."""

    code = "sdp.refused"


class NoLegError(MotcuaError):
    """There is no such session (any more)."""

    code = "leg.unknown"


class EngineLostError(MotcuaError):
    """A process of the engine ended; it starts again, and members join anew."""

    code = "engine.lost"
    retry = True


class Direction(StrEnum):
    """What a session carries, seen from the member."""

    BOTH = "both"
    """Our own rooms: picture and sound both ways in one session."""
    PUBLISH = "publish"
    """WHIP."""
    PLAY = "play"
    """WHEP."""


class VideoCodec(StrEnum):
    """What a view is encoded in. H.264 constrained baseline, or VP8 for guests without it."""

    H264 = "h264"
    VP8 = "vp8"


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """A session to be: its unguessable id, whose it is, what it carries, what it sees."""

    id: str
    source: str
    direction: Direction = Direction.BOTH
    view: str = MAIN
    content: bool = False
    """A shared screen: no sound, few frames, sharp."""


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """A source's place in a view, in pixels of the view, even numbers.

    `title` is drawn into the picture; `badge` is a state the viewers understand (`muted`,
    `speaking`, `bad_line`, `no_picture`), empty for none. `crop` fills the tile and cuts edges;
    else the picture is whole with bars.
    """

    source: str
    x: Pixels
    y: Pixels
    width: Pixels
    height: Pixels
    title: str = ""
    badge: str = ""
    crop: bool = False


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One composed picture, encoded once for all who look at it."""

    name: str
    width: Pixels = 1280
    height: Pixels = 720
    fps: Annotated[int, msgspec.Meta(ge=1, le=60)] = 25
    bitrate_kbps: Annotated[int, msgspec.Meta(ge=50, le=20_000)] = 1500
    codec: VideoCodec = VideoCodec.H264
    tiles: tuple[Tile, ...] = ()
    caption: str = ""
    """One line under the picture: the conference's title, the item; empty for none."""


class LegState(StrEnum):
    """The life of a session."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    CLOSED = "closed"


class EngineEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something the engine tells."""


class LegChanged(EngineEvent, frozen=True, kw_only=True, tag="leg_changed"):
    """A session came or went; a dead peer is noticed within 5 s."""

    leg: str
    source: str
    state: LegState
    reason: str = ""
    codec: VideoCodec = VideoCodec.H264
    """What was negotiated for pictures, once connected: a view of this codec can be looked at."""


class LegFigures(EngineEvent, frozen=True, kw_only=True, tag="leg_figures"):
    """Each session's line, every 2 s. `up` is from the member to us."""

    leg: str
    source: str
    up: LineFigures
    down: LineFigures
    audio_up: LineFigures


class Levels(EngineEvent, frozen=True, kw_only=True, tag="levels"):
    """How loud each audible source is (dBFS, -120 for silence), every 0.2 s; loudest first."""

    dbfs: dict[str, float]


class EngineLost(EngineEvent, frozen=True, kw_only=True, tag="engine_lost"):
    """The engine's processes ended and are being started again; every leg is gone."""

    reason: str


class EngineFigures(EngineEvent, frozen=True, kw_only=True, tag="engine_figures"):
    """The engine's own: CPU of each process in cores, late frames, packets a second; every 2 s."""

    figures: dict[str, float]


class MediaPacket(EngineEvent, frozen=True, kw_only=True, tag="media_packet"):
    """While tapped: an encoded frame of the tapped view, or of the mix all listeners hear.

    `pts_us` is the engine's one clock for both.
    """

    kind: str
    """`video` or `audio`."""
    pts_us: int
    keyframe: bool
    data: bytes


class Engine(Protocol):
    """A running engine. Sessions raise EngineLostError while it starts anew."""

    async def up(self) -> None:
        """Wait until sessions can be opened."""

    async def open(self, leg: Leg, offer: str) -> str:
        """Take a session by its SDP offer; returns the SDP answer with all candidates.

        Raises OfferRefusedError.
        """

    async def offer(self, leg: Leg) -> str:
        """Begin a session from our side (WHEP's counter-offer); `accept` ends the handshake."""

    async def accept(self, leg_id: str, answer: str) -> None:
        """Take the answer to our offer; raises NoLegError, OfferRefusedError."""

    async def add_candidates(self, leg_id: str, fragment: str) -> None:
        """Take trickled candidates (RFC 8840 SDP fragment); raises NoLegError."""

    async def close(self, leg_id: str) -> None:
        """End a session; nothing happens when it is gone."""

    async def arrange(self, views: tuple[View, ...]) -> None:
        """Say what every view shows from now on; a view that is not named is encoded no more."""

    async def look(self, leg_id: str, view: str) -> None:
        """Let a session look at another view (of the codec it negotiated)."""

    async def hear(self, sources: frozenset[str], always: frozenset[str] = frozenset()) -> None:
        """Say whose sound may go into the mix: the loudest few, before them those of `always`."""

    async def show_still(self, source: str, picture: Path | None) -> None:
        """Make a PNG the picture of a source (a paper's page); None ends it."""

    async def tap(self, view: str | None) -> None:
        """Send MediaPackets of the view and of the listeners' mix; None stops.

        Each time it is asked, also again for the same view, the view makes a keyframe soon.
        """

    def events(self) -> AsyncIterator[EngineEvent]:
        """Everything that happens, in order; one reader."""
