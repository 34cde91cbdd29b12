"""One of the demo's boxes: the world around it, its device process, agent and kiosk. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from devices.camera.simulated import SimulatedCameraConfig
from devices.chip.simulated import SimulatedChipReaderConfig
from devices.config import DevicesConfig
from devices.contract.config import Config
from devices.contract.toml import as_toml
from devices.display.simulated import SimulatedPanelConfig
from devices.messages import Kind
from devices.printer.simulated import SimulatedPrinterConfig
from devices.runtime.settings import BusConfig
from devices.scan.settings import FOLDER, ScansConfig
from devices.scanner.camera import CameraScannerConfig
from devices.scanner.simulated import SimulatedScannerConfig
from devices.speaker.headphones import HeadphonesConfig
from devices.speaker.jack import FileJack
from devices.speaker.simulated import SimulatedSpeakerConfig
from kiosk.ui.config import AgentLinkConfig, CounterLinkConfig, GlassConfig, KioskConfig
from kiosk.ui.languages.folder import LanguagesConfig
from provisioning.agent.clock import SimulatedTimeConfig
from provisioning.agent.config import AgentConfig, ScreenConfig, StickConfig
from provisioning.agent.remote.config import RemoteConfig
from provisioning.agent.remote.logs.files import FilesConfig
from provisioning.agent.remote.machine import SimulatedMachineConfig
from provisioning.demo import sample
from provisioning.demo.board.plan import BoardKind, BoardPlan, child_of, devices_of
from provisioning.demo.child import ChildPlan
from provisioning.demo.plan import BoxPlan, CardShown
from provisioning.demo.sample import BOX_B
from vc.endpoint.helping.config import HelpConfig, MadeUpConfig
from vc.rtp.config import PeerConfig

_CALL_FPS = 10
"""Of a call for help, beside ten sites in conference on two cores."""
_FAULTY = (Kind.PRINTER, Kind.SCANNER, Kind.PANEL, Kind.SPEAKER)


@dataclass(frozen=True, slots=True)
class BoxSettings:
    """A box and where it stands; `glass` is its kiosk's, whose file the box itself names.

    `board` is what it has for its panel and the buttons on the officers' desks.
    """

    box: str
    root: Path
    bus: BusConfig
    counter: str
    glass: GlassConfig
    python: str
    env: Mapping[str, str]
    status_every_s: float
    print_s: float
    board: BoardKind
    memory: Path | None = None
    """A folder in memory: the first box scans papers there. None: it does not."""
    languages: tuple[Path, ...] = ()
    """Language packs that are installed."""
    helped: bool = False
    """Whether there is a help desk to be called."""


class BoxPlanner:
    """The box as children and their configurations; what is not asked for is not in `files`."""

    def __init__(self, settings: BoxSettings) -> None:
        self._s = settings
        self._root = settings.root / settings.box
        self.files: dict[Path, str] = {}

    def plan(self) -> BoxPlan:
        """Return the world around it."""
        world, camera = self._world, self._s.box == BOX_B
        return BoxPlan(
            box=self._s.box,
            name=sample.BOX_NAMES[self._s.box],
            world=self._root / "world",
            faults={kind: world(f"{kind}.fault") for kind in _FAULTY},
            paper=world("paper"),
            cards=world("cards" if camera else "scans.txt"),
            mirror=world("glass.json"),
            board=self._board,
            card_shown=CardShown.TO_CAMERA if camera else CardShown.TO_SCANNER,
            desk=world("desk.txt") if self._scans else None,
            scans=Path(self._scans.folder) if self._scans else None,
            jack=world("jack.txt"),
            chip=None if camera else world("chip.txt"),
        )

    def board(self) -> ChildPlan | None:
        """Return the process that is its board; None where there is none, or a twin."""
        if self._board is None or self._s.board is not BoardKind.FIRMWARE:
            return None
        return child_of(self._board, self._s.box, self._s.python, self._s.env)

    def devices(self) -> ChildPlan:
        """Return its device process."""
        return self.process("devices", self._devices(self.plan()))

    def agent(self) -> ChildPlan:
        """Return its agent."""
        return self.process("agent", self._agent())

    def kiosk(self, display: str) -> ChildPlan:
        """Return its kiosk, on a display."""
        kiosk = self.process("kiosk", self._kiosk())
        return replace(kiosk, env={**kiosk.env, "DISPLAY": display, "SDL_VIDEODRIVER": "x11"})

    def process(self, part: str, config: Config) -> ChildPlan:
        """Return a process of this box; its configuration is in `files` then."""
        path = self._root / f"{part}.toml"
        self.files[path] = as_toml(config)
        argv = (self._s.python, "-m", "provisioning.cli", part, "--config", str(path))
        return ChildPlan(name=f"{self._s.box}.{part}", argv=argv, env=self._s.env)

    @property
    def _scans(self) -> ScansConfig | None:
        """Return how papers are scanned here; None where they are not."""
        if self._s.memory is None or self._s.box == BOX_B:
            return None
        return ScansConfig(folder=str(self._s.memory / self._s.box / "scans"))

    def _headphones(self) -> HeadphonesConfig:
        sound = SimulatedSpeakerConfig(folder=str(self._world("aloud")), pace=1.0)
        return HeadphonesConfig(sound=sound, jack=FileJack(file=str(self._world("jack.txt"))))

    def _document_camera(self, desk: Path | None) -> SimulatedCameraConfig | None:
        if desk is None:
            return None
        return SimulatedCameraConfig(
            folder=str(self._world("held")), paper_file=str(desk), width_px=1200, height_px=900
        )

    @property
    def _help(self) -> HelpConfig | None:
        if not self._s.helped:
            return None
        clips = str(self._root / "clips")
        return HelpConfig(trial=MadeUpConfig(clip_dir=clips), peer=PeerConfig(), fps=_CALL_FPS)

    @property
    def _board(self) -> BoardPlan | None:
        return None if self._s.board is BoardKind.NONE else BoardPlan(self._root / "board")

    def _agent(self) -> AgentConfig:
        """Return the agent of a box whose line needs no certificate: it takes orders."""
        return AgentConfig(
            box=self._s.box,
            site=sample.SITE,
            state_dir=self._state,
            status_every_s=self._s.status_every_s,
            bus=self._s.bus,
            clock=SimulatedTimeConfig(file=str(self._world("clock.txt"))),
            screen=ScreenConfig(port=-1),
            stick=StickConfig(mounts=()),
            remote=RemoteConfig(
                logs=FilesConfig(folder=str(self._s.root / "logs")),
                machine=SimulatedMachineConfig(boot_file=str(self._world("boot.txt"))),
            ),
        )

    def _devices(self, box: BoxPlan) -> DevicesConfig:
        printer, scanner, panel, speaker = (str(box.faults[kind]) for kind in _FAULTY)
        camera = SimulatedCameraConfig(folder=str(box.cards), faults_file=scanner)
        keys = self._s.root / "firmware-keys"
        of_board = devices_of(box.board, self._s.board, keys) if box.board else {}
        return DevicesConfig(
            box=box.box,
            site=sample.SITE,
            state_dir=self._state,
            status_every_s=self._s.status_every_s,
            bus=self._s.bus,
            printer=SimulatedPrinterConfig(
                folder=str(box.paper), faults_file=printer, print_s=self._s.print_s
            ),
            scanner=CameraScannerConfig(camera=camera)
            if box.card_shown is CardShown.TO_CAMERA
            else SimulatedScannerConfig(inbox=str(box.cards), faults_file=scanner),
            **{
                "panel": SimulatedPanelConfig(
                    file=str(self._world("panel.txt")), faults_file=panel
                ),
                **of_board,
            },
            speaker=SimulatedSpeakerConfig(
                folder=str(self._world("said")), pace=1.0, faults_file=speaker
            ),
            headphones=self._headphones(),
            camera=self._document_camera(box.desk),
            scans=self._scans,
            chip=SimulatedChipReaderConfig(card_file=str(box.chip), csca_folder="")
            if box.chip
            else None,
        )

    def _kiosk(self) -> KioskConfig:
        return KioskConfig(
            box=self._s.box,
            site=sample.SITE,
            state_dir=self._state,
            status_every_s=self._s.status_every_s,
            bus=self._s.bus,
            glass=msgspec.structs.replace(
                self._s.glass, mirror_file=str(self._world("glass.json"))
            ),
            counter=CounterLinkConfig(url=self._s.counter),
            agent=AgentLinkConfig(url=""),
            languages=LanguagesConfig(folders=tuple(map(str, self._s.languages))),
            scans_folder=self._scans.folder if self._scans else FOLDER,
            help=self._help,
        )

    @property
    def _state(self) -> str:
        return str(self._root / "state")

    def _world(self, name: str) -> Path:
        return self._root / "world" / name
