"""The box's private sound: one person hears it, and one touch ends it."""

import asyncio
from typing import ClassVar

from devices.device import Device, DeviceState, DriverConfig, SelfTest
from devices.messages import Kind
from devices.speaker.aloud import PLUGGED, ReadAloud
from devices.speaker.drivers import SpeakerConfig
from devices.speaker.errors import NothingPluggedError
from devices.speaker.jack import AnyJack, Jack
from devices.speaker.port import Speaker

ALOUD_WITHIN_S = 90.0


class HeadphonesConfig(DriverConfig, frozen=True, kw_only=True, tag="private"):
    """Headphones: how they sound (any speaker's driver), and the jack that knows of them.

    Leave `jack` out where nobody can tell, or where a handset hangs there for good: personal
    things are then read after a citizen's yes only.
    """

    sound: SpeakerConfig
    jack: AnyJack | None = None

    def build(self) -> "Headphones":
        """Return the headphones."""
        return Headphones(self.sound.build(), self.jack.build() if self.jack else None)


class Headphones(Device):
    """A speaker for one. `begin` and `hush` may be called while `read` is under way."""

    kind: ClassVar[str] = Kind.HEADPHONES

    def __init__(self, speaker: Speaker, jack: Jack | None = None) -> None:
        self._speaker = speaker
        self._jack = jack
        self._turn = 0
        self._reading: asyncio.Timeout | None = None

    def begin(self) -> int:
        """Cut off what is being read; return the turn of what is read next."""
        self.hush()
        return self._turn

    def hush(self) -> None:
        """Be silent at once; what waits for its turn is not read any more."""
        self._turn += 1
        if self._reading:
            self._reading.reschedule(asyncio.get_running_loop().time())
            self._reading = None

    async def read(self, command: ReadAloud, turn: int) -> float:
        """Read to the end, or until cut off; return how many seconds it took.

        Raises NothingPluggedError where it is known, else the speaker's DeviceError.
        """
        if self._jack and not await self._jack.plugged():
            raise NothingPluggedError("No headphones are plugged in.")
        if turn != self._turn:
            return 0.0
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(None) as self._reading:
                return await self._speaker.say(
                    command.text, command.language, loudness=command.loudness
                )
        except TimeoutError:
            if turn == self._turn:
                raise  # the speaker's own
            return loop.time() - began
        finally:
            self._reading = None

    async def open(self) -> None:
        """Open the speaker; raises DeviceError."""
        await self._speaker.open()

    async def close(self) -> None:
        """Be silent, and close the speaker."""
        self.hush()
        await self._speaker.close()

    async def check(self) -> DeviceState:
        """Return how the speaker is, and as a fact whether somebody has plugged in."""
        state = await self._speaker.check()
        if self._jack is None:
            return state
        plugged = await self._jack.plugged()
        text = state.text or ("" if plugged else "Nothing is plugged in.")
        return DeviceState(
            health=state.health,
            code=state.code,
            text=text,
            facts={**state.facts, PLUGGED: plugged},
        )

    async def self_test(self) -> SelfTest:
        """Say a short sentence into them."""
        return await self._speaker.self_test()
