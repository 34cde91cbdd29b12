"""What a call for help is made with. Light: a kiosk reads it also where nobody can call."""

from typing import Annotated, ClassVar

import msgspec

from devices.contract.afar import DevicePath, SoundName
from devices.contract.config import Config
from vc.rtp.config import PeerConfig
from vc.signaling.client import ClientTls


class MadeUpConfig(Config, frozen=True, kw_only=True, tag_field="driver", tag="simulated"):
    """Somebody made up calls, for shows and tests; his pictures are kept in `clip_dir`."""

    for_trials: ClassVar[bool] = True
    clip_dir: str


class HelpConfig(Config, frozen=True, kw_only=True):
    """`[help]` of a kiosk. Empty `camera`: the officer hears the citizen and sees nobody.

    A handset is a sound card like another. `tls` is as a room's.
    """

    camera: DevicePath = "/dev/video0"
    microphone: SoundName = "default"
    loudspeaker: SoundName = "default"
    width_px: Annotated[int, msgspec.Meta(ge=160, le=1280, multiple_of=2)] = 640
    height_px: Annotated[int, msgspec.Meta(ge=90, le=720, multiple_of=2)] = 360
    fps: Annotated[int, msgspec.Meta(ge=5, le=30)] = 15
    bitrate_kbps: Annotated[int, msgspec.Meta(ge=100, le=2_000)] = 600
    form_every_s: Annotated[float, msgspec.Meta(ge=0.2, le=10)] = 1.0
    """How often the officer gets a new picture of the form he may see."""
    peer: PeerConfig = PeerConfig(host_addresses=())
    tls: ClientTls = ClientTls()
    within_s: Annotated[float, msgspec.Meta(ge=1, le=30)] = 8.0
    trial: MadeUpConfig | None = None
    """Instead of camera and sound card: somebody made up."""
