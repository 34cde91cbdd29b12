"""The demo's topology: which processes stand where, and with which configurations. Pure.

```
province     mosquitto   controller
                 |  a line a box, which can be cut
gio-linh-1   mosquitto   agent   devices   counter   register   kiosk   board (buttons, lamps)
gio-linh-2   mosquitto   agent   devices (camera)    kiosk, whose counter server is gio-linh-1's
```

and, when the settings name them, a conference beside them (`provisioning.demo.conference`) and a
box in its carton (`provisioning.demo.carton`): then the controller runs the province's broker, and
keeps its door.

Where mosquitto is missing one stand-in broker serves all; the topics are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from devices.contract.toml import as_toml
from devices.runtime.settings import BusConfig
from kiosk.counter.config import CounterConfig, DeskConfig
from kiosk.counter.config import HttpConfig as CounterHttp
from kiosk.ui.config import GlassConfig
from provisioning.broker import LOOPBACK, Bridge, box_config, province_config
from provisioning.controller.alerts.config import AlertsConfig
from provisioning.controller.alerts.rules import Rule, Rules, Severity
from provisioning.controller.config import BrokerConfig as ProvinceBrokerConfig
from provisioning.controller.config import ControllerConfig
from provisioning.controller.config import HttpConfig as ControllerHttp
from provisioning.controller.reports.config import ReportsConfig
from provisioning.demo import sample
from provisioning.demo.board.plan import (
    LAMPS,
    BoardKind,
    call_buttons,
)
from provisioning.demo.boxes import BoxPlanner, BoxSettings
from provisioning.demo.carton import CARTON, CartonPlanner, CartonSettings, province_gate
from provisioning.demo.child import ChildPlan
from provisioning.demo.conference.sample import CENTRE, room_box
from provisioning.demo.conference.topology import (
    ROOM_HEIGHT,
    ROOM_WIDTH,
    ConferencePlanner,
    ConferenceSettings,
)
from provisioning.demo.embedded import embedded_config
from provisioning.demo.office import FEEDBACK, FEES, OfficeSystems
from provisioning.demo.plan import CardShown, Layer, LinePlan, Plan
from provisioning.demo.ports import Ports
from provisioning.demo.sample import BOX_A, BOX_B
from provisioning.demo.screen import ScreenPlan

PROVINCE = "province"
WIDTH, HEIGHT = 1280, 800
_STATUS_EVERY_S = 20.0
_ALERTS = AlertsConfig(rules=Rules(offline=Rule(after_s=20, severity=Severity.CRITICAL)))
"""Spectators wait less for an alert than an office would."""
_FPS = 12
"""Ten sites beside two kiosks and a browser, on two cores."""


class Broker(StrEnum):
    """Which broker the demo stands on."""

    MOSQUITTO = "mosquitto"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from run to run.

    A box's kiosk stands on the virtual screen of `displays`, or as a window on the real screen of
    `windows`; a box in neither has none. So does the box in its carton.
    """

    root: Path
    ports: Ports
    displays: Mapping[str, int]
    broker: Broker
    python: str
    env: Mapping[str, str]
    user: str
    pin_hash: str
    print_s: float = 0.0
    conference_begins: datetime | None = None
    """None: no conference."""
    room_display: int | None = None
    carton_ca_sha256: str = ""
    """The fingerprint of the province's CA; empty: no box in its carton."""
    windows: Mapping[str, str] = field(default_factory=dict)
    board: BoardKind = BoardKind.NONE
    """What the first box has for its panel, and for the buttons on the officers' desks."""
    memory: Path | None = None
    """A folder in memory, for scans and the key of drafts; None: no papers are scanned."""
    today: date | None = None
    """The day on which the office works, whatever day it is."""


def province_plan(settings: Settings) -> Plan:
    """Return the whole demo as a plan."""
    return _Planner(settings).plan()


class _Planner:
    def __init__(self, settings: Settings) -> None:
        self._s = settings
        self._files: dict[Path, str] = {}
        self._boxes = {box: BoxPlanner(self._box(box)) for box in (BOX_A, BOX_B)}
        self._office = OfficeSystems(
            box=BOX_A,
            root=settings.root / BOX_A,
            port=settings.ports.register,
            bus=self._bus(BOX_A),
            status_every_s=_STATUS_EVERY_S,
            today=settings.today,
        )
        self._files |= self._office.files

    def plan(self) -> Plan:
        boxes = {box: planner.plan() for box, planner in self._boxes.items()}
        kiosks = {
            box: self._screen(box, display)
            for box, display in self._s.displays.items()
            if box != CARTON or self._has_carton
        }
        screens = kiosks | self._room_screen()
        conference, carton = self._conference(), self._carton()
        layers = [
            Layer("brokers", self._brokers()),
            Layer("services", self._services()),
            Layer("kiosks", self._kiosks(kiosks)),
        ]
        if board := self._boxes[BOX_A].board():
            layers.insert(0, Layer("board", (board,)))
        if conference:
            self._files |= conference.files
            layers += [
                Layer("conference", (conference.server,)),
                Layer("rooms", (conference.centre, conference.sites)),
            ]
        if carton:
            self._files |= carton.files
            layers.append(Layer(CARTON, carton.children))
        for planner in self._boxes.values():
            self._files |= planner.files
        if screens:
            layers.insert(1, Layer("screens", tuple(one.child() for one in screens.values())))
        return Plan(
            layers=tuple(layer for layer in layers if layer.children),
            lines=self._lines(),
            files=self._files,
            directories=(
                *(self._directory(box) / "state" for box in (PROVINCE, *boxes)),
                *(one.directory for one in screens.values()),
                *(box.paper for box in boxes.values()),
                *(box.cards for box in boxes.values() if box.card_shown is CardShown.TO_CAMERA),
                *((self._s.memory / BOX_A,) if self._s.memory else ()),
                *(box.board.folder for box in boxes.values() if box.board),
                *(carton.directories if carton else ()),
            ),
            first_files=carton.first_files if carton else {},
            folders=self._languages,
            logs=self._s.root / "logs",
            screens=screens,
            boxes=boxes,
            rooms=conference.rooms if conference else {},
            links=self._links()
            | ({"conference": conference.link, "help": conference.help} if conference else {})
            | ({CARTON: carton.screen} if carton else {}),
            dashboard=self._controller(),
        )

    def _conference(self) -> ConferencePlanner | None:
        if self._s.conference_begins is None:
            return None
        display = self._s.room_display
        return ConferencePlanner(
            ConferenceSettings(
                root=self._s.root / "conference",
                port=self._s.ports.conference,
                bus=self._bus(PROVINCE),
                python=self._s.python,
                env=self._s.env,
                pin_hash=self._s.pin_hash,
                begins=self._s.conference_begins,
                display="" if display is None else f":{display}",
                fps=_FPS,
            )
        )

    def _carton(self) -> CartonPlanner | None:
        ports = self._s.ports
        if not self._has_carton:
            return None
        return CartonPlanner(
            CartonSettings(
                gate=ports.gate,
                door=ports.door,
                broker=ports.carton,
                page=ports.screen,
                ca_sha256=self._s.carton_ca_sha256,
                counter=f"http://{LOOPBACK}:{ports.counter}",
                glass=GlassConfig(width=WIDTH, height=HEIGHT),
                display=f":{display}" if (display := self._s.displays.get(CARTON)) else "",
            ),
            self._directory(CARTON),
            python=self._s.python,
            env=self._s.env,
            user=self._s.user,
            status_every_s=_STATUS_EVERY_S,
        )

    @property
    def _has_carton(self) -> bool:
        return bool(self._s.carton_ca_sha256) and self._s.broker is Broker.MOSQUITTO

    def _room_screen(self) -> dict[str, ScreenPlan]:
        if self._s.room_display is None or self._s.conference_begins is None:
            return {}
        box = room_box(CENTRE)
        directory = self._s.root / "conference" / box / "screen"
        name = f"{box}.screen"
        screen = ScreenPlan(name, self._s.room_display, ROOM_WIDTH, ROOM_HEIGHT, directory)
        return {box: screen}

    def _links(self) -> dict[str, str]:
        counter = f"http://{LOOPBACK}:{self._s.ports.counter}"
        return {
            "console": f"{counter}/officer",
            "board": f"{counter}/tv",
            "head": f"{counter}/head",
            "facing": f"{counter}/facing/{sample.FACED}",
            "register": f"{self._office.url}/",
            "dashboard": f"http://{LOOPBACK}:{self._s.ports.controller}/",
        }

    def _box(self, box: str) -> BoxSettings:
        return BoxSettings(
            box=box,
            root=self._s.root,
            bus=self._bus(box),
            counter=f"http://{LOOPBACK}:{self._s.ports.counter}",
            glass=GlassConfig(width=WIDTH, height=HEIGHT, fullscreen=box not in self._s.windows),
            python=self._s.python,
            env=self._s.env,
            status_every_s=_STATUS_EVERY_S,
            print_s=self._s.print_s,
            board=self._s.board if box == BOX_A else BoardKind.NONE,
            memory=self._s.memory,
            languages=tuple(self._languages) if box == BOX_B else (),
            helped=self._s.conference_begins is not None,
        )

    @property
    def _languages(self) -> dict[Path, Path]:
        """Return the second box's language packs by the folders they are installed in."""
        installed = self._directory(BOX_B) / "languages"
        return {installed / name: shipped for name, shipped in sample.LANGUAGES.items()}

    def _screen(self, box: str, display: int) -> ScreenPlan:
        directory = self._s.root / box / "screen"
        return ScreenPlan(f"{box}.screen", display, WIDTH, HEIGHT, directory)

    # -- brokers and lines

    def _brokers(self) -> tuple[ChildPlan, ...]:
        ports = self._s.ports
        if self._s.broker is Broker.EMBEDDED:
            path = self._s.root / PROVINCE / "broker.toml"
            self._files[path] = embedded_config(LOOPBACK, ports.province)
            module = ("-m", "provisioning.demo.embedded")
            argv = (self._s.python, *module, str(path), LOOPBACK, str(ports.province))
            return (ChildPlan(name=f"{PROVINCE}.broker", argv=argv, env=self._s.env),)
        own = province_config(port=ports.province, directory=self._store(PROVINCE))
        bridges = {box: Bridge(box, LOOPBACK, ports.lines[box]) for box in (BOX_A, BOX_B)}
        return (
            *(() if self._has_carton else (self._mosquitto(PROVINCE, own),)),
            *(
                self._mosquitto(
                    box,
                    box_config(port=ports.brokers[box], directory=self._store(box), bridge=bridge),
                )
                for box, bridge in bridges.items()
            ),
        )

    def _lines(self) -> tuple[LinePlan, ...]:
        if self._s.broker is Broker.EMBEDDED:
            return ()
        ports = self._s.ports
        return tuple(LinePlan(box, ports.lines[box], ports.province) for box in (BOX_A, BOX_B))

    def _mosquitto(self, name: str, config: str) -> ChildPlan:
        path = self._store(name) / "mosquitto.conf"
        self._files[path] = f"user {self._s.user}\n{config}"
        argv = ("mosquitto", "-c", str(path))
        return ChildPlan(name=f"{name}.broker", argv=argv, env=self._s.env)

    def _bus(self, box: str) -> BusConfig:
        if self._s.broker is Broker.EMBEDDED or box == PROVINCE:
            return BusConfig(host=LOOPBACK, port=self._s.ports.province)
        return BusConfig(host=LOOPBACK, port=self._s.ports.brokers[box])

    # -- our own processes

    def _services(self) -> tuple[ChildPlan, ...]:
        return (
            self._controller_process(),
            self._boxes[BOX_A].process("register", self._office.register()),
            self._boxes[BOX_A].process("counter", self._counter()),
            *(box.devices() for box in self._boxes.values()),
            *(box.agent() for box in self._boxes.values()),
        )

    def _controller_process(self) -> ChildPlan:
        path = self._directory(PROVINCE) / "controller.toml"
        self._files[path] = as_toml(self._controller())
        argv = (self._s.python, "-m", "provisioning.cli", "controller", "--config", str(path))
        return ChildPlan(name=f"{PROVINCE}.controller", argv=argv, env=self._s.env)

    def _controller(self) -> ControllerConfig:
        return ControllerConfig(
            box=PROVINCE,
            state_dir=self._state(PROVINCE),
            status_every_s=_STATUS_EVERY_S,
            bus=self._bus(PROVINCE),
            http=ControllerHttp(host=LOOPBACK, port=self._s.ports.controller),
            alerts=_ALERTS,
            reports=ReportsConfig(
                services={service.id: service.names["vi"] for service in sample.SERVICES}
            ),
            **(self._doors() if self._has_carton else {}),
        )

    def _doors(self) -> dict[str, Any]:
        """Return the tables of a province that takes new boxes."""
        ports = self._s.ports
        return {
            "broker": ProvinceBrokerConfig(mode="start", tls_port=ports.door),
            "gate": province_gate(ports.gate),
        }

    def _counter(self) -> CounterConfig:
        port = self._s.ports.counter
        return CounterConfig(
            box=BOX_A,
            site=sample.SITE,
            state_dir=self._state(BOX_A),
            status_every_s=_STATUS_EVERY_S,
            bus=self._bus(BOX_A),
            names=sample.SITE_NAMES,
            services=sample.SERVICES,
            counters=self._desks(),
            supervisor_pin_hash=self._s.pin_hash,
            buttons=call_buttons() if self._s.board is not BoardKind.NONE else (),
            http=CounterHttp(host=LOOPBACK, port=port),
            public_url=f"http://{LOOPBACK}:{port}",
            hours=sample.HOURS,
            notice=sample.NOTICE,
            sample_data=True,
            chip_reading=True,
            back_office=self._office.back_office(),
            fees=FEES,
            feedback=FEEDBACK,
            drafts=self._office.drafts(self._s.memory),
            tables_folder=self._office.tables,
        )

    def _desks(self) -> tuple[DeskConfig, ...]:
        desks = sample.counters(self._s.pin_hash)
        if self._s.board is BoardKind.NONE:
            return desks
        lit = zip(desks, LAMPS, strict=True)
        return tuple(msgspec.structs.replace(desk, lamp=lamp) for desk, lamp in lit)

    def _kiosks(self, screens: Mapping[str, ScreenPlan]) -> tuple[ChildPlan, ...]:
        own = {box: screen.address for box, screen in screens.items() if box != CARTON}
        at = own | dict(self._s.windows)
        return tuple(self._boxes[box].kiosk(display) for box, display in at.items())

    def _state(self, box: str) -> str:
        return str(self._directory(box) / "state")

    def _store(self, box: str) -> Path:
        return self._directory(box) / "broker"

    def _directory(self, box: str) -> Path:
        return self._s.root / box
