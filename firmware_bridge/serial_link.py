"""A tty in the event loop: bytes in, bytes out, and one error when the line is gone.

How the port is held, and why:

- *Exclusive* by flock(2): a second program of ours is refused by name. The lock is advisory;
  udev rules keep ModemManager and brltty away.
- *Modem lines*: the kernel raises DTR and RTS when a port is opened, and we leave them up: a board
  with USB of its own speaks only while DTR is up. HUPCL is taken off, so they stay up when the
  port is closed: a board that is reset by an edge of DTR is then not reset each time a program of
  ours starts.
- *Low latency*: without it an FTDI chip keeps what it got for 16 ms. Ports that know neither this
  nor modem lines (ptys) work as they are.
- *Closing* throws away what was not sent: the kernel would wait up to 30 s for a dead board to
  take it.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import struct
import termios
from collections.abc import Callable
from typing import Any

from firmware_bridge.errors import BoardBusyError, BoardGoneError

_CHUNK_BYTES = 4096
_TCGETS2, _TCSETS2 = 0x802C542A, 0x402C542B  # asm-generic: x86, ARM, RISC-V
_TERMIOS2 = struct.Struct("IIIIB19sII")  # struct termios2: flags, line, characters, two speeds
_CC_AT = 17


class SerialLine:
    """An open port. `came` gets the bytes, `drained` is told when it is `ready` again.

    `lost` is told once, at once, why the line is gone, and the port is closed then. All of them
    are called in the event loop.
    """

    def __init__(
        self,
        path: str,
        baud: int,
        *,
        parity: str = "N",
        stop_bits: int = 1,
        came: Callable[[bytes], None],
        drained: Callable[[], None],
        lost: Callable[[BoardGoneError], None],
    ) -> None:
        """Open the port; raises BoardGoneError, or BoardBusyError when a program holds it.

        `parity` is N, E or O.
        """
        self._path = path
        self._came = came
        self._drained = drained
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._unsent = b""
        self._port = _opened(path, baud, parity, stop_bits)
        self._fd: int = self._port.fileno()
        self._loop.add_reader(self._fd, self._read)

    @property
    def ready(self) -> bool:
        """Whether all that was written is with the kernel, and the line still there."""
        return self._fd >= 0 and not self._unsent

    def write(self, data: bytes) -> None:
        """Send; what the kernel does not take now goes later. Only when it is `ready`."""
        if self._unsent:
            raise BoardBusyError(f"{self._path}: what was written before is not sent yet")
        if self._fd >= 0:
            self._send(data)

    def close(self) -> None:
        """Let go of the port."""
        if self._fd < 0:
            return
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._fd, self._unsent = -1, b""
        with contextlib.suppress(OSError, termios.error):
            self._port.reset_output_buffer()
        with contextlib.suppress(OSError, termios.error):
            self._port.close()

    def _read(self) -> None:
        try:
            data = os.read(self._fd, _CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(str(error))
            return
        if data:
            self._came(data)
        else:
            self._lose("the line was hung up")

    def _send(self, data: bytes) -> None:
        try:
            sent = os.write(self._fd, data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            reason = str(error)
            self._loop.call_soon(self._lose, reason)  # never amid its user's own step
            return
        rest = data[sent:]
        if rest and not self._unsent:
            self._loop.add_writer(self._fd, self._send_rest)
        self._unsent = rest

    def _send_rest(self) -> None:
        self._send(self._unsent)
        if self._fd >= 0 and not self._unsent:
            self._loop.remove_writer(self._fd)
            self._drained()

    def _lose(self, reason: str) -> None:
        if self._fd >= 0:
            self.close()
            self._lost(BoardGoneError(f"{self._path}: {reason}"))


def _opened(path: str, baud: int, parity: str, stop_bits: int) -> Any:
    import serial  # noqa: PLC0415 - the hardware library, in the call that opens the hardware

    try:
        port = serial.Serial(
            path, baud, parity=parity, stopbits=stop_bits, timeout=0, exclusive=True
        )
    except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
        if getattr(error, "errno", None) in (errno.EAGAIN, errno.EBUSY):
            raise BoardBusyError(f"{path}: another program holds the port") from error
        raise BoardGoneError(f"{path}: {error}") from error
    with contextlib.suppress(OSError, ValueError, termios.error):
        port.set_low_latency_mode(True)  # ptys and some drivers know none
    with contextlib.suppress(OSError, termios.error):
        _settle(port.fileno())
    return port


def _settle(fd: int) -> None:
    """Take HUPCL off, and let a read of nothing be no end (VMIN 1); any baud rate stays.

    termios(3) cannot do it: it knows no rate but its own list's (ioctl_tty(2), TCSETS2).
    """
    settings = bytearray(_TERMIOS2.size)
    fcntl.ioctl(fd, _TCGETS2, settings)
    iflag, oflag, cflag, *rest = _TERMIOS2.unpack(settings)
    packed = bytearray(_TERMIOS2.pack(iflag, oflag, cflag & ~termios.HUPCL, *rest))
    packed[_CC_AT + termios.VMIN] = 1
    fcntl.ioctl(fd, _TCSETS2, packed)
