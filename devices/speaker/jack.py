"""Whether headphones are plugged in, where a box can tell."""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from devices.contract.config import Config
from devices.contract.errors import MuteError
from devices.speaker import program

_AMIXER = "amixer"
_WITHIN_S = 2.0
_VALUE = re.compile(r"^\s*: values=(on|off)\s*$", re.MULTILINE)


class Jack(ABC):
    """A socket that knows whether something is in it."""

    @abstractmethod
    async def plugged(self) -> bool:
        """Return whether something is plugged in; raises DeviceError."""


class JackConfig(Config, frozen=True, kw_only=True, tag_field="from"):
    """Base of a jack's configuration."""


class AlsaJack(JackConfig, frozen=True, kw_only=True, tag="alsa"):
    """A sound card's jack detection: `amixer -c CARD contents` names the control."""

    card: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]{1,32}\Z")] = "0"
    control: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9 _,-]{1,64}\Z")] = "Headphone Jack"

    def build(self) -> Jack:
        """Return the jack."""
        return _Alsa(self)


class FileJack(JackConfig, frozen=True, kw_only=True, tag="file"):
    """The twin: plugged while the file holds the word `plugged`."""

    for_trials: ClassVar[bool] = True
    file: str

    def build(self) -> Jack:
        """Return the jack."""
        return _File(Path(self.file))


AnyJack = AlsaJack | FileJack


class _Alsa(Jack):
    def __init__(self, config: AlsaJack) -> None:
        self._argv = (
            *(_AMIXER, "-c", config.card, "cget"),
            f"iface=CARD,name={config.control}",
        )

    async def plugged(self) -> bool:
        outcome = await program.run(*self._argv, given=b"", within_s=_WITHIN_S)
        found = _VALUE.search(outcome.output.decode(errors="replace"))
        if outcome.status or found is None:
            raise MuteError(f"{' '.join(self._argv)}: {outcome.complaint[:200] or 'no answer'}")
        return found[1] == "on"


class _File(Jack):
    def __init__(self, path: Path) -> None:
        self._path = path

    async def plugged(self) -> bool:
        try:
            return self._path.read_text(encoding="utf-8").strip() == "plugged"
        except OSError:
            return False
