"""The small files that a board keeps over a restart, beside its slots."""

import io
import os
import sys

_WATCHDOG = "watchdog"
_LOST = "lost"
_CRASH = "crash"
_BOOTS = "boots"
_MOST_BOOT = 0x7FFFFFFF
_MOST = 400


def next_boot(root: str) -> int:
    """Return the number of this start, one more than the last one's (frames.starts).

    Where none can be read, or this one cannot be kept, it is drawn: no two starts share a number.
    """
    try:
        with open(root + _BOOTS) as file:
            number = int(file.read()) + 1
    except (OSError, ValueError):
        number = 0
    if not 0 < number <= _MOST_BOOT:
        number = (_drawn() & ~0xFFFF) + 1
    try:
        _put(root + _BOOTS, str(number))
    except OSError:
        number = _drawn()
    return number


class WatchdogFile:
    """Whether the watchdog is awake. Written anew under another name first: a cut loses nothing."""

    def __init__(self, root: str) -> None:
        self._path = root + _WATCHDOG
        self._text = ""

    def read(self) -> tuple[int, int, int]:
        """Return its limit in s, its cuts, and for how many s it is to hold still.

        It sleeps where nothing readable is.
        """
        try:
            with open(self._path) as file:
                self._text = file.read()
            words = (self._text + " 0").split()  # older firmware kept no hold
            limit_s, cuts, held_s = words[:3]
            return int(limit_s), int(cuts), int(held_s)
        except (OSError, ValueError):
            return 0, 0, 0

    def write(self, limit_s: int, cuts: int, held_s: int) -> None:
        """Keep them, unless they are the same again: a flash wears. Raises OSError."""
        held = f" {held_s}" if held_s else ""  # older firmware reads two words
        text = f"{limit_s} {cuts}{held}\n"
        if text != self._text:
            _put(self._path, text)
            self._text = text


class LostFile:
    """How many events were still in memory when the board restarted."""

    def __init__(self, root: str) -> None:
        self._path = root + _LOST

    def read(self) -> int:
        """Return how many; 0 where nothing readable is."""
        try:
            with open(self._path) as file:
                return int(file.read())
        except (OSError, ValueError):
            return 0

    def write(self, count: int) -> None:
        """Keep it, if it is another one; raises OSError."""
        if count == self.read():
            return
        if count:
            _put(self._path, str(count))
        else:
            os.remove(self._path)


class CrashFile:
    """The last bug that ended the application, as text."""

    def __init__(self, root: str) -> None:
        self._path = root + _CRASH

    def read(self) -> str:
        """Return it; empty when there was none."""
        try:
            with open(self._path) as file:
                return file.read()
        except OSError:
            return ""

    def write(self, text: str) -> None:
        """Keep it, unless it is the same again: a flash wears. Raises OSError."""
        text = text[-_MOST:]
        if text != self.read():
            _put(self._path, text)


def described(error: Exception) -> str:
    """Return an error with its traceback."""
    out = io.StringIO()
    sys.print_exception(error, out)  # type: ignore[attr-defined]  # MicroPython's
    return out.getvalue()


def _drawn() -> int:
    return int.from_bytes(os.urandom(4), "little") & _MOST_BOOT


def _put(path: str, text: str) -> None:
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)
