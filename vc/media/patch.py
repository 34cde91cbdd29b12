"""A small picture with transparency, ready to be laid onto planes many times a second."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vc.media.yuv import Plane, Planes, part

_TO_YUV = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.299 / 1.772, -0.587 / 1.772, 0.886 / 1.772],
        [0.701 / 1.402, -0.587 / 1.402, -0.114 / 1.402],
    ]
)
_OFFSET = np.array([16.0, 128.0, 128.0])
_RANGE = np.array([219.0, 224.0, 224.0])


@dataclass(frozen=True)
class Patch:
    """What is added to the planes (`ink`), and how much of them is kept (`keep`, of 255).

    An opaque patch keeps nothing. `x` and `y` are even, and so are its sizes.
    """

    x: int
    y: int
    ink: Planes
    keep: Planes | None

    @classmethod
    def of(cls, image: Image.Image, x: int = 0, y: int = 0) -> Self:
        """Return an RGB or RGBA picture as a patch; odd sizes grow by a transparent line."""
        rgba = np.asarray(image.convert("RGBA"), np.float64)
        height, width = rgba.shape[:2]
        rgba = np.pad(rgba, ((0, height % 2), (0, width % 2), (0, 0)))
        alpha = rgba[..., 3] / 255
        colour = (rgba[..., :3] / 255) @ _TO_YUV.T * _RANGE + _OFFSET
        inked = colour * alpha[..., None]
        ink = (
            _bytes(inked[..., 0]),
            _bytes(_halved(inked[..., 1])),
            _bytes(_halved(inked[..., 2])),
        )
        if alpha.min() == 1:
            return cls(x, y, ink, None)
        keep = _bytes((1 - alpha) * 255)
        half = _bytes(_halved(1 - alpha) * 255)
        return cls(x, y, ink, (keep, half, half))

    @property
    def width(self) -> int:
        """Its width in luma pixels."""
        return int(self.ink[0].shape[1])

    @property
    def height(self) -> int:
        """Its height in luma pixels."""
        return int(self.ink[0].shape[0])

    def moved(self, x: int, y: int) -> Self:
        """Return it this much further right and down; even numbers."""
        return type(self)(self.x + x, self.y + y, self.ink, self.keep)

    def over(self, onto: Planes) -> "tuple[Stroke, ...]":
        """Return what draws it at its place on these planes, time and again."""
        places = part(onto, self.x, self.y, self.width, self.height)
        keeps = self.keep or (None, None, None)
        return tuple(map(Stroke, places, self.ink, keeps))

    def lay(self, onto: Planes) -> None:
        """Draw it at its place."""
        for stroke in self.over(onto):
            stroke.draw()


class Stroke:
    """A patch on one plane of a picture."""

    __slots__ = ("_ink", "_keep", "_place")

    def __init__(self, place: Plane, ink: Plane, keep: Plane | None) -> None:
        self._place, self._ink, self._keep = place, ink, keep

    def draw(self) -> None:
        """Draw it, over what is there now."""
        if self._keep is None:
            self._place[:] = self._ink
        else:
            cv2.multiply(self._place, self._keep, dst=self._place, scale=1 / 255)
            cv2.add(self._place, self._ink, dst=self._place)


def _halved(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return (values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2]) / 4


def _bytes(values: NDArray[np.float64]) -> Plane:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
