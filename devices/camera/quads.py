"""Four corners in a picture: their order, their paper's proportions, and where they should lie.

A quad is an array (4, 2) of x and y in pixels, clockwise from the corner at the top left. Pure.
"""

import math

import numpy as np
import numpy.typing as npt

from devices.camera.paper import SIZES_MM, PaperFormat

Quad = npt.NDArray[np.float64]


_NEAR = 0.06  # how far proportions may be off
_SIZE_NEAR = 0.13
_FLAT = 1e-3
_PARALLEL = 0.02
_FOCAL = (0.3, 9.0)  # of the longer side
_BELIEVED = (0.8, 1.25)
_OTHER_LONG_MM = 297.0


def ordered(corners: npt.NDArray[np.float64]) -> Quad:
    """Return the corners clockwise, from the one nearest to the picture's top left."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    around = corners[np.argsort(angles)]
    return np.roll(around, -int(around.sum(axis=1).argmin()), axis=0)


def area(quad: Quad) -> float:
    """Return its area, positive when it goes clockwise on the screen."""
    x, y = quad[:, 0], quad[:, 1]
    return float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def sides(quad: Quad) -> npt.NDArray[np.float64]:
    """Return the lengths of top, right, bottom and left."""
    return np.asarray(np.hypot(*(np.roll(quad, -1, axis=0) - quad).T), np.float64)


def is_plausible(quad: Quad) -> bool:
    """Return whether a sheet of paper can look so: convex, no corner below 45° or above 135°."""
    edges = np.roll(quad, -1, axis=0) - quad
    back = -np.roll(edges, 1, axis=0)
    turns = back[:, 0] * edges[:, 1] - back[:, 1] * edges[:, 0]
    lengths = np.hypot(*edges.T) * np.hypot(*back.T)
    if not (lengths > 0).all() or not (turns < 0).all():
        return False
    cosines = (edges * back).sum(axis=1) / lengths
    return bool((np.abs(cosines) < math.cos(math.radians(45))).all())


def meeting(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> Quad | None:
    """Return where two lines (x, y, dx, dy) meet; None where they are nearly parallel."""
    matrix = np.array([[one[2], -other[2]], [one[3], -other[3]]])
    if abs(np.linalg.det(matrix)) < _FLAT:
        return None
    along = np.linalg.solve(matrix, other[:2] - one[:2])[0]
    return np.asarray(one[:2] + along * one[2:], np.float64)


def proportion(quad: Quad, width: int, height: int) -> float:
    """Return the sheet's width through its height, perspective taken out.

    The camera is taken for one with square pixels whose axis goes through the picture's centre
    (Zhang and He 2007, §3.1). Seen straight from above the sides' own lengths say it.
    """
    top, right, bottom, left = sides(quad)
    plain = float((top + bottom) / (right + left))
    scale = max(width, height)
    flat = (quad - np.array([width, height]) / 2) / scale
    m1, m2, m4, m3 = (np.append(corner, 1.0) for corner in flat)
    k2 = np.cross(m1, m4) @ m3 / (np.cross(m2, m4) @ m3)
    k3 = np.cross(m1, m4) @ m2 / (np.cross(m3, m4) @ m2)
    n2, n3 = k2 * m2 - m1, k3 * m3 - m1
    if min(abs(n2[2]), abs(n3[2])) < _PARALLEL:  # one pair of sides is parallel: no focal length
        return plain
    focal = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2])
    if not _FOCAL[0] < focal < _FOCAL[1]:  # noise: no lens of a document camera
        return plain
    lens = np.array([1 / focal, 1 / focal, 1.0])
    seen = float(((n2**2) @ lens) / ((n3**2) @ lens)) ** 0.5
    return seen if _BELIEVED[0] < seen / plain < _BELIEVED[1] else plain


def paper_of(shape: float, long_mm: float = 0.0) -> PaperFormat:
    """Return the format of a sheet by its proportions, and by its long side where that is known.

    A4 and A5 have the same proportions: without a size it is A4.
    """
    long = max(shape, 1 / shape)
    fitting = {
        kind: abs(long / (size[1] / size[0]) - 1)
        for kind, size in SIZES_MM.items()
        if (abs(long_mm / size[1] - 1) < _SIZE_NEAR if long_mm else kind is not PaperFormat.A5)
    }
    near = {kind: off for kind, off in fitting.items() if off < _NEAR}
    return min(near, key=lambda kind: near[kind]) if near else PaperFormat.OTHER


def size_mm(kind: PaperFormat, shape: float) -> tuple[float, float]:
    """Return the sheet's width and height as it lies; of an unknown one, as large as an A4."""
    short, long = SIZES_MM.get(kind, (_OTHER_LONG_MM * min(shape, 1 / shape), _OTHER_LONG_MM))
    return (long, short) if shape > 1 else (short, long)
