"""LED panels on the box's RS-485 bus: together they are the box's panel.

A panel in the hall shows every call and its counter; one above a counter shows the calls to it.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, ClassVar, Literal

import msgspec

from devices.contract.config import Config
from devices.contract.errors import DeviceError
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.display.digits import Digits, registers
from devices.display.port import TEST_COUNTER, TEST_NUMBER, Panel
from devices.rs485.bus import Rs485Bus
from devices.rs485.duty import Outcome
from devices.rs485.frames import Request, WriteRegister, WriteRegisters
from devices.rs485.settings import Address, ReplyWithin, UnitNumber
from devices.rs485.units import carried_out, state_of

_AGAIN_S = 2.0  # one that lost its power for a moment is dark no longer than this
_TEST_S = 1.0
_WRITE_MANY = 16
_PATTERN = (TEST_NUMBER, TEST_COUNTER)


class FieldConfig(Config, frozen=True, kw_only=True):
    """Where a text stands in a panel: its first holding register, and how it is written there.

    `function`: the protocol's; 16 writes all registers at once, 6 one after another.
    """

    at: Address
    places: Annotated[int, msgspec.Meta(ge=1, le=8)] = 4
    digits: Digits = Digits.ASCII
    function: Literal[6, 16] = 16


class PanelUnitConfig(Config, frozen=True, kw_only=True):
    """One panel: what it has of number and counter; whose calls it shows, or everybody's."""

    unit: UnitNumber
    number: FieldConfig
    counter: FieldConfig | None = None
    calls_to: Annotated[str, msgspec.Meta(max_length=8)] = ""
    reply_within_s: ReplyWithin = 0.1


class ModbusPanelConfig(DriverConfig, frozen=True, kw_only=True, tag="modbus"):
    """The panels on the bus of `[rs485]`."""

    units: Annotated[tuple[PanelUnitConfig, ...], msgspec.Meta(min_length=1, max_length=32)]

    def __post_init__(self) -> None:
        """Refuse two panels of the same number (ValueError)."""
        numbers = [one.unit for one in self.units]
        if len(set(numbers)) < len(numbers):
            raise ValueError("units: two have the same number")

    def build_on_bus(self, bus: Rs485Bus) -> "ModbusPanel":
        """Return the panel."""
        return ModbusPanel(self, bus)


class _Unit:
    """One panel: what it shall show, which the bus writes again and again."""

    def __init__(self, config: PanelUnitConfig, bus: Rs485Bus) -> None:
        self.calls_to = config.calls_to
        self.text = ("", "")
        self.tried = False
        self._seat = bus.seat(config.unit, config.reply_within_s)
        fields = (config.number, config.counter)
        self._duties = [
            self._seat.duty(asks, _AGAIN_S)
            for which, field in enumerate(fields)
            if field is not None
            for asks in self._writings(which, field)
        ]

    @property
    def number(self) -> int:
        return self._seat.number

    @property
    def fault(self) -> DeviceError | None:
        return self._seat.fault_of(self._duties)

    def order(self) -> "list[asyncio.Future[Outcome]]":
        return [duty.order() for duty in self._duties]

    def _writings(self, which: int, field: FieldConfig) -> Iterator[Callable[[], Request]]:
        def contents() -> tuple[int, ...]:
            text = _PATTERN if self.tried else self.text
            return registers(text[which], field.digits, field.places)

        def one(place: int) -> Request:
            return WriteRegister(field.at + place, contents()[place])

        if field.function == _WRITE_MANY:
            yield lambda: WriteRegisters(field.at, contents())
        else:
            yield from (partial(one, place) for place in range(len(contents())))


class ModbusPanel(Panel):
    """The panels. They keep what they were last told to show, also over a new opening."""

    check_every_s: ClassVar[float] = 2.0

    def __init__(self, config: ModbusPanelConfig, bus: Rs485Bus) -> None:
        self._bus = bus
        self._units = [_Unit(unit, bus) for unit in config.units]

    async def open(self) -> None:
        """Wait for the bus, and for one panel at least; raises DeviceError when there is none."""
        await self._bus.opened()
        await carried_out([unit.order() for unit in self._units])

    async def close(self) -> None:
        """Do nothing: what is lit stays lit, and the bus goes on writing it."""

    async def check(self) -> DeviceState:
        """Say which panels answer; raises DeviceError when none does."""
        return state_of({unit.number: unit.fault for unit in self._units})

    async def show(self, number: str, counter: str) -> None:
        """Show a call where it belongs; raises DeviceError when no panel there takes it.

        The test's pattern, and clearing, are for all. What a panel showed before a pattern it shows
        again with the next call, wherever that is.
        """
        if (number, counter) == _PATTERN:
            await self._try()
            return
        called = [
            unit
            for unit in self._units
            if not counter or not unit.calls_to or unit.calls_to == counter
        ]
        for unit in called:
            unit.text = (number, counter)
        tried = [unit for unit in self._units if unit.tried and unit not in called]
        for unit in self._units:
            unit.tried = False
        for unit in tried:
            unit.order()
        await carried_out([unit.order() for unit in called])

    async def self_test(self) -> SelfTest:
        """Light every segment of every panel for a moment, so that a person sees a dead one."""
        try:
            await self._try()
            await asyncio.sleep(_TEST_S)
        finally:
            for unit in self._units:
                unit.tried = False
                unit.order()
        wrong = [fault.sentence for unit in self._units if (fault := unit.fault)]
        lit = f"{len(self._units) - len(wrong)} of {len(self._units)} panels lit"
        return SelfTest(passed=not wrong, text=" ".join((f"{lit}.", *wrong)))

    async def _try(self) -> None:
        for unit in self._units:
            unit.tried = True
        await carried_out([unit.order() for unit in self._units])
