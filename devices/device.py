"""What every device of a box owes: to open, to say how it is, to test itself, to close.

A driver's configuration is its constructor, and the union of a family's configurations is the
family's registry.
"""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import ClassVar, Self

import msgspec

from devices.contract.config import Config
from devices.contract.message import Health


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """What a device says of itself.

    `code` and `text` say what is wrong, and are empty when nothing is.
    """

    health: Health = Health.READY
    code: str = ""
    text: str = ""
    facts: dict[str, str | float | bool] = {}


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """What a device really did when asked to exercise itself."""

    passed: bool
    text: str


class DriverConfig(Config, frozen=True, kw_only=True, tag_field="driver"):
    """Base of every driver's configuration. Its families add `build()`."""


class Device(ABC):
    """A device. One task owns it; every method has an end; its errors are `DeviceError`s.

    A `DeviceError` from `check` means the device is to be closed and opened again.
    """

    kind: ClassVar[str]
    check_every_s: ClassVar[float] = 1.0

    @abstractmethod
    async def open(self) -> None:
        """Take hold of the hardware; raises DeviceError, and then holds nothing."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the hardware. May be called twice, and never raises."""

    @abstractmethod
    async def check(self) -> DeviceState:
        """Ask the hardware how it is; raises DeviceError when it does not answer."""

    @abstractmethod
    async def self_test(self) -> SelfTest:
        """Exercise the device so that a person, or the test itself, sees that it works."""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
