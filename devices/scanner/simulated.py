"""A scanner's twin: each line that comes into its inbox is one scan."""

import asyncio
import os
import re
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

from devices.contract.errors import DeviceError
from devices.device import DeviceState, DriverConfig
from devices.faults import Faults
from devices.scanner.framing import Framer, state_of
from devices.scanner.port import Scanner, Scans

GARBLED = "garbled"
"""What this twin can suffer beyond the words of `Fault`: letters arrive as bytes of no charset."""

_LOOK_EVERY_S = 0.1
_CHUNK_BYTES = 65_536


class SimulatedScannerConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A scanner's twin.

    Lines appended to `inbox`, a text file or a named pipe, are scans; what the file holds at the
    opening is past. `faults_file` may hold a word of `Fault`, or `garbled`.
    """

    for_trials: ClassVar[bool] = True
    inbox: str = ""
    faults_file: str = ""

    def build(self) -> "SimulatedScanner":
        """Return the scanner."""
        return SimulatedScanner(self)


class SimulatedScanner(Scanner):
    """The twin."""

    def __init__(self, config: SimulatedScannerConfig) -> None:
        self._inbox = _Inbox(Path(config.inbox)) if config.inbox else None
        self._faults = Faults(config.faults_file)
        self._framer = Framer()
        self._scans = Scans()

    def present(self, text: str) -> None:
        """Hold a symbol with this text before the scanner."""
        self._feed(f"{text}\r\n".encode())

    async def open(self) -> None:
        """Be there, unless unplugged."""
        await self._suffer()
        self._framer, self._scans = Framer(), Scans()
        if self._inbox:
            self._inbox.open()

    async def close(self) -> None:
        """Let go of the inbox."""
        if self._inbox:
            self._inbox.close()

    async def check(self) -> DeviceState:
        """Be well, unless ordered otherwise."""
        await self._suffer()
        return state_of(self._framer, self._scans)

    async def scans(self) -> AsyncIterator[str]:
        """Yield each scan's text."""
        while True:
            await self._suffer()
            if self._inbox:
                self._feed(self._inbox.read())
            for text in self._scans.take():
                yield text
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _suffer(self) -> None:
        if self._faults.word() != GARBLED:
            await self._faults.strike()

    def _feed(self, data: bytes) -> None:
        if self._faults.word() == GARBLED:
            data = re.sub(rb"[\x80-\xff]+", b"\xff", data)
        for text in self._framer.feed(data) if data else self._framer.flush():
            self._scans.put(text)


class _Inbox:
    """A file that grows, or a named pipe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pipe = -1
        self._place = (0, 0)

    def open(self) -> None:
        """Begin at the end of what is there."""
        self.close()
        try:
            if self._path.is_fifo():
                self._pipe = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)
            elif self._path.exists():
                there = self._path.stat()
                self._place = (there.st_ino, there.st_size)
        except OSError as error:
            raise DeviceError(f"{self._path}: {error.strerror}") from error

    def close(self) -> None:
        """Let go of it."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def read(self) -> bytes:
        """Return what came since the last time; a file begun anew is read from its start."""
        try:
            return self._read_pipe() if self._pipe >= 0 else self._read_file()
        except (BlockingIOError, FileNotFoundError):
            return b""
        except OSError as error:
            raise DeviceError(f"{self._path}: {error.strerror}") from error

    def _read_pipe(self) -> bytes:
        return os.read(self._pipe, _CHUNK_BYTES)

    def _read_file(self) -> bytes:
        there = self._path.stat()
        if not stat.S_ISREG(there.st_mode):
            return b""
        inode, position = self._place
        if there.st_ino != inode or there.st_size < position:
            position = 0
        with self._path.open("rb") as file:
            file.seek(position)
            data = file.read(_CHUNK_BYTES)
        self._place = (there.st_ino, position + len(data))
        return data
