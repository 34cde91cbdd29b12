"""The queue panel: lines of digits, and matrices of dots.

A line shows the text it was told, still or flashing. A matrix that was told none shows the
messages, one after the other; what is wider than the matrix wanders through it.
"""

from firmware_bridge import frames

SEGMENTS, MATRIX = 0, 1
MESSAGES = 8
MOST_BYTES = 120

CHARACTER = 8  # columns
_HALF_FLASH_MS = 400
_STILL_MS = 4_000  # a message that fits
_REST_MS = 1_200  # at both ends of one that does not
_COLUMN_MS = 40

# Letters of Vietnamese, each row behind the one that a panel has for them
_FOLDED = (
    "aàáảãạăằắẳẵặâầấẩẫậ",
    "dđ",
    "eèéẻẽẹêềếểễệ",
    "iìíỉĩị",
    "oòóỏõọôồốổỗộơờớởỡợ",
    "uùúủũụưừứửữự",
    "yỳýỷỹỵ",
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ",
    "DĐ",
    "EÈÉẺẼẸÊỀẾỂỄỆ",
    "IÌÍỈĨỊ",
    "OÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ",
    "UÙÚỦŨỤƯỪỨỬỮỰ",
    "YỲÝỶỸỴ",
)
_SPACE, _LAST = 0x20, 0x7E


def plain(text: str) -> str:
    """Return the text in the letters that a panel has: without its marks."""
    out = ""
    for letter in text:
        if _SPACE <= ord(letter) <= _LAST:
            out += letter
        else:
            out += next((row[0] for row in _FOLDED if letter in row), "?")
    return out


class Show:
    """A text on a line, since when, and until when it flashes."""

    def __init__(self, text: str, since_ms: int, flashing_until_ms: int) -> None:
        self.text = text
        self.since_ms = since_ms
        self.flashing_until_ms = flashing_until_ms

    def lit(self, now_ms: int) -> bool:
        """Return whether it is to be seen in this moment."""
        if 0 <= self.flashing_until_ms <= now_ms:
            return True
        return (now_ms - self.since_ms) // _HALF_FLASH_MS % 2 == 0


_FOR_EVER = -1
_NOTHING = Show("", 0, 0)


class Panel:
    """What its lines show. A line is (SEGMENTS, digits) or (MATRIX, columns)."""

    def __init__(self, lines: tuple[tuple[int, int], ...]) -> None:
        self._lines = lines
        self._shows = [_NOTHING] * len(lines)
        self._messages = [""] * MESSAGES
        self._message = 0
        self._since_ms = 0

    def __len__(self) -> int:
        return len(self._lines)

    def show(self, line: int, flash_s: int, text: str, now_ms: int) -> None:
        """Put a text on a line, flashing for so long (255: until the next); raises ValueError."""
        if line >= len(self._lines):
            raise ValueError("no such line")
        until_ms = _FOR_EVER if flash_s == frames.UNTIL_TOLD else now_ms + flash_s * 1000
        self._shows[line] = Show(plain(text), now_ms, until_ms)

    def message(self, which: int, text: str, now_ms: int) -> None:
        """Let one of the messages say something else, or nothing; raises ValueError."""
        if which >= MESSAGES:
            raise ValueError("no such message")
        self._messages[which] = plain(text)
        if which == self._message or not self._messages[self._message]:
            self._since_ms = now_ms

    def clear(self) -> None:
        """Let all lines be dark; the messages stay."""
        self._shows = [_NOTHING] * len(self._lines)

    def turn(self, now_ms: int) -> None:
        """Go on to the next message when it is due."""
        text = self._messages[self._message]
        if text and now_ms - self._since_ms < self._lasts_ms(text):
            return
        for step in range(1, MESSAGES + 1):
            which = (self._message + step) % MESSAGES
            if self._messages[which]:
                self._message = which
                self._since_ms = now_ms
                return

    def seen(self, line: int, now_ms: int) -> tuple[str, int]:
        """Return the text on a line in this moment, and the column of it that is leftmost."""
        kind, width = self._lines[line]
        show = self._shows[line]
        text, since_ms = show.text, show.since_ms
        if kind == SEGMENTS:
            return (text if show.lit(now_ms) else ""), 0
        if not text:
            text, since_ms = self._messages[self._message], self._since_ms
        elif not show.lit(now_ms):
            return "", 0
        over = len(text) * CHARACTER - width
        if over <= 0:
            return text, 0
        into_ms = (now_ms - since_ms) % _wanders_ms(over)
        return text, min(max(into_ms - _REST_MS, 0) // _COLUMN_MS, over)

    def _lasts_ms(self, text: str) -> int:
        widths = [width for kind, width in self._lines if kind == MATRIX]
        over = len(text) * CHARACTER - min(widths) if widths else 0
        return max(_STILL_MS, _wanders_ms(over) if over > 0 else 0)


def _wanders_ms(over: int) -> int:
    return 2 * _REST_MS + over * _COLUMN_MS
