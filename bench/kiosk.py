"""The touchscreen against Chromium in kiosk mode, both showing the same screens on one X server."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.finger import Finger, finger_on
from bench.page import write_page
from bench.processes import Program, program
from bench.site import Site, standing_site
from bench.table import Table, percentile, spread
from devices.contract.toml import as_toml
from provisioning.demo.screen import framebuffer

Pixels = npt.NDArray[np.uint8]

ROUNDS, CLICKS = 3, 10
PSS_AT_S, IDLE_S = 10.0, 20.0
_LOOK_S = 0.001
_STEADY_S, _WITHIN_S = 2.0, 30.0
_PAUSE_S = 0.7  # the touchscreen takes sooner touches for a bounce of the finger
_TILE, _BACK, _ASIDE = (220, 320), (150, 724), (700, 724)
_HEADER_DOT = (8, 8)
_HEADER_BGR = (0x8C, 0x40, 0x0D)
_CHROMIUM = (
    "--kiosk",
    "--no-sandbox",  # it refuses to run as root with one
    "--no-first-run",
    "--password-store=basic",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-features=Translate",
    "--window-position=0,0",
    "--window-size=1280,800",
)
_HOW = """\
`motcua kiosk`, with a real counter server, broker and device process behind it, and Chromium in
kiosk mode with a static page of the same screens (`bench/kiosk_page`: no framework, no server,
nothing live; a profile that was used before). Both on one Xvfb of 1280 x 800, taken in turn,
{rounds} rounds after one that is not counted. OpenGL is software (llvmpipe) for both: with a
graphics chip both are quicker. The two home screens differ by {alike:.1f} % of full brightness on
average.

- *PSS* (shared pages divided among those who share): of all its processes, {pss_at:.0f} s after
  the start
- *first pixel*: from exec to the header's blue; *home screen*: to the last change of the picture
- *idle*: processor time of all its processes over {idle:.0f} s on the home screen
- *click*: from the press (XTEST) to the first changed pixel in the tile, and to the next screen
  beside it; {clicks} clicks, looked at every ms; median, p95"""


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that shows the screens; its figures of all rounds."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str]
    processes: list[float] = field(default_factory=list)
    pss_mb: list[float] = field(default_factory=list)
    first_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    idle_percent: list[float] = field(default_factory=list)
    pressed_ms: list[float] = field(default_factory=list)
    turned_ms: list[float] = field(default_factory=list)

    def row(self) -> tuple[str, ...]:
        """Return its row of the table."""
        return (
            self.name,
            spread(self.processes, 0),
            spread(self.pss_mb, 0),
            spread(self.first_s, 2),
            spread(self.whole_s, 2),
            spread(self.idle_percent, 2),
            _middle_and_tail(self.pressed_ms),
            _middle_and_tail(self.turned_ms),
        )


def measure() -> Table:
    """Return what the two cost and how quick they are."""
    ours, theirs, alike = asyncio.run(_measured())
    return Table(
        title="Touchscreen",
        how=_HOW.format(
            rounds=ROUNDS,
            clicks=ROUNDS * CLICKS,
            pss_at=PSS_AT_S,
            idle=IDLE_S,
            alike=alike,
        ),
        head=(
            "",
            "processes",
            "PSS MB",
            "first pixel s",
            "home screen s",
            "idle % of a core",
            "click to pixel ms",
            "click to next screen ms",
        ),
        rows=(ours.row(), theirs.row()),
    )


def _middle_and_tail(values: list[float]) -> str:
    return f"{percentile(values, 0.5):.1f}, {percentile(values, 0.95):.1f}"


async def _measured() -> tuple[Contender, Contender, float]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        async with standing_site(root / "site") as site:
            return await asyncio.to_thread(_rounds, site, root)


def _rounds(site: Site, root: Path) -> tuple[Contender, Contender, float]:
    ours, theirs = _touchscreen(site, root), _chromium(site, root)
    glass = framebuffer(site.screen.directory / "Xvfb_screen0")
    with finger_on(site.screen.display) as finger:
        pictures = [Sitting(each, glass, finger, root).home() for each in (ours, theirs)]
        for _ in range(ROUNDS):
            for contender in (ours, theirs):
                Sitting(contender, glass, finger, root).measure()
    one, other = (picture[:, :, :3].astype(np.int16) for picture in pictures)
    return ours, theirs, float(np.abs(one - other).mean()) / 2.55


def _touchscreen(site: Site, root: Path) -> Contender:
    config = root / "kiosk.toml"
    config.write_text(as_toml(site.kiosk_config), encoding="utf-8")
    Path(site.kiosk_config.state_dir).mkdir(parents=True, exist_ok=True)
    motcua = str(Path(sys.executable).with_name("motcua"))
    env = {**os.environ, "DISPLAY": site.screen.address, "SDL_VIDEODRIVER": "x11"}
    return Contender("motcua kiosk", (motcua, "kiosk", "--config", str(config)), env)


def _chromium(site: Site, root: Path) -> Contender:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: apt-get install chromium"
    page = write_page(root / "page", site.counter_url).as_uri()
    profile = f"--user-data-dir={root / 'profile'}"
    env = {**os.environ, "DISPLAY": site.screen.address}
    return Contender("Chromium, kiosk mode", (chromium, *_CHROMIUM, profile, page), env)


class Sitting:
    """One contender on the screen, from its start to its end."""

    def __init__(self, contender: Contender, glass: Pixels, finger: Finger, root: Path) -> None:
        self._contender = contender
        self._glass = glass
        self._sample = glass[::8]
        self._pressed = glass[216:420:4, 20:420]
        self._turned = glass[216:420:4, 870:1260]
        self._finger = finger
        self._log = root / "contender.log"

    def home(self) -> Pixels:
        """Return its home screen, and measure nothing."""
        self._dark()
        with program(self._contender.command, self._contender.env, self._log):
            self._started(time.perf_counter())
            return self._glass.copy()

    def measure(self) -> None:
        """Add one round of figures."""
        self._dark()
        began = time.perf_counter()
        with program(self._contender.command, self._contender.env, self._log) as running:
            first_s, whole_s = self._started(began)
            self._contender.first_s.append(first_s)
            self._contender.whole_s.append(whole_s)
            time.sleep(max(0.0, began + PSS_AT_S - time.perf_counter()))
            self._idle(running)
            for number in range(CLICKS):
                self._click(number)

    def _dark(self) -> None:
        self._finger.move(*_ASIDE)
        above = self._sample[: _ASIDE[1] // 16, :, :3]  # of X's own pointer
        self._until(lambda: not above.any(), "a dark screen")

    def _started(self, began: float) -> tuple[float, float]:
        """Return when the header's blue came, and when the picture changed for the last time."""
        x, y = _HEADER_DOT
        dot = self._glass[y, x, :3]
        self._until(lambda: bool((dot == _HEADER_BGR).all()), "a header")
        first = last = time.perf_counter()
        seen = self._sample.copy()
        while time.perf_counter() - last < _STEADY_S:
            time.sleep(_LOOK_S)
            if not np.array_equal(seen, self._sample):
                last = time.perf_counter()
                seen = self._sample.copy()
        return first - began, last - began

    def _idle(self, running: Program) -> None:
        self._contender.processes.append(len(running.processes()))
        self._contender.pss_mb.append(running.pss_mb())
        before, began = running.cpu_s(), time.perf_counter()
        time.sleep(IDLE_S)
        used = running.cpu_s() - before
        self._contender.idle_percent.append(100 * used / (time.perf_counter() - began))

    def _click(self, number: int) -> None:
        self._finger.move(*_TILE)
        time.sleep(_PAUSE_S + number * 0.0017)  # at every phase of a frame
        pressed, turned = self._pressed.copy(), self._turned.copy()
        began = time.perf_counter()
        self._finger.press()
        self._until(lambda: not np.array_equal(pressed, self._pressed), "a pressed tile")
        first = time.perf_counter()
        self._until(lambda: not np.array_equal(turned, self._turned), "the next screen")
        self._contender.pressed_ms.append((first - began) * 1000)
        self._contender.turned_ms.append((time.perf_counter() - began) * 1000)
        self._finger.release()
        self._finger.move(*_BACK)
        time.sleep(_PAUSE_S)
        self._finger.press()
        self._finger.release()
        self._until(lambda: np.array_equal(turned, self._turned), "the home screen again")

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.perf_counter() + _WITHIN_S
        while not holds():
            if time.perf_counter() > end:
                last = self._log.read_text(errors="replace")[-800:] if self._log.exists() else ""
                raise AssertionError(f"{self._contender.name}: never came: {what}. {last}")
            time.sleep(_LOOK_S)
