"""Pictures as three planes of bytes: Y whole, U and V at half size (yuv420p).

Colours are BT.601 in video range. Everything here is a view or a copy: nobody
converts to RGB on the way from decoder to encoder.
"""

import av
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
Colour = tuple[int, int, int]
"""Y, U, V."""

PLANAR = ("yuv420p", "yuvj420p")
"""The formats `planes` can look into."""


def planes(frame: av.VideoFrame) -> Planes:
    """Return the frame's planes as views: writing changes the frame.

    Raises ValueError unless the frame's format is one of PLANAR.
    """
    if frame.format.name not in PLANAR:
        raise ValueError(f"a picture in {frame.format.name} has no such planes")
    y, u, v = frame.planes
    return _view(y), _view(u), _view(v)


def _view(plane: av.video.plane.VideoPlane) -> Plane:
    rows: Plane = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def blank(width: int, height: int, colour: Colour = (16, 128, 128)) -> av.VideoFrame:
    """Return a new frame of one colour; even width and height."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(planes(frame), colour, strict=True):
        plane[:] = value
    return frame


def part(of: Planes, x: int, y: int, width: int, height: int) -> Planes:
    """Return a rectangle of the planes as views; even numbers."""
    luma, u, v = of
    rows, columns = slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2)
    return luma[y : y + height, x : x + width], u[rows, columns], v[rows, columns]


def from_rgb(colour: str) -> Colour:
    """Return `#rrggbb` in BT.601 video range."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    u = (blue - luma) / 1.772
    v = (red - luma) / 1.402
    return round(16 + 219 * luma), round(128 + 224 * u), round(128 + 224 * v)
