"""What an officer gets of the program's own glass: what the citizen lets be seen, nothing else."""

import io
import os
import subprocess
import sys

import msgspec
import pytest
from PIL import Image

from tests.kiosk.ui.exposing import PANEL, Shown


@pytest.fixture(scope="module")
def seen() -> dict[str, Shown]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.ui.exposing", "shared"],
        env=os.environ | {"SDL_VIDEODRIVER": "offscreen"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, f"apt install libgl1-mesa-dri libegl1 libgles2\n{done.stderr}"
    all_ = [msgspec.json.decode(line, type=Shown) for line in done.stdout.splitlines()]
    return {one.name: one for one in all_}


def test_a_screen_that_is_shown_is_seen_whole(seen: dict[str, Shown]) -> None:
    """The negative control of the next test."""
    assert seen["shown"].pixels == 4 * PANEL.width * PANEL.height
    picture = Image.open(io.BytesIO(seen["shown"].jpeg))
    assert picture.size == (960, 600)
    assert len(picture.getcolors(1_000_000) or []) > 100


@pytest.mark.parametrize("name", ["unasked", "call", "over"])
def test_no_other_screen_is_seen(seen: dict[str, Shown], name: str) -> None:
    assert seen[name].pixels == 0


def test_the_citizen_notices_nothing(seen: dict[str, Shown]) -> None:
    assert all(one.as_before for one in seen.values())
