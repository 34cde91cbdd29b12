"""A composed picture that is always ready: every tile shows its source's newest picture, or a card.

Views of equal looks share a stage; each has its own encoder.
"""

from collections.abc import Callable, Mapping

import av

from vc.engine.port import View
from vc.media.compose import Canvas, Spot
from vc.media.measures import caption_height
from vc.media.titles import Badge, Missing

Looks = tuple[object, ...]
_LEAST = 32


class _Unknown:
    """What a tile shows before it was drawn."""


_UNKNOWN = _Unknown()


class Stage:
    """The picture of a view."""

    def __init__(self, view: View, numbers: Mapping[str, int]) -> None:
        """Begin with empty tiles; raises ValueError when a tile does not fit into the view."""
        if min(view.width, view.height) < _LEAST:
            raise ValueError(f"a view of {view.width} x {view.height}")
        self.looks = looks(view, numbers)
        self.fps = view.fps
        self._canvas = Canvas(view.width & ~1, view.height & ~1, view.caption)
        self._spots: dict[int, list[int]] = {}
        self._tiles: list[tuple[int, Spot]] = []
        self._shown: list[Missing | _Unknown | None] = []
        for tile, spot in zip(view.tiles, spots(view), strict=True):
            slot = numbers.get(tile.source, -1)
            self._canvas.check(spot)
            self._spots.setdefault(slot, []).append(len(self._tiles))
            self._tiles.append((slot, spot))
            self._shown.append(_UNKNOWN)

    @property
    def frame(self) -> av.VideoFrame:
        """The picture as it is now."""
        return self._canvas.frame

    @property
    def slots(self) -> frozenset[int]:
        """Whose pictures are in it."""
        shown = {slot for slot, spot in self._tiles if spot.badge is not Badge.NO_PICTURE}
        return frozenset(shown)

    def share(self, slot: int) -> float:
        """Return how much of the picture a slot fills, 0 to 1."""
        own = sum(
            self._tiles[index][1].width * self._tiles[index][1].height
            for index in self._spots.get(slot, ())
        )
        return min(1.0, own / (self.frame.width * self.frame.height))

    def draw(self, slot: int, picture: av.VideoFrame) -> bool:
        """Show a slot's new picture; False when it is not in this view, or is kept off it."""
        drawn = False
        for index in self._spots.get(slot, ()):
            spot = self._tiles[index][1]
            if spot.badge is not Badge.NO_PICTURE:
                self._canvas.show(picture, spot)
                self._shown[index] = None
                drawn = True
        return drawn

    def refresh(
        self,
        missing: Callable[[int], Missing | None],
        picture: Callable[[int], av.VideoFrame | None],
    ) -> None:
        """Put a card where a picture is missing, and the picture where it is there again."""
        for index, (slot, spot) in enumerate(self._tiles):
            why = Missing.OFF if spot.badge is Badge.NO_PICTURE else missing(slot)
            if why is self._shown[index]:
                continue
            if why is not None:
                self._canvas.show_card(spot, why)
            elif (newest := picture(slot)) is not None:
                self._canvas.show(newest, spot)
            self._shown[index] = why


def spots(view: View) -> tuple[Spot, ...]:
    """Return where the view's tiles are drawn, in even pixels.

    Where they reach into the caption all of them are drawn a little smaller, above it.
    """
    free = view.height - caption_height(view.height) if view.caption else view.height
    reach = max((tile.y + tile.height for tile in view.tiles), default=0)
    scale = free / view.height if reach > free else 1.0
    left = (1 - scale) * view.width / 2
    placed = []
    for tile in view.tiles:
        x, right = (_even(left + scale * x) for x in (tile.x, tile.x + tile.width))
        y, bottom = (_even(scale * y) for y in (tile.y, tile.y + tile.height))
        badge = _badge(tile.badge)
        size = (right - x, bottom - y)
        clear = is_content(tile.source)
        placed.append(Spot(x, y, *size, tile.title, badge, tile.crop, clear))
    return tuple(placed)


def is_content(source: str) -> bool:
    """Tell whether a source is a shared screen or a paper, not a camera."""
    return source == "paper" or source.startswith("content-")


def _even(value: float) -> int:
    return int(value / 2) * 2


def looks(view: View, numbers: Mapping[str, int]) -> Looks:
    """Return what two views have in common that can share a stage."""
    slots = tuple(numbers.get(tile.source, -1) for tile in view.tiles)
    return (view.width, view.height, view.fps, view.tiles, view.caption, slots)


def _badge(name: str) -> Badge:
    try:
        return Badge(name)
    except ValueError:  # a newer server's word
        return Badge.NONE
