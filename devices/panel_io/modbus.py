"""Keypads on the box's RS-485 bus: together they are the box's buttons and lamps.

Of a button that is only a bit, a press between two readings is lost; where a keypad counts its
presses, none is.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec

from devices.device import DeviceState, DriverConfig, SelfTest
from devices.messages import ButtonPressed, LampState
from devices.panel_io.keypad import Keypad, KeypadConfig
from devices.panel_io.port import NoSuchLampError, PanelIo
from devices.rs485.bus import Rs485Bus
from devices.rs485.units import carried_out, state_of

_TEST_S = 1.0
_WAITING = 32


class ModbusPanelIoConfig(DriverConfig, frozen=True, kw_only=True, tag="modbus"):
    """The keypads on the bus of `[rs485]`. A button or lamp has its name alone among them all."""

    keypads: Annotated[tuple[KeypadConfig, ...], msgspec.Meta(min_length=1, max_length=32)]

    def __post_init__(self) -> None:
        """Refuse what is there twice (ValueError, all of it)."""
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
        if problems:
            raise ValueError(f"keypads: {'; '.join(problems)}")

    def build_on_bus(self, bus: Rs485Bus) -> "ModbusPanelIo":
        """Return the buttons and lamps."""
        return ModbusPanelIo(self, bus)


class ModbusPanelIo(PanelIo):
    """The keypads, which the bus reads for as long as it lives."""

    def __init__(self, config: ModbusPanelIoConfig, bus: Rs485Bus) -> None:
        self._bus = bus
        self._states = {lamp: LampState.OFF for keypad in config.keypads for lamp in keypad.lamps}
        self._pressed: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self._dropped = 0
        self._open = False
        self._keypads = [Keypad(keypad, bus, self._press) for keypad in config.keypads]

    @property
    def lamps(self) -> tuple[str, ...]:
        """The names of its lamps."""
        return tuple(self._states)

    async def open(self) -> None:
        """Wait for the bus, and for one keypad at least; all lamps are dark.

        What was pressed before is forgotten. Raises DeviceError when no keypad answers.
        """
        await self._bus.opened()
        self._darken()
        self._pressed = asyncio.Queue(_WAITING)
        for keypad in self._keypads:
            keypad.forget()
        await carried_out([keypad.order() for keypad in self._keypads])
        self._open = True

    async def close(self) -> None:
        """Tell all lamps to go dark."""
        self._open = False
        self._darken()

    async def check(self) -> DeviceState:
        """Say which keypads answer; raises DeviceError when none does."""
        state = state_of({keypad.number: keypad.fault for keypad in self._keypads})
        return msgspec.structs.replace(state, facts=state.facts | {"dropped": self._dropped})

    async def self_test(self) -> SelfTest:
        """Let every lamp burn for a second, so that a person sees a dead one."""
        before = dict(self._states)
        try:
            await self._light(dict.fromkeys(before, LampState.ON))
            await asyncio.sleep(_TEST_S)
        finally:
            await self._light(before)
        wrong = [fault.sentence for keypad in self._keypads if (fault := keypad.fault)]
        return SelfTest(passed=not wrong, text=" ".join((f"lit {', '.join(before)}", *wrong)))

    async def set_lamp(self, lamp: str, state: LampState) -> None:
        """Let a lamp be dark, burn or blink; raises NoSuchLampError, DeviceError."""
        if lamp not in self._states:
            raise NoSuchLampError(f"{lamp!r} is none of: {', '.join(self.lamps)}")
        await self._light({lamp: state})

    async def presses(self) -> AsyncIterator[ButtonPressed]:
        """Yield each press."""
        while True:
            yield ButtonPressed(button=await self._pressed.get())

    async def _light(self, lamps: dict[str, LampState]) -> None:
        self._states |= lamps
        await carried_out([orders for one in self._keypads if (orders := one.light(lamps))])

    def _darken(self) -> None:
        self._states = dict.fromkeys(self._states, LampState.OFF)
        for keypad in self._keypads:
            keypad.light(self._states)

    def _press(self, button: str) -> None:
        if not self._open:
            return
        if self._pressed.full():  # nobody presses that fast
            self._dropped += 1
            return
        self._pressed.put_nowait(button)
