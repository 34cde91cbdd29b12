"""Buttons and lamps in two text files: lines added to one are presses, the other has the lamps."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

from devices.contract.errors import DeviceError
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.faults import Faults
from devices.messages import ButtonPressed, LampState
from devices.panel_io.port import NoSuchLampError, PanelIo

_LOOK_EVERY_S = 0.05


class SimulatedPanelIoConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """The twin.

    Each line added to `presses_file` is the name of a pressed button; `lamps_file` always holds a
    line `name state` for each lamp; `faults_file` may hold a word of `Fault`.
    """

    for_trials: ClassVar[bool] = True
    lamps: tuple[str, ...] = ("speak",)
    presses_file: str = ""
    lamps_file: str = ""
    faults_file: str = ""

    def build(self) -> "SimulatedPanelIo":
        """Return the buttons and lamps."""
        return SimulatedPanelIo(self)


class SimulatedPanelIo(PanelIo):
    """The twin. `lit` is what its lamps do; `press` presses a button."""

    def __init__(self, config: SimulatedPanelIoConfig) -> None:
        self.lit = dict.fromkeys(config.lamps, LampState.OFF)
        self._presses_file = Path(config.presses_file) if config.presses_file else None
        self._lamps_file = Path(config.lamps_file) if config.lamps_file else None
        self._faults = Faults(config.faults_file)
        self._pressed: asyncio.Queue[str] = asyncio.Queue(32)
        self._read = 0

    @property
    def lamps(self) -> tuple[str, ...]:
        """The names of its lamps."""
        return tuple(self.lit)

    def press(self, button: str) -> None:
        """Press a button."""
        self._pressed.put_nowait(button)

    async def open(self) -> None:
        """Be there and dark, unless unplugged; what was pressed before is forgotten."""
        await self._faults.strike()
        self._read = len(self._lines())
        self.lit = dict.fromkeys(self.lit, LampState.OFF)
        self._tell()

    async def close(self) -> None:
        """Do nothing: what is lit stays lit."""

    async def check(self) -> DeviceState:
        """Be well, unless ordered otherwise."""
        await self._faults.strike()
        return DeviceState(facts={f"lamp_{name}": state for name, state in self.lit.items()})

    async def self_test(self) -> SelfTest:
        """Light every lamp for a moment."""
        before = dict(self.lit)
        for name in before:
            await self.set_lamp(name, LampState.ON)
        for name, state in before.items():
            await self.set_lamp(name, state)
        return SelfTest(passed=True, text=f"lit {', '.join(before)}")

    async def set_lamp(self, lamp: str, state: LampState) -> None:
        """Let a lamp be dark, burn or blink."""
        await self._faults.strike()
        if lamp not in self.lit:
            raise NoSuchLampError(f"{lamp!r} is none of: {', '.join(self.lit)}")
        self.lit[lamp] = state
        self._tell()

    async def presses(self) -> AsyncIterator[ButtonPressed]:
        """Yield what `press` and the file say."""
        while True:
            while not self._pressed.empty():
                yield ButtonPressed(button=self._pressed.get_nowait())
            lines = self._lines()
            for line in lines[self._read :]:
                yield ButtonPressed(button=line)
            self._read = len(lines)
            await asyncio.sleep(_LOOK_EVERY_S)

    def _lines(self) -> list[str]:
        if self._presses_file is None:
            return []
        try:
            text = self._presses_file.read_text(encoding="utf-8")
        except OSError:
            return []
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _tell(self) -> None:
        if self._lamps_file is None:
            return
        lines = "".join(f"{name} {state}\n" for name, state in self.lit.items())
        try:
            self._lamps_file.write_text(lines, encoding="utf-8")
        except OSError as error:
            raise DeviceError(f"{self._lamps_file}: {error.strerror}") from error
