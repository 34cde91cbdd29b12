"""The real speakers: a voice and a sink. Two drivers: espeak-ng's voice, and recorded clips."""

import asyncio
from pathlib import Path

from devices.contract.afar import VoiceFolder
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.speaker.clips import ClipVoice
from devices.speaker.hearing import AnyEar, Ear, heard
from devices.speaker.port import Speaker
from devices.speaker.sink import AnySink, AplaySink, Sink
from devices.speaker.sound import Sound
from devices.speaker.voice import EspeakSettings, EspeakVoice, Voice

_LEAD_IN_S = 0.15  # a sound card that wakes swallows the first syllable


class EspeakSpeakerConfig(DriverConfig, frozen=True, kw_only=True, tag="espeak"):
    """The synthetic voice of espeak-ng."""

    espeak: EspeakSettings = EspeakSettings()
    sink: AnySink = AplaySink()
    ear: AnyEar | None = None

    def build(self) -> Speaker:
        """Return the speaker."""
        ear = self.ear.build() if self.ear else None
        return VoiceSpeaker(EspeakVoice(self.espeak), self.sink.build(), ear)


class ClipsSpeakerConfig(DriverConfig, frozen=True, kw_only=True, tag="clips"):
    """Recorded clips of the folder `pack`; espeak-ng says the words that are missing."""

    pack: VoiceFolder
    espeak: EspeakSettings = EspeakSettings()
    sink: AnySink = AplaySink()
    ear: AnyEar | None = None

    def build(self) -> Speaker:
        """Return the speaker."""
        voice = ClipVoice(Path(self.pack), EspeakVoice(self.espeak))
        return VoiceSpeaker(voice, self.sink.build(), self.ear.build() if self.ear else None)


class VoiceSpeaker(Speaker):
    """A voice that is heard through a sink; an `ear` beside it hears whether it is."""

    def __init__(self, voice: Voice, sink: Sink, ear: Ear | None = None) -> None:
        self._voice = voice
        self._sink = sink
        self._ear = ear

    async def open(self) -> None:
        """Look whether the voice and the sink are there; raises DeviceError."""
        await asyncio.to_thread(self._voice.require)
        await asyncio.to_thread(self._sink.require)

    async def close(self) -> None:
        """Do nothing: a sentence holds the sound card only as long as it lasts."""

    async def check(self) -> DeviceState:
        """Look whether the sink is still there; raises DeviceError."""
        self._sink.require()
        return DeviceState()

    async def say(self, text: str, language: str, *, loudness: float = 1.0) -> float:
        """Say the text and return its length in seconds once it was heard; raises DeviceError."""
        sound = (await self._voice.sound(text, language)).times(loudness)
        lead_in = Sound.silence(_LEAD_IN_S, sound.rate)
        await self._sink.play(lead_in.then(sound))
        return sound.seconds

    async def self_test(self) -> SelfTest:
        """Say a short sentence, and where there is an ear, play a tone and listen for it."""
        said = await super().self_test()
        if self._ear is None:
            return said
        tone = await heard(self._sink, self._ear)
        return SelfTest(passed=said.passed and tone.passed, text=f"{said.text}; {tone.text}")
