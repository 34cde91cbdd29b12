"""Programs of ours as somebody else than root, whatever folders root keeps them in."""

import contextlib
import os
import shutil
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

_HERE = Path(__file__).parents[2]
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_SEEN_FROM_OUTSIDE = """\
set -e
mount -t tmpfs -o mode=755 none "$1"
for one in here base site; do mkdir "$1/$one"; done
mount --bind "$2" "$1/here"; mount --bind "$3" "$1/base"; mount --bind "$4" "$1/site"
shift 4
exec "$@"
"""


def needs_root() -> None:
    """Say it in one line where the test is not root, who alone can become others."""
    if os.getuid() == 0:
        return
    why = "becomes the users of a box: run as root"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that others can see into: pytest's own are root's alone."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def become(uid: int, gid: int, groups: Iterable[int] = ()) -> tuple[str, ...]:
    """Return the words before a command that run it as this user, with these groups alone."""
    program = shutil.which("setpriv") or pytest.fail("setpriv: apt-get install util-linux")
    others = ",".join(map(str, groups))
    more = f"--groups={others}" if others else "--clear-groups"
    return (program, f"--reuid={uid}", f"--regid={gid}", more, "--inh-caps=-all")


def motcua_as(user: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """Return the words that run `motcua` after `become`.

    Where this interpreter lies in somebody's closed home, it and this tree are mounted on `folder`
    too, for that process alone; `folder` must be open to all.
    """
    site = Path(sysconfig.get_path("purelib"))
    base = Path(sys.base_prefix)
    if all(map(_is_open, (_HERE, site, base))):
        return (*user, sys.executable, "-m", "provisioning.cli")
    folder.mkdir(exist_ok=True)
    own = (
        f"PYTHONHOME={folder}/base",
        f"PYTHONPATH={folder}/here:{folder}/site",
        f"LD_LIBRARY_PATH={folder}/base/lib",
        "PYTHONDONTWRITEBYTECODE=1",
    )
    mounted = ("unshare", "--mount", "sh", "-c", _SEEN_FROM_OUTSIDE, "sh", str(folder))
    python = (f"{folder}/base/bin/{_PYTHON}", "-m", "provisioning.cli")
    return (*mounted, str(_HERE), str(base), str(site), *user, "env", *own, *python)


def _is_open(path: Path) -> bool:
    return all(one.stat().st_mode & stat.S_IXOTH for one in (path, *path.parents))
