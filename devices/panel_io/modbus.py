"""Keypads on the box's RS-485 bus: buttons that are read again and again, lamps that are coils.

Of a button that is only a bit, a press between two readings is lost; where a keypad counts its
presses, none is.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from devices.contract.errors import DeviceError
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.messages import LampState
from devices.panel_io.port import NoSuchLampError, PanelIo
from devices.panel_io.presses import ContactPresses, CountedPresses, Presses
from devices.rs485.bus import Rs485Bus
from devices.rs485.duty import Duty, Outcome
from devices.rs485.frames import Read, Request, Table, WriteCoil, WriteCoils
from devices.rs485.settings import Address, ReplyWithin, UnitNumber
from devices.rs485.units import carried_out, state_of
from devices.runtime.settings import Name

_LAMPS_AGAIN_S = 2.0  # a keypad that lost its power for a moment is dark no longer than this
_BLINK_S = 0.4
_TEST_S = 1.0
_WAITING = 32
_WRITE_MANY = 15


class ButtonConfig(Config, frozen=True, kw_only=True, tag_field="by"):
    """Base of the ways in which a keypad tells of a button."""

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

    def presses(self, bounce_s: float) -> Presses:  # noqa: ARG002 - a keypad that counts has no bounces
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


class ModbusPanelIoConfig(DriverConfig, frozen=True, kw_only=True, tag="modbus"):
    """The keypads on the bus of `[rs485]`. A button or lamp has its name alone among them all."""

    keypads: Annotated[tuple[KeypadConfig, ...], msgspec.Meta(min_length=1, max_length=32)]

    def __post_init__(self) -> None:
        """Refuse what is there twice, and a keypad without anything (ValueError, all of it)."""
        kinds = {
            "unit": [str(keypad.unit) for keypad in self.keypads],
            "button": [name for keypad in self.keypads for name in keypad.buttons],
            "lamp": [name for keypad in self.keypads for name in keypad.lamps],
        }
        problems = [
            f"{kind} {one!r} is there twice"
            for kind, names in kinds.items()
            for one in sorted({name for name in names if names.count(name) > 1})
        ]
        problems += [
            f"unit {keypad.unit} has neither buttons nor lamps"
            for keypad in self.keypads
            if not keypad.buttons and not keypad.lamps
        ]
        if problems:
            raise ValueError(f"keypads: {'; '.join(problems)}")

    def build(self, bus: Rs485Bus) -> "ModbusPanelIo":
        """Return the buttons and lamps."""
        return ModbusPanelIo(self, bus)


class _Keypad:
    """One keypad: what its lamps shall do, and what became of its buttons."""

    def __init__(self, config: KeypadConfig, bus: Rs485Bus, press: Callable[[str], None]) -> None:
        self.lamps = dict.fromkeys(config.lamps, LampState.OFF)
        self._config = config
        self._press = press
        self._presses = {
            name: button.presses(config.bounce_s) for name, button in config.buttons.items()
        }
        self._seat = bus.seat(config.unit, config.reply_within_s)
        self._refusal: DeviceError | None = None
        self._bright = False
        self._lighting = list(self._writings())
        self._reading = list(self._readings())

    @property
    def number(self) -> int:
        return self._seat.number

    @property
    def fault(self) -> DeviceError | None:
        return self._seat.fault or self._refusal

    def forget(self) -> None:
        for presses in self._presses.values():
            presses.forget()

    def order(self) -> "list[asyncio.Future[Outcome]]":
        return [*self.light(), *(duty.order() for duty in self._reading)]

    def light(self) -> "list[asyncio.Future[Outcome]]":
        blinks = LampState.BLINKING in self.lamps.values()
        for duty in self._lighting:
            duty.every_s = _BLINK_S if blinks else _LAMPS_AGAIN_S
        return [duty.order() for duty in self._lighting]
