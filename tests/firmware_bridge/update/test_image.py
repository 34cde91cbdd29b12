"""Images: the same bytes every time, and nothing of the loader in them."""

from pathlib import Path

import pytest

from firmware_bridge.update import image

FIRMWARE = Path("firmware_bridge/firmware")


def test_the_same_sources_are_the_same_bytes() -> None:
    files = image.sources()
    turned = dict(reversed(list(files.items())))
    assert image.packed(files, "1.0.0") == image.packed(turned, "1.0.0")


def test_the_firmware_is_in_it_to_the_byte_and_the_loader_is_not() -> None:
    files = image.sources()
    assert files["firmware_bridge/link.py"] == Path("firmware_bridge/link.py").read_bytes()
    assert not {f"firmware_bridge/firmware/{name}" for name in image.LOADER} & set(files)
    assert len(image.packed(files, "1.0.0")) < image.MOST_BYTES // 2


def test_image_and_loader_have_every_file_of_the_firmware() -> None:
    both = set(image.sources()) | set(image.loader())
    assert {path.as_posix() for path in FIRMWARE.glob("*.py")} - both == {
        "firmware_bridge/firmware/main.py"
    }
    assert "main.py" in image.loader()


def test_too_much_and_no_version_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        image.packed({"a.py": bytes(image.MOST_BYTES)}, "1.0.0")
    with pytest.raises(ValueError, match="no version"):
        image.packed({}, "1.0-dev")
