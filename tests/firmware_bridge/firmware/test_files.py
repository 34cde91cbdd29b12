"""The number of a start: one more than the last, and never one that was a start's before."""

from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.firmware.files import next_boot


def starts(folder: Path, count: int) -> list[int]:
    return [next_boot(f"{folder}/") for _ in range(count)]


def test_starts_are_counted(tmp_path: Path) -> None:
    first, *rest = starts(tmp_path, 5)
    assert rest == [first + number for number in range(1, 5)]
    assert [frames.starts(number) for number in (first, *rest)] == [1, 2, 3, 4, 5]


def test_a_new_flash_begins_with_names_that_were_never_given(tmp_path: Path) -> None:
    said: set[int] = set()
    for flash in range(20):
        folder = tmp_path / str(flash)
        folder.mkdir()
        said.update(starts(folder, 3))
    assert len(said) > 50, "of 60; two flashes may have drawn the same"
    assert max(said) < 1 << 31


@pytest.mark.parametrize("there", ["", "?", "-7", "0x12", "99999999999", "2147483647"])
def test_a_number_that_makes_no_sense_is_drawn_anew_and_counted_on(
    tmp_path: Path, there: str
) -> None:
    (tmp_path / "boots").write_text(there)
    first, second = starts(tmp_path, 2)
    assert (frames.starts(first), second) == (1, first + 1)
    assert 0 < first < 1 << 31


def test_a_number_that_cannot_be_kept_is_no_other_starts_either(tmp_path: Path) -> None:
    next_boot(f"{tmp_path}/")
    (tmp_path / "boots.new").mkdir()
    assert len(set(starts(tmp_path, 20))) == 20
