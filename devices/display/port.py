"""What every LED panel owes: to show a called number and its counter."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from devices.device import Device, SelfTest
from devices.messages import Kind

TEST_NUMBER = "8888"
TEST_COUNTER = "88"


class Panel(Device):
    """An LED panel. One that was opened anew is dark; its owner shows the last text again."""

    kind: ClassVar[str] = Kind.PANEL

    @abstractmethod
    async def show(self, number: str, counter: str) -> None:
        """Show a number and its counter; empty texts clear the panel; raises DeviceError."""

    async def rotate(self, texts: Sequence[str]) -> None:
        """Let at most 8 texts pass where no number is shown; raises DeviceError.

        A panel that has only digits does nothing.
        """

    async def self_test(self) -> SelfTest:
        """Light every segment, so that a person in front of it sees a dead one."""
        await self.show(TEST_NUMBER, TEST_COUNTER)
        return SelfTest(passed=True, text=f"shows {TEST_NUMBER} {TEST_COUNTER}")
