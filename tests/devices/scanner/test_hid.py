"""The keyboard-mode driver without its hardware; where uinput is, `test_port` runs over it too."""

from pathlib import Path

import pytest

from devices.contract.errors import UnpluggedError
from devices.scanner.hid import HidScannerConfig


async def test_a_path_without_a_keyboard_is_unplugged(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path, Path("/dev/null")):
        scanner = HidScannerConfig(path=str(path)).build()
        with pytest.raises(UnpluggedError):
            await scanner.open()
        with pytest.raises(UnpluggedError):
            await scanner.check()
        await scanner.close()
