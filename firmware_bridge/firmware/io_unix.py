"""A board on a PC: MicroPython's unix port, and a world of text lines around it.

What happens to the board comes as lines on standard input, what it does goes as lines to standard
output; `firmware_bridge/simulated.py` is the other end of both, and knows every word. The wire is a
file descriptor that was handed down, non-blocking, and can be exchanged while the board runs.
"""

import asyncio
import binascii
import gc
import sys

from firmware_bridge import frames
from firmware_bridge.firmware.clock import Clock
from firmware_bridge.firmware.panel import MATRIX, SEGMENTS

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass


_READ = 512
_RESTART = 16  # exit status, and the cause: start me again
_DOWN, _UP = 8, 8  # looks, 5 ms and more apart: longer than a contact settles


class Finger:
    """What presses a button: for so many looks, not so long, as a PC may give its board no turn."""

    def __init__(self) -> None:
        self._left = 0

    def press(self) -> None:
        """Press it and let it go; when it is down, once more afterwards."""
        self._left += _DOWN + _UP

    def look(self) -> int:
        """Look at it: 1 while it is down."""
        if self._left:
            self._left -= 1
        return int(self._left % (_DOWN + _UP) >= _UP)


class UnixIo:
    """The hardware that is not there."""

    buttons, lamps, switches = 6, 6, 2
    lines = ((SEGMENTS, 8), (SEGMENTS, 8), (MATRIX, 64))
    byte_us = 0  # a pseudo terminal has no speed

    def __init__(self) -> None:
        """Take what is so from the beginning: the world's lines up to `start`."""
        self.clock = Clock()
        self.uid = bytes(8)
        self.cause = frames.RESET_UNKNOWN
        self._down = [0] * self.buttons
        self._fingers = [Finger() for _ in range(self.buttons)]
        self._closed = [1] * self.switches
        self._celsius_m = 25_000
        self._paper = 1
        self._watchdog_ms = 8388
        self._lit = [False] * self.lamps
        self._shown = [("", 0)] * len(self.lines)
        self._fan = -1
        self._wire: Any = None
        self._stream: Any = None
        self._reader: Any = None
        self._fed_ms = -self._watchdog_ms
        while True:
            line = sys.stdin.readline()
            if not line:
                sys.exit(0)
            if line == "start\n":
                break
            self._happens(line.split())

    async def run(self) -> None:
        """Let things happen, until the world ends."""
        lines: Any = asyncio.StreamReader(sys.stdin)  # type: ignore[arg-type]  # MicroPython's
        while True:
            line = await lines.readline()
            if not line:
                sys.exit(0)
            self._happens(line.decode().split())

    def _happens(self, words: list[str]) -> None:  # noqa: C901, PLR0912 - a flat list of words
        word, values = words[0], words[1:]
        if word == "uid":
            self.uid = binascii.unhexlify(values[0])
        elif word == "cause":
            self.cause = int(values[0])
        elif word == "watchdog":
            self._watchdog_ms = int(values[0])
        elif word == "wire":
            self._plug(int(values[0]))
        elif word == "button":
            self._down[int(values[0])] = int(values[1])
        elif word == "press":
            self._fingers[int(values[0])].press()
        elif word == "switch":
            self._closed[int(values[0])] = int(values[1])
        elif word == "temperature":
            self._celsius_m = int(values[0])
        elif word == "paper":
            self._paper = int(values[0])
        elif word == "memory":
            gc.collect()
            print("memory", gc.mem_alloc())  # type: ignore[attr-defined]  # MicroPython's
        elif word == "crash":
            raise RuntimeError("crashed as it was told")
        elif word == "hang":
            while True:
                pass

    # The wire

    def _plug(self, fd: int) -> None:
        """Take another wire instead; none when it is negative."""
        old, self._wire, self._stream = self._wire, None, None
        if self._reader is not None:
            self._reader.cancel()  # before its file is closed, which is being waited for
        if old is not None:
            old.close()
        if fd >= 0:
            self._wire = open(fd, "r+b", 0)  # noqa: SIM115 - a descriptor
            self._stream = asyncio.StreamReader(self._wire)

    async def read(self) -> bytes:
        """Wait for bytes on the wire."""
        while True:
            stream = self._stream
            self._reader = asyncio.current_task()
            try:
                data: bytes = await stream.read(_READ) if stream else b""
            except asyncio.CancelledError:
                if stream is self._stream:
                    raise
                continue
            except OSError:  # the other end of the terminal is closed: nothing is plugged in
                data = b""
            finally:
                self._reader = None
            if data:
                return data
            await asyncio.sleep(0.005)

    def write(self, data: bytes) -> int:
        """Put on the wire what fits; all of it into the void when nothing is plugged in."""
        if self._wire is None:
            return len(data)
        try:
            return self._wire.write(data) or 0
        except OSError:
            return len(data)

    # What it is told by its pins, and what it tells them

    def button(self, button: int) -> int:
        """Return 1 while it is down."""
        return self._fingers[button].look() | self._down[button]

    def switch(self, switch: int) -> int:
        """Return 1 while it is closed."""
        return self._closed[switch]

    def paper(self) -> int:
        """Return 1 while there is paper, 0 when there is none, 255 without a sensor."""
        return self._paper

    def temperature_mc(self) -> int:
        """Return millidegrees, or frames.NO_TEMPERATURE."""
        return self._celsius_m

    def lamp(self, lamp: int, lit: bool) -> None:  # noqa: FBT001 - a level, no choice
        """Let a lamp burn, or not."""
        if self._lit[lamp] != lit:
            self._lit[lamp] = lit
            print("lamp", lamp, int(lit))

    def line(self, line: int, text: str, column: int) -> None:
        """Show a text, on a matrix from its column on."""
        if self._shown[line] != (text, column):
            self._shown[line] = (text, column)
            print("line", line, column, text)

    def fan(self, percent: int) -> None:
        """Turn the fan."""
        if self._fan != percent:
            self._fan = percent
            print("fan", percent)

    def power(self, on: bool) -> None:  # noqa: FBT001 - a level, no choice
        """Give the box its power, or take it."""
        print("power", int(on))

    # Itself

    def feed(self) -> None:
        """Tell the hardware watchdog that the loop turns."""
        now = self.clock.now_ms()
        if now - self._fed_ms >= self._watchdog_ms // 16:
            self._fed_ms = now
            print("fed")

    def crashed(self, text: str) -> None:
        """Say what went wrong to who looks on."""
        print(text)

    def restart(self, cause: int) -> None:
        """Begin anew; the next start knows why."""
        sys.exit(_RESTART + cause)
