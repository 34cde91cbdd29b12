"""Scans' files: in memory alone, their owner's alone, bounded, and zeros before they go."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.scan.errors import NoRoomError, NotInMemoryError
from devices.scan.memory import lies_in_memory
from devices.scan.vault import Vault
from tests.devices.scan.places import MEMORY, files, in_memory

MARK = b"MARKED CITIZEN 045190001234"


@pytest.fixture
def folder() -> Iterator[Path]:
    with in_memory() as folder:
        yield folder


@pytest.fixture
def vault(folder: Path) -> Vault:
    vault = Vault(folder, most_bytes=1000)
    vault.open()
    return vault


def test_a_file_is_its_owners_alone(vault: Vault, folder: Path) -> None:
    name = vault.put("page", "jpg", MARK)
    assert vault.get(name) == MARK
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_is_zeros_before_it_goes(vault: Vault, folder: Path) -> None:
    """Who holds it open, as the memory does, finds nothing in it any more."""
    name = vault.put("page", "jpg", MARK * 20)
    with (folder / name).open("rb") as held:
        vault.drop(name)
        assert held.read() == bytes(len(MARK) * 20)
    assert files(folder) == []


def test_wiping_leaves_zeros_of_everything(vault: Vault, folder: Path) -> None:
    names = [vault.put(kind, "jpg", MARK) for kind in ("preview", "review", "page")]
    held = [(folder / name).open("rb") for name in names]
    assert vault.wipe() == 3
    for file in held:
        assert file.read() == bytes(len(MARK))
        file.close()
    assert files(folder) == []
    assert vault.wipe() == 0


def test_a_disk_is_refused_and_not_touched(tmp_path: Path) -> None:
    assert not lies_in_memory(tmp_path), "the negative control: tests' own folder is on a disk"
    assert lies_in_memory(MEMORY)
    left = tmp_path / "page-0123456789abcdef.jpg"
    left.write_bytes(MARK)
    with pytest.raises(NotInMemoryError, match="does not lie in memory"):
        Vault(tmp_path, most_bytes=1000).open()
    assert left.read_bytes() == MARK


def test_a_link_to_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path)
    with pytest.raises(NotInMemoryError):
        Vault(folder, most_bytes=1000).open()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotInMemoryError):
        Vault(tmp_path / "file" / "scans", most_bytes=1000).open()


def test_what_a_killed_process_left_is_wiped_at_the_next_start(vault: Vault, folder: Path) -> None:
    name = vault.put("scan", "pdf", MARK)
    with (folder / name).open("rb") as held:
        assert Vault(folder, most_bytes=1000).open() == 1
        assert held.read() == bytes(len(MARK))
    assert files(folder) == []


def test_files_of_others_are_left_alone(vault: Vault, folder: Path, tmp_path: Path) -> None:
    (folder / "letter.txt").write_text("not ours")
    precious = tmp_path / "precious"
    precious.write_bytes(MARK)
    (folder / "page-0123456789abcdef.jpg").symlink_to(precious)
    with pytest.raises(Exception, match=r"Too many levels|symbolic"):
        vault.wipe()
    assert precious.read_bytes() == MARK
    assert "letter.txt" in files(folder)


def test_no_more_is_kept_than_was_agreed(vault: Vault, folder: Path) -> None:
    first = vault.put("page", "jpg", bytes(900))
    with pytest.raises(NoRoomError):
        vault.put("page", "jpg", bytes(101))
    assert files(folder) == [first]
    vault.drop(first)
    vault.put("page", "jpg", bytes(1000))


def test_a_folder_that_was_taken_away_is_told_and_forgotten(vault: Vault, folder: Path) -> None:
    name = vault.put("page", "jpg", MARK)
    shutil.rmtree(folder)
    vault.drop(name)
    assert vault.wipe() == 0
    assert not os.path.lexists(folder)
