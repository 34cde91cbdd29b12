"""The page on a desk: its four corners, its format, and what is wrong with how it lies.

Sheets are looked for as bright areas and as closed outlines; their sides become straight lines, so
a finger on a side or a corner does no harm; of all quads the one whose sides are really there, and
which is large, is the page. Then each side is measured anew in the full picture.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from devices.camera.outlines import Outlines
from devices.camera.paper import SIZES_MM, Flaw, PaperFormat
from devices.camera.picture import Picture
from devices.camera.quads import Quad, area, paper_of, proportion, sides
from devices.camera.sides import Sides

_LOOKED_AT_PX = 640
_SUPPORT = 0.4
_LARGE_COUNTS, _ODD_SHAPE = 0.6, 0.85
_CERTAIN, _CERTAIN_SHARE = 0.97, 0.28
_TRIED, _SAME_PX = 3, 4.0
_MOST_COLOURED, _LEAST_BRIGHT = 0.5, 0.5
_DARK_BELOW = 85.0
_BLURRED_OVER_MM = 0.6
_BORDER = 0.006
_EDGE_LEVELS = 45
_EDGES_WANTED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it was found.

    `corners` in pixels of the picture, clockwise from its top left; `shape` its width through its
    height; `support` how much of its sides was seen, 0 to 1; `px_per_mm` on the page.
    """

    corners: Quad
    shape: float
    paper: PaperFormat
    support: float
    px_per_mm: float
    flaws: tuple[Flaw, ...] = ()


class PageFinder:
    """Finds pages in pictures that are in blue, green, red. It keeps nothing of them."""

    def __init__(self, *, desk_width_mm: float = 0.0) -> None:
        import cv2  # noqa: PLC0415 - the picture library, 45 MB, only where papers are scanned

        self._cv2 = cv2
        self._outlines = Outlines()
        self._sides = Sides()
        self._desk_width_mm = desk_width_mm

    def find(self, picture: Picture) -> Page | None:
        """Return the page in the picture, or None; blocks for some 30 ms at 2 MP."""
        cv2 = self._cv2
        height, width = picture.shape[:2]
        scale = min(1.0, _LOOKED_AT_PX / max(height, width))
        size = (round(width * scale), round(height * scale))
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        smooth = np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), np.uint8)
        for rough in self._likely(smooth):
            quad, support = self._sides.measured(
                picture, rough / scale, reach=max(3.0, 2.0 / scale)
            )
            if support >= _SUPPORT:
                return self._judged(picture, self._described(quad, support, width, height))
        return None

    def _likely(self, picture: Picture) -> list[Quad]:
        """Return the quads of a small picture that may be the page, the likeliest first."""
        height, width = picture.shape[:2]
        seen: list[Quad] = []
        found: list[tuple[float, Quad]] = []
        for rough in self._outlines.quads(picture):
            if any(np.abs(rough - other).max() < _SAME_PX for other in seen):
                continue
            seen.append(rough)
            quad, support = self._sides.measured(picture, rough, reach=7.0)
            share = area(quad) / (width * height)
            if support < _SUPPORT or not self._is_paper(picture, quad):
                continue
            odd = paper_of(proportion(quad, width, height)) is PaperFormat.OTHER
            if support > _CERTAIN and share > _CERTAIN_SHARE and not odd:
                return [quad]
            found.append((support * share**_LARGE_COUNTS * (_ODD_SHAPE if odd else 1), quad))
        return [quad for _, quad in sorted(found, key=lambda each: -each[0])[:_TRIED]]

    def _described(self, quad: Quad, support: float, width: int, height: int) -> Page:
        shape = proportion(quad, width, height)
        long_px = float(sides(quad).reshape(2, 2).mean(axis=0).max())
        per_mm = width / self._desk_width_mm if self._desk_width_mm else 0.0
        paper = paper_of(shape, long_px / per_mm if per_mm else 0.0)
        long_mm = SIZES_MM.get(paper, SIZES_MM[PaperFormat.A4])[1]
        return Page(
            corners=quad,
            shape=shape,
            paper=paper,
            support=support,
            px_per_mm=per_mm or long_px / long_mm,
        )

    def _judged(self, picture: Picture, page: Page) -> Page:
        cv2 = self._cv2
        height, width = picture.shape[:2]
        quad = page.corners
        flaws = []
        edge = _BORDER * max(width, height)
        inside = (quad > edge).all() and (quad < np.array([width, height]) - edge).all()
        if not inside:
            flaws.append(Flaw.NOT_WHOLE)
        left, top = np.clip(quad.min(axis=0).astype(int), 0, [width - 2, height - 2])
        right, bottom = np.clip(quad.max(axis=0).astype(int), [left + 2, top + 2], [width, height])
        part = np.asarray(cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY))
        mask = np.zeros(part.shape, np.uint8)
        cv2.fillConvexPoly(mask, np.round(quad - [left, top]).astype(np.int32), 255)
        bright = float(np.percentile(part[::4, ::4][mask[::4, ::4] > 0], 75))
        if bright < _DARK_BELOW:
            flaws.append(Flaw.TOO_DARK)
        elif inside and self._blur_px(part, mask, bright) / page.px_per_mm > _BLURRED_OVER_MM:
            flaws.append(Flaw.BLURRED)
        return replace(page, flaws=tuple(flaws))

    def _blur_px(self, gray: npt.NDArray[np.uint8], mask: Picture, bright: float) -> float:
        """Return the spread of the page's edges: how steep they are for how high they are."""
        cv2 = self._cv2
        calm = cv2.GaussianBlur(gray, (0, 0), 0.7)
        kernel = np.ones((17, 17), np.uint8)
        high = cv2.subtract(cv2.dilate(calm, kernel), cv2.erode(calm, kernel))
        across = cv2.Sobel(calm, cv2.CV_16S, 1, 0, ksize=3)
        down = cv2.Sobel(calm, cv2.CV_16S, 0, 1, ksize=3)
        steep = cv2.add(cv2.convertScaleAbs(across, alpha=0.125), 0)
        steep = cv2.max(steep, cv2.convertScaleAbs(down, alpha=0.125))
        steepest = cv2.dilate(steep, np.ones((9, 9), np.uint8))
        at = (steep == steepest) & (high > _EDGE_LEVELS * bright / 200) & (mask > 0)
        if np.count_nonzero(at) < _EDGES_WANTED:
            return 0.0  # an empty sheet: nothing on it can be blurred
        spread = high[at] / (np.maximum(steep[at], 1) * np.sqrt(2 * np.pi))
        return float(np.percentile(spread, 30))

    def _is_paper(self, picture: Picture, quad: Quad) -> bool:
        """Return whether what is inside is rather bright and not full of colour."""
        cv2 = self._cv2
        inner = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillConvexPoly(inner, np.round(quad).astype(np.int32), 1)
        within = picture[inner > 0][::7]
        if not len(within):
            return False
        coloured = 1 - within.min(axis=1) / np.maximum(within.max(axis=1), 1)
        light = float(np.percentile(within.max(axis=1), 60))
        if np.median(coloured) > _MOST_COLOURED:
            return False
        return light >= _LEAST_BRIGHT * float(np.percentile(picture[::9, ::9].max(axis=2), 95))
