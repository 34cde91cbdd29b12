"""The room's configuration: the sample is right, and wrong ones name every error."""

import tomllib
from pathlib import Path

import pytest

import vc.endpoint
from devices.contract.config import BadConfigError, judge, parse_toml
from vc.endpoint.config import GlassScreenConfig, NoScreenConfig, RoomConfig

SAMPLE = (Path(vc.endpoint.__file__).parent / "sample.toml").read_text(encoding="utf-8")


def test_the_sample_is_right() -> None:
    assert judge(tomllib.loads(SAMPLE), RoomConfig) == []
    config = parse_toml(SAMPLE, RoomConfig)
    assert isinstance(config.screen, GlassScreenConfig)
    assert config.camera is not None
    config.camera.build()


def test_a_room_without_screen_camera_and_sound_is_a_room() -> None:
    config = parse_toml('box = "b"\n[screen]\nkind = "none"\n', RoomConfig)
    assert isinstance(config.screen, NoScreenConfig)
    assert (config.camera, config.sound) == (None, None)


def test_every_error_is_named_with_its_key() -> None:
    bad = 'box = "b"\nlanguage = "fr"\n[camera]\ndriver = "film"\n[screen]\nkind = "none"\nw = 1\n'
    with pytest.raises(BadConfigError) as error:
        parse_toml(bad, RoomConfig)
    assert {one.key for one in error.value.problems} == {"language", "camera.driver", "screen.w"}
