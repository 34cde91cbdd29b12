"""A line of text drawn from HarfBuzz's glyph run and outlines, by none of our drawing code."""

from pathlib import Path

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image, ImageDraw

_FINER = 4
_STEPS = 8
Point = tuple[float, float]


def glyph_run(text: str, file: Path, size: float) -> list[tuple[int, float, float]]:
    """Return each glyph and where it stands on the base line, in pixels."""
    font, buffer = _shaped(text, file)
    scale = size / font.face.upem
    run, x = [], 0.0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        run.append((info.codepoint, x + place.x_offset * scale, place.y_offset * scale))
        x += place.x_advance * scale
    return run


def width(text: str, file: Path, size: float) -> float:
    font, buffer = _shaped(text, file)
    return float(sum(place.x_advance for place in buffer.glyph_positions) * size / font.face.upem)


def drawn(
    text: str, file: Path, size: float, *, left: float, base: float, box: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return the ink of the line in a picture of this width and height."""
    font, _ = _shaped(text, file)
    scale = size / font.face.upem
    ink = np.zeros((box[1] * _FINER, box[0] * _FINER), np.int16)
    for glyph, x, y in glyph_run(text, file, size):
        for contour in _contours(font, glyph):
            at = [
                ((left + x + px * scale) * _FINER, (base - y - py * scale) * _FINER)
                for px, py in contour
            ]
            mask = Image.new("1", (ink.shape[1], ink.shape[0]))
            ImageDraw.Draw(mask).polygon(at, fill=1)
            ink += np.where(np.array(mask), np.int16(1 if _clockwise(contour) else -1), np.int16(0))
    fine = (ink > 0).reshape(box[1], _FINER, box[0], _FINER)
    inked: NDArray[np.bool_] = fine.mean(axis=(1, 3)) >= 0.5
    return inked


def _shaped(text: str, file: Path) -> tuple[hb.Font, hb.Buffer]:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(file))))
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return font, buffer


def _contours(font: hb.Font, glyph: int) -> list[list[Point]]:
    contours: list[list[Point]] = []

    def move(x: float, y: float, _: object) -> None:
        contours.append([(x, y)])

    def line(x: float, y: float, _: object) -> None:
        contours[-1].append((x, y))

    def curve(cx: float, cy: float, x: float, y: float, _: object) -> None:
        ax, ay = contours[-1][-1]
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            u = 1 - t
            at = (u * u * ax + 2 * u * t * cx + t * t * x, u * u * ay + 2 * u * t * cy + t * t * y)
            contours[-1].append(at)

    pen = hb.DrawFuncs()
    pen.set_move_to_func(move)
    pen.set_line_to_func(line)
    pen.set_quadratic_to_func(curve)
    pen.set_close_path_func(lambda _: None)
    font.draw_glyph(glyph, pen)
    return contours


def _clockwise(contour: list[Point]) -> bool:
    """TrueType fills to the right of its contours."""
    pairs = zip(contour, [*contour[1:], contour[0]], strict=True)
    return sum((bx - ax) * (by + ay) for (ax, ay), (bx, by) in pairs) > 0
