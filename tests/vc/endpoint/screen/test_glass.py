"""The glass itself, without a display: its colours, its words, its buttons."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

ONE_WINDOW = (
    "colours",
    "old_pictures_are_dim",
    "every_button_can_be_touched",
    "every_situation_is_drawn",
    "the_mirror_says_what_stands_there",
    "a_page_is_shown",
)


@pytest.mark.parametrize("what", ONE_WINDOW)
def test_the_glass(what: str, tmp_path: Path) -> None:
    """A process has one window: each of `glass_checks` runs in its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.vc.endpoint.screen.glass_checks", what, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
