"""Session after session at one glass, and what is looked for after each of them."""

import random
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

import msgspec
import numpy as np

from bench.soak.errands import ERRANDS, UNCUT, Visit
from bench.soak.glass import Glass, LostWayError, Pixels
from bench.soak.marks import NAME, OF_SENT, WORDS, Search, Trace, reads, traces
from bench.soak.site import Office
from bench.soak.watched import Seen
from kiosk.ui.mirror import Mirrored
from kiosk.ui.screen import Tiles
from kiosk.ui.state import BUILT_IN, Access
from provisioning.demo.sample import BOX_A

_STILL_S, _SAME_WITHIN_S, _WIPED_WITHIN_S, _HOME_WITHIN_S = 0.3, 5.0, 10.0, 120.0
_LOOKED_WITHIN_S = 600.0
_SEEN_WITHIN_S = 1.0
_MB = 1024
_ENDS = {"back": 290, "finished": 700, "idle": 5, "pulled": 5}
PULLED = ("counter", "devices", "camera", "printer", "scanner", "broker")


class Figures(msgspec.Struct, kw_only=True):
    """What the sessions showed."""

    sessions: int = 0
    touches: int = 0
    errands: Counter[str] = msgspec.field(default_factory=Counter)
    ends: Counter[str] = msgspec.field(default_factory=Counter)
    lost: list[str] = msgspec.field(default_factory=list)
    traces: list[Trace] = msgspec.field(default_factory=list)
    other_pictures: int = 0
    memory: list[tuple[int, dict[str, float]]] = msgspec.field(default_factory=list)
    """RSS in MB of the parts after so many sessions."""
    seen: list[tuple[int, Seen]] = msgspec.field(default_factory=list)
    searched_mb: float = 0.0
    looks: int = 0


class Control(msgspec.Struct, frozen=True):
    """What was found while a citizen was there."""

    memory: frozenset[str]
    scans: int
    screen: bool

    @property
    def sees(self) -> bool:
        """Whether every look sees what is there."""
        return NAME in self.memory and bool(self.scans) and self.screen


class Soak:
    """One glass for as many sessions as one likes; the same seed has the same citizens."""

    def __init__(self, office: Office, glass: Glass, *, seed: int) -> None:
        self.office = office
        self.glass = glass
        self.figures = Figures()
        self._chance = random.Random(seed)
        self._homes: dict[bytes, Pixels] = {}
        self._read: dict[Path, int] = {}
        self._exempt = _exempt(office.root)

    def begin(self) -> None:
        """Wait for the services, and keep their picture as nobody has left them yet."""
        self.glass.until(_serves, "the services", within_s=_HOME_WITHIN_S)
        self._check_home()
        assert len(self._homes) == 1

    def session(self, errand: str, end: str) -> None:
        """Live one session, end it, and look for what is left."""
        visit = Visit(self.glass, self.office, self._chance)
        steps = ERRANDS[errand][0](visit)
        cut = None if end == "finished" else self._chance.randrange(1, 8)
        self.figures.errands[errand] += 1
        self.figures.ends[end] += 1
        try:
            self.glass.home()
            for at, _ in enumerate(steps, 1):
                if at == cut:
                    break
            steps.close()
            self._end(end)
        except LostWayError as error:
            self._lost(f"{errand}, {end}: {error}")
        self.figures.sessions += 1
        try:
            self._after()
        except LostWayError as error:
            self._lost(f"after {errand}, {end}: {error}")

    def _lost(self, how: str) -> None:
        """Keep that a way was lost, put everything in order, and go home: patience brings one."""
        self.figures.lost.append(how)
        print(how, *self.glass.trail, sep="\n  ", file=sys.stderr)
        for device in ("camera", "printer", "scanner"):
            self.office.suffer(device, "")
        self.office.lay_again()
        self.glass.home(within_s=_HOME_WITHIN_S)

    def any_session(self) -> None:
        """Live a session by chance."""
        errand = self._chosen({name: weight for name, (_, weight) in ERRANDS.items()})
        end = self._chosen(_ENDS)
        if end == "pulled":
            end = f"{self._chance.choice(PULLED)} pulled"
        self.session(errand, "finished" if errand in UNCUT else end)

    def interrupted(self) -> "Control":
        """Look in the middle of a session, where everything must be found; then end it.

        The kiosk's process is killed with the page under the citizen's eyes, and begins anew.
        """
        steps = ERRANDS["prepared dossier"][0](Visit(self.glass, self.office, self._chance))
        self.glass.until(_serves, "the services", within_s=_HOME_WITHIN_S)
        for _ in steps:
            if self.glass.seen().screen.name == "CheckPage":
                break
        self._still()
        scans, screen = len(_names(self.office.scans)), reads(self.glass.pixels())
        found = self.kiosk_seen(deep=True).found or {}
        control = Control(memory=frozenset(found), scans=scans, screen=screen)
        self.office.wait_for("kiosk", self.office.kill("kiosk"))
        self.figures.ends["killed"] += 1
        self.figures.sessions += 1
        self._after()
        return control

    def look(self) -> None:
        """Look through everything that is kept: files, memory that is files, and the picture."""
        figures = self.figures
        figures.looks += 1
        for folder in (self.office.root, self.office.memory):
            figures.traces += traces(folder, self._exempt)
        if reads(self.glass.pixels()):
            figures.traces.append(Trace("the screen", "the paper"))

    def measure(self) -> None:
        """Note what the processes hold."""
        held = {part: _rss_mb(self.office.child(part).pid) for part in PARTS}
        self.figures.memory.append((self.figures.sessions, held))
        self.figures.seen.append((self.figures.sessions, self.kiosk_seen()))

    def kiosk_seen(self, *, deep: bool = False) -> Seen:
        """Have the kiosk's process look into itself."""
        file = self.office.root / "seen.json"
        before = file.read_bytes() if file.exists() else b""
        self.office.send("kiosk", signal.SIGUSR2 if deep else signal.SIGUSR1)
        end = monotonic() + _LOOKED_WITHIN_S
        while not file.exists() or (data := file.read_bytes()) == before:
            assert monotonic() < end, "the kiosk never looked"
            sleep(0.01)
        return msgspec.json.decode(data, type=Seen)

    def notice(self, place: str, what: str) -> None:
        """Keep that something was found."""
        self.figures.traces.append(Trace(place, what))

    def _chosen(self, weights: Mapping[str, int]) -> str:
        return self._chance.choices(list(weights), list(weights.values()))[0]

    def _end(self, end: str) -> None:
        match end:
            case "idle":
                self.glass.left_alone()
            case pulled if pulled.endswith("pulled"):
                self._pull(pulled.partition(" ")[0])
            case _:
                self.glass.home()

    def _pull(self, part: str) -> None:
        """Take a part of the box away, leave, and put it back."""
        office = self.office
        if part in ("counter", "devices", "broker"):
            killed = office.kill(part)
            self.glass.home()
            office.wait_for(part, killed)
        else:
            office.suffer(part, "paper-out" if part == "printer" else "unplugged")
            sleep(1.0)
            self.glass.home()
            office.suffer(part, "")
        if part in ("devices", "camera"):
            sleep(1.0)
            office.lay_again()
        self.glass.until(_serves, "the services again", within_s=_HOME_WITHIN_S)
        self._scans_again()

    def _scans_again(self) -> None:
        """Hold something until it is seen: a scanner that is opened anew misses what was there."""
        end = monotonic() + _HOME_WITHIN_S
        while self.glass.seen().screen.banner is None:
            if monotonic() > end:
                raise LostWayError("the scanner never saw anything again")
            self.office.hold("SOAK")
            wait = monotonic() + _SEEN_WITHIN_S
            while self.glass.seen().screen.banner is None and monotonic() < wait:
                sleep(0.02)

    def _after(self) -> None:
        """Look where it is cheap: after every session."""
        self.office.serve_all()
        self._check_scans()
        self._check_home()
        self._check_logs()
        self.figures.touches = self.glass.touches

    def _check_scans(self) -> None:
        scans, end = self.office.scans, monotonic() + _WIPED_WITHIN_S
        while left := _names(scans):
            if monotonic() > end:
                self.figures.traces.append(Trace("the scans' folder", ", ".join(left)))
                return
            sleep(0.005)

    def _check_home(self) -> None:
        """Compare the services with how they looked before, dot by dot."""
        self.glass.until(_serves, "the services", within_s=_HOME_WITHIN_S)
        plain = next(iter(self._homes), b"")
        end = monotonic() + _SAME_WITHIN_S
        while plain and monotonic() < end:
            if np.array_equal(self._homes[plain], self.glass.pixels()):
                self._check_widgets()
                return
            sleep(0.004)
        picture = self._still()
        now = msgspec.json.encode(self.glass.seen().screen)
        if now not in self._homes:
            self._homes[now] = picture
        elif not np.array_equal(self._homes[now], picture):
            self.figures.traces.append(Trace("the screen", "not as it was before"))
        self.figures.other_pictures += bool(plain)
        self._check_widgets()

    def _still(self) -> Pixels:
        """Return the picture once it stands still."""
        last, since, end = self.glass.pixels().copy(), monotonic(), monotonic() + 5 * _STILL_S
        while monotonic() - since < _STILL_S and monotonic() < end:
            sleep(0.02)
            if not np.array_equal(last, self.glass.pixels()):
                last, since = self.glass.pixels().copy(), monotonic()
        return last

    def _check_widgets(self) -> None:
        for what in WORDS.found(self.glass.raw()):
            self.figures.traces.append(Trace("the widgets", what))

    def _check_logs(self) -> None:
        for log in (self.office.root / "logs").iterdir():
            begin = max(0, self._read.get(log, 0) - WORDS.longest)
            with log.open("rb") as file:
                file.seek(begin)
                data = file.read()
            self._read[log] = begin + len(data)
            for what in WORDS.found(data):
                self.figures.traces.append(Trace(f"logs/{log.name}", what))


PARTS = ("kiosk", "counter", "devices")


def _exempt(root: Path) -> dict[Path, Search | None]:
    """Return what is searched otherwise: what lies before the box is no trace in it."""
    box = root / BOX_A
    return {
        root / "world" / "camera": None,
        root / "world" / "scans.txt": None,
        root / "seen.json": None,
        box / "register": OF_SENT,
        box / "state" / "kivy": WORDS,
        box / "screen": WORDS,
    }


def _serves(seen: Mirrored) -> bool:
    """Return whether the services stand there as nobody has ever read them otherwise."""
    screen = seen.screen
    as_new = screen.access == Access() and screen.written_in == BUILT_IN[0]
    whole = isinstance(screen.body, Tiles) and screen.banner is None
    return screen.name == "Home" and whole and as_new


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []


def _rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) / _MB
    return 0.0
