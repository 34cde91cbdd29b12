"""The families' unions are their registries; a wrong table is named key by key."""

import pytest

from devices.camera.drivers import CameraConfig
from devices.camera.port import Camera
from devices.contract.config import BadConfigError, Config, parse_toml
from devices.scanner.drivers import ScannerConfig
from devices.scanner.port import Scanner


class Fitted(Config, frozen=True, kw_only=True):
    scanner: ScannerConfig | None = None
    camera: CameraConfig | None = None


@pytest.mark.parametrize(
    "table",
    [
        'driver = "serial"\npath = "/dev/serial/by-id/usb-scanner"',
        'driver = "hid"\npath = "/dev/input/by-id/usb-scanner-event-kbd"',
        'driver = "simulated"\ninbox = "/run/inbox"',
        'driver = "camera"\n[scanner.camera]\ndriver = "simulated"\nfolder = "/run/pictures"',
        'driver = "camera"\n[scanner.camera]\ndriver = "v4l2"\npath = "/dev/video0"',
    ],
)
def test_each_scanner_is_built_from_its_table_and_opens_nothing(table: str) -> None:
    config = parse_toml(f"[scanner]\n{table}\n", Fitted).scanner
    assert config is not None
    assert isinstance(config.build(), Scanner)


@pytest.mark.parametrize("table", ['driver = "v4l2"', 'driver = "simulated"\nfolder = "/run/p"'])
def test_each_camera_is_built_from_its_table_and_opens_nothing(table: str) -> None:
    config = parse_toml(f"[camera]\n{table}\n", Fitted).camera
    assert config is not None
    assert isinstance(config.build(), Camera)


def test_every_error_of_a_table_is_named() -> None:
    text = (
        '[scanner]\ndriver = "camera"\nreads_per_s = 0\nspeed = 1\n'
        '[scanner.camera]\ndriver = "simulated"\n'
    )
    with pytest.raises(BadConfigError) as caught:
        parse_toml(text, Fitted)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"scanner.reads_per_s", "scanner.speed", "scanner.camera.folder"}
