"""The four sides of a sheet, measured in the picture itself: where its brightness really steps."""

import numpy as np
import numpy.typing as npt

from devices.camera.picture import Picture
from devices.camera.quads import Quad, area, is_plausible, meeting, ordered

_SEEN_SIDES, _SIDE_SUPPORT, _CUT = 2, 0.3, 0.75
_LEAST_CUT_SHARE = 0.15  # of the picture: less of a page is a thing at the border
_SAMPLES, _STEP_LEVELS = 60, 9.0
_ON_BORDER_PX, _ON_BORDER = 1.5, 0.7
_STRAYS_MOST = 8
_POINTS_LEAST = 8
_NEAR_PX, _ON_LINE_PX = 0.8, 1.2

Floats = npt.NDArray[np.float64]


class Sides:
    """Measures quads."""

    def __init__(self) -> None:
        import cv2  # noqa: PLC0415 - the picture library, 45 MB, only where papers are scanned

        self._cv2 = cv2

    def measured(self, picture: Picture, quad: Quad, *, reach: float) -> tuple[Quad, float]:
        """Return the quad with each side moved onto the step that is really there.

        The second value is the share of the sides' samples where a step is; a side along the
        picture's border is seen by nobody: two of them at most, and they count against it.
        """
        height, width = picture.shape[:2]
        lines, support = [], []
        shares = np.linspace(0.04, 0.96, _SAMPLES)[:, None]
        offsets = np.arange(-reach, reach + 0.25, 0.5)
        for begin, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
            along = (end - begin) / max(float(np.hypot(*(end - begin))), 1e-6)
            normal = np.array([along[1], -along[0]])  # to the outside
            base = begin + (end - begin) * shares
            line = np.append((begin + end) / 2, along)
            outside = (base < _ON_BORDER_PX) | (
                base > np.array([width, height]) - 1 - _ON_BORDER_PX
            )
            if outside.any(axis=1).mean() > _ON_BORDER:
                lines.append(line)
                continue
            points = base[:, None] + offsets[None, :, None] * normal
            steps = self._steps(picture, points, offsets)
            at = steps.argmax(axis=1)
            there = steps[np.arange(_SAMPLES), at] > _STEP_LEVELS
            fit, share = _fitted(offsets[at], shares[:, 0] - 0.5, there)
            shift, slope = fit
            middle = (begin + end) / 2 + normal * shift
            turned = (end - begin) + normal * slope
            lines.append(np.append(middle, turned / np.hypot(*turned)))
            support.append(share)
        corners = [meeting(lines[at - 1], lines[at]) for at in range(4)]
        whole = [corner for corner in corners if corner is not None]
        moved = np.array(whole) if len(whole) == len(quad) else quad
        if not is_plausible(moved) or np.abs(moved - quad).max() > _STRAYS_MOST * reach:
            return quad, 0.0
        cut = len(support) < len(quad)
        if len(support) < _SEEN_SIDES or min(support) < _SIDE_SUPPORT:
            return quad, 0.0
        if cut and area(moved) < _LEAST_CUT_SHARE * width * height:
            return quad, 0.0
        return ordered(moved), float(np.mean(support)) * _CUT ** (4 - len(support))

    def _steps(self, picture: Picture, points: Floats, offsets: Floats) -> Floats:
        """Return how strong the step is at each point of each sample, near ones first."""
        cv2 = self._cv2
        flat = points.astype(np.float32)
        seen = cv2.remap(
            picture, flat, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32)
        calm = cv2.blur(seen, (1, 3))
        wide = np.zeros(calm.shape, np.float32)
        wide[:, 3:-3] = calm[:, :-6] - calm[:, 6:]  # inside minus outside, 3 px apart
        strength = np.abs(wide).max(axis=2)
        return np.asarray(strength * (1 - 0.35 * np.abs(offsets) / np.abs(offsets).max()))


def _fitted(found: Floats, along: Floats, there: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    """Return shift and slope of the line through most of the points, and how many are on it."""
    weights = there.astype(np.float64)
    fit = np.zeros(2)
    if weights.sum() < _POINTS_LEAST:
        return fit, 0.0
    spread = 4.0
    best, most = fit, 0
    for one in range(0, len(found), 5):  # pairs of points: the line that most of them are on
        for other in range(one + 10, len(found), 10):
            if not (there[one] and there[other]):
                continue
            slope = (found[other] - found[one]) / (along[other] - along[one])
            off = np.abs(found - found[one] - slope * (along - along[one]))
            on = int(np.count_nonzero((off < _NEAR_PX) & there))
            if on > most:
                most, best = on, np.array([found[one] - slope * along[one], slope])
    fit = best
    for _ in range(4):
        off = found - fit[0] - fit[1] * along
        near = weights * (np.abs(off) < spread / 2)
        if near.sum() < _POINTS_LEAST:
            break
        matrix = np.column_stack([np.ones_like(along), along]) * near[:, None]
        fit = np.linalg.lstsq(matrix, found * near, rcond=None)[0]
        spread = max(1.6, spread * 0.6)
    off = np.abs(found - fit[0] - fit[1] * along)
    return fit, float(((off < _ON_LINE_PX) & there).mean())
