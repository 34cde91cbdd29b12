"""Units as dots on a map, equirectangular; dots too near each other are one. Pure."""

import math
from collections.abc import Iterable, Sequence

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


class Picture(msgspec.Struct, frozen=True):
    """A map: dots with names to touch, worst last (they lie on top), and bare ones by need."""

    width: float
    height: float
    dot: float  # how wide a dot is
    named: tuple[Dot, ...]
    bare: tuple[tuple[Need, tuple[Dot, ...]], ...]


def picture(spots: Iterable[Spot]) -> Picture | None:
    """Return the map of these units, fitted to them; None when there are none."""
    known = list(spots)
    if not known:
        return None
    points, height = _projected(known)
    dots, cell = _grouped(known, points)
    dots.sort(key=lambda dot: (_WORST_FIRST.index(dot.need), -dot.boxes, dot.unit))
    is_few = len(dots) <= _FEW
    bad = [dot for dot in dots if is_few or dot.need in (Need.LOST, Need.FAULT, Need.WARNING)]
    named = bad[: _FEW if is_few else _MOST_NAMED]
    rest = dots if not named else [dot for dot in dots if dot not in set(named)]
    bare = ((need, tuple(d for d in rest if d.need is need)) for need in reversed(_WORST_FIRST))
    return Picture(
        width=_WIDTH,
        height=round(height, 1),
        dot=round(cell + 0.4, 1),
        named=tuple(reversed(named)),
        bare=tuple((need, some) for need, some in bare if some),
    )


def _projected(spots: Sequence[Spot]) -> tuple[list[tuple[float, float]], float]:
    """Return where they lie, and how tall the map is."""
    south, north = min(s.latitude for s in spots), max(s.latitude for s in spots)
    west, east = min(s.longitude for s in spots), max(s.longitude for s in spots)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    inner = _WIDTH - 2 * _MARGIN
    height = min(max(tall / wide * inner, _LOWEST - 2 * _MARGIN), _TALLEST - 2 * _MARGIN)
    scale = min(inner / wide, height / tall, inner / 0.05)  # a lone commune is not a continent
    left, top = (inner - wide * scale) / 2 + _MARGIN, (height - tall * scale) / 2 + _MARGIN
    points = [
        (left + (s.longitude - west) * narrow * scale, top + (north - s.latitude) * scale)
        for s in spots
    ]
    return points, height + 2 * _MARGIN


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
