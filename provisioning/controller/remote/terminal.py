"""A terminal's screen as data, and its recording (asciicast v2), drawn with pyte."""

import codecs
import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyte

_HISTORY = 5000
_NO_MEANING = (TypeError, ValueError, LookupError, UnboundLocalError)  # what pyte raises then
_MOST_REPLAYED_BYTES = 2**18  # some 2 s to draw; the history of a screen holds little more


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the screen: lines without their trailing blanks, the cursor from 0, 0."""

    lines: tuple[str, ...]
    column: int
    line: int
    ended: str = ""


class _Patient:
    """A pyte screen to which a sequence it has no meaning for means nothing.

    It would raise for parameters it does not expect, as of a VT220 or of what is no text at all.
    """

    def __init__(self, screen: pyte.HistoryScreen) -> None:
        self._screen = screen

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._screen, name)
        if not callable(found):
            return found

        def carried_out(*args: Any, **kwargs: Any) -> None:
            with contextlib.suppress(*_NO_MEANING):
                found(*args, **kwargs)

        return carried_out


class Terminal:
    """A VT102 as pyte draws it. Whatever comes, it goes on."""

    def __init__(self, columns: int, lines: int) -> None:
        self._screen = pyte.HistoryScreen(columns, lines, history=_HISTORY)
        patient: Any = _Patient(self._screen)
        self._stream = pyte.Stream(patient)

    def feed(self, text: str) -> None:
        """Draw what came."""
        self._stream.feed(text)

    def shown(self, ended: str = "") -> Shown:
        """Return the screen; `ended` is why nothing more will come."""
        screen = self._screen
        return Shown(
            lines=tuple(self._drawn(range(screen.lines), screen.buffer)),
            column=screen.cursor.x,
            line=screen.cursor.y,
            ended=ended,
        )

    def text(self) -> str:
        """Return everything that was on the screen, as far as its history reaches."""
        screen = self._screen
        past = list(screen.history.top)
        lines = [*self._drawn(range(len(past)), past), *self.shown().lines]
        return "\n".join(lines).rstrip() + "\n"

    def _drawn(self, which: Iterable[int], rows: Any) -> Iterator[str]:
        """Yield rows as text; the second half of a wide letter holds nothing."""
        columns = range(self._screen.columns)
        return ("".join(rows[line][at].data for at in columns).rstrip() for line in which)


class Recording:
    """A recording that is being written: every byte of both ways with its time. Blocking."""

    def __init__(self, path: Path, columns: int, lines: int, began: datetime, title: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._began = began
        self._file = path.open("w", encoding="utf-8")
        self.size_bytes = 0
        head = {
            "version": 2,
            "width": columns,
            "height": lines,
            "timestamp": int(began.timestamp()),
            "title": title,
            "env": {"TERM": "linux", "SHELL": "bash"},
        }
        self._put(head)

    def wrote(self, now: datetime, text: str) -> None:
        """Keep what the box wrote."""
        self._put([round((now - self._began).total_seconds(), 6), "o", text])

    def typed(self, now: datetime, text: str) -> None:
        """Keep what the person typed."""
        self._put([round((now - self._began).total_seconds(), 6), "i", text])

    @property
    def closed(self) -> bool:
        """Whether nothing can be kept any more."""
        return self._file.closed

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _put(self, line: object) -> None:
        text = msgspec.json.encode(line).decode() + "\n"
        self._file.write(text)
        self._file.flush()
        self.size_bytes += len(text.encode())


class _Head(msgspec.Struct, frozen=True):
    width: int
    height: int


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording showed, as text; of a long one the end, and then it is not `whole`."""

    text: str
    whole: bool


def replayed(path: Path) -> Replayed:
    """Return what a recording showed. Blocking, for seconds; raises OSError, DecodeError."""
    with path.open("rb") as file:
        head = msgspec.json.decode(file.readline(), type=_Head)
        terminal = Terminal(head.width, head.height)
        begins = path.stat().st_size - _MOST_REPLAYED_BYTES
        whole = begins <= file.tell()
        if not whole:
            file.seek(begins)
            file.readline()  # the rest of a line
        for line in file:
            _, way, text = msgspec.json.decode(line, type=tuple[float, str, str])
            if way == "o":
                terminal.feed(text)
    return Replayed(text=terminal.text(), whole=whole)


def decoder() -> codecs.IncrementalDecoder:
    """Return what turns a terminal's bytes into text, a letter cut in two included."""
    return codecs.getincrementaldecoder("utf-8")(errors="replace")
