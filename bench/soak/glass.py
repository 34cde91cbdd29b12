"""A finger and eyes at a kiosk's screen: touches are X events, and what is seen stands there."""

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from operator import eq
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.finger import Finger
from kiosk.ui.events import (
    AnyAction,
    Back,
    Leave,
    PressKey,
    ShowServices,
    Stay,
    TypeKey,
)
from kiosk.ui.facts import Action
from kiosk.ui.flows.feedback.pages import ShowFeedbackPart, ShowFeedbackRows
from kiosk.ui.flows.menu.pages import KeepPrivate, ShowMenu
from kiosk.ui.flows.prepare.pages import ShowFiling
from kiosk.ui.flows.procedures.pages import ShowProcedurePart, ShowProcedures
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.mirror import Mirrored, Place, read_mirror
from provisioning.demo.screen import ScreenPlan, framebuffer

Pixels = npt.NDArray[np.uint8]
PATIENCE_S = 30.0
_LOOK_S, _TURNS_WITHIN_S, _SETTLES_WITHIN_S = 0.003, 10.0, 0.15
_PRESSES, _TRAIL = 2, 6
_ONWARD = (
    *(ShowServices, ShowMenu, ShowFiling, ShowProcedures, ShowProcedurePart),
    *(ShowFeedbackPart, ShowFeedbackRows),
)


class LostWayError(Exception):
    """What was looked for never stood on the glass."""


class Glass:
    """One kiosk's screen. `touches` counts them."""

    def __init__(self, plan: ScreenPlan, mirror: Path, finger: Finger) -> None:
        self._pixels = framebuffer(plan.directory / "Xvfb_screen0")
        self._mirror = mirror
        self._finger = finger
        self._stamp = (0, 0)
        self._seen: Mirrored | None = None
        self.touches = 0
        self.trail: deque[str] = deque(maxlen=_TRAIL)

    def seen(self) -> Mirrored:
        """Return what stands on the glass; raises LostWayError while it is dark."""
        try:
            stat = self._mirror.stat()
        except FileNotFoundError:
            raise LostWayError("the glass is dark") from None
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if self._seen is None or stamp != self._stamp:
            self._seen, self._stamp = read_mirror(self._mirror), stamp
        assert self._seen is not None
        return self._seen

    def raw(self) -> bytes:
        """Return what the widgets say, as it was written."""
        return self._mirror.read_bytes()

    def pixels(self) -> Pixels:
        """Return the picture: a view that changes with it."""
        return self._pixels

    def until(
        self, holds: Callable[[Mirrored], bool], what: str, *, within_s: float = PATIENCE_S
    ) -> Mirrored:
        """Wait for something on the glass; raises LostWayError."""
        end = time.monotonic() + within_s
        while not holds(seen := self.seen()):
            if time.monotonic() > end:
                raise LostWayError(f"{what}, at {seen.screen.name}")
            self._stays(seen)
            time.sleep(_LOOK_S)
        return seen

    def left_alone(self) -> None:
        """Touch nothing until the services stand there; raises LostWayError."""
        end = time.monotonic() + PATIENCE_S
        while (name := self.seen().screen.name) != "Home":
            if time.monotonic() > end:
                raise LostWayError(f"the end of patience, at {name}")
            time.sleep(_LOOK_S)

    def on(self, *names: str, within_s: float = PATIENCE_S) -> Mirrored:
        """Wait for one of these pages."""
        return self.until(lambda one: one.screen.name in names, "/".join(names), within_s=within_s)

    def touch(self, *actions: AnyAction) -> None:
        """Touch the keys that mean these, one after another, leafing on where that is needed."""
        for action in actions:
            self._touch(partial(eq, action), repr(action))

    def touch_a(self, kind: type[Action]) -> None:
        """Touch a key of this kind."""
        self._touch(lambda one: isinstance(one, kind), kind.__name__)

    def write(self, text: str) -> None:
        """Touch a keyboard's keys; letters may be shown as capitals."""
        for letter in text:
            self._touch(partial(_types, letter.lower()), f"the key {letter}")

    def done(self) -> None:
        """Touch the key that says that a field is filled."""
        self.touch(PressKey(act=Act.DONE))

    def home(self, *, within_s: float = 2 * PATIENCE_S) -> None:
        """Leave, or go back until the services stand there."""
        end = time.monotonic() + within_s
        while (seen := self.seen()).screen.name != "Home":
            if time.monotonic() > end:
                raise LostWayError(f"the services, at {seen.screen.name}")
            place = next(
                filter(None, (_first(seen, kind) for kind in (Leave, Back, KeepPrivate))), None
            )
            if place:
                self._press(place, seen)
            else:
                self.touch_nothing() if seen.screen.resting else time.sleep(0.02)

    def touch_nothing(self) -> None:
        """Touch where no key is: a sign of life."""
        self._finger.move(640, 3)
        self._finger.press()
        self._finger.release()
        time.sleep(0.05)

    def _touch(self, means: Callable[[AnyAction], bool], what: str) -> None:
        end, presses = time.monotonic() + PATIENCE_S, _PRESSES
        while True:
            seen = self.seen()
            place = next((one for one in seen.places if means(one.action)), None)
            if place and self._press(place, seen):
                return
            if place and presses:
                presses -= 1  # a question of patience may have come between finger and key
                continue
            if place:
                return
            if time.monotonic() > end:
                raise LostWayError(f"{what}, at {seen.screen.name}")
            if onward := next((one for one in seen.places if _leads_on(one.action)), None):
                self._press(onward, seen)
            elif not self._stays(seen):
                time.sleep(_LOOK_S)

    def _stays(self, seen: Mirrored) -> bool:
        """Say that one is still here, where that is asked: this machine may be slow."""
        place = _first(seen, Stay)
        if place:
            self._press(place, seen)
        return place is not None

    def _press(self, place: Place, seen: Mirrored) -> bool:
        """Press, and return whether the screen turned: some touches turn none.

        A screen whose words alone changed may have changed by itself, with the touch still on its
        way: whoever touched again too soon would touch what comes next.
        """
        self.touches += 1
        self.trail.append(f"{seen.screen.name}: {place.action!r}")
        self._finger.move(int(place.left + place.width / 2), int(place.top + place.height / 2))
        self._finger.press()
        self._finger.release()
        end = time.monotonic() + _TURNS_WITHIN_S
        while (now := self.seen()).count == seen.count:
            if time.monotonic() > end:
                return False
            time.sleep(_LOOK_S)
        if isinstance(place.action, TypeKey):
            return True
        end = time.monotonic() + _SETTLES_WITHIN_S
        while _keys(now) == _keys(seen) and time.monotonic() < end:
            time.sleep(_LOOK_S)
            now = self.seen()
        return True


def _keys(seen: Mirrored) -> tuple[str, tuple[AnyAction, ...]]:
    return seen.screen.name, tuple(place.action for place in seen.places)


def _first(seen: Mirrored, kind: type[Action]) -> Place | None:
    return next((place for place in seen.places if isinstance(place.action, kind)), None)


def _types(letter: str, action: AnyAction) -> bool:
    return isinstance(action, TypeKey) and action.key.lower() == letter


def _leads_on(action: AnyAction) -> bool:
    return isinstance(action, _ONWARD)
