"""A citizen before a kiosk: sees what stands on the glass, and touches it with a finger."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from PIL import Image

from devices.runtime.worker import Worker
from kiosk.ui.events import Action
from kiosk.ui.mirror import Mirrored, Place, read_mirror
from kiosk.ui.state import Rules
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.screen import Screen

_SETTLED_LOOKS = 3
_SETTLED_S = Rules().settle_s + 0.15


class Citizen:
    """Somebody at one kiosk. Touches are real ones, at the screen's pixels."""

    def __init__(self, screen: Screen, mirror: Path, worker: Worker) -> None:
        self._screen = screen
        self._mirror = mirror
        self._worker = worker

    def seen(self) -> Mirrored:
        """Return what stands on the glass; raises MissedError while it is dark."""
        mirrored = read_mirror(self._mirror)
        if mirrored is None:
            raise MissedError("the glass is dark")
        return mirrored

    def text(self) -> str:
        """Return everything written on the glass."""
        mirrored = read_mirror(self._mirror)
        return msgspec.json.encode(mirrored.screen).decode() if mirrored else ""

    async def comes_to(self, name: str, *, within_s: float = 30.0) -> Mirrored:
        """Wait for a screen of this name; raises MissedError."""
        await self.reads(name, lambda one: one.screen.name == name, within_s=within_s)
        return self.seen()

    async def reads(
        self, what: str, holds: Callable[[Mirrored], bool], *, within_s: float = 30.0
    ) -> Mirrored:
        """Wait for something on the glass; raises MissedError."""

        async def look() -> str:
            mirrored = read_mirror(self._mirror)
            return "seen" if mirrored and holds(mirrored) else ""

        await until(look, f"{what} on the glass", within_s=within_s)
        return self.seen()

    async def goes_home(self) -> None:
        """Come to the services, from wherever the one before left the kiosk."""

        async def look() -> str:
            mirrored = self.seen()
            if mirrored.screen.resting:
                await self._screen.touch(
                    self._screen.plan.width // 2, self._screen.plan.height // 2
                )
            elif mirrored.screen.name != "Home":
                for kind in ("Leave", "Back"):
                    if place := _place(mirrored, kind, {}):
                        await self._press(place)
                        break
            return "seen" if mirrored.screen.name == "Home" else ""

        await until(look, "the services on the glass", within_s=40, every_s=0.4)

    async def touches(self, action: Action) -> None:
        """Touch the key that means this; raises MissedError when there is none."""
        fields = msgspec.structs.asdict(action)
        kind = type(action).__name__

        async def look() -> str:
            place = _place(self.seen(), kind, fields) if self._has_settled() else None
            if place:
                await self._press(place)
            return "touched" if place else ""

        await until(look, f"a key for {kind} {fields or ''}", within_s=30)

    async def picture(self, path: Path) -> None:
        """Keep a picture of the screen, once it has come to rest."""
        last, same = -1, 0

        async def look() -> str:
            nonlocal last, same
            frame = await self._worker.do(self._screen.look)
            same = same + 1 if frame.version == last else 0
            last = frame.version
            return "still" if same >= _SETTLED_LOOKS else ""

        await until(look, "a screen that stands still", within_s=30)
        await self._worker.do(self._save, path)

    def _has_settled(self) -> bool:
        """Return whether the screen stands longer than the kiosk ignores touches after a turn."""
        return time.time() - self._mirror.stat().st_mtime > _SETTLED_S

    def _save(self, path: Path) -> None:
        Image.fromarray(self._screen.look().pixels).save(path, optimize=True)

    async def _press(self, place: Place) -> None:
        await self._screen.touch(
            int(place.left + place.width / 2), int(place.top + place.height / 2)
        )


def _place(mirrored: Mirrored, kind: str, fields: dict[str, object]) -> Place | None:
    """Return the place of the key with this meaning."""
    for place in mirrored.places:
        if type(place.action).__name__ == kind and msgspec.structs.asdict(place.action) == fields:
            return place
    return None
