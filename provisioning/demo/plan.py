"""What a demo is, as data: layers of processes, lines, files, and the world around each box."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from devices.messages import Kind
from provisioning.controller.config import ControllerConfig
from provisioning.demo.board.plan import BoardPlan
from provisioning.demo.child import ChildPlan
from provisioning.demo.screen import ScreenPlan


@dataclass(frozen=True, slots=True)
class Layer:
    """Children started together, after the layers before; `name` says what they are."""

    name: str
    children: tuple[ChildPlan, ...]


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A box's line to the province: a relay from `port` to the province's broker."""

    box: str
    port: int
    to_port: int


class CardShown(StrEnum):
    """How a card comes before a box's scanner: a photograph into a folder, or its line of text."""

    TO_CAMERA = "camera"
    TO_SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """The world around a box: files that make its twins fail, its cards, its printed paper."""

    box: str
    name: str
    world: Path
    faults: Mapping[Kind, Path]
    paper: Path
    cards: Path
    mirror: Path
    card_shown: CardShown
    board: BoardPlan | None = None
    desk: Path | None = None
    """The file that names the paper under the document camera; None where the box has none."""
    scans: Path | None = None
    """The folder of its scans, in memory."""
    jack: Path | None = None
    """The file that says whether headphones are plugged in; None where there is no jack."""
    chip: Path | None = None
    """The file that names the card on the chip reader (`hoa`); None where the box has none."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A conference room with a screen: its box, its site's name, what stands on its glass."""

    box: str
    name: str
    mirror: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to run. `screens`, `boxes` and `rooms` are by box.

    `files` are written at each start, `first_files` only where they are not there yet.
    """

    layers: tuple[Layer, ...]
    lines: tuple[LinePlan, ...]
    files: Mapping[Path, str]
    directories: tuple[Path, ...]
    logs: Path
    first_files: Mapping[Path, str] = field(default_factory=dict)
    folders: Mapping[Path, Path] = field(default_factory=dict)
    """Folders put there as they are, each from where it is shipped."""
    screens: Mapping[str, ScreenPlan] = field(default_factory=dict)
    boxes: Mapping[str, BoxPlan] = field(default_factory=dict)
    rooms: Mapping[str, RoomPlan] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    dashboard: ControllerConfig | None = None
    """Whose store is to have somebody who can sign in."""
