"""Where sound goes: to a sound card, into a folder, or nowhere."""

import asyncio
import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from devices.contract.afar import SoundCards, SoundName
from devices.contract.config import Config
from devices.contract.errors import UnpluggedError
from devices.speaker import program
from devices.speaker.errors import FolderFullError, PlaybackError
from devices.speaker.sound import Sound

_APLAY = "aplay"
_LATE_S = 5.0  # how much longer than the sound itself the card may take
_CARD = re.compile(r"(?:CARD=|hw:(?!CARD=))(\w+)")


class Sink(ABC):
    """Takes sounds, one after another."""

    @abstractmethod
    def require(self) -> None:
        """Raise DeviceError when no sound can go there now."""

    @abstractmethod
    async def play(self, sound: Sound) -> None:
        """Play the sound to its end; raises DeviceError."""


class SinkConfig(Config, frozen=True, kw_only=True, tag_field="to"):
    """Base of every sink's configuration."""


class AplaySink(SinkConfig, frozen=True, kw_only=True, tag="aplay"):
    """ALSA's player. `device` is an ALSA name: `default`, `plughw:CARD=Device`."""

    device: SoundName = "default"
    cards_dir: SoundCards = "/proc/asound"

    def build(self) -> Sink:
        """Return the sink."""
        return _Aplay(self)


class FolderSink(SinkConfig, frozen=True, kw_only=True, tag="folder"):
    """A folder that gets a WAV for each sentence; only the newest `keep` stay."""

    for_trials: ClassVar[bool] = True
    folder: str
    keep: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 200

    def build(self) -> Sink:
        """Return the sink."""
        return _Folder(self)


class NoSink(SinkConfig, frozen=True, kw_only=True, tag="none"):
    """Nowhere: the sound is made and not heard."""

    def build(self) -> Sink:
        """Return the sink."""
        return _Nowhere()


AnySink = AplaySink | FolderSink | NoSink


class _Aplay(Sink):
    def __init__(self, config: AplaySink) -> None:
        self._device = config.device
        self._cards = Path(config.cards_dir)

    def require(self) -> None:
        program.require(_APLAY)
        named = _CARD.search(self._device)
        if named is None:
            present = next(self._cards.glob("card[0-9]*"), None) is not None
        else:
            card = named[1]
            present = (self._cards / (f"card{card}" if card.isdigit() else card)).exists()
        if not present:
            raise UnpluggedError(f"no sound card for {self._device!r}")

    async def play(self, sound: Sound) -> None:
        outcome = await program.run(
            *(_APLAY, "-q", "-D", self._device, "-"),
            given=sound.wav(),
            within_s=sound.seconds + _LATE_S,
        )
        if outcome.status:
            raise PlaybackError(f"{_APLAY} on {self._device!r}: {outcome.complaint[:200]}")


class _Folder(Sink):
    def __init__(self, config: FolderSink) -> None:
        self._folder = Path(config.folder)
        self._keep = config.keep

    def require(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FolderFullError(f"{self._folder}: {error.strerror}") from error

    async def play(self, sound: Sound) -> None:
        await asyncio.to_thread(self._write, sound.wav())

    def _write(self, wav: bytes) -> None:
        files = sorted(self._folder.glob("call-*.wav"))
        number = int(files[-1].stem.removeprefix("call-")) + 1 if files else 1
        path = self._folder / f"call-{number:08d}.wav"
        try:
            for old in files[: len(files) + 1 - self._keep]:
                old.unlink(missing_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(wav)
            part.replace(path)
        except OSError as error:
            raise FolderFullError(f"{path}: {error.strerror}") from error


class _Nowhere(Sink):
    def require(self) -> None:
        return

    async def play(self, sound: Sound) -> None:
        del sound
