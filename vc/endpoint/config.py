"""The room's configuration: camera, sound, glass, and how it reaches the conference."""

from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from devices.runtime.settings import ProcessConfig
from vc.endpoint.camera.drivers import CameraConfig
from vc.endpoint.light_sound import LightSoundConfig
from vc.endpoint.sound.drivers import SoundConfig
from vc.endpoint.sound.duplex import DuplexConfig
from vc.rtp.config import PeerConfig
from vc.signaling.client import ClientTls


class JoinConfig(Config, frozen=True, kw_only=True):
    """How the conference server is reached; `tls` with the box's own certificate."""

    within_s: Annotated[float, msgspec.Meta(ge=1, le=30)] = 8.0
    tls: ClientTls = ClientTls()


class NoScreenConfig(Config, frozen=True, kw_only=True, tag_field="kind", tag="none"):
    """No screen: the view is decoded all the same, and judged."""


class GlassScreenConfig(Config, frozen=True, kw_only=True, tag_field="kind", tag="kivy"):
    """The room's display; `touch` shows the buttons. `px_per_mm` gives all sizes.

    `mirror_file` gets what stands on the glass: for demo and tests, with sample data only.
    """

    width: Annotated[int, msgspec.Meta(ge=640, le=7680)] = 1920
    height: Annotated[int, msgspec.Meta(ge=480, le=4320)] = 1080
    fullscreen: bool = True
    cursor: bool = False
    touch: bool = True
    mirror_file: str = ""


ScreenConfig = NoScreenConfig | GlassScreenConfig


class ProbeConfig(Config, frozen=True, kw_only=True):
    """Eyes and ears for shows and tests: JSON lines of what was sent and received.

    `tiles` are places `[x, y, width, height]` in the view, by source; the time code in each is read
    from every `every`-th picture.
    """

    file: str = ""
    tiles: dict[str, tuple[int, int, int, int]] = msgspec.field(default_factory=dict)
    every: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1


class RoomConfig(ProcessConfig, frozen=True, kw_only=True):
    """`motcua room`. No camera or no sound: nothing of it is sent, the room looks on."""

    camera: CameraConfig | None = None
    sound: SoundConfig | LightSoundConfig | None = None
    duplex: DuplexConfig = DuplexConfig()
    screen: ScreenConfig = GlassScreenConfig()
    join: JoinConfig = JoinConfig()
    peer: PeerConfig = PeerConfig()
    language: Literal["vi", "en"] = "vi"
    table_lamp: bool = False
    """The box's device process has the lamp `speak` on the table."""
    probe: ProbeConfig = ProbeConfig()
