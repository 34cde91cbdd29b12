"""One keypad on an RS-485 bus: buttons that are read again and again, lamps that are coils."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from devices.contract.errors import DeviceError
from devices.messages import LampState
from devices.panel_io.presses import ContactPresses, CountedPresses, Presses
from devices.rs485.bus import Rs485Bus
from devices.rs485.duty import Outcome
from devices.rs485.frames import Read, Request, Table, Values, WriteCoil, WriteCoils
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
    after another. A press is told once, however often the contact bounces within `bounce_s`.
    """

    unit: UnitNumber
    buttons: dict[Name, AnyButtonConfig] = msgspec.field(default_factory=dict)
    lamps: dict[Name, Address] = msgspec.field(default_factory=dict)
    function: Literal[5, 15] = 15
    every_s: Annotated[float, msgspec.Meta(ge=0.005, le=1)] = 0.02
    bounce_s: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    reply_within_s: ReplyWithin = 0.1

    def __post_init__(self) -> None:
        """Refuse a keypad without anything, and two lamps of one coil (ValueError)."""
        if not self.buttons and not self.lamps:
            raise ValueError(f"unit {self.unit} has neither buttons nor lamps")
        if len(set(self.lamps.values())) < len(self.lamps):
            raise ValueError(f"unit {self.unit} has two lamps of one coil")


class Keypad:
    """The keypad. `press` is called with a button's name, once a press, in the bus's task."""

    def __init__(self, config: KeypadConfig, bus: Rs485Bus, press: Callable[[str], None]) -> None:
        self.number = config.unit
        self._seat = bus.seat(config.unit, config.reply_within_s)
        at = config.lamps.values()
        runs = _runs(at) if config.function == _WRITE_MANY else [range(one, one + 1) for one in at]
        self._lights = [_Lights(config.lamps, run) for run in runs]
        self._lighting = [self._seat.duty(one.asks, _LAMPS_AGAIN_S) for one in self._lights]
        self._buttons = [
            _Buttons(config, table, run, press)
            for table in Table
            for run in _runs(one.at for one in config.buttons.values() if one.table == table)
        ]
        self._reading = [
            self._seat.duty(one.asks, config.every_s, self._heeding(one)) for one in self._buttons
        ]

    @property
    def fault(self) -> DeviceError | None:
        """What is wrong with it."""
        return self._seat.fault_of((*self._lighting, *self._reading))

    def forget(self) -> None:
        """Begin anew: what was pressed before is not told."""
        for buttons in self._buttons:
            buttons.forget()

    def order(self) -> "list[asyncio.Future[Outcome]]":
        """Have its lamps set and its buttons read now."""
        return [duty.order() for duty in (*self._lighting, *self._reading)]

    def light(self, lamps: Mapping[str, LampState]) -> "list[asyncio.Future[Outcome]]":
        """Have those of these lamps that are its own set now."""
        ordered = []
        for lights, duty in zip(self._lights, self._lighting, strict=True):
            if lights.become(lamps):
                duty.every_s = _BLINK_S if lights.blink else _LAMPS_AGAIN_S
                ordered.append(duty.order())
        return ordered

    def _heeding(self, buttons: "_Buttons") -> Callable[[Outcome], None]:
        def told(outcome: Outcome) -> None:
            if not isinstance(outcome, DeviceError):
                buttons.read(outcome, asyncio.get_running_loop().time())
            elif self._seat.fault:
                self.forget()

        return told


class _Lights:
    """Coils that follow each other; which of them are on."""

    def __init__(self, lamps: Mapping[str, int], run: range) -> None:
        self._names = {at: name for name, at in lamps.items()}
        self._run = run
        self._states = {self._names[at]: LampState.OFF for at in run}
        self._bright = False

    @property
    def blink(self) -> bool:
        return LampState.BLINKING in self._states.values()

    def become(self, lamps: Mapping[str, LampState]) -> bool:
        """Take on new states, and return whether any is of one of these lamps."""
        own = {name: state for name, state in lamps.items() if name in self._states}
        self._states |= own
        return bool(own)

    def asks(self) -> Request:
        """Return the writing of them; those that blink are turned by each."""
        self._bright = not self._bright
        shining = {LampState.ON} | ({LampState.BLINKING} if self._bright else set())
        on = tuple(self._states[self._names[at]] in shining for at in self._run)
        return WriteCoils(self._run.start, on) if len(on) > 1 else WriteCoil(self._run.start, on[0])


class _Buttons:
    """Bits or registers of one table that follow each other, and the buttons in them."""

    def __init__(
        self, config: KeypadConfig, table: Table, run: range, press: Callable[[str], None]
    ) -> None:
        self._press = press
        self._read = Read(table, run.start, len(run))
        self._buttons = [
            (name, button, button.presses(config.bounce_s))
            for name, button in config.buttons.items()
            if button.table == table and button.at in run
        ]

    def asks(self) -> Request:
        return self._read

    def forget(self) -> None:
        for _, _, presses in self._buttons:
            presses.forget()

    def read(self, values: Values, now: float) -> None:
        """Tell the presses that are new in what was read."""
        for name, button, presses in self._buttons:
            value = button.value(values[button.at - self._read.at])
            for _ in range(presses.seen(value, now)):
                self._press(name)


def _runs(addresses: Iterable[int]) -> list[range]:
    """Return the addresses as ranges without gaps: a unit may refuse what lies between."""
    runs: list[range] = []
    for at in sorted(set(addresses)):
        if runs and runs[-1].stop == at:
            runs[-1] = range(runs[-1].start, at + 1)
        else:
            runs.append(range(at, at + 1))
    return runs
