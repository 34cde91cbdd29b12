"""A Pico's peripherals as a model, for MicroPython's unix port.

A pin is low while a file `low<number>` is there; what the pins are driven to and what the chips
behind SPI latch is appended to `pins`, a line each. The file `scratch` is the register that
outlives a reset; where it is, the chip was reset by its watchdog, as `machine.reset` does.
"""

import os
import sys

PWRON_RESET, WDT_RESET = 1, 3

_MIDDLE = 32_768  # of an ADC: a thermistor at 25 degrees
_selected: "list[Pin]" = []


def _say(*words: object) -> None:
    with open("pins", "a") as file:  # noqa: PTH123 - MicroPython
        file.write(" ".join(str(word) for word in words) + "\n")


def unique_id() -> bytes:
    return b"picomodl"


def _scratch() -> int:
    try:
        with open("scratch") as file:  # noqa: PTH123 - MicroPython
            return int(file.read())
    except OSError:
        return -1


def reset_cause() -> int:
    return PWRON_RESET if _scratch() < 0 else WDT_RESET


def reset() -> None:
    _say("reset")
    with open("scratch", "w") as file:  # noqa: PTH123 - MicroPython
        file.write(str(mem32[0x4005800C]))
    raise SystemExit(16)


mem32: dict[int, int] = {0x4005800C: max(_scratch(), 0)}


class Pin:
    IN, OUT, PULL_UP = 0, 1, 2

    def __init__(
        self,
        number: int,
        mode: int = IN,
        pull: int = 0,  # noqa: ARG002 - machine.Pin's
        value: int = -1,
    ) -> None:
        self.number = number
        self.latched = b""
        self._mode = mode
        self._level = value
        if value >= 0:
            _say("pin", number, value)

    def value(self, level: int | None = None) -> int:
        if self._mode == Pin.IN:
            try:
                os.stat(f"low{self.number}")  # noqa: PTH116 - MicroPython
            except OSError:
                return 1
            return 0
        if level is not None and level != self._level:
            self._level = int(level)
            _say("pin", self.number, self._level)
        return self._level

    def __call__(self, level: int) -> None:
        if level == 0:
            _selected.append(self)
            self.latched = b""
        else:
            _selected.clear()
            text = "".join(f"{byte:02x}" for byte in self.latched)
            _say("latch", self.number, text)


class SPI:
    def __init__(self, number: int, baudrate: int, sck: Pin, mosi: Pin) -> None:
        _say("spi", number, baudrate, sck.number, mosi.number)

    def write(self, data: bytes) -> None:
        for pin in _selected:
            pin.latched += bytes(data)


class PWM:
    def __init__(self, pin: Pin, freq: int, duty_u16: int) -> None:
        _say("pwm", pin.number, "at", freq)
        self._pin = pin
        self._duty = duty_u16

    def duty_u16(self, duty: int) -> None:
        if duty != self._duty:
            self._duty = duty
            _say("pwm", self._pin.number, duty)


class ADC:
    def __init__(self, number: int) -> None:
        pass

    def read_u16(self) -> int:
        return _MIDDLE


class MicroPython:
    """The module `micropython`: which character interrupts, and whether the loader was there."""

    @staticmethod
    def kbd_intr(character: int) -> None:
        there = "firmware_bridge.firmware.slots" in sys.modules
        _say("interrupted by", character, "after" if there else "before", "the loader")


sys.modules["micropython"] = MicroPython  # type: ignore[assignment]  # it looks for names in it


class Timer:
    """Never rings."""

    PERIODIC = 1

    def init(self, mode: int, period: int, callback: object) -> None:  # noqa: ARG002 - machine.Timer's
        _say("timer", period)

    def deinit(self) -> None:
        _say("timer", 0)


class WDT:
    def __init__(self, timeout: int) -> None:
        if timeout > 8388:
            raise ValueError("timeout exceeds 8388")
        self._feedings = 0

    def feed(self) -> None:
        self._feedings += 1
        if self._feedings in (1, 100):
            _say("fed", self._feedings)
