"""Take every screen anew: `make screens`, or `python -m tests.kiosk.screens docs/screens`.

One process has one window, so the lying and the standing panel have one each; the officers' pages
come from a real counter server in a real Chromium. Pictures that are none of the album's go.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image

from kiosk.ui.moving import Who
from kiosk.ui.screen import CallScreen
from tests.kiosk.screens import index
from tests.kiosk.screens.album import (
    NOTE,
    Look,
    guide,
    lying_looks,
    shots,
    standing,
    standing_looks,
)
from tests.kiosk.screens.faces import drawn
from tests.kiosk.screens.officer import officers_pages
from tests.kiosk.screens.sheets import laid_out, save
from tests.kiosk.ui.darkroom import PANELS, Darkroom, open_darkroom

_LYING_PX, _STANDING_PX, _GUIDE_PX = 416, 270, 520
_BAR_PX = 60  # of a lying screen: where a note stands


def lying(out: Path) -> None:
    """Take every situation, two looks by two."""
    dark = open_darkroom(PANELS["landscape"])
    for shot in shots():
        looks = developed(dark, lying_looks(shot.state))
        height = _BAR_PX if shot.name.startswith(NOTE) else None
        save(laid_out(looks, columns=2, width=_LYING_PX, height=height), out / shot.file)


def upright(out: Path) -> None:
    """Take the main ones on a standing panel, all looks side by side."""
    dark = open_darkroom(PANELS["portrait"])
    for shot in standing(shots()):
        looks = developed(dark, standing_looks(shot.state))
        save(laid_out(looks, columns=len(looks), width=_STANDING_PX), out / shot.file)


def for_guides(out: Path) -> None:
    """Take those that guides show: one look, alone."""
    dark = open_darkroom(PANELS["landscape"])
    for shot in guide(shots()):
        looks = developed(dark, list(lying_looks(shot.state))[:1])
        save(
            laid_out([("", picture) for _, picture in looks], columns=1, width=_GUIDE_PX),
            out / shot.file,
            colours=48,
        )


def developed(dark: Darkroom, looks: Iterable[Look]) -> list[tuple[str, Image.Image]]:
    """Return the looks as the glass shows them."""
    pictures = []
    for look in looks:
        dark.glass.forget_moving()
        if isinstance(look.screen.body, CallScreen) and look.screen.body.live:
            for who in Who:
                dark.glass.move(drawn(who))
        pictures.append((look.caption, dark.develop(look.screen)))
    return pictures


def sort_out(out: Path) -> None:
    """Write the index, and take away what it does not name."""
    named = set(index.files())
    for file in out.rglob("*.png"):
        if file.relative_to(out).as_posix() not in named:
            file.unlink()
    (out / index.NAME).write_text(index.text(), encoding="utf-8")


STEPS: dict[str, Callable[[Path], None]] = {
    "lying": lying,
    "upright": upright,
    "guides": for_guides,
    "officer": officers_pages,
    "index": sort_out,
}


def main(out: Path, steps: list[str]) -> None:
    """Take the steps, each in a process of its own where there are several."""
    if len(steps) == 1:
        STEPS[steps[0]](out)
        return
    for step in steps:
        subprocess.run([sys.executable, "-m", __package__, str(out), step], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(STEPS))
