"""Measure every screen on the program's own glass and print what was found as one JSON line each.

`python -m tests.kiosk.ui.inspection ORIENTATION`; a window of its own needs a process of its own.
`... ORIENTATION at-rest` measures its loop instead of its screens.
"""

import gc
import sys
import threading
import time

import msgspec
from PIL import Image

from kiosk.ui.screen import Screen
from tests.kiosk.ui.darkroom import PANELS, Darkroom, open_darkroom, screens

Box = tuple[float, float, float, float]
_IDLE_S = 3.0
STAND_S = 4.0


class Text(msgspec.Struct):
    """A text on the glass: its box, the room it took, its size."""

    text: str
    box: Box
    took: tuple[float, float]
    size_px: float
    cut: bool


class Target(msgspec.Struct):
    """Something to touch."""

    action: str
    box: Box


class Found(msgspec.Struct):
    """One screen, measured."""

    name: str
    texts: list[Text]
    targets: list[Target]
    colours: int


class Idle(msgspec.Struct, tag=True):
    """How many frames were drawn for one new screen, and in some seconds of nothing.

    And how far behind the glass says it is, idle and with its thread stuck, both for `STAND_S`.
    """

    at_work: int
    idle: int
    behind_idle_s: float
    behind_stuck_s: float
    lingering: int
    """How many textures of a sheet live when the next one stands, with no sweep between them."""


def measure(dark: Darkroom, name: str, picture: Image.Image) -> Found:
    """Return what is on the glass now, which looks like the picture."""
    from kiosk.ui.widgets import Key, Words  # noqa: PLC0415 - opens the window

    texts, targets = [], []
    for widget in dark.glass.root.walk():
        box = (widget.x, widget.y, widget.width, widget.height)
        if isinstance(widget, Words):
            took = tuple(widget.took)
            texts.append(Text(widget.text, box, took, widget.size_px, widget.cut))
        elif isinstance(widget, Key):
            targets.append(Target(type(widget.action).__name__, box))
    colours = len(picture.getcolors(1_000_000) or [])
    return Found(name, texts, targets, colours)


def idle(dark: Darkroom) -> Idle:
    """Run the real loop, show one screen, then nothing."""
    from kivy.clock import Clock  # noqa: PLC0415 - after Kivy's settings

    (_, first), (_, second) = list(screens(PANELS["landscape"]))[:2]
    lingering = _lingering(dark, first, second)
    counts: list[int] = []
    behind: list[float] = []
    stuck, freed = threading.Event(), threading.Event()

    def hang(_: float) -> None:
        stuck.set()
        freed.wait(60)

    def world() -> None:
        dark.glass.show(first)
        time.sleep(1)
        before = dark.glass.frames
        dark.glass.show(second)
        time.sleep(1)
        counts.append(dark.glass.frames - before)
        before = dark.glass.frames
        for _ in range(10):
            dark.glass.show(second)  # the same again
            time.sleep(_IDLE_S / 10)
        counts.append(dark.glass.frames - before)
        time.sleep(STAND_S)
        behind.append(dark.glass.behind_s())
        Clock.schedule_once(hang)
        stuck.wait(60)
        time.sleep(STAND_S)
        behind.append(dark.glass.behind_s())
        freed.set()
        dark.glass.close()

    thread = threading.Thread(target=world)
    thread.start()
    dark.run()
    thread.join()
    return Idle(
        at_work=counts[0],
        idle=counts[1],
        behind_idle_s=behind[0],
        behind_stuck_s=behind[1],
        lingering=lingering,
    )


def _lingering(dark: Darkroom, first: Screen, second: Screen) -> int:
    gc.disable()
    counts = []
    for _ in range(2):
        dark.develop(first)
        dark.develop(second)
        counts.append(_textures())
    gc.enable()
    return counts[1] - counts[0]


def _textures() -> int:
    from kivy.graphics.texture import Texture  # noqa: PLC0415 - after Kivy's settings

    return sum(issubclass(type(each), Texture) for each in gc.get_objects())


def main(orientation: str, what: str = "screens") -> None:
    """Measure every screen, or the loop at rest."""
    dark = open_darkroom(PANELS[orientation])
    gc.freeze()  # as the program does: a sweep looks at screens only
    if what == "at-rest":
        sys.stdout.write(msgspec.json.encode(idle(dark)).decode() + "\n")
        return
    for name, screen in screens(PANELS[orientation]):
        found = measure(dark, name, dark.develop(screen))
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
