"""CI's second try of a failed test: there is one, it is told of, and it has an end."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = """
import time
from pathlib import Path
import pytest

SEEN = Path(__file__).with_suffix(".seen")

def first(name):
    with SEEN.open("a") as seen:
        seen.write(name + "\\n")
    return SEEN.read_text().split().count(name) == 1

def test_passes_the_second_time():
    assert not first("passes"), "the machine stood still"

def test_fails_twice():
    assert first("fails") is None, "a fault"

@pytest.mark.timeout(2)
def test_hangs_the_second_time():
    assert not first("hangs-then"), "the machine stood still"
    time.sleep(60)

@pytest.mark.timeout(2)
def test_hangs():
    first("hangs")
    time.sleep(60)
"""


def flags() -> list[str]:
    """Return how CI has tests tried again."""
    said = re.search(r'^again="(.*)"$', (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    assert said
    return shlex.split(said[1])


def run(folder: Path, *options: str) -> tuple[str, dict[str, int]]:
    """Return what pytest says, and how often each test was tried."""
    file = folder / "test_made.py"
    file.write_text(TESTS, "utf-8")
    base = (
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "--rootdir",
        folder,
    )
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, base), *options, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    tried = file.with_suffix(".seen").read_text("utf-8").split()
    return ended.stdout, {name: tried.count(name) for name in tried}


def test_what_failed_is_tried_once_more_and_shown_and_what_hangs_ends(tmp_path: Path) -> None:
    said, tried = run(tmp_path, *flags(), "--reruns-delay", "0")
    assert tried == {"passes": 2, "fails": 2, "hangs-then": 2, "hangs": 1}
    assert "3 failed, 1 passed, 3 rerun" in said
    assert said.count("AssertionError: the machine stood still") >= 2, "how it failed at first"


def test_without_ci_nothing_is_tried_twice(tmp_path: Path) -> None:
    said, tried = run(tmp_path)
    assert set(tried.values()) == {1}
    assert "4 failed" in said
