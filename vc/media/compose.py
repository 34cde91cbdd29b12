"""A picture made of pictures, drawn on YUV planes: each source into its tile, as it arrives.

Scaling is bilinear, after halving by exact averages where a picture shrinks to a third or less:
cheap (0.1 ms from 720p), and fine patterns do not flicker.
"""

import functools
from dataclasses import dataclass

import av
import cv2
import numpy as np

from vc.media.patch import Patch
from vc.media.rim import GROUND_YUV, Edge, rim
from vc.media.titles import Badge, Missing, caption, card, title
from vc.media.yuv import Colour, Plane, Planes, blank, part, planes

_HALVE_FROM = 3.0
_EDGES = (Edge.QUIET, Edge.SPEAKING)
_LEAST = 32  # a tile smaller than this has room for nothing but the picture


@dataclass(frozen=True)
class Spot:
    """A place in a picture, in even pixels, and what is said about who is there.

    `crop` fills the place and cuts the picture's edges; else it is whole, with bars.
    """

    x: int
    y: int
    width: int
    height: int
    title: str = ""
    badge: Badge = Badge.NONE
    crop: bool = False


class Canvas:
    """A picture being made. Spots must lie within it; raises ValueError when they do not."""

    def __init__(self, width: int, height: int, words: str = "") -> None:
        """Begin with the house's ground, and `words` on a line at the foot."""
        self.frame = blank(width, height, GROUND_YUV)
        self._planes = planes(self.frame)
        self._caption = caption(words, width, height)
        if self._caption:
            self._caption.lay(self._planes)

    def show(self, picture: av.VideoFrame, spot: Spot) -> None:
        """Draw a picture (yuv420p) into its spot, with all that belongs on it."""
        place = self._place(spot)
        source = planes(picture)
        fit = filling if spot.crop else whole
        shown, hole = fit(picture.width, picture.height, spot.width, spot.height)
        if hole[2:] != (spot.width, spot.height):
            _fill(place, GROUND_YUV)
        _scale(part(source, *shown), part(place, *hole))
        self._finish(place, spot, title(spot.title, spot.badge, spot.width, spot.height))

    def show_card(self, spot: Spot, missing: Missing) -> None:
        """Draw who is at the spot, and that there is no picture, instead of one."""
        place = self._place(spot)
        card(spot.title, missing, spot.width, spot.height).lay(place)
        badge = spot.badge if spot.badge in (Badge.MUTED, Badge.BAD_LINE) else Badge.NONE
        self._finish(place, spot, title("", badge, spot.width, spot.height))

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

    def _finish(self, place: Planes, spot: Spot, name: Patch | None) -> None:
        if min(spot.width, spot.height) >= _LEAST:
            if name:
                name.lay(place)
            if spot.width < self.frame.width:
                rim(spot.width, spot.height, _EDGES[spot.badge is Badge.SPEAKING]).lay(place)
        if self._caption and spot.y + spot.height > self._caption.y:
            self._caption.lay(self._planes)


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


def _scale(source: Planes, place: Planes) -> None:
    for plane, onto in zip(source, place, strict=True):
        if plane.shape == onto.shape:
            onto[:] = plane
            continue
        height, width = onto.shape
        from_plane = plane
        while min(from_plane.shape[0] / height, from_plane.shape[1] / width) >= _HALVE_FROM:
            from_plane = _halved(from_plane)
        exact = from_plane.shape == (2 * height, 2 * width)
        how = cv2.INTER_AREA if exact else cv2.INTER_LINEAR
        cv2.resize(from_plane, (width, height), dst=onto, interpolation=how)


def _halved(plane: Plane) -> Plane:
    height, width = plane.shape[0] // 2, plane.shape[1] // 2
    even = plane[: height * 2, : width * 2]
    half = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)


def _fill(place: Planes, colour: Colour) -> None:
    for plane, value in zip(place, colour, strict=True):
        plane[:] = value
