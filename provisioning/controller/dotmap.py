"""Units as dots on a map, equirectangular; dots too near each other are one. Pure.

Below the dots of boxes lies the land: all communes, pale, as one path that a browser keeps.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from provisioning.controller.branches import Need

_WIDTH = 420.0
_MARGIN = 14.0
_TALLEST, _LOWEST = 640.0, 230.0
_MOST_DOTS = 1000
_MOST_NAMED = 40
_FEW = 60  # so many are all named
_LEAST_CELL = 5.0
_WORST_FIRST = tuple(Need)
_SPREAD = 0.27  # a pale dot's width by the room there is for each; the land is a third of a map
_LAND_DOTS = 1.6, 7.0
_MOST_LANDS = 64

Point = tuple[float, float]
"""Latitude and longitude, degrees (WGS 84)."""


class Spot(msgspec.Struct, frozen=True):
    """A unit with boxes: `needs` is the worst of them. Degrees are WGS 84."""

    unit: str
    name: str
    latitude: float
    longitude: float
    need: Need
    boxes: int


class Dot(msgspec.Struct, frozen=True):
    """A dot as it is drawn: of one unit, or of `others` more beside the worst one."""

    x: float
    y: float
    need: Need
    unit: str
    name: str
    boxes: int
    others: int


class Frame(msgspec.Struct, frozen=True):
    """What of the Earth a map shows, and how large: the same frame is the same projection."""

    north: float
    west: float
    narrow: float  # how long a degree of longitude is beside one of latitude
    scale: float
    left: float
    top: float
    height: float

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where a point lies on the map."""
        return (
            self.left + (longitude - self.west) * self.narrow * self.scale,
            self.top + (self.north - latitude) * self.scale,
        )


class Land(msgspec.Struct, frozen=True):
    """All units as one path of bare dots, so wide; `version` is another when the path is."""

    path: str
    dot: float
    units: int
    version: str


class Picture(msgspec.Struct, frozen=True):
    """A map: dots with names to touch, worst last (they lie on top), and bare ones by need."""

    width: float
    height: float
    dot: float  # how wide a dot is
    named: tuple[Dot, ...]
    bare: tuple[tuple[Need, tuple[Dot, ...]], ...]
    units: int = 0  # with boxes
    land: Land | None = None


def picture(spots: Iterable[Spot], land: tuple[Point, ...] = ()) -> Picture | None:
    """Return the map of these units and of the land, fitted to them; None without units."""
    known = list(spots)
    if not known:
        return None
    frame = _framed([*((spot.latitude, spot.longitude) for spot in known), *land])
    dots, cell = _grouped(known, [frame.place(spot.latitude, spot.longitude) for spot in known])
    dots.sort(key=lambda dot: (_WORST_FIRST.index(dot.need), -dot.boxes, dot.unit))
    is_few = len(dots) <= _FEW
    bad = [dot for dot in dots if is_few or dot.need in (Need.LOST, Need.FAULT, Need.WARNING)]
    named = bad[: _FEW if is_few else _MOST_NAMED]
    rest = dots if not named else [dot for dot in dots if dot not in set(named)]
    bare = ((need, tuple(d for d in rest if d.need is need)) for need in reversed(_WORST_FIRST))
    return Picture(
        width=_WIDTH,
        height=round(frame.height, 1),
        dot=round(cell + 0.4, 1),
        named=tuple(reversed(named)),
        bare=tuple((need, some) for need, some in bare if some),
        units=len(known),
        land=_drawn(land, frame) if land else None,
    )


@lru_cache(maxsize=_MOST_LANDS)
def _drawn(land: tuple[Point, ...], frame: Frame) -> Land:
    """Return the land's path: whole pixels, one dot each, every dot told from the one before.

    Some 5 ms for the whole country, and boxes change far more often than it does.
    """
    places = {(round(x), round(y)) for x, y in (frame.place(*point) for point in land)}
    path: list[str] = []
    x = y = 0
    for to_x, to_y in sorted(places, key=lambda place: (place[1], place[0])):
        path.append(f"m{to_x - x} {to_y - y}h0" if path else f"M{to_x} {to_y}h0")
        x, y = to_x, to_y
    least, most = _LAND_DOTS
    room = math.sqrt(_WIDTH * frame.height / len(places))
    text = "".join(path)
    return Land(
        path=text,
        dot=round(min(max(room * _SPREAD, least), most), 1),
        units=len(land),
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
    )


def _framed(points: Sequence[Point]) -> Frame:
    """Return the frame in which all these points lie."""
    south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
    west, east = min(lon for _, lon in points), max(lon for _, lon in points)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    inner = _WIDTH - 2 * _MARGIN
    height = min(max(tall / wide * inner, _LOWEST - 2 * _MARGIN), _TALLEST - 2 * _MARGIN)
    scale = min(inner / wide, height / tall, inner / 0.05)  # a lone commune is not a continent
    return Frame(
        north=north,
        west=west,
        narrow=narrow,
        scale=scale,
        left=(inner - wide * scale) / 2 + _MARGIN,
        top=(height - tall * scale) / 2 + _MARGIN,
        height=height + 2 * _MARGIN,
    )


def _grouped(
    spots: Sequence[Spot], points: Sequence[tuple[float, float]]
) -> tuple[list[Dot], float]:
    """Return dots, one a cell, and its size: cells grow until the dots can be told apart."""
    cell = _LEAST_CELL
    while True:
        cells: dict[tuple[int, int], list[int]] = {}
        for at, (x, y) in enumerate(points):
            cells.setdefault((int(x / cell), int(y / cell)), []).append(at)
        if len(cells) <= _MOST_DOTS:
            dots = [_dot([(spots[at], points[at]) for at in some]) for some in cells.values()]
            return dots, cell if len(dots) > _FEW else 2 * _LEAST_CELL
        cell *= 1.1


def _dot(some: list[tuple[Spot, tuple[float, float]]]) -> Dot:
    worst = min((spot for spot, _ in some), key=lambda spot: _WORST_FIRST.index(spot.need))
    return Dot(
        x=round(sum(x for _, (x, _) in some) / len(some), 1),
        y=round(sum(y for _, (_, y) in some) / len(some), 1),
        need=worst.need,
        unit=worst.unit,
        name=worst.name,
        boxes=sum(spot.boxes for spot, _ in some),
        others=len(some) - 1,
    )
