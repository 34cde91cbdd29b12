"""What a chip reader owes: to tell when a card comes and goes, and to read the one there."""

from abc import abstractmethod
from collections.abc import AsyncIterator

from devices.chip.messages import ChipRead, ChipSignal, ReadChip
from devices.device import Device, SelfTest

READ_WITHIN_S = 30.0
"""A face of 20 kB takes a slow chip some 10 s."""


class ChipReader(Device):
    """A reader of identity cards' chips."""

    kind = "chip"

    @abstractmethod
    async def read(self, command: ReadChip, *, within_s: float = READ_WITHIN_S) -> ChipRead:
        """Return what the chip of the card on the reader says, and what that proves.

        Raises NoCardError, WrongKeyError, CardGoneError, TooSlowError and other ChipErrors; a
        DeviceError when the reader itself fails.
        """

    @abstractmethod
    def happenings(self) -> AsyncIterator[ChipSignal]:
        """Yield each coming and going of a card, and the progress of a read.

        One reader at a time. Raises DeviceError when the reader fails.
        """

    @abstractmethod
    def stop(self) -> None:
        """End a reading under way at its next command: it raises CardGoneError."""

    async def self_test(self) -> SelfTest:
        """Ask the reader how it is; a card's chip is not touched."""
        state = await self.check()
        lies = "A card lies on it." if state.facts.get("card_there") else "No card lies on it."
        return SelfTest(passed=True, text=f"The chip reader is ready. {lies}")
