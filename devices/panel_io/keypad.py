"""One keypad on an RS-485 bus: buttons that are read again and again, lamps that are coils."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from devices.contract.errors import DeviceError
from devices.messages import LampState
from devices.panel_io.presses import ContactPresses, CountedPresses, Presses
from devices.rs485.bus import Rs485Bus
from devices.rs485.duty import Duty, Outcome
from devices.rs485.frames import Read, RefusedByUnitError, Request, Table, WriteCoil, WriteCoils
from devices.rs485.settings import Address, ReplyWithin, UnitNumber
from devices.runtime.settings import Name

_LAMPS_AGAIN_S = 2.0  # a keypad that lost its power for a moment is dark no longer than this
_BLINK_S = 0.4
_WRITE_MANY = 15


class ButtonConfig(Config, frozen=True, kw_only=True, tag_field="by"):
    """Base of the ways in which a keypad tells of a button: where it is read."""

    at: Address


class InputButtonConfig(ButtonConfig, frozen=True, kw_only=True, tag="input"):
    """A bit of its own, which is `closed` while the button is down."""

    table: Literal["discrete", "coil"] = "discrete"
    closed: Literal[0, 1] = 1

    def value(self, read: int) -> int:
        """Return what says how the button is."""
        return read

    def presses(self, bounce_s: float) -> Presses:
        """Return what makes presses of it."""
        return ContactPresses(closed=self.closed, bounce_s=bounce_s)


class BitButtonConfig(ButtonConfig, frozen=True, kw_only=True, tag="bit"):
    """A bit of a register, 0 the lowest, which is `closed` while the button is down."""

    bit: Annotated[int, msgspec.Meta(ge=0, le=15)]
    table: Literal["input", "holding"] = "input"
    closed: Literal[0, 1] = 1

    def value(self, read: int) -> int:
        """Return what says how the button is."""
        return read >> self.bit & 1

    def presses(self, bounce_s: float) -> Presses:
        """Return what makes presses of it."""
        return ContactPresses(closed=self.closed, bounce_s=bounce_s)


class CountButtonConfig(ButtonConfig, frozen=True, kw_only=True, tag="count"):
    """A register that counts the presses."""

    table: Literal["input", "holding"] = "input"

    def value(self, read: int) -> int:
        """Return what says how the button is."""
        return read

    def presses(self, bounce_s: float) -> Presses:  # noqa: ARG002 - a count does not bounce
        """Return what makes presses of it."""
        return CountedPresses()


AnyButtonConfig = InputButtonConfig | BitButtonConfig | CountButtonConfig


class KeypadConfig(Config, frozen=True, kw_only=True):
    """One keypad: its buttons, and its lamps by their coils.

    `function`: the protocol's, for lamps; 15 writes those that follow each other at once, 5 one
    after another.
    """

    unit: UnitNumber
    buttons: dict[Name, AnyButtonConfig] = msgspec.field(default_factory=dict)
    lamps: dict[Name, Address] = msgspec.field(default_factory=dict)
    function: Literal[5, 15] = 15
    every_s: Annotated[float, msgspec.Meta(ge=0.005, le=1)] = 0.02
    bounce_s: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    reply_within_s: ReplyWithin = 0.1


class Keypad:
    """The keypad. `press` is called with a button's name, once a press, in the bus's task."""

    def __init__(self, config: KeypadConfig, bus: Rs485Bus, press: Callable[[str], None]) -> None:
        self.lamps = dict.fromkeys(config.lamps, LampState.OFF)
        self.number = config.unit
        self._seat = bus.seat(config.unit, config.reply_within_s)
        self._lights = [
            _Lights(self.lamps, config.lamps, run) for run in _runs(config.lamps.values())
        ]
        self._buttons = [
            _Buttons(table, run, config, press)
            for table in Table
            for run in _runs(one.at for one in config.buttons.values() if one.table == table)
        ]
        self._lighting = [
            self._seat.duty(asks, _LAMPS_AGAIN_S, lights.told)
            for lights in self._lights
            for asks in lights.writings(config.function)
        ]
        self._reading = [
            self._seat.duty(buttons.asks, config.every_s, buttons.told)
            for buttons in self._buttons
        ]
