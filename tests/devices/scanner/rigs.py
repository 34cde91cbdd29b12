"""The same hands for every scanner: hold something before it, pull its plug, put it back."""

import os
import pty
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import evdev
import segno

from devices.camera.simulated import SimulatedCameraConfig
from devices.scanner.camera import CameraScannerConfig
from devices.scanner.hid import HidScannerConfig
from devices.scanner.keys import ENTER
from devices.scanner.port import Scanner
from devices.scanner.serial import SerialScannerConfig
from devices.scanner.simulated import SimulatedScannerConfig
from tests.devices.scanner.test_keys import tap, typed


class Rig(ABC):
    """A scanner and what a person does to it."""

    scanner: Scanner

    @abstractmethod
    def present(self, text: str) -> None:
        """Hold a symbol before the scanner."""

    @abstractmethod
    def unplug(self) -> None:
        """Pull the plug."""

    @abstractmethod
    def plug(self) -> None:
        """Put it in again."""

    @abstractmethod
    def clear(self) -> None:
        """Take everything away for good."""


class SerialRig(Rig):
    """A real tty: a pty pair under a path that stays the same, as `/dev/serial/by-id` does."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "usb-scanner"
        self._ends: tuple[int, int] | None = None
        self.plug()
        self.config = SerialScannerConfig(path=str(self._path), silence_s=0.1)
        self.scanner = self.config.build()

    def present(self, text: str) -> None:
        self.send(f"{text}\r\n".encode())

    def send(self, data: bytes) -> None:
        assert self._ends
        os.write(self._ends[0], data)

    def unplug(self) -> None:
        self._path.unlink(missing_ok=True)
        if self._ends:
            for end in self._ends:
                os.close(end)
            self._ends = None

    def plug(self) -> None:
        self._ends = pty.openpty()
        tty.setraw(self._ends[1])
        self._path.symlink_to(os.ttyname(self._ends[1]))

    def clear(self) -> None:
        self.unplug()


class _FaultsRig(Rig):
    """A twin, which is unplugged by a word in its fault file."""

    faults: Path

    def unplug(self) -> None:
        self.faults.write_text("unplugged")

    def plug(self) -> None:
        self.faults.unlink()

    def clear(self) -> None:
        self.faults.unlink(missing_ok=True)


class FileRig(_FaultsRig):
    """The twin with a text file as its inbox."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.faults = folder / "inbox.txt", folder / "faults"
        config = SimulatedScannerConfig(inbox=str(self.inbox), faults_file=str(self.faults))
        self.scanner = config.build()

    def present(self, text: str) -> None:
        with self.inbox.open("a", encoding="utf-8") as inbox:
            inbox.write(f"{text}\n")


class PipeRig(FileRig):
    """The twin with a named pipe as its inbox."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        os.mkfifo(self.inbox)


class MemoryRig(_FaultsRig):
    """The twin as tests hold it."""

    def __init__(self, folder: Path) -> None:
        self.faults = folder / "faults"
        self._twin = SimulatedScannerConfig(faults_file=str(self.faults)).build()
        self.scanner = self._twin

    def present(self, text: str) -> None:
        self._twin.present(text)


class CameraRig(_FaultsRig):
    """The real path from pictures to text, before a camera's twin."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.faults = folder / "pictures", folder / "faults"
        self.folder.mkdir()
        self._shown = 0
        camera = SimulatedCameraConfig(
            folder=str(self.folder),
            faults_file=str(self.faults),
            show_s=0.5,
            pictures_per_s=20,
            width_px=640,
            height_px=480,
        )
        self.scanner = CameraScannerConfig(camera=camera, reads_per_s=20).build()

    def present(self, text: str) -> None:
        self._shown += 1
        part = self.folder / ".part"
        segno.make_qr(text.encode(), error="m").save(str(part), kind="png", scale=8, border=6)
        part.rename(self.folder / f"{self._shown}.png")


class KeyboardRig(Rig):
    """A keyboard of the kernel's own making (uinput)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "usb-scanner-event-kbd"
        self._keyboard: evdev.UInput | None = None
        self.plug()
        self.scanner = HidScannerConfig(path=str(self._path)).build()

    def present(self, text: str) -> None:
        assert self._keyboard
        for code, value in [*typed(text), *tap(ENTER[0])]:
            self._keyboard.write(evdev.ecodes.EV_KEY, code, value)
            self._keyboard.syn()

    def unplug(self) -> None:
        self._path.unlink(missing_ok=True)
        if self._keyboard:
            self._keyboard.close()
            self._keyboard = None

    def plug(self) -> None:
        self._keyboard = evdev.UInput(name="scanner under test")
        self._path.symlink_to(self._keyboard.device.path)

    def clear(self) -> None:
        self.unplug()


_HERE = (KeyboardRig,) if os.access("/dev/uinput", os.W_OK) else ()
RIGS: tuple[Callable[[Path], Rig], ...] = (
    SerialRig,
    FileRig,
    PipeRig,
    MemoryRig,
    CameraRig,
    *_HERE,
)
