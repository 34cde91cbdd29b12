"""What a province may say of a kiosk's camera and microphone, and what only somebody at the box."""

from devices.contract.afar import judge_afar
from devices.contract.config import parse_toml
from vc.endpoint.camera.simulated import SimulatedCamera
from vc.endpoint.camera.v4l2 import LensCamera
from vc.endpoint.helping.config import HelpConfig, MadeUpConfig
from vc.endpoint.helping.outfit import call_devices
from vc.endpoint.light_sound import LightSound
from vc.endpoint.sound.alsa import AlsaSound

TRIAL = HelpConfig(trial=MadeUpConfig(clip_dir="/var/lib/motcua/clips"))


def test_a_camera_and_a_card_are_the_boxs_own() -> None:
    devices = call_devices(HelpConfig(camera="/dev/video2", microphone="plughw:CARD=Handset"))
    assert isinstance(devices.camera, LensCamera)
    assert isinstance(devices.sound, AlsaSound)


def test_without_a_camera_the_citizen_is_heard() -> None:
    devices = call_devices(HelpConfig(camera=""))
    assert devices.camera is None
    assert isinstance(devices.sound, AlsaSound)


def test_somebody_made_up_calls_in_trials_alone() -> None:
    devices = call_devices(TRIAL)
    assert isinstance(devices.camera, SimulatedCamera)
    assert isinstance(devices.sound, LightSound)
    assert [problem.key for problem in judge_afar(TRIAL, trials=False)] == ["trial.driver"]
    assert judge_afar(TRIAL, trials=True) == []


def test_a_camera_from_afar_is_a_camera() -> None:
    assert judge_afar(HelpConfig(), trials=False) == []
    disk = parse_toml('camera = "/dev/sda"', HelpConfig)
    assert [problem.key for problem in judge_afar(disk, trials=False)] == ["camera"]
