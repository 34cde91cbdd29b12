"""Modules in an image: found, read, and nothing else."""

import errno
import stat
from pathlib import Path

import pytest

from firmware_bridge.firmware.image_fs import Image, ImageFs
from firmware_bridge.update import image

FILES = {"a/__init__.py": b"", "a/b/c.py": b"one = 1\n", "a/d.py": b"x" * 5000, "top.py": b"t"}


@pytest.fixture
def found(tmp_path: Path) -> Image:
    path = tmp_path / "image"
    path.write_bytes(image.packed(FILES, "1.2.3", "lamp"))
    return Image(str(path))


def read(fs: ImageFs, path: str) -> bytes:
    stream = fs.open(path, "rb")
    data = b""
    buffer = bytearray(700)
    while count := stream.readinto(buffer):
        data += buffer[:count]
    stream.ioctl(4, 0)
    return data


def test_an_image_says_what_it_is(found: Image) -> None:
    assert (found.kind, found.version, set(found.files)) == ("lamp", "1.2.3", set(FILES))
    assert found.size == Path(found.path).stat().st_size


def test_each_file_is_read_as_it_went_in_and_each_opening_is_seen(found: Image) -> None:
    seen: list[int] = []
    fs = ImageFs(found, lambda: seen.append(1))
    assert {name: read(fs, f"/{name}") for name in FILES} == FILES
    assert len(seen) == len(FILES)


def test_folders_and_files_are_told_apart(found: Image) -> None:
    fs = ImageFs(found, lambda: None)
    assert all(stat.S_ISDIR(fs.stat(path)[0]) for path in ("/", "/a", "/a/b"))
    assert stat.S_ISREG(fs.stat("/a/d.py")[0])
    assert fs.stat("/a/d.py")[6] == 5000
    assert sorted(entry[0] for entry in fs.ilistdir("/a")) == ["__init__.py", "b", "d.py"]
    assert sorted(entry[0] for entry in fs.ilistdir("/")) == ["a", "top.py"]


@pytest.mark.parametrize("path", ["/b", "/a/b/c", "/a/b/c.py/d", "/c.py"])
def test_what_is_not_there_is_not_found(found: Image, path: str) -> None:
    fs = ImageFs(found, lambda: None)
    for ask in (fs.stat, lambda name: fs.open(name, "rb")):
        with pytest.raises(OSError, match=f"^{errno.ENOENT}$"):
            ask(path)


@pytest.mark.parametrize("mode", ["w", "ab", "r+"])
def test_nothing_is_written(found: Image, mode: str) -> None:
    with pytest.raises(OSError, match=f"^{errno.EROFS}$"):
        ImageFs(found, lambda: None).open("/top.py", mode)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 4096,
        b"motcua-image-2 panel 1.0.0\n\n",
        b"motcua-image-1 panel\n\n",
        b"motcua-image-1 panel 1.0.0\nx a.py\n\n",
        b"motcua-image-1 panel 1.0.0\n1 a.py",
        b"motcua-image-1 panel 1.0.0\n" + b"1 a.py\n" * 1000,
    ],
)
def test_what_is_no_image_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "image"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"."):
        Image(str(path))
