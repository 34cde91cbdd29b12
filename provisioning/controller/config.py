"""The controller's configuration."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from devices.runtime.settings import Name, Port, ProcessConfig
from devices.web.tls import TlsConfig
from provisioning.controller.accounts.door import AccountsConfig
from provisioning.controller.alerts.config import AlertsConfig
from provisioning.controller.boards.config import BoardsConfig
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.remote.config import RemoteConfig
from provisioning.controller.reports.config import ReportsConfig
from provisioning.controller.retention import RetentionConfig
from provisioning.controller.settings.config import SettingsConfig
from provisioning.controller.soc.config import SocConfig


class HttpConfig(Config, frozen=True, kw_only=True):
    """Where the dashboard listens. Beyond loopback it needs `tls`: passwords go over it.

    Prometheus reads `/metrics` from this machine, or from anywhere with `metrics_token`.
    """

    host: str = "127.0.0.1"
    port: Port = 8480
    names: tuple[str, ...] = ()  # other names by which browsers may call this machine
    tls: TlsConfig | None = None
    metrics_token: Annotated[str, msgspec.Meta(pattern=r"^$|^[!-~]{16,}$")] = ""


class BrokerConfig(Config, frozen=True, kw_only=True):
    """`use` the broker at `bus`, or `start` a mosquitto of our own there on loopback.

    With a `tls_port` it has a door for boxes, over mTLS on `tls_host`. `users` are CNs of the
    province's own processes that come by the door, each of them `{box}-something`.
    """

    mode: Literal["use", "start"] = "use"
    tls_port: Port = 0
    tls_host: str = "127.0.0.1"
    users: tuple[Name, ...] = ()
    most_boxes: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 12_000


class IngestConfig(Config, frozen=True, kw_only=True):
    """Who takes the boxes' events: the controller itself, or `motcua ingest` beside it (0)."""

    workers: Annotated[int, msgspec.Meta(ge=0, le=1)] = 1


class ControllerConfig(ProcessConfig, frozen=True, kw_only=True):
    """What the controller needs. An empty `store` is SQLite in the state directory.

    Another is `sqlite:///PATH`, or `postgresql+psycopg://USER@HOST/NAME`.
    """

    box: Name = "province"
    store: Annotated[str, msgspec.Meta(pattern=r"^$|^sqlite:///|^postgresql\+psycopg://")] = ""
    http: HttpConfig = HttpConfig()
    accounts: AccountsConfig = AccountsConfig()
    broker: BrokerConfig = BrokerConfig()
    gate: GateConfig = GateConfig()
    ingest: IngestConfig = IngestConfig()
    retention: RetentionConfig = RetentionConfig()
    stale_after_s: Annotated[float, msgspec.Meta(ge=0.5, le=86_400)] = 210.0
    batch: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 2_000
    alerts: AlertsConfig = AlertsConfig()
    remote: RemoteConfig = RemoteConfig()
    boards: BoardsConfig = BoardsConfig()
    reports: ReportsConfig = ReportsConfig()
    soc: SocConfig | None = None
    settings: SettingsConfig = SettingsConfig()
    linger_ms: Annotated[int, msgspec.Meta(ge=1, le=5_000)] = 50

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError): a box may get any other name."""
        for user in self.broker.users:
            if not user.startswith(f"{self.box}-"):
                raise ValueError(f"broker.users: {user} must begin with {self.box}-")


def store_url(config: ControllerConfig) -> str:
    """Return where the store is."""
    return config.store or f"sqlite:///{Path(config.state_dir) / 'controller.sqlite3'}"
