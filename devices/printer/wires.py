"""How bytes reach a printer and come back: the port `Wire`, TCP and file."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Annotated, ClassVar, Protocol

import msgspec

from devices.contract.config import Config
from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.runtime.settings import Port

_READ_BYTES = 256


class StalledError(MuteError):
    """The printer takes no data."""


class Wire(Protocol):
    """One connection to one printer. Errors are DeviceErrors."""

    @property
    def answers(self) -> bool:
        """Whether the printer can be asked over this connection."""
        ...

    async def open(self) -> None:
        """Connect; raises UnpluggedError when nothing is there."""
        ...

    async def write(self, data: bytes) -> None:
        """Hand over the data, as fast as the printer takes it.

        Raises MuteError when it takes nothing for `STALL_S` seconds, UnpluggedError when it is
        gone.
        """
        ...

    async def read(self, within_s: float) -> bytes:
        """Return at least one byte, or none when nothing comes in time; raises UnpluggedError."""
        ...

    async def close(self) -> None:
        """Disconnect, dropping what was not sent yet. May be called twice, and never raises."""
        ...


class WireConfig(Config, frozen=True, kw_only=True, tag_field="by"):
    """Base of the wires' configurations. `stall_s` without taking a byte is too long."""

    stall_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5.0


class TcpWireConfig(WireConfig, frozen=True, kw_only=True, tag="tcp"):
    """A printer on the network, raw port."""

    host: str
    port: Port = 9100
    connect_within_s: Annotated[float, msgspec.Meta(gt=0, le=30)] = 3.0

    def connect(self) -> Wire:
        """Return the wire, not opened yet."""
        return TcpWire(self)


class FileWireConfig(WireConfig, frozen=True, kw_only=True, tag="file"):
    """A file that the bytes are appended to; nothing can be asked."""

    for_trials: ClassVar[bool] = True
    path: str

    def connect(self) -> Wire:
        """Return the wire, not opened yet."""
        return FileWire(Path(self.path))


class TcpWire:
    """Raw TCP, usually port 9100."""

    answers: ClassVar[bool] = True

    def __init__(self, config: TcpWireConfig) -> None:
        self._config = config
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect."""
        config = self._config
        try:
            async with asyncio.timeout(config.connect_within_s):
                self._reader, self._writer = await asyncio.open_connection(config.host, config.port)
        except (OSError, TimeoutError) as error:
            raise UnpluggedError(f"No printer at {config.host}:{config.port}.") from error
        self._writer.transport.set_write_buffer_limits(high=0)

    async def write(self, data: bytes) -> None:
        """Send, until the kernel has everything."""
        if self._writer is None:
            raise UnpluggedError
        try:
            self._writer.write(data)
            async with asyncio.timeout(self._config.stall_s):
                await self._writer.drain()
        except TimeoutError as error:
            raise StalledError from error
        except OSError as error:
            raise UnpluggedError("The printer closed the connection.") from error

    async def read(self, within_s: float) -> bytes:
        """Return what came."""
        if self._reader is None:
            raise UnpluggedError
        try:
            async with asyncio.timeout(within_s):
                data = await self._reader.read(_READ_BYTES)
        except TimeoutError:
            return b""
        except OSError as error:
            raise UnpluggedError("The printer closed the connection.") from error
        if not data:
            raise UnpluggedError("The printer closed the connection.")
        return data

    async def close(self) -> None:
        """Disconnect at once."""
        if self._writer is not None:
            self._writer.transport.abort()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None


class FileWire:
    """Bytes appended to a file."""

    answers: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1

    async def open(self) -> None:
        """Open the file for appending; its folder must be there."""
        try:
            self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise UnpluggedError(f"{self._path}: {error.strerror}") from error

    async def write(self, data: bytes) -> None:
        """Append."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            raise DeviceError(f"{self._path}: {error.strerror}") from error

    async def read(self, within_s: float) -> bytes:
        """Return nothing: a file does not answer."""
        await asyncio.sleep(within_s)
        return b""

    async def close(self) -> None:
        """Close the file."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
