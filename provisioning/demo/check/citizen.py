"""A citizen before a kiosk: sees what stands on the glass, and touches it with a finger."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from devices.runtime.worker import Worker
from kiosk.ui.events import TypeKey
from kiosk.ui.facts import Action
from kiosk.ui.mirror import Mirrored, Place, read_mirror
from kiosk.ui.state import Rules
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.screen import Screen

_SETTLED_LOOKS = 3
_GREENER = 40
_AGAIN_S = 2.0
_SETTLED_S = Rules().settle_s + 0.15


class Citizen:
    """Somebody at one kiosk. Touches are real ones, at the screen's pixels."""

    def __init__(self, screen: Screen, mirror: Path, worker: Worker) -> None:
        self._screen = screen
        self._mirror = mirror
        self._worker = worker
        self._standing: tuple[str, float] = ("", 0.0)

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

    async def opens_menu(self) -> None:
        """Come to the menu; a touch that only woke the kiosk is made again."""
        pressed = 0.0

        async def look() -> str:
            nonlocal pressed
            seen = self.seen()
            place = _place(seen, "OpenMenu", {}) if self._has_settled(seen) else None
            if place and time.monotonic() - pressed > _AGAIN_S:
                pressed = time.monotonic()
                await self._press(place)
            return "seen" if seen.screen.name == "Menu" else ""

        await self.goes_home()
        await until(look, "the menu on the glass", within_s=40)

    async def waits_for(
        self, what: str, holds: Callable[[Mirrored], bool], *, within_s: float = 40.0
    ) -> None:
        """Wait for something on the glass, and touch 'I am still here' when asked."""

        async def look() -> str:
            seen = self.seen()
            if place := _place(seen, "Stay", {}):
                await self._press(place)
            return "seen" if holds(seen) else ""

        await until(look, f"{what} on the glass", within_s=within_s, every_s=0.4)

    async def touches(self, action: Action) -> None:
        """Touch the key that means this; raises MissedError when there is none."""
        fields = msgspec.structs.asdict(action)
        kind = type(action).__name__

        async def look() -> str:
            seen = self.seen()
            place = _place(seen, kind, fields) if self._has_settled(seen) else None
            if place:
                await self._press(place)
            return "touched" if place else ""

        await until(look, f"a key for {kind} {fields or ''}", within_s=30)

    async def touches_until(self, name: str, *actions: Action, within_s: float = 60.0) -> Mirrored:
        """Touch whichever of these can be touched, again and again, until a page comes."""

        async def look() -> str:
            seen = self.seen()
            if seen.screen.name == name:
                return "come"
            meant = ((type(one).__name__, msgspec.structs.asdict(one)) for one in actions)
            places = (_place(seen, kind, fields) for kind, fields in meant)
            place = next(filter(None, places), None)
            if place and self._has_settled(seen):
                await self._press(place)
            return ""

        await until(look, f"{name} on the glass", within_s=within_s, every_s=0.2)
        return self.seen()

    async def types(self, text: str) -> None:
        """Touch the keys of a text, each once the glass shows what the one before wrote."""
        drawn = -1

        async def press(letter: str) -> str:
            nonlocal drawn
            seen = self.seen()
            place = _letter(seen, letter)
            ready = self._has_settled(seen) if drawn < 0 else seen.count > drawn
            if not (place and ready):
                return ""
            drawn = seen.count
            await self._press(place)
            return "touched"

        for letter in text:
            await until(partial(press, letter), f"a key {letter!r}", within_s=30, every_s=0.03)

    async def leafs_to(self, action: Action, onward: type[Action]) -> None:
        """Go on page by page until this can be touched, and touch it; raises MissedError."""
        fields = msgspec.structs.asdict(action)
        kind = type(action).__name__

        async def look() -> str:
            seen = self.seen()
            if not self._has_settled(seen):
                return ""
            if place := _place(seen, kind, fields):
                await self._press(place)
                return "touched"
            more = (each for each in seen.places if isinstance(each.action, onward))
            if further := next(more, None):
                await self._press(further)
            return ""

        await until(look, f"a key for {kind} {fields or ''}, leafing", within_s=30, every_s=0.4)

    async def leafs_for(self, words: str, onward: type[Action]) -> None:
        """Go on page by page until this is written there; raises MissedError."""

        async def look() -> str:
            if words in self.text():
                return "read"
            seen = self.seen()
            more = (each for each in seen.places if isinstance(each.action, onward))
            if self._has_settled(seen) and (further := next(more, None)):
                await self._press(further)
            return ""

        await until(look, f"{words!r}, leafing", within_s=30, every_s=0.4)

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

    async def greens(self) -> float:
        """Return how much of the screen, in percent, is Chromium's made-up camera: green."""
        pixels = (await self._worker.do(self._screen.look)).pixels.astype(np.int16)
        red, green, blue = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
        return float(100 * ((green - red > _GREENER) & (green - blue > _GREENER)).mean())

    async def picture_now(self, path: Path) -> None:
        """Keep a picture of a screen on which somebody moves."""
        await self._worker.do(self._save, path)

    def _has_settled(self, seen: Mirrored) -> bool:
        """Return whether the page stands longer than the kiosk ignores touches after a turn."""
        name, since = self._standing
        now = time.monotonic()
        if name != seen.screen.name:
            self._standing = (seen.screen.name, now)
            since = now
        drawn_s = time.time() - self._mirror.stat().st_mtime
        return max(drawn_s, now - since) > _SETTLED_S

    def _save(self, path: Path) -> None:
        Image.fromarray(self._screen.look().pixels).save(path, optimize=True)

    async def _press(self, place: Place) -> None:
        self._standing = ("", 0.0)
        await self._screen.touch(
            int(place.left + place.width / 2), int(place.top + place.height / 2)
        )


def _letter(mirrored: Mirrored, letter: str) -> Place | None:
    """Return the place of a letter's key, whatever case it is in."""
    for place in mirrored.places:
        if isinstance(place.action, TypeKey) and place.action.key.lower() == letter.lower():
            return place
    return None


def _place(mirrored: Mirrored, kind: str, fields: dict[str, object]) -> Place | None:
    """Return the place of the key with this meaning."""
    for place in mirrored.places:
        if type(place.action).__name__ == kind and msgspec.structs.asdict(place.action) == fields:
            return place
    return None
