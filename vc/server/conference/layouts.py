"""Which pictures are composed of whom: the state's layout as the engine's views and tiles.

Members inside are in the picture, sites before guests in the plan's order; where they do not all
fit they take turns. A member whose picture is off is a card with its name (badge `no_picture`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from vc.engine.port import MAIN, Tile, VideoCodec, View
from vc.media.measures import caption_height
from vc.server.conference.places import PAGE, Place, around, beside, grid, in_turn, strip_size
from vc.state import ConferenceState, Layout, Line, Member

CHAIR: Final = "chair"
"""The view of who speaks in a lecture: the others, in turn."""
PAPER: Final = "paper"
"""The source whose picture is the page on show."""
_STRIP = strip_size(5)
_BESIDE = 4
_POOR = (Line.BAD, Line.LOST)


def content_of(member: str) -> str:
    """Return the source of a member's shared screen."""
    return f"content-{member}"


def name_of(view: str, codec: VideoCodec) -> str:
    """Return what a view is called in this codec."""
    return view if codec is VideoCodec.H264 else f"{view}-{codec}"


def view_of(state: ConferenceState, member: str, codec: VideoCodec = VideoCodec.H264) -> str:
    """Return the name of the view a member looks at."""
    lectures = state.layout is Layout.LECTURE and member and member == lecturer(state)
    return name_of(CHAIR if lectures else MAIN, codec)


def lecturer(state: ConferenceState) -> str:
    """Return who lectures: the pinned member, else the centre; empty when he is not inside."""
    inside = {one.id for one in state.members if one.connected}
    return next((one for one in (state.pinned, state.plan.centre) if one in inside), "")


def large(state: ConferenceState, speaking: str) -> str:
    """Return who is large: pinned, on the floor, speaking, the centre, or anybody inside."""
    inside = [one.id for one in state.members if one.connected]
    holder = state.floor.holder if state.floor else ""
    wanted = (state.pinned, holder, speaking, state.plan.centre, *inside)
    return next((one for one in wanted if one in inside), "")


def arrange(
    state: ConferenceState,
    speaking: str,
    now: datetime,
    *,
    size: tuple[int, int] = (1280, 720),
    codecs: Sequence[VideoCodec] = (VideoCodec.H264,),
    fps: int = 25,
    bitrate_kbps: int = 1500,
) -> tuple[View, ...]:
    """Return every view that is looked at, in each of the codecs.

    `speaking` is the loudest member now (empty: nobody); `size` is in even pixels. Ask again when
    the state or the speaker changes, and every few seconds for those who take turns.
    """
    width, height = size
    area = Place(0, 0, width, height - caption_height(height))
    tiles = _Tiles(state, speaking, now, area)
    pictures = {MAIN: tiles.main()}
    if state.layout is Layout.LECTURE and lecturer(state):
        pictures[CHAIR] = tiles.wall(without=lecturer(state))
    view = View(
        name=MAIN,
        width=width,
        height=height,
        fps=fps,
        bitrate_kbps=bitrate_kbps,
        caption=_caption(state),
    )
    return tuple(
        replace(view, name=name_of(name, codec), codec=codec, tiles=picture)
        for codec in codecs
        for name, picture in pictures.items()
    )


class _Tiles:
    """The tiles of each layout, of one state at one moment."""

    def __init__(self, state: ConferenceState, speaking: str, now: datetime, area: Place) -> None:
        self._state, self._now, self._area = state, now, area
        self._speaking = speaking
        self._inside = tuple(one.id for one in state.members if one.connected)

    def main(self) -> tuple[Tile, ...]:
        match self._state.layout:
            case Layout.WALL:
                return self.wall()
            case Layout.LECTURE:
                return self._placed((lecturer(self._state),), grid(1, self._area))
            case Layout.CONTENT if shown := self._content():
                return self._beside(shown)
            case _:
                return self._speaker()

    def wall(self, without: str = "") -> tuple[Tile, ...]:
        who = in_turn(self._others(without), PAGE, self._now)
        return self._placed(who, grid(len(who), self._area))

    def _speaker(self) -> tuple[Tile, ...]:
        first = large(self._state, self._speaking)
        who = in_turn(self._others(first), _STRIP, self._now)
        return self._placed((first, *who), around(len(who), self._area))

    def _beside(self, shown: Tile) -> tuple[Tile, ...]:
        first = large(self._state, self._speaking)
        others = in_turn(self._others(first), _BESIDE - 1, self._now)
        who = (first, *others) if first else ()
        place, *small = beside(len(who), self._area)
        content = replace(shown, x=place.x, y=place.y, width=place.width, height=place.height)
        return (content, *self._placed(who, small))

    def _content(self) -> Tile | None:
        state = self._state
        if state.content and (sharer := state.member(state.content)):
            title = f"Trình chiếu: {sharer.name}"
            return Tile(source=content_of(sharer.id), x=0, y=0, width=2, height=2, title=title)
        shown = state.paper
        paper = next((one for one in state.plan.papers if shown and one.id == shown.paper), None)
        if shown is None or paper is None:
            return None
        title = f"{paper.title} – trang {shown.page}/{paper.pages}"
        return Tile(source=PAPER, x=0, y=0, width=2, height=2, title=title)

    def _others(self, without: str) -> tuple[str, ...]:
        return tuple(one for one in self._inside if one != without)

    def _placed(self, who: Sequence[str], places: Sequence[Place]) -> tuple[Tile, ...]:
        pairs = zip(who, places, strict=False)
        return tuple(self._tile(one, place) for one, place in pairs if one)

    def _tile(self, who: str, place: Place) -> Tile:
        member = self._state.member(who)
        return Tile(
            source=who,
            x=place.x,
            y=place.y,
            width=place.width,
            height=place.height,
            title=member.name if member else "",
            badge=self._badge(member) if member else "",
        )

    def _badge(self, member: Member) -> str:
        states = (
            ("no_picture", member.video_off),
            ("bad_line", member.line in _POOR),
            ("speaking", member.id == self._speaking and not member.muted),
            ("muted", member.muted),
        )
        return next((badge for badge, is_so in states if is_so), "")


def _caption(state: ConferenceState) -> str:
    item = next((one.title for one in state.plan.agenda if one.id == state.item), "")
    return f"{state.plan.title} – {item}" if item else state.plan.title
