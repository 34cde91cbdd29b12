"""A Raspberry Pi Pico and what hangs on its pins.

The board must outlive its box: feed it from the box's supply in front of the relay (5 V on VSYS
through a diode), not from the box's USB port alone. The relay's contact is the normally closed one,
so that a dead board leaves the box its power.
"""

import asyncio
import math
import select
import sys

import framebuf
import machine
import micropython

from firmware_bridge import frames
from firmware_bridge.firmware import pico_reset
from firmware_bridge.firmware.clock import Clock
from firmware_bridge.firmware.contacts import NO_PAPER_SENSOR
from firmware_bridge.firmware.max7219 import Max7219, columns_of, segments_of
from firmware_bridge.firmware.panel import MATRIX, SEGMENTS

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

# The one table of pins (GP numbers)
USB, UART = 0, 1
WIRE: int = USB
UART_TX, UART_RX, UART_BAUD = 0, 1, 115_200
BUTTONS = (2, 3, 4, 5, 6, 7)  # to ground
LAMPS = (8, 9, 10, 11, 12, 13)  # each through a transistor, high: burns
SWITCHES = (14, 15)  # frames.DOOR, frames.TAMPER: to ground while closed
FAN = 16  # PWM of a 4-wire fan
SEGMENTS_CS, MATRIX_CS = 17, 20  # MAX7219 chains on SPI 0
SPI_SCK, SPI_TX = 18, 19
POWER_CUT = 21  # high: the relay takes the box's power
PAPER: int | None = 22  # to ground while there is paper; None: no sensor
THERMISTOR_ADC: int | None = 26  # 10 kOhm NTC to ground, 10 kOhm to 3.3 V; None: no sensor
LINES = ((SEGMENTS, 8), (SEGMENTS, 8), (MATRIX, 64))

_WATCHDOG_MS = 8_388  # the most an RP2040 can
_ANEW_MS = 5_000  # a line is sent again: a spike may have put a chip to sleep
_FAN_HZ = 25_000
_UART_BUFFER = 1_024
_USB_PIECE = 64  # a packet of USB at full speed
_READ = 256
_NTC_BETA, _NTC_AT_K, _ZERO_K = 3_950, 298.15, 273.15
_ADC_MOST = 65_535
_ADC_EDGE = 1_500  # nearer to an end: the sensor is off, or shorted


class PicoIo:
    """The hardware of a Pico or a Pico 2."""

    buttons, lamps, switches = len(BUTTONS), len(LAMPS), len(SWITCHES)
    lines = LINES

    def __init__(self) -> None:
        pin = machine.Pin
        self._cut = pin(POWER_CUT, pin.OUT, value=0)
        self.clock = Clock()
        self.uid = machine.unique_id()
        self.cause = pico_reset.cause()
        pico_reset.forget()
        self.byte_us = 10_000_000 // UART_BAUD if WIRE == UART else 0
        self._buttons = [pin(number, pin.IN, pin.PULL_UP) for number in BUTTONS]
        self._switches = [pin(number, pin.IN, pin.PULL_UP) for number in SWITCHES]
        self._paper = None if PAPER is None else pin(PAPER, pin.IN, pin.PULL_UP)
        self._lamps = [pin(number, pin.OUT, value=0) for number in LAMPS]
        self._fan = machine.PWM(pin(FAN), freq=_FAN_HZ, duty_u16=0)
        self._adc = None if THERMISTOR_ADC is None else machine.ADC(THERMISTOR_ADC)
        spi = machine.SPI(0, baudrate=1_000_000, sck=pin(SPI_SCK), mosi=pin(SPI_TX))
        digits = sum(width for kind, width in LINES if kind == SEGMENTS)
        columns = max(width for kind, width in LINES if kind == MATRIX)
        self._segments = Max7219(spi, pin(SEGMENTS_CS, pin.OUT, value=1), digits // 8)
        self._matrix = Max7219(spi, pin(MATRIX_CS, pin.OUT, value=1), columns // 8)
        self._digits = bytearray(digits)
        self._dots = bytearray(columns)
        self._picture = framebuf.FrameBuffer(self._dots, columns, 8, framebuf.MONO_HLSB)
        self._shown = [("", 0)] * len(LINES)
        self._anew_ms = [0] * len(LINES)
        self._wire: Any = _UartWire() if WIRE == UART else _UsbWire()
        self._watchdog = machine.WDT(timeout=_WATCHDOG_MS)

    async def run(self) -> None:
        """Nothing of a Pico needs tending beside the turns."""

    # The wire

    async def read(self) -> bytes:
        """Wait for bytes on the wire."""
        data: bytes = await self._wire.read()
        return data

    def write(self, data: bytes) -> int:
        """Put on the wire what fits now; returns how many bytes."""
        count: int = self._wire.write(data)
        return count

    # The pins

    def button(self, button: int) -> int:
        """Return 1 while it is down."""
        return int(not self._buttons[button].value())

    def switch(self, switch: int) -> int:
        """Return 1 while it is closed."""
        return int(not self._switches[switch].value())

    def paper(self) -> int:
        """Return 1 while there is paper, 0 when there is none, 255 without a sensor."""
        return NO_PAPER_SENSOR if self._paper is None else int(not self._paper.value())

    def temperature_mc(self) -> int:
        """Return millidegrees, or frames.NO_TEMPERATURE."""
        raw = 0 if self._adc is None else self._adc.read_u16()
        if not _ADC_EDGE < raw < _ADC_MOST - _ADC_EDGE:
            return frames.NO_TEMPERATURE
        ratio = raw / (_ADC_MOST - raw)
        kelvin = 1 / (1 / _NTC_AT_K + math.log(ratio) / _NTC_BETA)
        return int((kelvin - _ZERO_K) * 1_000)

    def lamp(self, lamp: int, lit: bool) -> None:  # noqa: FBT001 - a level, no choice
        """Let a lamp burn, or not."""
        self._lamps[lamp].value(lit)

    def fan(self, percent: int) -> None:
        """Turn the fan."""
        self._fan.duty_u16(_ADC_MOST * min(percent, 100) // 100)

    def power(self, on: bool) -> None:  # noqa: FBT001 - a level, no choice
        """Give the box its power, or take it."""
        self._cut.value(not on)

    def line(self, line: int, text: str, column: int) -> None:
        """Show a text, on a matrix from its column on."""
        now = self.clock.now_ms()
        if self._shown[line] == (text, column) and now < self._anew_ms[line]:
            return
        self._shown[line] = (text, column)
        self._anew_ms[line] = now + _ANEW_MS
        kind, width = LINES[line]
        if kind == MATRIX:
            self._picture.fill(0)
            self._picture.text(text, -column, 0)
            self._matrix.show(columns_of(self._dots, width))
            return
        first = sum(LINES[other][1] for other in range(line) if LINES[other][0] == SEGMENTS)
        for place, segments in enumerate(segments_of(text, width)):
            self._digits[first + width - 1 - place] = (
                segments  # a chip's first digit is the right one
            )
        self._segments.show(self._digits)

    # Itself

    def feed(self) -> None:
        """Tell the hardware watchdog that the loop turns."""
        self._watchdog.feed()

    def crashed(self, text: str) -> None:
        """Say nothing: the wire is the link's."""

    def restart(self, cause: int) -> None:
        """Begin anew; the next start knows why."""
        pico_reset.restart(cause)


class _UartWire:
    def __init__(self) -> None:
        self._uart = machine.UART(
            0,
            UART_BAUD,
            tx=machine.Pin(UART_TX),
            rx=machine.Pin(UART_RX),
            rxbuf=_UART_BUFFER,
            txbuf=_UART_BUFFER,
            timeout=0,
        )
        self._stream: Any = asyncio.StreamReader(self._uart)

    async def read(self) -> bytes:
        data: bytes = await self._stream.read(_READ)
        return data

    def write(self, data: bytes) -> int:
        return self._uart.write(data) or 0


class _UsbWire:
    """The port of MicroPython's own prompt, which is taken away from it.

    It reads a byte at a time and no more than there are, for a longer read waits for all of it
    (micropython#8772), and it writes no more than a packet when there is room, for a host that
    does not read would hold up the board (micropython#9634).
    """

    def __init__(self) -> None:
        micropython.kbd_intr(-1)
        self._in, self._out = sys.stdin.buffer, sys.stdout.buffer
        self._stream: Any = asyncio.StreamReader(self._in)  # type: ignore[arg-type]  # MicroPython's
        self._came, self._fits = select.poll(), select.poll()
        self._came.register(self._in, select.POLLIN)
        self._fits.register(self._out, select.POLLOUT)
        self._data = bytearray(_READ)

    async def read(self) -> bytes:
        first: bytes = await self._stream.read(1)
        self._data[0] = first[0]
        count = 1
        while count < _READ and self._came.poll(0):
            self._data[count] = self._in.read(1)[0]
            count += 1
        return bytes(self._data[:count])

    def write(self, data: bytes) -> int:
        count = 0
        while count < len(data) and self._fits.poll(0):
            count += self._out.write(data[count : count + _USB_PIECE]) or 0
        return count
