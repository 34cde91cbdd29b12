"""A fault on order: while a text file beside a twin holds one word, the twin fails that way."""

import asyncio
from enum import StrEnum
from pathlib import Path

from devices.contract.errors import DeviceError, MuteError, UnpluggedError

_LOOK_AGAIN_S = 0.05


class Fault(StrEnum):
    """What a twin can be ordered to suffer. `BROKEN` is a driver's bug, which ends the process."""

    UNPLUGGED = "unplugged"
    DEAF = "deaf"
    HUNG = "hung"
    BROKEN = "broken"


class BrokenTwinError(Exception):
    """A driver's bug, on order. It is no DeviceError, so nothing heals it."""


class Faults:
    """The fault file of one twin. An empty path, no file or an empty file mean that all is well."""

    def __init__(self, path: str) -> None:
        self._path = Path(path) if path else None

    async def strike(self) -> None:
        """Fail as ordered: raise UnpluggedError or MuteError, hang while ordered, or break."""
        word = self.word()
        while word == Fault.HUNG:
            await asyncio.sleep(_LOOK_AGAIN_S)
            word = self.word()
        if not word:
            return
        if word == Fault.UNPLUGGED:
            raise UnpluggedError
        if word == Fault.DEAF:
            raise MuteError
        if word == Fault.BROKEN:
            raise BrokenTwinError
        raise DeviceError(f"{self._path}: {word!r} is none of: {', '.join(Fault)}")

    def word(self) -> str:
        """Return the word that is ordered now, empty when all is well."""
        if self._path is None:
            return ""
        try:
            return self._path.read_text(encoding="utf-8").strip()
        except OSError:
            return ""
