"""Pictures that are gone leave the process; glibc alone would keep their memory."""

import subprocess
import sys

MB = 1 << 20
_PICTURES = """
import sys
from pathlib import Path
from devices.runtime.memory import give_back_large_blocks

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if sys.argv[1] == "back":
    give_back_large_blocks()
del (_ := [b"x" * (3 << 20) for _ in range(2)])[:]  # glibc learns that blocks come so large
filled = [b"z" * 100_000 for _ in range(100)]  # holes: what stays must lie above the pictures
before = held()
pictures = [b"x" * (3 << 20) for _ in range(20)]
stays = [b"y" * 100_000 for _ in range(3)]
pictures.clear()
print(held() - before)
"""


def _kept(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _PICTURES, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_pictures_that_are_gone_take_no_memory_and_would_without_the_setting() -> None:
    assert _kept("back") < 10 * MB
    assert _kept("glibc's own way") > 40 * MB
