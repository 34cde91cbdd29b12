"""The LED panel on the box's board: a line of digits for the number, one for the counter."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from devices.board.port import ControlBoard
from devices.device import DeviceState, DriverConfig
from devices.display.port import Panel
from firmware_bridge.firmware.panel import MESSAGES, MOST_BYTES, plain

_FIRST_S = 2.0
_PATIENT_S = 10.0
Line = Annotated[int, msgspec.Meta(ge=0, le=15)]


class BoardPanelConfig(DriverConfig, frozen=True, kw_only=True, tag="board"):
    """Lines are counted from 0, the top. Without `counter_line` both texts share the first.

    A number that is called flashes for `flash_s`; 0: it stands still.
    """

    number_line: Line = 0
    counter_line: Line | None = 1
    flash_s: Annotated[int, msgspec.Meta(ge=0, le=60)] = 6

    def build_on(self, board: ControlBoard) -> "BoardPanel":
        """Return the panel."""
        return BoardPanel(self, board)


class BoardPanel(Panel):
    """The panel. It is open while the board is, and as often."""

    check_every_s: ClassVar[float] = 0.25

    def __init__(self, config: BoardPanelConfig, board: ControlBoard) -> None:
        self._config = config
        self._board = board
        self._session = 0
        self._within_s = _FIRST_S
        self._shown = ("", "")
        self._is_fresh = True

    async def open(self) -> None:
        """Wait for the board, and be dark."""
        within_s, self._within_s = self._within_s, _PATIENT_S
        self._session = await self._board.attached(within_s=within_s)
        await self._light("", "", flash_s=0)
        self._is_fresh = True

    async def close(self) -> None:
        """Do nothing: what is lit stays lit."""

    async def check(self) -> DeviceState:
        """Be well while the board is open."""
        self._board.held(self._session)
        return DeviceState(facts={"lit": any(self._shown)})

    async def show(self, number: str, counter: str) -> None:
        """Show a number and its counter; one that is called flashes, one that is shown again not.

        Raises DeviceError.
        """
        self._board.held(self._session)
        again = self._is_fresh and (number, counter) == self._shown
        self._is_fresh = False
        await self._light(number, counter, flash_s=0 if again else self._config.flash_s)
        self._shown = (number, counter)

    async def rotate(self, texts: Sequence[str]) -> None:
        """Let texts pass over the board's matrix, in letters without marks; raises DeviceError."""
        self._board.held(self._session)
        told = [plain(text)[:MOST_BYTES] for text in texts[:MESSAGES]]
        for which in range(MESSAGES):
            text = told[which] if which < len(told) else ""
            await self._board.ask("message", which, text.encode())

    async def _light(self, number: str, counter: str, *, flash_s: int) -> None:
        config = self._config
        if config.counter_line is None:
            await self._board.show(
                config.number_line, f"{number} {counter}".strip(), flash_s=flash_s
            )
            return
        await self._board.show(config.number_line, number, flash_s=flash_s if number else 0)
        await self._board.show(config.counter_line, counter)
