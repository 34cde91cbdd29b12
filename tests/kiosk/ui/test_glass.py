"""Every screen on the glass, both languages and orientations: legible, touchable, whole, quiet."""

import os
import subprocess
import sys

import msgspec
import pytest

from kiosk.ui.fitting import room
from kiosk.ui.screen import Tone
from kiosk.ui.state import Access
from kiosk.ui.theme import (
    CAPITAL,
    CAPITAL_MM,
    GAP_MM,
    TOUCH_MM,
    Palette,
    colours,
    contrast,
)
from tests.kiosk.ui.darkroom import PANELS
from tests.kiosk.ui.inspection import STAND_S, Box, Found, Idle

pytestmark = pytest.mark.timeout(400)  # hundreds of screens are painted in one go
ENOUGH_CONTRAST = 7.0  # WCAG 2.2 1.4.6
_ROUNDING_PX = 1.0
KEYS = {"TypeKey", "TypeSign", "PressKey"}
KEY_GAP_MM = 1.0  # ten keys of 20 mm side by side on 10.1"


class Inspected:
    """One orientation, measured by a process of its own."""

    def __init__(self, orientation: str) -> None:
        self.panel = PANELS[orientation]
        found = inspection(orientation).splitlines()
        self.screens = [msgspec.json.decode(line, type=Found) for line in found]


def inspection(*what: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.ui.inspection", *what],
        env=os.environ | {"SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, f"apt install libgl1-mesa-dri libegl1 libgles2\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def at_rest() -> Idle:
    """Measure the loop, which is the same one whichever way the glass stands."""
    return msgspec.json.decode(inspection("landscape", "at-rest"), type=Idle)


@pytest.fixture(scope="module", params=list(PANELS))
def inspected(request: pytest.FixtureRequest) -> Inspected:
    return Inspected(request.param)


def test_every_screen_is_there_and_painted(inspected: Inspected) -> None:
    assert len(inspected.screens) > 60
    assert not [found.name for found in inspected.screens if found.colours < 10]


def test_no_text_is_cut_or_leaves_its_box(inspected: Inspected) -> None:
    wrong = [
        (found.name, text.text)
        for found in inspected.screens
        for text in found.texts
        if text.cut or text.took[0] > text.box[2] + _ROUNDING_PX or text.box[3] <= 0
    ]
    assert wrong == []


def test_capitals_are_six_millimetres_high(inspected: Inspected) -> None:
    """EN 301 549 5.1.4."""
    least = CAPITAL_MM * inspected.panel.px_per_mm
    low = [
        (found.name, text.text, round(text.size_px * CAPITAL / inspected.panel.px_per_mm, 2))
        for found in inspected.screens
        for text in found.texts
        if text.size_px * CAPITAL < least - 0.1
    ]
    assert low == []


def test_what_is_touched_is_twenty_millimetres_and_apart(inspected: Inspected) -> None:
    px_per_mm = inspected.panel.px_per_mm
    least, gap = TOUCH_MM * px_per_mm - 0.01, GAP_MM * px_per_mm - _ROUNDING_PX
    between_keys = KEY_GAP_MM * px_per_mm - _ROUNDING_PX
    wrong: list[tuple[str, list[Box]]] = []
    for found in inspected.screens:
        dialog = found.name.startswith("warned")
        targets = found.targets[-2 if dialog else 0 :]
        wrong += [(found.name, [one.box]) for one in targets if min(one.box[2:]) < least]
        wrong += [
            (found.name, [one.box, other.box])
            for at, one in enumerate(targets)
            for other in targets[at + 1 :]
            if max(_apart(one.box, other.box))
            < (between_keys if {one.action, other.action} <= KEYS else gap)
        ]
    assert wrong == []


def _apart(one: Box, other: Box) -> tuple[float, float]:
    x = max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])
    y = max(one[1], other[1]) - min(one[1] + one[3], other[1] + other[3])
    return x, y


def test_no_text_lies_over_something_to_touch(inspected: Inspected) -> None:
    """A text is inside what it names, or away from it."""
    over = [
        (found.name, text.text)
        for found in inspected.screens
        if not found.name.startswith("warned")
        for text in found.texts
        for target in found.targets
        if max(_apart(text.box, target.box)) < -_ROUNDING_PX and not _inside(text.box, target.box)
    ]
    assert over == []


def _inside(one: Box, other: Box) -> bool:
    return (
        one[0] >= other[0]
        and one[1] >= other[1]
        and one[0] + one[2] <= other[0] + other[2] + _ROUNDING_PX
        and one[1] + one[3] <= other[1] + other[3] + _ROUNDING_PX
    )


def test_everything_is_on_the_glass(inspected: Inspected) -> None:
    panel = inspected.panel
    outside = [
        (found.name, box)
        for found in inspected.screens
        for box in [text.box for text in found.texts] + [target.box for target in found.targets]
        if box[0] < 0
        or box[1] < 0
        or box[0] + box[2] > panel.width + _ROUNDING_PX
        or box[1] + box[3] > panel.height + _ROUNDING_PX
    ]
    assert outside == []


def test_six_services_fit_without_turning_pages(inspected: Inspected) -> None:
    assert room(inspected.panel).tiles >= 6


def test_an_idle_glass_draws_no_frames(at_rest: Idle) -> None:
    """Kivy's loop would draw or turn 180 times in these seconds."""
    assert 1 <= at_rest.at_work <= 4  # the control: a new screen is drawn
    assert at_rest.idle == 0


def test_no_picture_of_a_sheet_waits_for_a_sweep(at_rest: Idle) -> None:
    """Who types on never lets one come."""
    assert at_rest.lingering == 0


def test_a_stuck_window_is_known_though_nothing_is_to_be_drawn(at_rest: Idle) -> None:
    """An idle one looks at its touches all the time, and so is never taken for stuck."""
    assert at_rest.behind_idle_s < STAND_S
    assert at_rest.behind_stuck_s >= STAND_S


@pytest.mark.parametrize("stark", [False, True])
def test_every_ink_on_every_ground_has_enough_contrast(stark: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    palette = colours(Access(contrast=stark))
    card = palette.paints[Tone.PLAIN].ground
    paints = [*palette.paints.values(), palette.badge, palette.chosen, palette.disabled]
    pairs = [(paint.ink, paint.ground) for paint in paints]
    pairs += [(ink, ground) for ink in inks(palette) for ground in (palette.paper, card)]
    pairs += [(palette.on_bar, palette.bar), (palette.on_bar, palette.resting)]
    assert set(Tone) == set(palette.paints)
    assert [pair for pair in pairs if contrast(*pair) < ENOUGH_CONTRAST] == []


def inks(palette: Palette) -> list[str]:
    return [palette.ink, palette.ink_soft, palette.accent, *palette.faces.values()]


def test_contrast_is_the_standards() -> None:
    """The control."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
