"""What buttons and lamps owe: to say which button was pressed, and to show what a lamp shall."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import ClassVar

from devices.contract.errors import MotcuaError
from devices.device import Device
from devices.messages import ButtonPressed, Kind, LampState


class NoSuchLampError(MotcuaError):
    """The box has no lamp of this name."""

    code = "panel_io.no_such_lamp"


class PanelIo(Device):
    """Buttons and lamps. One that was opened anew is dark; its owner sets the lamps again."""

    kind: ClassVar[str] = Kind.PANEL_IO

    @property
    @abstractmethod
    def lamps(self) -> tuple[str, ...]:
        """The names of its lamps."""

    @abstractmethod
    async def set_lamp(self, lamp: str, state: LampState) -> None:
        """Let a lamp be dark, burn or blink; raises NoSuchLampError, DeviceError."""

    @abstractmethod
    def presses(self) -> AsyncIterator[ButtonPressed]:
        """Yield each press as it happens, once; raises DeviceError."""
