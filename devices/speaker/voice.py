"""Voices: a sentence in, a sound out."""

from typing import Annotated, Protocol

import msgspec

from devices.contract.config import Config
from devices.speaker import program
from devices.speaker.errors import NoVoiceError
from devices.speaker.sound import Sound

ESPEAK = "espeak-ng"
_WITHIN_S = 10.0
_RATE = 22_050


class Voice(Protocol):
    """Turns sentences into sound."""

    def require(self) -> None:
        """Raise DeviceError when the voice cannot speak at all on this box."""
        ...

    async def sound(self, text: str, language: str) -> Sound:
        """Return the sentence as sound; raises DeviceError."""
        ...


class EspeakSettings(Config, frozen=True, kw_only=True):
    """How espeak-ng speaks: `voices` maps a language to the name of one of its voices."""

    voices: dict[str, str] = msgspec.field(default_factory=lambda: {"vi": "vi", "en": "en-gb"})
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=450)] = 140
    pitch: Annotated[int, msgspec.Meta(ge=0, le=99)] = 45
    loudness: Annotated[int, msgspec.Meta(ge=1, le=200)] = 130


class EspeakVoice:
    """The synthetic voice of espeak-ng: plain, offline, 20 ms a sentence."""

    def __init__(self, settings: EspeakSettings) -> None:
        self._settings = settings

    def require(self) -> None:
        """Raise ProgramMissingError unless espeak-ng is installed."""
        program.require(ESPEAK)

    async def sound(self, text: str, language: str) -> Sound:
        """Return the sentence as sound; raises NoVoiceError, ProgramMissingError or MuteError."""
        settings = self._settings
        voice = settings.voices.get(language)
        if voice is None:
            raise NoVoiceError(f"no voice is set for the language {language!r}")
        # The text goes in as input: as an argument, one that begins with '-' would be an option.
        outcome = await program.run(
            *(ESPEAK, "-b", "1", "-z", "-v", voice, "-s", str(settings.words_per_minute)),
            *("-p", str(settings.pitch), "-a", str(settings.loudness), "--stdin", "--stdout"),
            given=text.encode(),
            within_s=_WITHIN_S,
        )
        if outcome.status:
            raise NoVoiceError(f"{ESPEAK} with voice {voice!r}: {outcome.complaint}")
        return Sound.of_wav(outcome.output) if outcome.output else Sound.silence(0, _RATE)
