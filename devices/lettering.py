"""Scripts that must be shaped, beside the house's own letters: which face writes which part.

The house's typefaces hold Latin letters with Vietnamese accents. Khmer puts vowels before their
base and consonants below one another (Unicode 15 §16.4): such runs are shaped by HarfBuzz (Pillow's
raqm layout) in a face of their own, on the same base line.
"""

import functools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import fontpkg_noto_sans_khmer
from PIL import ImageDraw, ImageFont

KHMER = "KHMER"
"""Scripts are named as Unicode's letters begin: KHMER LETTER KA."""
REGULAR, BOLD = 400, 700
BREAK = "\u200b"
"""Where a line may break in a script that puts no spaces between words (ZERO WIDTH SPACE)."""
_WEIGHT_AXIS = b"Weight"
_MARKS = ("Mn", "Mc", "Cf")


@dataclass(frozen=True)
class Faces:
    """A script's face: a variable one alone, or a static one with its bold."""

    regular: Path
    bold: Path | None = None


PACKAGED: Mapping[str, Faces] = {
    KHMER: Faces(
        Path(fontpkg_noto_sans_khmer.__file__).parent / "files" / "NotoSansKhmer[wdth,wght].ttf"
    )
}
"""Faces that are there on every box."""


def script_of(letter: str) -> str:
    """Return the first word of the letter's name: its script, if it has one."""
    return unicodedata.name(letter, "").partition(" ")[0]


def shaped(text: str, faces: Mapping[str, Faces] = PACKAGED) -> bool:
    """Return whether some of the text is in a script that has a face of its own."""
    return not text.isascii() and any(script_of(letter) in faces for letter in text)


@dataclass(frozen=True)
class Lettering:
    """A size of the house's typeface, and the other scripts' faces in the same size and weight."""

    house: ImageFont.FreeTypeFont
    weight: int = REGULAR
    faces: Mapping[str, Faces] = field(default_factory=lambda: PACKAGED)

    def getlength(self, text: str) -> float:
        """Return how wide a line of the text is."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def getbbox(self, text: str) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of the ink; 0 is the house typeface's ascender."""
        base = self.base
        boxes, x = [], 0.0
        for font, run in self._runs(text):
            left, top, right, bottom = font.getbbox(run, anchor="ls")
            boxes.append((x + left, top, x + right, bottom))
            x += font.getlength(run)
        if not boxes:
            return (0, 0, 0, 0)
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops) + base, max(rights), max(bottoms) + base

    @property
    def base(self) -> int:
        """How far the base line lies below the house typeface's ascender."""
        return self.house.getmetrics()[0]

    @property
    def size(self) -> float:
        """The size in pixels."""
        return self.house.size

    def sized(self, size: float) -> "Lettering":
        """Return it in another size."""
        return Lettering(self.house.font_variant(size=size), self.weight, self.faces)

    def draw(self, pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, ink: int) -> None:
        """Write a line; `at` is its left and the house typeface's ascender."""
        x, y = at
        for font, run in self._runs(text):
            if font is self.house:
                pen.text((x, y), run, font=font, fill=ink)
            else:
                pen.text((x, y + self.base), run, font=font, fill=ink, anchor="ls")
            x += font.getlength(run)

    def _runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """Cut a line where the face changes; what every script has goes with what is before it."""
        text = text.replace(BREAK, "")
        if text.isascii():
            yield self.house, text
            return
        begin, script = 0, ""
        for at, letter in enumerate(text):
            own = script_of(letter)
            if own not in self.faces:
                own = script if _common(letter) else ""
            if own != script:
                if at > begin:
                    yield self._font(script), text[begin:at]
                begin, script = at, own
        if text[begin:]:
            yield self._font(script), text[begin:]

    def _font(self, script: str) -> ImageFont.FreeTypeFont:
        if not script:
            return self.house
        return _face(self.faces[script], self.house.size, bold=self.weight >= BOLD)


def _common(letter: str) -> bool:
    """Return whether a letter goes with any script: blanks, ASCII signs, marks."""
    if letter.isascii():
        return not letter.isalnum()
    return unicodedata.category(letter) in _MARKS


@functools.cache
def _face(faces: Faces, size: float, *, bold: bool) -> ImageFont.FreeTypeFont:
    path = faces.bold if bold and faces.bold else faces.regular
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
    if bold and not faces.bold:
        _embolden(font)
    return font


def _embolden(font: ImageFont.FreeTypeFont) -> None:
    """Set a variable face's weight; a static one without a bold stays as it is."""
    try:
        axes = font.get_variation_axes()
    except OSError:
        return
    font.set_variation_by_axes(
        [BOLD if axis["name"] == _WEIGHT_AXIS else axis["default"] or 0 for axis in axes]
    )
