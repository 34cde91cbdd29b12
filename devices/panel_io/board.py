"""Buttons and lamps on the box's board, by the names that its table gives them."""

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from devices.board.port import ControlBoard
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.messages import ButtonPressed, LampState
from devices.panel_io.port import NoSuchLampError, PanelIo

_FIRST_S = 2.0
_PATIENT_S = 10.0
_TEST_S = 1.0


class BoardPanelIoConfig(DriverConfig, frozen=True, kw_only=True, tag="board"):
    """Nothing of its own: buttons and lamps have their names in the board's table."""

    def build_on(self, board: ControlBoard) -> "BoardPanelIo":
        """Return the buttons and lamps."""
        return BoardPanelIo(board)


class BoardPanelIo(PanelIo):
    """The buttons and lamps. They are open while the board is, and as often."""

    check_every_s: ClassVar[float] = 0.25

    def __init__(self, board: ControlBoard) -> None:
        self._board = board
        self._session = 0
        self._within_s = _FIRST_S
        self._lit: dict[str, LampState] = {}

    @property
    def lamps(self) -> tuple[str, ...]:
        """The names of its lamps."""
        return self._board.lamps

    async def open(self) -> None:
        """Wait for the board, and be dark."""
        within_s, self._within_s = self._within_s, _PATIENT_S
        self._session = await self._board.attached(within_s=within_s)
        for lamp in self.lamps:
            await self.set_lamp(lamp, LampState.OFF)

    async def close(self) -> None:
        """Do nothing: what is lit stays lit."""

    async def check(self) -> DeviceState:
        """Be well while the board is open."""
        self._board.held(self._session)
        return DeviceState(facts={f"lamp_{name}": state for name, state in self._lit.items()})

    async def self_test(self) -> SelfTest:
        """Let every lamp burn for a second, so that a person sees a dead one."""
        before = dict(self._lit)
        for lamp in before:
            await self.set_lamp(lamp, LampState.ON)
        await asyncio.sleep(_TEST_S)
        for lamp, state in before.items():
            await self.set_lamp(lamp, state)
        return SelfTest(passed=True, text=f"lit {', '.join(before)}")

    async def set_lamp(self, lamp: str, state: LampState) -> None:
        """Let a lamp be dark, burn or blink."""
        self._board.held(self._session)
        if lamp not in self.lamps:
            raise NoSuchLampError(f"{lamp!r} is none of: {', '.join(self.lamps)}")
        await self._board.set_lamp(lamp, state)
        self._lit[lamp] = state

    async def presses(self) -> AsyncIterator[ButtonPressed]:
        """Yield what the board tells while it is fresh; the board's events are stored elsewhere."""
        async for press in self._board.presses(self._session):
            yield press
