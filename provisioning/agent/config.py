"""The agent's configuration."""

from pathlib import Path
from typing import Annotated

import msgspec

from devices.contract.config import Config
from devices.runtime.settings import Name, ProcessConfig
from provisioning.agent.clock import AnyTimepiece, SystemTimeConfig
from provisioning.agent.parts import PartConfig
from provisioning.agent.remote.config import RemoteConfig
from provisioning.agent.restart import AnyRestart, SystemdConfig
from provisioning.agent.settings.config import SettingsConfig
from provisioning.claims import MOST_CLAIM_LETTERS

Fingerprint = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class GateConfig(Config, frozen=True, kw_only=True):
    """The province's door for boxes, and the SHA-256 of its CA's certificate (DER).

    Nothing else vouches for the province while a box has no certificate yet.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https://[^/]+\Z")]
    ca_sha256: Fingerprint


class SerialFileConfig(Config, frozen=True, kw_only=True, tag_field="driver", tag="file"):
    """The board's own number, which a Raspberry Pi tells in its device tree."""

    path: str = "/proc/device-tree/serial-number"


class SerialFixedConfig(Config, frozen=True, kw_only=True, tag_field="driver", tag="fixed"):
    """A number of a board that tells none."""

    serial: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]


class BrokerConfig(Config, frozen=True, kw_only=True):
    """The box's own mosquitto, whose configuration the agent writes, and where the province's is.

    Its store lies in `directory`, which is mosquitto's own. A mosquitto that root starts becomes
    `user` (Debian's, `mosquitto`, when empty) before it reads any key; one that a unit starts as
    another user stays that.
    An empty `province_host` is the gate's. A lost line is tried again within `longest_wait_s`; why
    it is lost is found out after `why_after_s`.
    """

    config_file: str = "/var/lib/motcua-agent/broker/mosquitto.conf"
    directory: str = "/var/lib/motcua-broker"
    province_host: str = ""
    province_port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 8883
    longest_wait_s: Annotated[int, msgspec.Meta(ge=1, le=600)] = 60
    why_after_s: Annotated[float, msgspec.Meta(ge=0.5, le=600)] = 15.0
    user: Annotated[str, msgspec.Meta(pattern=r"^[a-z_][a-z0-9_-]{0,31}$|^$")] = ""
    restart: AnyRestart = SystemdConfig()


class ScreenConfig(Config, frozen=True, kw_only=True):
    """The picture of what is the matter: its size, a page on loopback, and a file.

    Port -1 is no page, an empty file is none.
    """

    width: Annotated[int, msgspec.Meta(ge=320, le=4096)] = 1280
    height: Annotated[int, msgspec.Meta(ge=240, le=4096)] = 800
    port: Annotated[int, msgspec.Meta(ge=-1, le=65_535)] = 8479
    picture_file: str = ""


class StickConfig(Config, frozen=True, kw_only=True):
    """Folders under which USB sticks are mounted, and how often they are looked at."""

    mounts: tuple[str, ...] = ("/media", "/run/media/motcua")
    every_s: Annotated[float, msgspec.Meta(ge=0.05, le=60)] = 2.0


class AgentConfig(ProcessConfig, frozen=True, kw_only=True):
    """What the agent needs. Its certificate's name comes before `box`; without a gate it has none.

    `claim` is the one on the technician's sheet; without one the box makes its own and shows it.
    The certificate is renewed when `renew_at` of its life is over, give or take `renew_spread` of
    it: each box has its own moment.
    """

    box: Name = "new-box"
    gate: GateConfig | None = None
    claim: Annotated[str, msgspec.Meta(max_length=MOST_CLAIM_LETTERS)] = ""
    clock: AnyTimepiece = SystemTimeConfig()
    serial: SerialFileConfig | SerialFixedConfig = SerialFileConfig()
    parts: dict[Name, PartConfig] = msgspec.field(default_factory=dict)
    renew_at: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 2 / 3
    renew_spread: Annotated[float, msgspec.Meta(ge=0, le=0.2)] = 0.05
    broker: BrokerConfig | None = None
    screen: ScreenConfig = ScreenConfig()
    stick: StickConfig = StickConfig()
    settings: SettingsConfig = SettingsConfig()
    remote: RemoteConfig = RemoteConfig()

    @property
    def identity_dir(self) -> Path:
        """Where the key and the certificate are kept."""
        return Path(self.state_dir) / "identity"
