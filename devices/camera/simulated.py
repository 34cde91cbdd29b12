"""A camera that looks at a desk; a picture dropped into its folder is held before it."""

import time
from collections import deque
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from devices.camera.capture import Source
from devices.camera.picture import Picture, empty_desk, fitted, load_picture
from devices.camera.port import Camera
from devices.camera.specimen import PLAIN, Scene, photograph
from devices.camera.specimen_paper import Specimen, draw_paper
from devices.contract.errors import MuteError, UnpluggedError
from devices.device import DriverConfig
from devices.faults import BrokenTwinError, Fault, Faults

FROZEN, DARK = "frozen", "dark"
"""What this twin can suffer beyond the words of `Fault`."""

_WAITING = 16
_TRIES = 20
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
_GRID = 8


class SimulatedCameraConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A camera's twin.

    A picture put into `folder` while it runs is held before it for `show_s`, then the desk is empty
    again; several wait their turn. While `paper_file` names a `Specimen` (`declaration` ...), that
    paper lies on the desk and nothing is held before it. `faults_file` may hold a word of `Fault`,
    `frozen` or `dark`.
    """

    for_trials: ClassVar[bool] = True
    folder: str
    show_s: Annotated[float, msgspec.Meta(gt=0)] = 2.5
    pictures_per_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5.0
    width_px: Annotated[int, msgspec.Meta(ge=160, le=8192)] = 1600
    height_px: Annotated[int, msgspec.Meta(ge=120, le=8192)] = 1200
    paper_file: str = ""
    faults_file: str = ""

    def build(self) -> "SimulatedCamera":
        """Return the camera."""
        return SimulatedCamera(self)


class SimulatedCamera(Camera):
    """The twin."""

    def __init__(self, config: SimulatedCameraConfig) -> None:
        super().__init__()
        self._config = config

    def _open_source(self) -> Source:
        return _Desk(self._config)


class _Desk:
    """What lies before the lens."""

    def __init__(self, config: SimulatedCameraConfig) -> None:
        self._config = config
        self._folder = Path(config.folder)
        self._faults = Faults(config.faults_file)
        self._empty = empty_desk(config.width_px, config.height_px, seed=0)
        self._held = self._empty
        self._held_until_s = 0.0
        self._known = self._pictures()
        self._waiting: deque[tuple[Path, int]] = deque(maxlen=_WAITING)
        self._ticks = 0
        self._lying = ""
        self._suffer(self._faults.word())

    def read(self) -> Picture:
        time.sleep(1 / self._config.pictures_per_s)
        word = self._faults.word()
        self._suffer(word)
        if word == DARK:
            return np.zeros_like(self._empty)
        if word != FROZEN:
            self._ticks += 1
            if not self._lay_paper():
                self._turn()
        picture = self._held.copy()
        picture[::_GRID, ::_GRID] ^= np.uint8(self._ticks % 4)  # a sensor's noise, on a few dots
        return picture

    def close(self) -> None:
        """Hold nothing."""

    def _suffer(self, word: str) -> None:
        if word == Fault.UNPLUGGED:
            raise UnpluggedError
        if word == Fault.DEAF:
            raise MuteError
        if word == Fault.BROKEN:
            raise BrokenTwinError
        while word == Fault.HUNG:
            time.sleep(0.1)
            word = self._faults.word()

    def _lay_paper(self) -> bool:
        """Lay down or take away the paper that is named; return whether one lies there."""
        word = Faults(self._config.paper_file).word()
        if word != self._lying:
            self._lying = word
            self._held = self._empty
            if word in set(Specimen):
                size = (self._config.width_px, self._config.height_px)
                scene = Scene(fills=0.4) if word == Specimen.CARD else PLAIN
                paper = draw_paper(Specimen(word))
                self._held = photograph(paper, seed=0, scene=scene, size=size).picture
        return bool(word)

    def _turn(self) -> None:
        """Take away what was held long enough, and hold up what came next."""
        now = time.monotonic()
        there = self._pictures()
        changed = [path for path, stamp in there.items() if self._known.get(path) != stamp]
        self._waiting.extend((path, _TRIES) for path in sorted(changed, key=there.__getitem__))
        self._known = there
        if now < self._held_until_s:
            return
        self._held = self._empty
        if not self._waiting:
            return
        path, tries = self._waiting.popleft()
        try:
            picture = load_picture(str(path))
        except OSError:  # still being written, or no picture at all
            if tries > 1:
                self._waiting.append((path, tries - 1))
            return
        self._held = fitted(picture, self._config.width_px, self._config.height_px)
        self._held_until_s = now + self._config.show_s

    def _pictures(self) -> dict[Path, tuple[int, int]]:
        """Return the folder's pictures with time of change and size; a missing folder is empty."""
        found = {}
        try:
            for path in self._folder.iterdir():
                if path.suffix.lower() in _SUFFIXES and not path.name.startswith("."):
                    stat = path.stat()
                    found[path] = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            return found
        return found
