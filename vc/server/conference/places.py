"""Where tiles go in a picture: arithmetic on rectangles, even numbers, no overlap."""

from datetime import datetime
from typing import Final

import msgspec

PAGE: Final = 25
"""How many tiles a wall has at most: 5 x 5, still 256 x 144 in 720p."""
TURN_S: Final = 10
"""How long a page of sites is shown when they do not all fit."""
_WIDE, _HIGH = 16, 9


class Place(msgspec.Struct, frozen=True):
    """A rectangle in pixels, all even."""

    x: int
    y: int
    width: int
    height: int


def grid(count: int, area: Place) -> tuple[Place, ...]:
    """Return `count` equal 16:9 places, as large as fit; the last row stands in the middle."""
    if count < 1:
        return ()
    columns = max(range(1, count + 1), key=lambda n: (_tile(count, n, area)[0], n))
    width, height = _tile(count, columns, area)
    rows = -(-count // columns)
    top = area.y + _even((area.height - rows * height) / 2)
    places = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        left = area.x + _even((area.width - here * width) / 2)
        places += [
            Place(left + column * width, top + row * height, width, height)
            for column in range(here)
        ]
    return tuple(places)


def around(count: int, area: Place) -> tuple[Place, ...]:
    """Return a large place and up to `count` small ones right of it and beneath it.

    The large one is 3/4 or 4/5 of the area, with 7 or 9 small ones; all are 16:9 within some
    pixels, in the middle of an area that is not.
    """
    (area,) = grid(1, area)
    if count < 1:
        return (area,)
    parts = 4 if count <= strip_size(4) else 5
    width, height = _even(area.width / parts), _even(area.height / parts)
    large = Place(area.x, area.y, (parts - 1) * width, (parts - 1) * height)
    right = [Place(area.x + large.width, area.y + n * height, width, height) for n in range(parts)]
    below = [
        Place(area.x + n * width, area.y + large.height, width, height) for n in range(parts - 1)
    ]
    return (large, *(right + below)[:count])


def beside(count: int, area: Place) -> tuple[Place, ...]:
    """Return a large place of the full height, and up to four small ones right of it."""
    if count < 1:
        return (area,)
    width, height = _even(area.width / 4), _even(area.width / 4 * _HIGH / _WIDE)
    fits = min(count, area.height // height)
    large = Place(area.x, area.y, area.width - width, area.height)
    return (
        large,
        *(Place(area.x + large.width, area.y + n * height, width, height) for n in range(fits)),
    )


def strip_size(parts: int) -> int:
    """Return how many small places are around a large one of `parts - 1` in `parts`."""
    return 2 * parts - 1


def in_turn(names: tuple[str, ...], size: int, now: datetime) -> tuple[str, ...]:
    """Return the names whose turn it is: pages as even as they can be, TURN_S each."""
    if len(names) <= size:
        return names
    pages = -(-len(names) // size)
    page = int(now.timestamp() // TURN_S) % pages
    begin, end = (len(names) * n // pages for n in (page, page + 1))
    return names[begin:end]


def _tile(count: int, columns: int, area: Place) -> tuple[int, int]:
    rows = -(-count // columns)
    scale = min(area.width / columns / _WIDE, area.height / rows / _HIGH)
    return _even(scale * _WIDE), _even(scale * _HIGH)


def _even(number: float) -> int:
    return int(number + 1e-6) & ~1
