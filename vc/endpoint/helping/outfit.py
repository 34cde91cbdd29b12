"""The devices of a call for help: real ones, or somebody made up."""

from typing import NamedTuple

from vc.endpoint.camera.encode import EncodingConfig
from vc.endpoint.camera.port import Camera
from vc.endpoint.camera.simulated import SimulatedCameraConfig
from vc.endpoint.camera.v4l2 import V4l2CameraConfig
from vc.endpoint.hearing import AnySound
from vc.endpoint.helping.config import HelpConfig
from vc.endpoint.light_sound import LightSoundConfig
from vc.endpoint.sound.alsa import AlsaSoundConfig


class CallDevices(NamedTuple):
    """Not opened yet."""

    camera: Camera | None
    sound: AnySound


def call_devices(config: HelpConfig) -> CallDevices:
    """Return the devices of one call."""
    if config.trial:
        clip = SimulatedCameraConfig(
            clip_dir=config.trial.clip_dir,
            width_px=config.width_px,
            height_px=config.height_px,
            fps=config.fps,
            bitrate_kbps=config.bitrate_kbps,
            seconds=2,
        )
        return CallDevices(clip.build(), LightSoundConfig().build())
    sound = AlsaSoundConfig(microphone=config.microphone, loudspeaker=config.loudspeaker)
    if not config.camera:
        return CallDevices(None, sound.build())
    encoding = EncodingConfig(
        width_px=config.width_px,
        height_px=config.height_px,
        fps=config.fps,
        bitrate_kbps=config.bitrate_kbps,
    )
    lens = V4l2CameraConfig(path=config.camera, encoding=encoding)
    return CallDevices(lens.build(), sound.build())
