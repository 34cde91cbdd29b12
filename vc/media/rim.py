"""The edge of a tile: a gap to its neighbours, or gold around who speaks; corners are round.

Only the bands that hold the corners are blended; the sides between them are filled.
"""

import functools
from dataclasses import dataclass
from enum import Enum

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from vc.media.patch import Patch, Stroke
from vc.media.yuv import Colour, Planes, from_rgb

GROUND = "#08295c"
GOLD = "#f2b705"
GROUND_YUV = from_rgb(GROUND)

_RADIUS = 8
_FINE = 4


class Edge(Enum):
    """The colour of an edge, and how wide it is in pixels."""

    QUIET = (GROUND, 2)
    SPEAKING = (GOLD, 4)


@dataclass(frozen=True)
class Rim:
    """Laid onto a tile after its picture."""

    top: Patch
    bottom: Patch
    colour: Colour
    width: int

    def over(self, onto: Planes) -> tuple[Stroke, ...]:
        """Return what draws it; `onto` is the tile, of the size the rim was made for."""
        band, height = self.top.height, onto[0].shape[0]
        sides = []
        for plane, value, k in zip(onto, self.colour, (1, 2, 2), strict=True):
            middle = plane[band // k : (height - band) // k]
            wide = self.width // k
            ink = np.full((middle.shape[0], wide), value, np.uint8)
            sides += [Stroke(middle[:, :wide], ink, None), Stroke(middle[:, -wide:], ink, None)]
        return (*self.top.over(onto), *self.bottom.over(onto), *sides)


@functools.lru_cache(256)
def rim(width: int, height: int, edge: Edge) -> Rim:
    """Return the rim of a tile of this size, at least 32 x 32."""
    colour, wide = edge.value
    outer = _mask(width, height, _RADIUS, 0)
    size = (width, height)
    image = Image.composite(Image.new("RGB", size, colour), Image.new("RGB", size, GROUND), outer)
    image.putalpha(ImageChops.invert(_mask(width, height, _RADIUS - wide / 2, wide)))
    band = _RADIUS + wide
    return Rim(
        top=Patch.of(image.crop((0, 0, width, band))),
        bottom=Patch.of(image.crop((0, height - band, width, height)), 0, height - band),
        colour=from_rgb(colour),
        width=wide,
    )


def rounded(width: int, height: int, radius: float, colour: str) -> Image.Image:
    """Return a rectangle with round corners in `#rrggbb` or `#rrggbbaa`, transparent around."""
    alpha = int(colour[7:9] or "ff", 16)
    flat = Image.new("RGBA", (width, height), colour)
    flat.putalpha(_mask(width, height, radius, 0).point(lambda one: one * alpha // 255))
    return flat


def _mask(width: int, height: int, radius: float, inset: int) -> Image.Image:
    large = Image.new("L", (width * _FINE, height * _FINE), 0)
    near, right, bottom = inset * _FINE, (width - inset) * _FINE - 1, (height - inset) * _FINE - 1
    ImageDraw.Draw(large).rounded_rectangle((near, near, right, bottom), radius * _FINE, fill=255)
    return large.resize((width, height), Image.Resampling.BOX)
