"""What is written on a composed picture: a site's name, a card instead of a picture, the caption.

All of it is drawn once and kept; laying it costs some microseconds (`Patch`).
"""

import functools
from enum import Enum

from PIL import Image, ImageDraw, ImageFont

from devices.printer.wrap import wrap
from vc.media import icons
from vc.media.lettering import face, fitted, written
from vc.media.measures import caption_height
from vc.media.patch import Patch
from vc.media.rim import GOLD, GROUND, rounded

_CARD = "#0d408c"
_CARD_LOW = "#0a3474"
_VEIL = "#061a3ac8"
_INK_ON_GOLD = "#08295c"
_WHITE = "#ffffff"
_PALE = "#c5d4ee"
_RED = "#ff8a80"
_AMBER = "#ffc94d"

LARGEST = 30
_KEPT = 512
_CARDS_KEPT = 128
"""At most 0.4 GB, were each as large as a view of 1080p; 7 MB as tiles of a wall."""


class Badge(Enum):
    """A state of a site that viewers understand."""

    NONE = ""
    MUTED = "muted"
    SPEAKING = "speaking"
    BAD_LINE = "bad_line"
    NO_PICTURE = "no_picture"


class Missing(Enum):
    """Why there is no picture; the sentence beneath the name on the card."""

    NONE_YET = "Chưa có hình"
    LOST = "Mất hình, đang chờ tín hiệu"
    OFF = "Không có hình"


@functools.lru_cache(_KEPT)
def title(text: str, badge: Badge, width: int, height: int, largest: int = LARGEST) -> Patch | None:
    """Return the name for the lower left of a tile of this size; None when there is none.

    `largest` bounds the letters, in pixels.
    """
    size = min(_letters(height), largest)
    sign = _sign(badge, size)
    margin = max(6, _even(height * 0.035))
    pad = round(size * 0.55)
    icon = sign.width + round(size * 0.4) if sign else 0
    font = face("SemiBold", size)
    shown = fitted(text, font, width - 2 * margin - 2 * pad - icon) if text else ""
    if not shown and not sign:
        return None
    across = _even(font.getlength(shown) + 2 * pad + icon if shown else size + 2 * pad)
    down = _even(size * 1.84)
    speaking = badge is Badge.SPEAKING
    image = rounded(across, down, size * 0.42, GOLD if speaking else _VEIL)
    if sign:
        image.alpha_composite(sign, (pad, (down - sign.height) // 2))
    ink = _INK_ON_GOLD if speaking else _WHITE
    _write(image, shown, font, (pad + icon, _baseline(down, size)), ink, anchor="ls")
    return Patch.of(image, margin, _even(height - margin - down - 1))


@functools.lru_cache(_CARDS_KEPT)
def card(name: str, missing: Missing, width: int, height: int) -> Patch:
    """Return an opaque picture of this size that says who is not to be seen."""
    image = Image.new("RGB", (1, 2), _CARD_LOW)
    image.paste(_CARD, (0, 0, 1, 1))
    image = image.resize((width, height), Image.Resampling.BILINEAR).convert("RGBA")
    size = max(11, min(round(height * 0.105), round(width * 0.062), 44))
    small = max(10, round(size * 0.72))
    font = face("SemiBold", size)
    lines = wrap(written(name), width * 0.86, font.getlength)[:2]
    lines = [fitted(line, font, width * 0.9) for line in lines]
    pitch = size * 1.42
    sign = icons.drawn(icons.camera_off, round(size * 1.9), _PALE)
    total = sign.height + size * 0.75 + pitch * len(lines) + small * 1.7
    top = max(0.0, (height - total) / 2)
    if total <= height:
        image.alpha_composite(sign, ((width - sign.width) // 2, round(top)))
        top += sign.height + size * 0.75
    for line in lines:
        _write(image, line, font, (width / 2, top + size), _WHITE, anchor="ms")
        top += pitch
    font = face("Medium", small)
    sentence = fitted(missing.value, font, width * 0.92)
    _write(image, sentence, font, (width / 2, top + small * 1.1), _PALE, anchor="ms")
    return Patch.of(image.convert("RGB"))


@functools.lru_cache(32)
def caption(text: str, width: int, height: int) -> Patch | None:
    """Return the opaque line at the foot of a view of this size; None when there is no text."""
    if not text:
        return None
    down = caption_height(height)
    size = round(down * 0.5)
    image = Image.new("RGBA", (width, down), GROUND)
    font = face("Medium", size)
    shown = fitted(text, font, width - 4 * size)
    left = (width - font.getlength(shown)) / 2
    bar = rounded(max(4, size // 4), round(size * 1.1), size * 0.1, GOLD)
    image.alpha_composite(bar, (round(left - size * 0.8), (down - bar.height) // 2))
    _write(image, shown, font, (left, _baseline(down, size)), _WHITE, anchor="ls")
    return Patch.of(image.convert("RGB"), 0, height - down)


def _letters(height: int) -> int:
    return max(12, min(round(height * 0.092), LARGEST))


def _sign(badge: Badge, size: int) -> Image.Image | None:
    match badge:
        case Badge.MUTED:
            return icons.drawn(icons.microphone_off, round(size * 1.15), _RED)
        case Badge.BAD_LINE:
            return icons.drawn(icons.weak_line, round(size * 1.15), _AMBER)
    return None


def _write(
    image: Image.Image,
    text: str,
    font: ImageFont.FreeTypeFont,
    at: tuple[float, float],
    ink: str,
    *,
    anchor: str,
) -> None:
    layer = Image.new("RGBA", image.size, f"{ink}00")
    ImageDraw.Draw(layer).text(at, text, font=font, fill=ink, anchor=anchor)
    image.alpha_composite(layer)


def _baseline(height: int, size: int) -> float:
    """Return where letters stand so that capitals are in the middle (0.7 of the size high)."""
    return height / 2 + size * 0.35


def _even(value: float) -> int:
    return round(value / 2) * 2
