"""What every speaker owes: to say a sentence to its end."""

from abc import abstractmethod
from typing import ClassVar

from devices.device import Device, SelfTest
from devices.messages import Kind

TEST_SENTENCE = "Kiểm tra loa. Một, hai, ba."


class Speaker(Device):
    """A loudspeaker. Its owner says one sentence after another, never two at once."""

    kind: ClassVar[str] = Kind.SPEAKER
    check_every_s: ClassVar[float] = 2.0

    @abstractmethod
    async def say(self, text: str, language: str, *, loudness: float = 1.0) -> float:
        """Say the text and return its length in seconds once it was heard; raises DeviceError.

        `language` is an ISO 639 code, `loudness` a share of the usual, above 0 up to 1. Cancelling
        it silences the speaker.
        """

    async def self_test(self) -> SelfTest:
        """Say a short sentence that a person beside the speaker recognises."""
        seconds = await self.say(TEST_SENTENCE, "vi")
        return SelfTest(passed=seconds > 0, text=f"said {TEST_SENTENCE!r}, {seconds:.1f} s")
