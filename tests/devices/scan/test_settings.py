"""Settings of scanning: refused where they could put a citizen's papers in a wrong place."""

import pytest

from devices.config import DevicesConfig
from devices.contract.afar import judge_afar
from devices.contract.config import BadConfigError, parse_toml
from devices.scan.settings import FOLDER

CAMERA = 'box = "gio-linh-1"\n[camera]\ndriver = "v4l2"\n'


def test_a_box_scans_nothing_unless_it_is_told() -> None:
    assert parse_toml(CAMERA, DevicesConfig).scans is None
    scans = parse_toml(f"{CAMERA}[scans]\n", DevicesConfig).scans
    assert scans is not None
    assert scans.folder == FOLDER


def test_scans_without_a_camera_are_refused() -> None:
    with pytest.raises(BadConfigError, match="there is no"):
        parse_toml('box = "gio-linh-1"\n[scans]\n', DevicesConfig)


def test_the_province_cannot_say_where_papers_lie() -> None:
    at_home = parse_toml(f"{CAMERA}[scans]\n", DevicesConfig)
    elsewhere = parse_toml(f'{CAMERA}[scans]\nfolder = "/dev/shm/x"\n', DevicesConfig)
    assert judge_afar(at_home, trials=False) == []
    assert [problem.key for problem in judge_afar(elsewhere, trials=False)] == ["scans.folder"]


@pytest.mark.parametrize("line", ["idle_s = 0", "pages = 0", "megabytes = 1", "turn_deg = 45"])
def test_bounds_hold(line: str) -> None:
    with pytest.raises(BadConfigError):
        parse_toml(f"{CAMERA}[scans]\n{line}\n", DevicesConfig)
