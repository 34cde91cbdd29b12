"""A page as a sheet of paper again: squared, its shadows flattened, and how it is best kept."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from devices.camera.page import Page
from devices.camera.paper import PaperFormat
from devices.camera.picture import Picture
from devices.camera.quads import Quad, size_mm

_MM_PER_INCH = 25.4
_CARD_DPI = 300
_SMALL = 4
_LIFT_MOST = 4.0
_WHITE = 246.0
_PICTURE_BELOW, _PICTURE_SHARES = 0.82, (0.004, 0.4)
_TONE_BLOCK, _TONE_SHARE, _TONE_EVEN = 8, 0.006, 14.0
_TONES = (60, 222)
_CHROMA, _COLOUR_SHARE = 46, 0.0012
_INK_WINDOW, _INK_UNDER, _BLACK = 51, 26, 70
_OUTLINE, _OUTLINE_EDGE = (70, 200, 40), (20, 20, 20)
_TRIMMED_PX = 3  # what is left of the desk along a side


class Ink(StrEnum):
    """How a page is kept: black and white (G4), in grays or in colours (JPEG)."""

    BLACK = "black"
    GRAY = "gray"
    COLOUR = "colour"


class Squarer:
    """Makes sheets of pages. It keeps nothing of them."""

    def __init__(self, *, dpi: int = 200) -> None:
        import cv2  # noqa: PLC0415 - the picture library, 45 MB, only where papers are scanned

        self._cv2 = cv2
        self._dpi = dpi

    def dpi_of(self, paper: PaperFormat) -> int:
        """Return the dots to the inch that a sheet of this format gets."""
        return max(self._dpi, _CARD_DPI) if paper is PaperFormat.CARD else self._dpi

    def squared(self, picture: Picture, page: Page) -> Picture:
        """Return the page alone, seen from straight above, in its format's size."""
        per_mm = self.dpi_of(page.paper) / _MM_PER_INCH
        width, height = (round(side * per_mm) for side in size_mm(page.paper, page.shape))
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        bend = self._cv2.getPerspectiveTransform(page.corners.astype(np.float32), flat)
        return np.asarray(
            self._cv2.warpPerspective(
                picture,
                bend,
                (width, height),
                flags=self._cv2.INTER_CUBIC,
                borderMode=self._cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )

    def flattened(self, sheet: Picture, paper: PaperFormat = PaperFormat.A4) -> Picture:
        """Return the sheet evenly lit on white, without shadows; pictures on it keep their tones.

        A card has its own ground and keeps it: only slow changes of the light are taken out.
        """
        cv2 = self._cv2
        height, width = sheet.shape[:2]
        size = (max(width // _SMALL, 8), max(height // _SMALL, 8))
        small = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
        if paper is PaperFormat.CARD:
            light = _slow(small.max(axis=2))
            gain = np.asarray(light.max() / np.maximum(light, 1), np.float32)
            return self._lifted(sheet, np.minimum(gain, _LIFT_MOST)[..., None])
        ground = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
        ground = self._without_pictures(np.asarray(ground, np.uint8)).astype(np.float32)
        gain = np.minimum(_WHITE / np.maximum(ground, 1), _LIFT_MOST * 1.5)
        return self._lifted(sheet, np.asarray(gain, np.float32))

    def ink_of(self, sheet: Picture) -> Ink:
        """Return what keeps all that is on a flattened sheet: colours, tones, or only its ink."""
        cv2 = self._cv2
        size = (sheet.shape[1] // _SMALL, sheet.shape[0] // _SMALL)
        small = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
        chroma = small.max(axis=2).astype(np.int16) - small.min(axis=2)
        if float((chroma > _CHROMA).mean()) > _COLOUR_SHARE:
            return Ink.COLOUR
        gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
        block = _TONE_BLOCK
        rows, columns = gray.shape[0] // block, gray.shape[1] // block
        blocks = gray[: rows * block, : columns * block].reshape(rows, block, columns, block)
        mean, even = blocks.mean(axis=(1, 3)), blocks.std(axis=(1, 3)) < _TONE_EVEN
        toned = even & (mean > _TONES[0]) & (mean < _TONES[1])
        return Ink.GRAY if float(toned.mean()) > _TONE_SHARE else Ink.BLACK

    def inked(self, sheet: Picture) -> Picture:
        """Return a flattened sheet in black (0) and white (255), (height, width)."""
        cv2 = self._cv2
        gray = cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY) if sheet.ndim == 3 else sheet  # noqa: PLR2004 - planes
        calm = cv2.GaussianBlur(gray, (0, 0), 0.8)
        mean = cv2.blur(calm, (_INK_WINDOW, _INK_WINDOW), borderType=cv2.BORDER_REPLICATE)
        under = np.maximum(_INK_UNDER, (mean.astype(np.int16) * 12) // 100)
        dark = calm.astype(np.int16) < mean.astype(np.int16) - under
        black = np.where(dark | (calm < _BLACK), 0, 255).astype(np.uint8)
        for rim in (black[:_TRIMMED_PX], black[-_TRIMMED_PX:]):
            rim[:] = 255
        for rim in (black[:, :_TRIMMED_PX], black[:, -_TRIMMED_PX:]):
            rim[:] = 255
        return black

    def gray(self, sheet: Picture) -> Picture:
        """Return the sheet in grays, (height, width)."""
        return np.asarray(self._cv2.cvtColor(sheet, self._cv2.COLOR_BGR2GRAY), np.uint8)

    def smaller(self, picture: Picture, longest_px: int) -> Picture:
        """Return the picture with its longer side no longer than that."""
        height, width = picture.shape[:2]
        scale = longest_px / max(height, width)
        if scale >= 1:
            return picture
        size = (round(width * scale), round(height * scale))
        small = self._cv2.resize(picture, size, interpolation=self._cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def outlined(self, picture: Picture, corners: Quad | None, longest_px: int) -> Picture:
        """Return a smaller copy of the picture with the page's outline drawn in it."""
        small = self.smaller(picture, longest_px).copy()
        if corners is not None:
            there = np.round(corners * (small.shape[1] / picture.shape[1])).astype(np.int32)
            for colour, wide in ((_OUTLINE_EDGE, 7), (_OUTLINE, 4)):
                self._cv2.polylines(small, [there], True, colour, wide, self._cv2.LINE_AA)
        return small

    def _lifted(self, sheet: Picture, gain: npt.NDArray[np.float32]) -> Picture:
        """Return the sheet times the gain, which is of a smaller picture."""
        cv2 = self._cv2
        size = (sheet.shape[1], sheet.shape[0])
        whole = cv2.resize(gain, size, interpolation=cv2.INTER_LINEAR)
        whole = whole[..., None] if whole.ndim == 2 else whole  # noqa: PLR2004 - planes
        return np.asarray(np.minimum(sheet * whole, 255), np.uint8)

    def _without_pictures(self, ground: Picture) -> Picture:
        """Return the paper's ground as if there were no photographs and stamps' fillings on it.

        A shadow comes in over the sheet's border; what is dark and does not touch the border lies
        on the paper.
        """
        cv2 = self._cv2
        gray = ground.max(axis=2)
        slow = _slow(gray)
        dark = (gray < slow * _PICTURE_BELOW).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
        plain = ground.copy()
        for label in range(1, count):
            left, top, wide, high, dots = (int(value) for value in stats[label])
            inside = left > 1 and top > 1
            inside &= left + wide < gray.shape[1] - 1 and top + high < gray.shape[0] - 1
            if inside and _PICTURE_SHARES[0] < dots / gray.size < _PICTURE_SHARES[1]:
                box = labels[top : top + high, left : left + wide] == label
                spot = cv2.dilate(box.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
                around = slow[top : top + high, left : left + wide]
                colour = np.median(ground.reshape(-1, 3), axis=0) / max(float(np.median(gray)), 1)
                part = plain[top : top + high, left : left + wide]
                part[spot] = np.clip(around[spot][:, None] * colour, 1, 255).astype(np.uint8)
        return plain


def _slow(gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the light on the sheet as a curved surface through its brighter dots."""
    height, width = gray.shape
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(down), down, across, down * across, down**2, across**2], -1)
    every = max(1, gray.size // 4000)
    flat, values = terms.reshape(-1, 6)[::every], gray.reshape(-1)[::every].astype(np.float64)
    keep = np.ones(len(values), bool)
    fit = np.zeros(6)
    for _ in range(4):
        fit = np.linalg.lstsq(flat[keep], values[keep], rcond=None)[0]
        off = values - flat @ fit
        keep = off > -max(4.0, float(np.abs(off[keep]).mean()))
    return np.asarray(np.clip(terms @ fit, 1, 255), np.float64)
