"""A picture made of pictures, drawn on YUV planes: each source into its tile, as it arrives.

What belongs on a tile is prepared once; drawing it costs 0.02 ms on top of the scaling.
"""

import functools
from dataclasses import dataclass

import av

from vc.media.patch import Patch, Stroke
from vc.media.rim import GROUND_YUV, Edge, rim
from vc.media.scaling import Scaler
from vc.media.titles import LARGEST, Badge, Missing, caption, card, title
from vc.media.yuv import Colour, Planes, blank, part, planes

_EDGES = (Edge.QUIET, Edge.SPEAKING)
_CLEAR_LETTERS, _CLEAR_GAP = 18, 4
_LEAST = 32  # a tile smaller than this has room for nothing but the picture


@dataclass(frozen=True)
class Spot:
    """A place in a picture, in even pixels, and what is said about who is there.

    `crop` fills the place and cuts the picture's edges; else it is whole, with bars. `clear` keeps
    the title off the picture: nobody can read a paper through it.
    """

    x: int
    y: int
    width: int
    height: int
    title: str = ""
    badge: Badge = Badge.NONE
    crop: bool = False
    clear: bool = False


_Tile = tuple[Planes, int, tuple[Stroke, ...]]
"""Its planes, the height that is free for the picture, and what is drawn over it."""


class Canvas:
    """A picture being made. Spots must lie within it; raises ValueError when they do not."""

    def __init__(self, width: int, height: int, words: str = "") -> None:
        """Begin with the house's ground, and `words` on a line at the foot."""
        self.frame = blank(width, height, GROUND_YUV)
        self._planes = planes(self.frame)
        self._scaler = Scaler()
        self._tiles: dict[Spot, _Tile] = {}
        self._caption = caption(words, width, height)
        if self._caption:
            self._caption.lay(self._planes)

    def show(self, picture: av.VideoFrame, spot: Spot) -> None:
        """Draw a picture (yuv420p) into its spot, with all that belongs on it."""
        if (tile := self._tiles.get(spot)) is None:
            tile = self._tiles[spot] = self._tile(spot)
        place, free, strokes = tile
        fit = filling if spot.crop else whole
        shown, hole = fit(picture.width, picture.height, spot.width, free)
        source = planes(picture)
        if shown[2:] != (picture.width, picture.height):
            source = part(source, *shown)
        if hole[2:] == (spot.width, spot.height):
            self._scaler.scale(source, place)
        else:
            _fill(place, GROUND_YUV)
            self._scaler.scale(source, part(place, *hole))
        for stroke in strokes:
            stroke.draw()

    def show_card(self, spot: Spot, missing: Missing) -> None:
        """Draw who is at the spot, and that there is no picture, instead of one."""
        place = self._place(spot)
        card(spot.title, missing, spot.width, spot.height).lay(place)
        badge = spot.badge if spot.badge in (Badge.MUTED, Badge.BAD_LINE) else Badge.NONE
        for stroke in self._over(place, spot, title("", badge, spot.width, spot.height)):
            stroke.draw()

    def check(self, spot: Spot) -> None:
        """Raise ValueError unless the spot is even, not empty, and within the picture."""
        right, bottom = spot.x + spot.width, spot.y + spot.height
        if right > self.frame.width or bottom > self.frame.height or spot.x < 0 or spot.y < 0:
            raise ValueError(f"{spot} is outside the picture")
        if (spot.x | spot.y | spot.width | spot.height) & 1 or not spot.width or not spot.height:
            raise ValueError(f"{spot} is not even, or empty")

    def _place(self, spot: Spot) -> Planes:
        self.check(spot)
        return part(self._planes, spot.x, spot.y, spot.width, spot.height)

    def _tile(self, spot: Spot) -> _Tile:
        place = self._place(spot)
        largest = _CLEAR_LETTERS if spot.clear else LARGEST
        name = title(spot.title, spot.badge, spot.width, spot.height, largest)
        free = name.y - _CLEAR_GAP if spot.clear and name else spot.height
        return place, max(2, free), self._over(place, spot, name)

    def _over(self, place: Planes, spot: Spot, name: Patch | None) -> tuple[Stroke, ...]:
        strokes: tuple[Stroke, ...] = ()
        if min(spot.width, spot.height) >= _LEAST:
            if name:
                strokes += name.over(place)
            if spot.width < self.frame.width:
                edge = _EDGES[spot.badge is Badge.SPEAKING]
                strokes += rim(spot.width, spot.height, edge).over(place)
        if self._caption and spot.y + spot.height > self._caption.y:
            strokes += self._caption.over(self._planes)
        return strokes


Cut = tuple[int, int, int, int]
"""x, y, width, height."""


@functools.lru_cache(1024)
def whole(width: int, height: int, across: int, down: int) -> tuple[Cut, Cut]:
    """Return which part of a picture goes to which part of its place, so that all of it is seen.

    All numbers are even; the picture keeps its proportions to within two pixels.
    """
    width, height = width & ~1, height & ~1
    scale = min(across / width, down / height)
    shown_width = max(2, min(across, round(width * scale / 2) * 2))
    shown_height = max(2, min(down, round(height * scale / 2) * 2))
    left = (across - shown_width) // 4 * 2
    top = (down - shown_height) // 4 * 2
    return (0, 0, width, height), (left, top, shown_width, shown_height)


@functools.lru_cache(1024)
def filling(width: int, height: int, across: int, down: int) -> tuple[Cut, Cut]:
    """Return which part of a picture goes to which part of its place, so that that is full."""
    cut = whole(across, down, width & ~1, height & ~1)[1]
    return cut, (0, 0, across, down)


def _fill(place: Planes, colour: Colour) -> None:
    for plane, value in zip(place, colour, strict=True):
        plane[:] = value
