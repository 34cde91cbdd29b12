"""A panel in memory, and in a text file for whoever wants to look at it."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from devices.contract.errors import DeviceError
from devices.device import DeviceState, DriverConfig
from devices.display.port import Panel
from devices.faults import Faults


class SimulatedPanelConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A panel's twin.

    `file` always holds the one line that is lit; `faults_file` may hold a word of `Fault`.
    """

    for_trials: ClassVar[bool] = True
    file: str = ""
    faults_file: str = ""

    def build(self) -> "SimulatedPanel":
        """Return the panel."""
        return SimulatedPanel(self)


class SimulatedPanel(Panel):
    """The twin. `lit` is what it shows, `passing` what passes over it else.

    A panel that loses its power goes dark.
    """

    def __init__(self, config: SimulatedPanelConfig) -> None:
        self.lit = ("", "")
        self.passing: tuple[str, ...] = ()
        self._file = Path(config.file) if config.file else None
        self._faults = Faults(config.faults_file)

    async def open(self) -> None:
        """Be there and dark, unless unplugged."""
        await self._faults.strike()
        self.passing = ()
        self._light("", "")

    async def close(self) -> None:
        """Do nothing: what is lit stays lit."""

    async def check(self) -> DeviceState:
        """Be well, unless ordered otherwise."""
        await self._faults.strike()
        return DeviceState(facts={"lit": any(self.lit)})

    async def show(self, number: str, counter: str) -> None:
        """Show a number and its counter; raises DeviceError."""
        await self._faults.strike()
        self._light(number, counter)

    async def rotate(self, texts: Sequence[str]) -> None:
        """Let texts pass; raises DeviceError."""
        await self._faults.strike()
        self.passing = tuple(texts)

    def _light(self, number: str, counter: str) -> None:
        self.lit = (number, counter)
        if self._file is None:
            return
        try:
            self._file.write_text(f"{number} {counter}".strip() + "\n", encoding="utf-8")
        except OSError as error:
            raise DeviceError(f"{self._file}: {error.strerror}") from error
