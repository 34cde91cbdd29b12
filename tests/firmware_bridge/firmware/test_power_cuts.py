"""The power fails at every operation on the flash: no brick, and no board that takes no update."""

import subprocess

import pytest

from firmware_bridge.simulated import micropython

pytestmark = pytest.mark.real

SCRIPT = "tests/firmware_bridge/firmware/power_cuts.py"


def swept(story: str, variant: str = "") -> tuple[dict[str, int], list[str]]:
    """Return the counts, and the first faults."""
    command = (micropython(), "-X", "heapsize=4m", SCRIPT, story, variant)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    counts = {word: int(rest) for word, _, rest in lines if word != "fault"}
    return counts, [rest for word, _, rest in lines if word == "fault"]


@pytest.mark.parametrize("story", ["update", "second", "rescue", "rollback"])
def test_whenever_the_power_fails_the_board_starts_and_takes_the_update(story: str) -> None:
    counts, faults = swept(story)
    assert faults == []
    assert counts["operations"] > 60
    assert counts["fine"] == counts["cuts"] == 3 * counts["operations"]
    assert counts["resumed"] > counts["cuts"] // 10, "some go on where they stopped"


def test_negative_control_an_image_over_the_old_one_leaves_bricks() -> None:
    counts, _ = swept("second", "one_slot")
    assert counts["bricks"] > counts["cuts"] // 4


def test_negative_control_a_file_that_is_truncated_instead_of_removed_is_lost() -> None:
    counts, _ = swept("update", "no_remove")
    assert counts["lost"] > counts["cuts"] // 10
