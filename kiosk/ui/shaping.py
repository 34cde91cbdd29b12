"""Text in a script that Kivy's own text does not shape, as a picture for the glass.

Kivy 2.3.1's SDL2_ttf puts Khmer letters one after another as they are stored; Pillow's raqm asks
HarfBuzz. Lines break at spaces and zero-width spaces, else between whole letters.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from devices.lettering import BOLD, BREAK, REGULAR, Faces, Lettering
from devices.printer.wrap import wrap

_LINE = 1.2  # of the size: at least so far are base lines apart
_MORE = "…"


@dataclass(frozen=True)
class Hand:
    """Who writes: the house's two files, and the faces of other scripts."""

    regular: Path
    bold: Path
    faces: Mapping[str, Faces]

    def lettering(self, size: float, *, bold: bool) -> Lettering:
        """Return letters of a size."""
        house = _house(self.bold if bold else self.regular, size)
        return Lettering(house, BOLD if bold else REGULAR, self.faces)


@dataclass(frozen=True)
class Written:
    """A text's ink (white on black), the size it got, and whether some of it is missing."""

    picture: Image.Image
    size_px: float
    cut: bool


def written(
    text: str,
    room: tuple[float, float],
    hand: Hand,
    *,
    sizes: tuple[float, ...],
    bold: bool,
    halign: str,
) -> Written:
    """Return the text in the first of the sizes that fits the room, or cut in the last."""
    width, height = room
    for size in sizes:
        letters = hand.lettering(size, bold=bold)
        lines = wrap(text, width, letters.getlength)
        if _tall(lines, letters) <= height and _whole(text, width, letters):
            return Written(_drawn(lines, letters, halign), size, cut=False)
    while len(lines) > 1 and _tall(lines, letters) > height:
        lines = [*lines[:-2], lines[-2] + _MORE]
    return Written(_drawn(lines, letters, halign), size, cut=True)


def _whole(text: str, width: float, letters: Lettering) -> bool:
    """Return whether every word fits its line."""
    words = text.replace(BREAK, " ").split()
    return all(letters.getlength(word) <= width for word in words)


def _tall(lines: list[str], letters: Lettering) -> int:
    above, below = _extent(lines, letters)
    return above + below + (len(lines) - 1) * _pitch(lines, letters)


def _extent(lines: list[str], letters: Lettering) -> tuple[int, int]:
    """Return how far ink, or the house's letters, go above and below the base line."""
    boxes = [letters.getbbox(line) for line in lines]
    capital = letters.size * 0.75
    above = max(capital, *(letters.base - box[1] for box in boxes))
    return math.ceil(above), math.ceil(max(0.0, *(box[3] - letters.base for box in boxes)))


def _pitch(lines: list[str], letters: Lettering) -> int:
    return max(sum(_extent(lines, letters)) + 1, round(letters.size * _LINE))


def _drawn(lines: list[str], letters: Lettering, halign: str) -> Image.Image:
    lengths = [letters.getlength(line) for line in lines]
    widest = math.ceil(max(lengths)) + 2
    above, pitch = _extent(lines, letters)[0], _pitch(lines, letters)
    picture = Image.new("L", (widest, _tall(lines, letters)))
    pen = ImageDraw.Draw(picture)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[halign]
    for row, (line, length) in enumerate(zip(lines, lengths, strict=True)):
        at = (1 + share * (widest - 2 - length), above + row * pitch - letters.base)
        letters.draw(pen, at, line, 255)
    return picture


@functools.cache
def _house(file: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)
