"""A speaker that nobody needs to hear: it remembers what it said, and can write it as WAV."""

import asyncio
from collections import deque
from typing import Annotated, ClassVar

import msgspec

from devices.device import DeviceState, DriverConfig, SelfTest
from devices.faults import Faults
from devices.speaker.errors import ProgramMissingError
from devices.speaker.hearing import AnyEar, heard
from devices.speaker.port import Speaker
from devices.speaker.sink import FolderSink, NoSink
from devices.speaker.voice import EspeakSettings, EspeakVoice

_REMEMBERED = 1000
_SECONDS_A_LETTER = 0.07  # espeak-ng at 140 words a minute


class SimulatedSpeakerConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A speaker's twin.

    `folder` gets a WAV for each sentence when espeak-ng is installed; `pace` 1 takes as long as a
    real speaker, 0 no time at all; `faults_file` may hold a word of `Fault`. With a folder an `ear`
    listens for a tone in it.
    """

    for_trials: ClassVar[bool] = True
    folder: str = ""
    pace: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.0
    faults_file: str = ""
    ear: AnyEar | None = None

    def build(self) -> "SimulatedSpeaker":
        """Return the speaker."""
        return SimulatedSpeaker(self)


class SimulatedSpeaker(Speaker):
    """The twin. `said` holds the newest 1,000 sentences heard to their end, oldest first."""

    def __init__(self, config: SimulatedSpeakerConfig) -> None:
        self.said: deque[str] = deque(maxlen=_REMEMBERED)
        self._sink = (FolderSink(folder=config.folder) if config.folder else NoSink()).build()
        self._voice = EspeakVoice(EspeakSettings()) if config.folder else None
        self._pace = config.pace
        self._ear = config.ear.build() if config.ear else None
        self._faults = Faults(config.faults_file)

    async def open(self) -> None:
        """Be there, unless unplugged."""
        await self._faults.strike()
        self._sink.require()

    async def close(self) -> None:
        """Do nothing."""

    async def check(self) -> DeviceState:
        """Be well, unless ordered otherwise."""
        await self._faults.strike()
        return DeviceState(facts={"said": len(self.said)})

    async def say(self, text: str, language: str, *, loudness: float = 1.0) -> float:
        """Say the text and return its length in seconds once it was "heard"."""
        await self._faults.strike()
        seconds = await self._speak(text, language, loudness)
        await asyncio.sleep(seconds * self._pace)
        self.said.append(text)
        return seconds

    async def self_test(self) -> SelfTest:
        """Say a short sentence, and where there is an ear, play a tone and listen for it."""
        said = await super().self_test()
        if self._ear is None:
            return said
        tone = await heard(self._sink, self._ear)
        return SelfTest(passed=said.passed and tone.passed, text=f"{said.text}; {tone.text}")

    async def _speak(self, text: str, language: str, loudness: float) -> float:
        if self._voice is not None:
            try:
                sound = await self._voice.sound(text, language)
            except ProgramMissingError:  # a laptop without espeak-ng has a demo all the same
                self._voice = None
            else:
                await self._sink.play(sound.times(loudness))
                return sound.seconds
        return len(text) * _SECONDS_A_LETTER
