"""`motcua conference`: its configuration."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from devices.runtime.settings import Port, ProcessConfig
from devices.web.pin import is_hash
from devices.web.tls import TlsConfig
from vc.server.help.rules import HelpRules
from vc.signaling.turn import IceConfig
from vc.state import Policy

PinHash = Annotated[
    str, msgspec.Meta(pattern=r"^scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[0-9a-f]+\$[0-9a-f]+\Z")
]
Even = Annotated[int, msgspec.Meta(ge=160, le=3840, multiple_of=2)]


class HttpConfig(Config, frozen=True, kw_only=True):
    """Where the server listens; `port = 0` takes a free one.

    With `tls.client_ca_file` a room must show its box's certificate.
    """

    host: str = "127.0.0.1"
    port: Port = 8443
    tls: TlsConfig | None = None


class PictureConfig(Config, frozen=True, kw_only=True):
    """The composed picture."""

    width: Even = 1280
    height: Even = 720
    fps: Annotated[int, msgspec.Meta(ge=1, le=60)] = 25
    bitrate_kbps: Annotated[int, msgspec.Meta(ge=100, le=20_000)] = 1500


class FocusConfig(Config, frozen=True, kw_only=True, tag="focus", tag_field="engine"):
    """The embedded engine. No `host_addresses`: all addresses of the machine are told to rooms."""

    host_addresses: tuple[str, ...] = ("127.0.0.1",)
    ports: tuple[Port, Port] | None = None
    """UDP ports to use, first and last; without them any."""


class SimulatedConfig(Config, frozen=True, kw_only=True, tag="simulated", tag_field="engine"):
    """No media at all: for trying the rest."""


class RecordingConfig(Config, frozen=True, kw_only=True):
    """Recordings are kept in `dir`, while so much of its disk stays free."""

    dir: str = ""
    """Empty: `recordings` in `state_dir`."""
    min_free_mb: Annotated[int, msgspec.Meta(ge=0)] = 2048


class PapersConfig(Config, frozen=True, kw_only=True):
    """Meeting papers and the pictures of their pages, at most `cached_pages` of them."""

    dir: str = ""
    """Empty: `papers` in `state_dir`."""
    max_mb: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 64
    max_pages: Annotated[int, msgspec.Meta(ge=1, le=2000)] = 500
    cached_pages: Annotated[int, msgspec.Meta(ge=10, le=100_000)] = 1000
    width: Annotated[int, msgspec.Meta(ge=320, le=4096)] = 1280


class HelpDeskConfig(HelpRules, frozen=True, kw_only=True):
    """The help desk at `/help`. Without `pin_hash` only chair and operators can sit there."""

    pin_hash: PinHash | None = None


class ConferenceConfig(ProcessConfig, frozen=True, kw_only=True):
    """`motcua conference`. `public_url` is the address that rooms and guests reach.

    PIN hashes are made by `python -m devices.web.pin`. `plans_file` (JSON or TOML, an object with
    `plans`) is read at each start; a conference that is known already stays as it is. `templates`
    of it are offered to operators.
    """

    chair_pin_hash: PinHash
    operator_pin_hash: PinHash
    http: HttpConfig = HttpConfig()
    public_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^/\s]+\Z")] = (
        "http://127.0.0.1:8443"
    )
    engine: FocusConfig | SimulatedConfig = FocusConfig()
    picture: PictureConfig = PictureConfig()
    ice: IceConfig = IceConfig()
    policy: Policy = Policy()
    """That of plans and templates of `plans_file` that name none."""
    recordings: RecordingConfig = RecordingConfig()
    papers: PapersConfig = PapersConfig()
    help_desk: HelpDeskConfig = HelpDeskConfig()
    plans_file: str = ""
    disk_limit_mb: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1024

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError, every problem in it)."""
        problems = [
            f"{key}: not of python -m devices.web.pin"
            for key in ("chair_pin_hash", "operator_pin_hash")
            if not is_hash(getattr(self, key))
        ]
        if self.help_desk.pin_hash and not is_hash(self.help_desk.pin_hash):
            problems.append("help_desk.pin_hash: not of python -m devices.web.pin")
        if self.ice.relay_only and not self.ice.turn_urls:
            problems.append("ice.relay_only: needs ice.turn_urls")
        if problems:
            raise ValueError("; ".join(problems))
