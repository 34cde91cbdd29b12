"""A scanner at a serial port or USB-CDC, which is how UTF-8 arrives whole (ID-6)."""

import asyncio
import os
import termios
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from devices.contract.afar import DevicePath
from devices.contract.errors import UnpluggedError
from devices.device import DeviceState, DriverConfig
from devices.scanner.framing import Framer, state_of
from devices.scanner.port import Scanner, Scans

T = TypeVar("T")

_CHUNK_BYTES = 4096


class SerialScannerConfig(DriverConfig, frozen=True, kw_only=True, tag="serial"):
    """A scanner in serial mode.

    `/dev/serial/by-id/...` stays the same across USB ports. A scan ends with CR or LF, or after
    `silence_s` without a byte.
    """

    path: DevicePath
    baud: Annotated[int, msgspec.Meta(ge=300, le=4_000_000)] = 115_200
    silence_s: Annotated[float, msgspec.Meta(gt=0, le=5)] = 0.2

    def build(self) -> "SerialScanner":
        """Return the scanner."""
        return SerialScanner(self)


class SerialScanner(Scanner):
    """The scanner. The port is opened exclusively and read as the event loop finds bytes in it."""

    def __init__(self, config: SerialScannerConfig) -> None:
        self._config = config
        self._port: Any = None
        self._fd = -1
        self._framer = Framer()
        self._scans = Scans()
        self._silence: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Take hold of the port; raises UnpluggedError when it is not there or taken."""
        import serial  # noqa: PLC0415 - the hardware library, in the call that opens the hardware

        await self.close()
        self._framer, self._scans = Framer(), Scans()
        path, baud = self._config.path, self._config.baud
        self._port = self._ask(lambda: serial.Serial(path, baud, timeout=0, exclusive=True))
        self._fd = self._port.fileno()
        asyncio.get_running_loop().add_reader(self._fd, self._read)

    async def close(self) -> None:
        """Let go of the port."""
        self._deafen()
        port, self._port = self._port, None
        if port is not None:
            try:
                port.close()
            except (OSError, termios.error):
                return

    async def check(self) -> DeviceState:
        """See that the open port is the one now at the path; raises UnpluggedError."""
        self._scans.raise_if_failed()
        if self._port is None or not self._ask(self._is_same_port):
            raise UnpluggedError(f"{self._config.path}: the scanner is gone.")
        return state_of(self._framer, self._scans)

    def scans(self) -> AsyncIterator[str]:
        """Yield each scan's text."""
        return aiter(self._scans)

    def _is_same_port(self) -> bool:
        waiting = self._port.in_waiting  # asks the driver, and so notices a dead port
        there = Path(self._config.path).stat()
        return waiting >= 0 and there.st_rdev == os.fstat(self._fd).st_rdev

    def _read(self) -> None:
        try:
            data = os.read(self._fd, _CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(str(error))
            return
        if not data:
            self._fail("the line was hung up")
            return
        self._put(self._framer.feed(data))
        if self._silence:
            self._silence.cancel()
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(self._config.silence_s, self._fall_silent)

    def _fall_silent(self) -> None:
        self._put(self._framer.flush())

    def _put(self, scans: list[str]) -> None:
        for text in scans:
            self._scans.put(text)

    def _fail(self, reason: str) -> None:
        self._deafen()
        self._scans.fail(UnpluggedError(f"{self._config.path}: {reason}"))

    def _deafen(self) -> None:
        if self._silence:
            self._silence.cancel()
        if self._fd >= 0:
            asyncio.get_running_loop().remove_reader(self._fd)
            self._fd = -1

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
            raise UnpluggedError(f"{self._config.path}: {error}") from error
