"""Where sheets of paper may lie in a small picture: quads by brightness and by outline."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from devices.camera.picture import Picture
from devices.camera.quads import Quad, area, is_plausible, meeting, ordered

_LEAST_SHARE = 0.02
_A_MASK = 3
_CORNERS = 4
_OUTSIDE = 128
_SMALLER, _LARGER = 0.75, 1.5
_ALONG, _ASIDE_PX = 0.97, 12
_FINE = (0.008, 0.02, 0.04)

Mask = npt.NDArray[np.uint8]


class Outlines:
    """Proposes quads; most of them are no paper."""

    def __init__(self) -> None:
        import cv2  # noqa: PLC0415 - the picture library, 45 MB, only where papers are scanned

        self._cv2 = cv2

    def quads(self, picture: Picture) -> Iterator[Quad]:
        """Yield rough quads, those of likely masks first."""
        for mask in self._masks(picture):
            yield from self._of(mask)

    def _masks(self, picture: Picture) -> Iterator[Mask]:
        cv2 = self._cv2
        gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        white = picture.min(axis=2)  # paper is bright in every colour; wood and skin are not
        pale = _paleness(picture)
        half = max(gray.shape) // 2 | 1
        for plane in (pale, white, gray):
            yield self._tidied(cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1])
        for plane, over in ((white, -12), (gray, -6)):
            mean = cv2.boxFilter(plane, cv2.CV_32F, (half, half), borderType=cv2.BORDER_REPLICATE)
            yield self._tidied(np.where(plane > mean - over, 255, 0))
        bright = cv2.threshold(white, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
        yield self._tidied(np.where(white > bright * 1.18, 255, 0))
        for low, high in ((30, 90), (12, 36)):
            edges = cv2.Canny(picture[:, :, 1], low, high)
            closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
            yield self._filled(np.asarray(closed, np.uint8))

    def _tidied(self, mask: object) -> Mask:
        """Return the mask without its text, fingers and crumbs."""
        cv2 = self._cv2
        plain = np.asarray(mask, np.uint8)
        plain = np.asarray(cv2.morphologyEx(plain, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
        return np.asarray(cv2.morphologyEx(plain, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8)))

    def _filled(self, edges: Mask) -> Mask:
        """Return what is enclosed by edges: all that the picture's border does not reach."""
        cv2 = self._cv2
        around = np.zeros((edges.shape[0] + 4, edges.shape[1] + 4), np.uint8)
        padded = np.pad(edges, 1)
        cv2.floodFill(padded, around, (0, 0), _OUTSIDE)
        return self._tidied(np.where(padded[1:-1, 1:-1] == _OUTSIDE, 0, 255))

    def _of(self, mask: Mask) -> Iterator[Quad]:
        cv2 = self._cv2
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        large = [each for each in contours if cv2.contourArea(each) > _LEAST_SHARE * mask.size]
        for contour in sorted(large, key=cv2.contourArea, reverse=True)[:_A_MASK]:
            hull = cv2.convexHull(contour)
            for line in (hull, contour):
                length = cv2.arcLength(line, True)
                for fine in _FINE:
                    around = cv2.approxPolyDP(line, fine * length, True)[:, 0].astype(np.float64)
                    quad = _of_longest_sides(around)
                    if quad is not None and _SMALLER < area(quad) / cv2.contourArea(hull) < _LARGER:
                        yield quad


def _paleness(picture: Picture) -> Mask:
    """Return how colourless each dot is, 255 for gray: a shadow takes nothing of it."""
    most = picture.max(axis=2).astype(np.uint16)
    least = picture.min(axis=2).astype(np.uint16)
    pale = (least * 255 + 8 * 255) // (most + 8)
    return np.asarray(pale, np.uint8)


def _of_longest_sides(around: npt.NDArray[np.float64]) -> Quad | None:
    """Return the quad whose sides go through the four longest sides of a polygon."""
    if len(around) < _CORNERS:
        return None
    edges = np.roll(around, -1, axis=0) - around
    lengths = np.hypot(*edges.T)
    chosen: list[int] = []
    for at in np.argsort(-lengths):
        if len(chosen) < _CORNERS and not any(
            _same_line(around, edges, int(at), one) for one in chosen
        ):
            chosen.append(int(at))
    if len(chosen) < _CORNERS:
        return None
    chosen.sort()
    lines = [np.append(around[at], edges[at] / lengths[at]) for at in chosen]
    corners = [meeting(lines[at - 1], lines[at]) for at in range(_CORNERS)]
    whole = [corner for corner in corners if corner is not None]
    if len(whole) < _CORNERS:
        return None
    quad = ordered(np.array(whole))
    return quad if is_plausible(quad) else None


def _same_line(
    around: npt.NDArray[np.float64], edges: npt.NDArray[np.float64], one: int, other: int
) -> bool:
    """Return whether two sides of a polygon are pieces of one line, a finger between them."""
    direction = edges[other] / max(float(np.hypot(*edges[other])), 1e-6)
    own = edges[one] / max(float(np.hypot(*edges[one])), 1e-6)
    away = around[one] + edges[one] / 2 - around[other]
    aside = abs(float(away[0] * direction[1] - away[1] * direction[0]))
    return abs(float(own @ direction)) > _ALONG and aside < _ASIDE_PX
