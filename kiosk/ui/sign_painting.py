"""The claim of a box that waits for its technician, on the glass."""

import math

from kiosk.ui.easel import Easel
from kiosk.ui.screen import Claim, Tone
from kiosk.ui.theme import LINE, Rect

_QR_SHARE = 0.36  # of a lying panel's width
_WORDS_ACROSS = 2


def paint_claim(easel: Easel, body: Claim, rect: Rect) -> None:
    """Paint the headline, what to do, the words to compare, and the claim as QR."""
    sizes = easel.sizes
    rest = _head(easel, body, rect)
    if sizes.upright:
        code, text = rest.bottom(min(rest.w, rest.h * 0.58), sizes.gap)
    else:
        code, text = rest.right(min(rest.w * _QR_SHARE, rest.h), sizes.gap)
    _code(easel, body, code)
    _words(easel, body, text)


def _head(easel: Easel, body: Claim, rect: Rect) -> Rect:
    sizes = easel.sizes
    side = sizes.title * LINE + sizes.line
    words_w = rect.w - side - sizes.gap
    titles = _lines(easel, body.title, sizes.title, words_w)
    english = _lines(easel, body.english, sizes.text, words_w)
    title_h, english_h = titles * sizes.title * LINE, english * sizes.line
    head, rest = rect.top(title_h + english_h, sizes.gap)
    picture, words = head.left(side, sizes.gap)
    easel.picture(body.icon, picture.inset(sizes.gap / 3), easel.colours.accent)
    title, below = words.top(title_h)
    easel.words(body.title, title, easel.colours.accent, title=True)
    easel.words(body.english, below, easel.colours.ink_soft)
    return rest


def _code(easel: Easel, body: Claim, rect: Rect) -> None:
    sizes = easel.sizes
    easel.plate(rect, Tone.PLAIN)
    easel.qr(body.qr, rect.inset(sizes.gap / 4))


def _words(easel: Easel, body: Claim, rect: Rect) -> None:
    sizes = easel.sizes
    advice_h = _lines(easel, body.advice, sizes.text, rect.w) * sizes.line
    advice, plate = rect.top(advice_h, sizes.gap)
    easel.words(body.advice, advice, easel.colours.ink, bold=True)
    paint = easel.plate(plate, Tone.WARN)
    inside = plate.inset(sizes.gap, sizes.gap * 0.7)
    caption_h = _lines(easel, body.caption, sizes.text, inside.w) * sizes.line
    caption, inside = inside.top(caption_h, sizes.gap / 2)
    easel.words(body.caption, caption, paint.ink, halign="center")
    rows = math.ceil(len(body.words) / _WORDS_ACROSS)
    size = min(inside.h / max(1, rows), sizes.display * LINE * 1.6)
    inside = inside.centred(inside.w, size * rows)
    for word, place in zip(body.words, inside.grid(_WORDS_ACROSS, rows, 0), strict=False):
        easel.words(word, place, paint.ink, title=True, display=True, halign="center")


def _lines(easel: Easel, text: str, size: float, width: float) -> int:
    """Return how many lines a sentence takes; words break, so a little more than it is wide."""
    return math.ceil(easel.width(text, size) * 1.04 / width) if text else 0
