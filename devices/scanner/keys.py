"""Key presses of a HID scanner back into text: the US layout, and ALT + number for what it lacks.

Scanners in keyboard mode send a letter with diacritics as ALT held while a number is typed on the
numeric pad: the letter's Unicode code point, or its bytes one by one. Other layouts mangle it,
which is why serial mode is asked for where it can be had (ID-6). Codes are those of
linux/input-event-codes.h.
"""

from devices.scanner.port import LONGEST_SCAN_BYTES

RELEASED, PRESSED = 0, 1
ENTER = (28, 96)  # and that of the numeric pad
_ALT, _SHIFT, _CAPS_LOCK = (56, 100), (42, 54), 58
_PAD = {82: "0", 79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9"}
_BYTE = 256


def _rows(*rows: tuple[int, str]) -> dict[int, str]:
    return {first + at: key for first, keys in rows for at, key in enumerate(keys)}


_PLAIN = _rows(
    (2, "1234567890-="), (16, "qwertyuiop[]"), (30, "asdfghjkl;'`"), (43, "\\zxcvbnm,./"), (57, " ")
) | {15: "\t", 55: "*", 74: "-", 78: "+", 83: ".", 98: "/"}
_SHIFTED = _PLAIN | _rows(
    (2, "!@#$%^&*()_+"), (16, "QWERTYUIOP{}"), (30, 'ASDFGHJKL:"~'), (43, "|ZXCVBNM<>?")
)


class KeyDecoder:
    """Gathers key events until Enter. `dropped` counts scans longer than 4,096 letters."""

    def __init__(self) -> None:
        self._letters: list[str | int] = []
        self._number = ""
        self._alt: set[int] = set()
        self._shift: set[int] = set()
        self._caps = False
        self.dropped = 0

    def feed(self, code: int, value: int) -> str | None:
        """Take an EV_KEY event (1 pressed, 0 released, 2 repeated); return a scan it completes."""
        if code in _ALT:
            self._hold_alt(code, value)
        elif code in _SHIFT:
            (self._shift.discard if value == RELEASED else self._shift.add)(code)
        elif value == PRESSED and code in ENTER:
            return self.flush()
        elif value == PRESSED:
            self._press(code)
        return None

    def flush(self) -> str | None:
        """Return what was gathered as a scan, if anything: Enter came, or the keys fell silent."""
        letters, self._letters = self._letters, []
        self._number = ""
        if len(letters) > LONGEST_SCAN_BYTES:
            self.dropped += 1
            return None
        return _text(letters) or None

    def _hold_alt(self, code: int, value: int) -> None:
        if value != RELEASED:
            self._alt.add(code)
            return
        self._alt.discard(code)
        if not self._alt and self._number:
            self._type(int(self._number))
            self._number = ""

    def _press(self, code: int) -> None:
        if self._alt:
            self._number = (self._number + _PAD.get(code, ""))[-7:]
        elif code == _CAPS_LOCK:
            self._caps = not self._caps
        elif code in _PAD:
            self._type(_PAD[code])
        else:
            self._type(self._letter(code))

    def _letter(self, code: int) -> str:
        shifted = bool(self._shift) != (self._caps and _PLAIN.get(code, "").isalpha())
        return (_SHIFTED if shifted else _PLAIN).get(code, "")

    def _type(self, letter: str | int) -> None:
        if letter != "" and len(self._letters) <= LONGEST_SCAN_BYTES:
            self._letters.append(letter)


def _text(letters: list[str | int]) -> str:
    """Return the letters; bytes among them are UTF-8 when they can be, else Windows-1252."""
    text, run = "", bytearray()
    for letter in [*letters, ""]:
        if isinstance(letter, int) and letter < _BYTE:
            run.append(letter)
            continue
        text += _of_bytes(bytes(run))
        run.clear()
        text += letter if isinstance(letter, str) else _of_code_point(letter)
    return text


def _of_bytes(run: bytes) -> str:
    try:
        return run.decode()
    except UnicodeDecodeError:
        return run.decode("cp1252", "replace")


def _of_code_point(number: int) -> str:
    try:
        return chr(number).encode().decode()
    except ValueError:  # beyond Unicode, or half a surrogate pair
        return "\ufffd"
