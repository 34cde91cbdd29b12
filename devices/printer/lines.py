"""Printers behind a character device: a serial port, or `/dev/usb/lp0` (usblp).

The descriptor is non-blocking and watched by the event loop.
"""

import asyncio
import contextlib
import errno
import os
import select
import termios
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from devices.contract.afar import DevicePath
from devices.contract.errors import DeviceError, TakenError, UnpluggedError
from devices.printer.wires import StalledError, Wire, WireConfig

_READ_BYTES = 256
_KEPT_BYTES = 1024
_EMPTY_READ_REST_S = 0.05
_LEAVING_POLL_S = 0.005
_TAKEN = {errno.EBUSY, errno.EAGAIN}

Flow = Literal["none", "rtscts", "xonxoff"]


class SerialWireConfig(WireConfig, frozen=True, kw_only=True, tag="serial"):
    """A serial printer. A path in `/dev/serial/by-id/` is the same in whatever socket."""

    path: DevicePath
    baud: Annotated[int, msgspec.Meta(ge=1200, le=4_000_000)] = 19_200
    flow: Flow = "rtscts"

    def connect(self) -> Wire:
        """Return the wire, not opened yet."""
        return SerialWire(self)


class UsbWireConfig(WireConfig, frozen=True, kw_only=True, tag="usb"):
    """A USB printer on the kernel's `usblp` driver."""

    path: DevicePath = "/dev/usb/lp0"

    def connect(self) -> Wire:
        """Return the wire, not opened yet."""
        return UsbWire(self)


class _Watched:
    """A non-blocking descriptor in the event loop."""

    def __init__(self, fd: int, stall_s: float) -> None:
        self._fd = fd
        self._stall_s = stall_s
        self._loop = asyncio.get_running_loop()
        self._came = bytearray()
        self._changed = asyncio.Event()
        self._lost = False
        self._loop.add_reader(fd, self._readable)

    def let_go(self) -> None:
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._lose()

    async def read(self, within_s: float) -> bytes:
        if not self._came and not self._lost:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._changed.wait()
        if self._lost:
            raise UnpluggedError
        data = bytes(self._came)
        self._came.clear()
        return data

    async def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if self._lost:
                raise UnpluggedError
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                await self._writable()
            except OSError as error:
                raise UnpluggedError from error

    async def _writable(self) -> None:
        ready = asyncio.Event()
        self._loop.add_writer(self._fd, ready.set)
        try:
            async with asyncio.timeout(self._stall_s):
                await ready.wait()
        except TimeoutError as error:
            raise StalledError from error
        finally:
            self._loop.remove_writer(self._fd)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, _READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._lose()
            return
        if data:
            self._came += data
            del self._came[:-_KEPT_BYTES]
            self._changed.set()
        elif _hung_up(self._fd):
            self._lose()
        else:  # usblp reads nothing when a printer sends empty packets: rest, or the loop spins
            self._loop.remove_reader(self._fd)
            self._loop.call_later(_EMPTY_READ_REST_S, self._watch_again)

    def _watch_again(self) -> None:
        if not self._lost:
            self._loop.add_reader(self._fd, self._readable)

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._loop.remove_reader(self._fd)
        self._changed.set()


class SerialWire:
    """A serial port, held alone."""

    answers: ClassVar[bool] = True

    def __init__(self, config: SerialWireConfig) -> None:
        self._config = config
        self._port: Any = None
        self._line: _Watched | None = None

    async def open(self) -> None:
        """Open the port, 8N1."""
        import serial  # noqa: PLC0415 - a hardware library, where the hardware is opened

        config = self._config
        try:
            self._port = serial.Serial(
                config.path,
                config.baud,
                timeout=0,
                write_timeout=0,
                rtscts=config.flow == "rtscts",
                xonxoff=config.flow == "xonxoff",
                exclusive=True,
            )
        except (OSError, termios.error) as error:
            raise _cannot_open(config.path, getattr(error, "errno", None)) from error
        except ValueError as error:  # the port has no such speed
            raise UnpluggedError(f"{config.path}: {error}") from error
        self._line = _Watched(self._port.fileno(), config.stall_s)

    async def write(self, data: bytes) -> None:
        """Send, until the last byte has left the kernel's queue."""
        if self._line is None:
            raise UnpluggedError
        await self._line.write(data)
        await _left(lambda: int(self._port.out_waiting), self._config.stall_s)

    async def read(self, within_s: float) -> bytes:
        """Return what came."""
        if self._line is None:
            raise UnpluggedError
        return await self._line.read(within_s)

    async def close(self) -> None:
        """Close the port at once, dropping what waits in the kernel: closing would wait for it."""
        if self._line is not None:
            self._line.let_go()
        if self._port is not None:
            with contextlib.suppress(OSError, termios.error):
                self._port.reset_output_buffer()
            with contextlib.suppress(OSError, termios.error):
                self._port.close()
        self._line = self._port = None


class UsbWire:
    """The USB printer class: both ways over one character device, which admits one program."""

    answers: ClassVar[bool] = True

    def __init__(self, config: UsbWireConfig) -> None:
        self._config = config
        self._fd = -1
        self._line: _Watched | None = None

    async def open(self) -> None:
        """Open the device."""
        try:
            self._fd = os.open(self._config.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise _cannot_open(self._config.path, error.errno) from error
        self._line = _Watched(self._fd, self._config.stall_s)

    async def write(self, data: bytes) -> None:
        """Send, until the kernel has everything."""
        if self._line is None:
            raise UnpluggedError
        await self._line.write(data)

    async def read(self, within_s: float) -> bytes:
        """Return what came."""
        if self._line is None:
            raise UnpluggedError
        return await self._line.read(within_s)

    async def close(self) -> None:
        """Close the device."""
        if self._line is not None:
            self._line.let_go()
            with contextlib.suppress(OSError):
                os.close(self._fd)
        self._line, self._fd = None, -1


def _hung_up(fd: int) -> bool:
    poll = select.poll()
    poll.register(fd, 0)
    return bool(poll.poll(0))


def _cannot_open(path: str, number: int | None) -> DeviceError:
    if number in _TAKEN:
        return TakenError(f"{path}: another program holds it.")
    reason = os.strerror(number) if number else "cannot be opened"
    return UnpluggedError(f"{path}: {reason}.")


async def _left(waiting: Callable[[], int], stall_s: float) -> None:
    """Wait until the kernel's queue is empty; it has no event for that."""
    loop = asyncio.get_running_loop()
    least, since = -1, loop.time()
    try:
        while count := waiting():
            if count != least:
                least, since = count, loop.time()
            elif loop.time() - since > stall_s:
                raise StalledError
            await asyncio.sleep(_LEAVING_POLL_S)
    except (OSError, termios.error) as error:
        raise UnpluggedError from error
