"""Khmer on the glass is what HarfBuzz makes of it; lines break between words; nothing is lost."""

import io
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from devices.lettering import BREAK, KHMER, PACKAGED
from kiosk.ui.shaping import Hand, written
from kiosk.ui.theme import metrics
from tests.devices.glyphs import drawn
from tests.kiosk.ui.darkroom import PANELS

_KIVY = find_spec("kivy")  # not imported: it reads its settings then
assert _KIVY
assert _KIVY.origin
_FONTS = Path(_KIVY.origin).parent / "data" / "fonts"
HAND = Hand(_FONTS / "Roboto-Regular.ttf", _FONTS / "Roboto-Bold.ttf", PACKAGED)
FACE = PACKAGED[KHMER].regular
TEXT_PX = float(metrics(PANELS["landscape"]).text)
WORDS = "សូមស្វាគមន៍"
"""Words of the sample pack's script; what they say is of no matter here."""


def line(text: str, width: float, height: float, *sizes: float) -> Image.Image:
    made = written(text, (width, height), HAND, sizes=sizes, bold=False, halign="left")
    assert not made.cut
    return made.picture


def trimmed(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = np.nonzero(ink)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def alike(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return the best share of common ink, one moved over the other by a pixel or two."""
    best = 0.0
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            height, width = (max(a, b) + 6 for a, b in zip(one.shape, other.shape, strict=True))
            first, second = (np.zeros((height, width), np.bool_) for _ in range(2))
            first[2 : 2 + one.shape[0], 2 : 2 + one.shape[1]] = one
            y, x = 2 + dy, 2 + dx
            second[y : y + other.shape[0], x : x + other.shape[1]] = other
            best = max(best, float((first & second).sum() / (first | second).sum()))
    return best


def oracle(text: str, size: float) -> NDArray[np.bool_]:
    return trimmed(drawn(text, FACE, size, left=10, base=90, box=(600, 150)))


def test_a_line_for_the_glass_is_drawn_as_harfbuzz_shapes_it() -> None:
    ours = trimmed(np.array(line(WORDS, 600, 150, 64)) >= 128)
    basic = ImageFont.truetype(FACE, 64, layout_engine=ImageFont.Layout.BASIC)
    picture = Image.new("L", (700, 150))
    ImageDraw.Draw(picture).text((10, 90), WORDS, font=basic, fill=255, anchor="ls")
    unshaped = trimmed(np.array(picture) >= 128)
    assert alike(ours, oracle(WORDS, 64)) > 0.8
    assert alike(unshaped, oracle(WORDS, 64)) < 0.6, "the control: letters one after another"


def test_what_does_not_fit_is_wrapped_then_smaller_then_cut_and_told() -> None:
    two = f"{WORDS}{BREAK}{WORDS}"
    one_line = line(two, 600, 60, 40)
    wrapped = line(two, one_line.width * 0.7, 140, 40)
    assert wrapped.height > one_line.height
    smaller = written(
        two, (one_line.width - 20, 60), HAND, sizes=(40, 30), bold=False, halign="left"
    )
    assert smaller.size_px == 30
    cut = written(two * 3, (200, 60), HAND, sizes=(40,), bold=True, halign="center")
    assert cut.cut
    assert cut.picture.height <= 60


def test_the_glass_itself_shows_the_shaped_words() -> None:
    """Apt install libgl1-mesa-dri libegl1 libgles2."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.ui.khmer_on_glass"],
        env=os.environ | {"SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    glass = np.array(Image.open(io.BytesIO(done.stdout)).convert("L")).astype(np.float32)
    name = written("ភាសាខ្មែរ", (400, 90), HAND, sizes=(TEXT_PX,), bold=True, halign="left").picture
    mask = np.array(name).astype(np.float32)
    mirrored = np.ascontiguousarray(mask[:, ::-1])
    assert _found(glass, mask) > 0.9
    assert _found(glass, mirrored) < 0.75, "the control: the same ink, mirrored"


def _found(glass: NDArray[np.float32], mask: NDArray[np.float32]) -> float:
    """Return the best correlation of the ink anywhere on the glass (dark ink on a light ground)."""
    return float(cv2.matchTemplate(255 - glass, mask, cv2.TM_CCOEFF_NORMED).max())
