"""A new box, still in its carton: it has power and a line, and the province does not know it yet.

```
province   mosquitto (loopback, and a door over mTLS)   gate
                           |                              |  EST
carton              mosquitto   devices   kiosk       agent, whose page is the box's own screen
```

Its kiosk's counter server is the site's, on the site's LAN; where no display is given it has none.

The demo hands its agent only what an image of the province would: where the gate is, and the
fingerprint of the province's CA. The name comes with the certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from devices.camera.simulated import SimulatedCameraConfig
from devices.config import DevicesConfig
from devices.contract.clock import Clock
from devices.contract.toml import as_toml
from devices.display.simulated import SimulatedPanelConfig
from devices.printer.simulated import SimulatedPrinterConfig
from devices.runtime.settings import BusConfig
from devices.scanner.simulated import SimulatedScannerConfig
from devices.speaker.simulated import SimulatedSpeakerConfig
from kiosk.ui.config import AgentLinkConfig, CounterLinkConfig, GlassConfig, KioskConfig
from provisioning.agent.clock import SimulatedTimeConfig
from provisioning.agent.config import (
    AgentConfig,
    BrokerConfig,
    GateConfig,
    ScreenConfig,
    SerialFixedConfig,
    StickConfig,
)
from provisioning.agent.identity import fingerprint_of
from provisioning.agent.parts import PartConfig
from provisioning.agent.remote.config import RemoteConfig, ShellConfig
from provisioning.agent.remote.logs.files import FilesConfig
from provisioning.agent.remote.machine import SimulatedMachineConfig
from provisioning.agent.restart import SignalConfig
from provisioning.agent.settings.config import SettingsConfig
from provisioning.broker import LOOPBACK, box_config
from provisioning.controller.gate.config import GateConfig as ProvinceGate
from provisioning.controller.registry.opening import open_authority
from provisioning.demo.child import ChildPlan

CARTON = "carton"
SERIAL = "10000000c0ffee42"
_AUTHORITY = "Quảng Trị (mẫu)"
_NEW = "new-box"
_WHY_AFTER_S = 3.0  # spectators wait less than an office would


@dataclass(frozen=True, slots=True)
class CartonSettings:
    """The province's two doors, the new box's ports, and the fingerprint of the province's CA.

    `glass` is the kiosk's panel, on `display`; `counter` the site's counter server.
    """

    gate: int
    door: int
    broker: int
    page: int
    ca_sha256: str
    counter: str
    glass: GlassConfig
    display: str = ""


def province_gate(port: int) -> ProvinceGate:
    """Return the province's gate on loopback."""
    return ProvinceGate(port=port, authority=_AUTHORITY, again_s=1)


def made_authority(state_dir: Path, clock: Clock) -> str:
    """Make the province's CA where its controller will find it; returns its fingerprint."""
    state_dir.mkdir(parents=True, exist_ok=True)
    return fingerprint_of(open_authority(state_dir, province_gate(0), clock).certificate)


class CartonPlanner:
    """The new box as a plan. `files` are written at each start, `first_files` once."""

    def __init__(
        self,
        settings: CartonSettings,
        root: Path,
        *,
        python: str,
        env: Mapping[str, str],
        user: str,
        status_every_s: float,
    ) -> None:
        self._s = settings
        self._root = root
        self._python = python
        self._env = env
        self._user = user
        self._every_s = status_every_s
        self._parts = ("devices", "kiosk") if settings.display else ("devices",)

    @property
    def screen(self) -> str:
        """Where the box's own screen is shown."""
        return f"http://{LOOPBACK}:{self._s.page}/"

    @property
    def children(self) -> tuple[ChildPlan, ...]:
        """Its processes."""
        mosquitto = ("mosquitto", "-c", str(self._broker_file))
        return (
            ChildPlan(f"{CARTON}.broker", mosquitto, self._env, pid_file=self._pid("broker")),
            *(self._process(part) for part in (*self._parts, "agent")),
        )

    @property
    def files(self) -> Mapping[Path, str]:
        """The configurations, by their paths."""
        return {
            self._file("agent"): as_toml(self._agent()),
            self._file("devices"): as_toml(self._devices()),
        } | ({self._file("kiosk"): as_toml(self._kiosk())} if "kiosk" in self._parts else {})

    @property
    def first_files(self) -> Mapping[Path, str]:
        """The broker's configuration as the carton has it: afterwards it is the agent's."""
        plain = box_config(port=self._s.broker, directory=self._broker_file.parent)
        return {self._broker_file: f"user {self._user}\n{plain}"}

    @property
    def directories(self) -> tuple[Path, ...]:
        """What must be there."""
        return (self._root / "state", self._root / "run", *map(self._world, ("paper", "cards")))

    def _process(self, part: str) -> ChildPlan:
        argv = (self._python, "-m", "provisioning.cli", part, "--config", str(self._file(part)))
        env = {**self._env, "DISPLAY": self._s.display, "SDL_VIDEODRIVER": "x11"}
        own = env if part == "kiosk" else self._env
        return ChildPlan(f"{CARTON}.{part}", argv, own, pid_file=self._pid(part))

    def _agent(self) -> AgentConfig:
        s, own = self._s, str(self._root / "state")
        return AgentConfig(
            box=_NEW,
            state_dir=own,
            status_every_s=self._every_s,
            bus=self._bus,
            gate=GateConfig(url=f"https://{LOOPBACK}:{s.gate}", ca_sha256=s.ca_sha256),
            serial=SerialFixedConfig(serial=SERIAL),
            clock=SimulatedTimeConfig(file=str(self._world("clock.txt"))),
            parts={
                part: PartConfig(config_file=str(self._file(part)), restart=self._restart(part))
                for part in self._parts
            },
            broker=BrokerConfig(
                config_file=str(self._broker_file),
                directory=str(self._broker_file.parent),
                user=self._user,
                province_port=s.door,
                longest_wait_s=2,
                why_after_s=_WHY_AFTER_S,
                restart=self._restart("broker"),
            ),
            screen=ScreenConfig(port=s.page),
            stick=StickConfig(mounts=(str(self._world("sticks")),)),
            settings=SettingsConfig(allow_simulated=True),
            remote=RemoteConfig(
                logs=FilesConfig(folder=str(self._root.parent / "logs")),
                machine=SimulatedMachineConfig(boot_file=str(self._world("boot.txt"))),
                shell=ShellConfig(allowed=False),
            ),
        )

    def _devices(self) -> DevicesConfig:
        scanner = str(self._world("scanner.fault"))
        return DevicesConfig(
            box=_NEW,
            state_dir=str(self._root / "state"),
            status_every_s=self._every_s,
            bus=self._bus,
            printer=SimulatedPrinterConfig(
                folder=str(self._world("paper")), faults_file=str(self._world("printer.fault"))
            ),
            scanner=SimulatedScannerConfig(
                inbox=str(self._world("scans.txt")), faults_file=scanner
            ),
            camera=SimulatedCameraConfig(folder=str(self._world("cards")), faults_file=scanner),
            panel=SimulatedPanelConfig(file=str(self._world("panel.txt"))),
            speaker=SimulatedSpeakerConfig(folder=str(self._world("said")), pace=1.0),
        )

    def _kiosk(self) -> KioskConfig:
        return KioskConfig(
            box=_NEW,
            state_dir=str(self._root / "state"),
            status_every_s=self._every_s,
            bus=self._bus,
            glass=replace(self._s.glass, mirror_file=str(self._world("glass.json"))),
            counter=CounterLinkConfig(url=self._s.counter),
            agent=AgentLinkConfig(url=f"http://{LOOPBACK}:{self._s.page}", every_s=0.5),
        )

    @property
    def _bus(self) -> BusConfig:
        return BusConfig(host=LOOPBACK, port=self._s.broker)

    @property
    def _broker_file(self) -> Path:
        return self._root / "broker" / "mosquitto.conf"

    def _restart(self, part: str) -> SignalConfig:
        return SignalConfig(pid_file=str(self._pid(part)))

    def _pid(self, part: str) -> Path:
        return self._root / "run" / f"{part}.pid"

    def _file(self, part: str) -> Path:
        return self._root / f"{part}.toml"

    def _world(self, name: str) -> Path:
        return self._root / "world" / name
