"""`motcua kiosk` that tells how many widgets live in it, and whose words.

SIGUSR1 has it count (some ms), SIGUSR2 look through everything that can be reached (a second, and
some memory). What it saw comes into `{SOAK_FOLDER}/seen.json`. While there is a `hoards` beside it,
it keeps every screen it draws: the leak that must be noticed.
"""

import gc
import os
import signal
import sys
from collections import Counter, deque
from pathlib import Path
from threading import Thread
from types import FunctionType, ModuleType

import msgspec
import typer

from bench.soak.marks import WORDS
from kiosk.ui import main as kiosk
from kiosk.ui.mirror import Mirror, Place
from kiosk.ui.screen import Screen

_FOLDER = "SOAK_FOLDER"
HOARDS = "hoards"
_HEAP_BYTES = 1_000_000


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What lives. `found` are words of the marked citizen, of a deep look only."""

    look: int
    widgets: int
    textures: int
    kinds: dict[str, int]
    found: dict[str, str] | None = None


class Hoarder(Mirror):
    """Forgets nothing, while it is told to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._told = Path(os.environ[_FOLDER]) / HOARDS
        self._kept: list[bytes] = []

    def write(self, screen: Screen, places: tuple[Place, ...]) -> None:
        """Keep it for ever, as large as a page that was scanned."""
        super().write(screen, places)
        if self._told.exists():
            self._kept.append(msgspec.json.encode(screen) * 20)


class Watch:
    """Looks when a signal says so."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "seen.json"
        self._looks = 0

    def count(self, *_: object) -> None:
        """Count."""
        self._tell(None)

    def look(self, *_: object) -> None:
        """Look for words, beside the glass: who looks long must not hold it up."""
        Thread(target=lambda: self._tell(_words()), name="look", daemon=True).start()

    def _tell(self, found: dict[str, str] | None) -> None:
        gc.collect()
        self._looks += 1
        kinds = Counter(type(each).__name__ for each in gc.get_objects())
        seen = Seen(
            look=self._looks,
            widgets=sum(_is_a("kivy.uix.widget", "Widget", each) for each in gc.get_objects()),
            textures=kinds["Texture"] + kinds["TextureRegion"],
            kinds=dict(kinds.most_common(400)),
            found=found,
        )
        part = self._file.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(seen))
        part.replace(self._file)


def _is_a(module: str, name: str, thing: object) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and issubclass(type(thing), kind)


def _words() -> dict[str, str]:
    """Return the marked citizen's words in whatever can be reached, and what holds them."""
    seen, heap = set[int](), _Heap()
    frames = [frame for frame in sys._current_frames().values() if frame is not sys._getframe()]  # noqa: SLF001 - the only way to other threads' names
    ways: deque[tuple[object, str]] = deque((each, "") for each in (sys.modules, *frames))
    ways.extend((each, "") for each in gc.get_objects())
    mine = {id(ways), id(seen), id(heap), id(frames)}
    while ways:
        thing, held = ways.popleft()
        if id(thing) in seen or id(thing) in mine:
            continue
        seen.add(id(thing))
        if issubclass(type(thing), str | bytes | bytearray):
            heap.add(thing, held)  # type: ignore[arg-type]  # mypy does not narrow by its type
            continue
        name = f"{type(thing).__module__}.{type(thing).__qualname__}"
        if name.startswith("bench.") or _is_ours(thing):
            continue
        way = f"{held[-300:]} > {name}"
        ways.extend((each, way) for each in gc.get_referents(thing))
    return heap.found()


def _is_ours(thing: object) -> bool:
    if type(thing) not in (ModuleType, FunctionType):  # a weak proxy answers for what is gone
        return False
    name = "__module__" if type(thing) is FunctionType else "__name__"
    return str(getattr(thing, name)).startswith("bench.")


class _Heap:
    """Texts and bytes, looked through a megabyte at a time."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._some: list[tuple[bytes, str]] = []
        self._length = 0

    def add(self, thing: str | bytes | bytearray, held: str) -> None:
        """Look through this too."""
        data = thing.encode("utf-8", "surrogatepass") if isinstance(thing, str) else bytes(thing)
        self._some.append((data, held))
        self._length += len(data)
        if self._length > _HEAP_BYTES:
            self._look()

    def found(self) -> dict[str, str]:
        """Return what was found, and what held it."""
        self._look()
        return self._found

    def _look(self) -> None:
        if WORDS.found(b"\0".join(data for data, _ in self._some)):
            for data, held in self._some:
                for what in WORDS.found(data):
                    self._found.setdefault(what, f"{held}: {data[:200]!r}")
        self._some, self._length = [], 0


def _begin() -> None:
    watch = Watch(Path(os.environ[_FOLDER]))
    signal.signal(signal.SIGUSR1, watch.count)
    signal.signal(signal.SIGUSR2, watch.look)
    vars(kiosk)["Mirror"] = Hoarder  # the leak that can be planted


if __name__ == "__main__":
    _begin()
    typer.run(kiosk.main)
