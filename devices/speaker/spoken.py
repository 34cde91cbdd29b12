"""The real speakers: a voice and a sink. Two drivers: espeak-ng's voice, and recorded clips."""

import asyncio
from pathlib import Path

from devices.device import DeviceState, DriverConfig
from devices.speaker.clips import ClipVoice
from devices.speaker.port import Speaker
from devices.speaker.sink import AnySink, AplaySink, Sink
from devices.speaker.sound import Sound
from devices.speaker.voice import EspeakSettings, EspeakVoice, Voice

_LEAD_IN_S = 0.15  # a sound card that wakes swallows the first syllable


class EspeakSpeakerConfig(DriverConfig, frozen=True, kw_only=True, tag="espeak"):
    """The synthetic voice of espeak-ng."""

    espeak: EspeakSettings = EspeakSettings()
    sink: AnySink = AplaySink()

    def build(self) -> Speaker:
        """Return the speaker."""
        return VoiceSpeaker(EspeakVoice(self.espeak), self.sink.build())


class ClipsSpeakerConfig(DriverConfig, frozen=True, kw_only=True, tag="clips"):
    """Recorded clips of the folder `pack`; espeak-ng says the words that are missing."""

    pack: str
    espeak: EspeakSettings = EspeakSettings()
    sink: AnySink = AplaySink()

    def build(self) -> Speaker:
        """Return the speaker."""
        return VoiceSpeaker(ClipVoice(Path(self.pack), EspeakVoice(self.espeak)), self.sink.build())


class VoiceSpeaker(Speaker):
    """A voice that is heard through a sink."""

    def __init__(self, voice: Voice, sink: Sink) -> None:
        self._voice = voice
        self._sink = sink

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

    async def say(self, text: str, language: str) -> float:
        """Say the text and return its length in seconds once it was heard; raises DeviceError."""
        sound = await self._voice.sound(text, language)
        lead_in = Sound.silence(_LEAD_IN_S, sound.rate)
        await self._sink.play(lead_in.then(sound))
        return sound.seconds
