"""An official in a conference room: sees what stands on the glass, touches it with a finger."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageColor

from devices.runtime.worker import Worker
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.screen import Pixels, Screen
from vc.endpoint.presses import AnyPress
from vc.endpoint.screen.mirror import Mirrored, read_mirror

_WITHIN_S = 30.0
_SETTLED_S = 0.5
_APART_S = 1.0
_ANOTHER = 24
"""A pixel that differs by more is another one."""
_NEARLY = 8


class Official:
    """Somebody in one room. Touches are real ones, at the screen's pixels."""

    def __init__(self, screen: Screen, mirror: Path, worker: Worker) -> None:
        self._screen = screen
        self._mirror = mirror
        self._worker = worker

    def text(self) -> str:
        """Return everything written on the glass."""
        mirrored = read_mirror(self._mirror)
        return msgspec.json.encode(mirrored.screen).decode() if mirrored else ""

    async def reads(
        self, what: str, holds: Callable[[Mirrored], bool], *, within_s: float = _WITHIN_S
    ) -> Mirrored:
        """Wait for something on the glass; raises MissedError."""
        seen: list[Mirrored] = []

        async def look() -> str:
            mirrored = read_mirror(self._mirror)
            if mirrored is None or not holds(mirrored):
                return ""
            seen.append(mirrored)
            return "seen"

        try:
            await until(look, f"{what} on the room's glass", within_s=within_s)
        except MissedError as error:
            raise MissedError(f"{error.sentence}; it shows {self.text()[:300]}") from error
        return seen[-1]

    async def touches(self, press: AnyPress) -> None:
        """Touch the button that means this; raises MissedError when none comes."""

        async def look() -> str:
            mirrored = read_mirror(self._mirror)
            if mirrored is None or not await self._settled():
                return ""
            place = next((one for one in mirrored.places if one.press == press), None)
            if place is None:
                return ""
            x, y = place.left + place.width / 2, place.top + place.height / 2
            await self._screen.touch(int(x), int(y))
            return "touched"

        await until(look, f"a button for {press}", within_s=_WITHIN_S)

    async def motion(self) -> float:
        """Return how much of the screen, in percent, is another picture a second later."""
        before = await self._looks()
        began = time.monotonic()

        async def later() -> str:
            return "later" if time.monotonic() - began > _APART_S else ""

        await until(later, "a second later")
        now = await self._looks()
        differs = np.abs(now.astype(np.int16) - before).max(axis=2) > _ANOTHER
        return float(100 * differs.mean())

    async def shows(self, colour: str) -> float:
        """Return how much of the screen, in percent, has this colour (#rrggbb) or nearly."""
        near = np.abs((await self._looks()).astype(np.int16) - ImageColor.getrgb(colour))
        return float(100 * (near.max(axis=2) < _NEARLY).mean())

    async def picture(self, path: Path) -> None:
        """Keep a picture of the screen once its words have stood a moment; faces never do."""
        await until(self._settled, "words that stand", within_s=_WITHIN_S)
        pixels = await self._looks()
        await self._worker.do(_save, pixels, path)

    async def _settled(self) -> str:
        """Return whether the words stand long enough to be drawn, and to be read."""
        return "still" if time.time() - self._mirror.stat().st_mtime > _SETTLED_S else ""

    async def _looks(self) -> Pixels:
        return (await self._worker.do(self._screen.look)).pixels


def _save(pixels: Pixels, path: Path) -> None:
    Image.fromarray(pixels).save(path, optimize=True)
