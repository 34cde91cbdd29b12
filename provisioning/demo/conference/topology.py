"""The conference's processes and their configurations. Pure.

```
hoi-nghi        conference (rtp, video, audio)      on the province's broker, as the rooms are here
trung-tam-room  room with a screen
dong-ha-room .. nine rooms without, in one process
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from devices.contract.config import Config
from devices.contract.toml import as_toml
from devices.runtime.settings import BusConfig
from provisioning.broker import LOOPBACK
from provisioning.demo.child import ChildPlan
from provisioning.demo.conference import sample
from provisioning.demo.conference.sample import CENTRE, SERVER_BOX, SITES, room_box
from provisioning.demo.plan import RoomPlan
from vc.acts import Actor, OpenLobby, Role
from vc.endpoint.camera.simulated import SimulatedCameraConfig
from vc.endpoint.config import GlassScreenConfig, NoScreenConfig, ProbeConfig, RoomConfig
from vc.endpoint.light_sound import LightSoundConfig
from vc.endpoint.sound.simulated import SimulatedSoundConfig
from vc.server.conference.layouts import arrange
from vc.server.conference.rules import arrived, begin, carry_out
from vc.server.config import (
    ConferenceConfig,
    HelpDeskConfig,
    HttpConfig,
    PictureConfig,
    RecordingConfig,
)

ROOM_WIDTH, ROOM_HEIGHT = 1280, 720
_STATUS_EVERY_S = 10.0
_MIN_FREE_MB = 200


@dataclass(frozen=True, slots=True)
class ConferenceSettings:
    """What differs from run to run. No `display`: the centre's room has no screen."""

    root: Path
    port: int
    bus: BusConfig
    python: str
    env: Mapping[str, str]
    pin_hash: str
    begins: datetime
    display: str = ""
    fps: int = 15
    camera_width: int = 640
    camera_height: int = 360
    camera_kbps: int = 500
    sites: Mapping[str, str] = field(default_factory=lambda: dict(SITES))
    probes: bool = False
    """Every room writes down what it sent and received (`probe`)."""
    watched: tuple[str, ...] | None = None
    """Whose time codes each room reads beside its own; None: everybody's."""
    buses: Mapping[str, BusConfig] = field(default_factory=dict)
    """Rooms on a broker of their own, by site."""
    bursts: str = ""
    """A site that sends tones at whole seconds instead of speech."""


class ConferencePlanner:
    """The files and children of the demo's conference."""

    def __init__(self, settings: ConferenceSettings) -> None:
        self._s = settings
        self.files: dict[Path, str] = {}
        plans = msgspec.json.encode(
            {"plans": [sample.plan(settings.begins, settings.sites)]}
        ).decode()
        self.files[self._plans] = plans
        self.server = self._process(SERVER_BOX, "conference", self._server())
        self.centre = self._centre()
        self._rooms = {
            site: self._file(room_box(site), "room", self._room(site, NoScreenConfig()))
            for site in settings.sites
            if site != CENTRE
        }

    @property
    def sites(self) -> ChildPlan:
        """All rooms but the centre's, in one process."""
        module = ("-m", "provisioning.demo.conference.sites")
        argv = (self._s.python, *module, *map(str, self._rooms.values()))
        return ChildPlan(name="sites", argv=argv, env=self._s.env)

    @property
    def apart(self) -> tuple[ChildPlan, ...]:
        """All rooms but the centre's, a process each."""
        return tuple(
            self._child(room_box(site), "room", path) for site, path in self._rooms.items()
        )

    def probe(self, site: str) -> Path:
        """Return the file of what a site's room sent and received."""
        return self._s.root / room_box(site) / "probe.jsonl"

    @property
    def link(self) -> str:
        """The server's address."""
        return f"http://{LOOPBACK}:{self._s.port}"

    @property
    def help(self) -> str:
        """The help desk's address."""
        return f"{self.link}/help"

    @property
    def rooms(self) -> dict[str, RoomPlan]:
        """Rooms with a screen, by box."""
        box = room_box(CENTRE)
        return {box: RoomPlan(box, SITES[CENTRE], self._mirror)} if self._s.display else {}

    @property
    def _plans(self) -> Path:
        return self._s.root / SERVER_BOX / "plans.json"

    @property
    def _mirror(self) -> Path:
        return self._s.root / room_box(CENTRE) / "glass.json"

    def _server(self) -> ConferenceConfig:
        return ConferenceConfig(
            box=SERVER_BOX,
            site=SITES[CENTRE],
            state_dir=self._state(SERVER_BOX),
            status_every_s=_STATUS_EVERY_S,
            bus=self._s.bus,
            chair_pin_hash=self._s.pin_hash,
            operator_pin_hash=self._s.pin_hash,
            http=HttpConfig(host=LOOPBACK, port=self._s.port),
            public_url=self.link,
            picture=PictureConfig(fps=self._s.fps),
            recordings=RecordingConfig(min_free_mb=_MIN_FREE_MB),
            help_desk=HelpDeskConfig(pin_hash=self._s.pin_hash),
            plans_file=str(self._plans),
        )

    def _centre(self) -> ChildPlan:
        screen = GlassScreenConfig(
            width=ROOM_WIDTH, height=ROOM_HEIGHT, mirror_file=str(self._mirror)
        )
        room = self._room(CENTRE, screen if self._s.display else NoScreenConfig())
        child = self._process(room.box, "room", room)
        env = {**child.env, "DISPLAY": self._s.display, "SDL_VIDEODRIVER": "x11"}
        return ChildPlan(child.name, child.argv, env if self._s.display else child.env)

    def _room(self, site: str, screen: GlassScreenConfig | NoScreenConfig) -> RoomConfig:
        seed = list(self._s.sites).index(site)
        return RoomConfig(
            box=room_box(site),
            site=self._s.sites[site],
            state_dir=self._state(room_box(site)),
            status_every_s=_STATUS_EVERY_S,
            bus=self._s.buses.get(site, self._s.bus),
            camera=SimulatedCameraConfig(
                clip_dir=str(self._s.root / "clips"),
                seed=seed,
                width_px=self._s.camera_width,
                height_px=self._s.camera_height,
                fps=self._s.fps,
                bitrate_kbps=self._s.camera_kbps,
            ),
            sound=self._sound(site, seed),
            screen=screen,
            probe=self._probe(site),
        )

    def _sound(self, site: str, seed: int) -> SimulatedSoundConfig | LightSoundConfig:
        if site == self._s.bursts:
            return LightSoundConfig(said="bursts")
        return SimulatedSoundConfig(seed=seed) if site == CENTRE else LightSoundConfig(seed=seed)

    def _probe(self, site: str) -> ProbeConfig:
        if not self._s.probes:
            return ProbeConfig()
        now = self._s.begins
        operator = Actor(name="probe", role=Role.OPERATOR)
        state = begin(sample.plan(now, self._s.sites))
        state = carry_out(state, OpenLobby(), operator, now).state
        for one in self._s.sites:
            state = arrived(state, one, now).state
        wall, *_ = arrange(state, speaking="", now=now)
        watched = (*(self._s.sites if self._s.watched is None else self._s.watched), site)
        places = {
            tile.source: (tile.x, tile.y, tile.width, tile.height)
            for tile in wall.tiles
            if tile.source in watched
        }
        return ProbeConfig(file=str(self.probe(site)), tiles=places)

    def _process(self, box: str, part: str, config: Config) -> ChildPlan:
        return self._child(box, part, self._file(box, part, config))

    def _child(self, box: str, part: str, path: Path) -> ChildPlan:
        argv = (self._s.python, "-m", "provisioning.cli", part, "--config", str(path))
        return ChildPlan(name=f"{box}.{part}", argv=argv, env=self._s.env)

    def _file(self, box: str, part: str, config: Config) -> Path:
        path = self._s.root / box / f"{part}.toml"
        self.files[path] = as_toml(config)
        return path

    def _state(self, box: str) -> str:
        return str(self._s.root / box / "state")
