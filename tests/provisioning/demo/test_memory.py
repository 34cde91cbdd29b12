"""What must lie on no disk has a folder in memory, and nothing of it outlives the demo."""

from pathlib import Path

from devices.scan.memory import lies_in_memory
from provisioning.demo.memory import in_memory


def test_a_folder_in_memory_is_the_users_alone_and_goes_with_the_demo(tmp_path: Path) -> None:
    with in_memory(tmp_path) as folder:
        assert folder
        assert lies_in_memory(folder)
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "scan").write_text("a citizen's")
    assert not folder.exists()


def test_what_a_killed_demo_left_goes_when_the_next_one_begins_and_no_other_demos(
    tmp_path: Path,
) -> None:
    with in_memory(tmp_path / "one") as killed, in_memory(tmp_path / "two") as other:
        assert killed
        assert other
        (killed / "scan").write_text("a citizen's")
        with in_memory(tmp_path / "one") as folder:
            assert folder
            assert folder != killed
            assert not killed.exists()
            assert other.exists()
