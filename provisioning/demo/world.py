"""What hands do to a box: take its paper out, pull its plugs, show it a card, cut its line."""

import itertools
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import msgspec

from devices.camera.specimen_paper import Specimen
from devices.contract.errors import MotcuaError
from devices.messages import Kind
from devices.runtime.worker import Worker
from devices.scanner.specimen import write_photograph
from devices.scanner.specimen_card import HOA, card_text
from provisioning.demo.board.plan import BUTTONS, DESKS
from provisioning.demo.board.seen import Seen, looked_at
from provisioning.demo.plan import BoxPlan, CardShown
from provisioning.demo.run import Province

FAULTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PRINTER: ("paper-out", "paper-near-end", "cover-open", "mute", "unplugged"),
    Kind.SCANNER: ("unplugged",),
    Kind.PANEL: ("unplugged",),
    Kind.SPEAKER: ("unplugged",),
}
"""The faults hands can make, in the words of the twins' fault files."""
_PLUGGED = "plugged"
"""What a jack's file says then."""


class NoSuchThingError(MotcuaError):
    """The demo has no such box, part or fault."""

    code = "not_found"


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """One process; `deaths` counts how often it was started again."""

    name: str
    ready: bool
    deaths: int


class BoxState(msgspec.Struct, frozen=True, kw_only=True):
    """A box as the hands left it; `pieces` counts what its printer put out.

    `panel` and `lamps` are what its board shows; `sheet` is the `Specimen` under its document
    camera, `plugged` whether headphones are.
    """

    box: str
    faults: dict[str, str]
    line_cut: bool
    pieces: int
    panel: tuple[str, ...] = ()
    lamps: dict[str, bool] = {}
    sheet: str = ""
    plugged: bool = False


class WorldState(msgspec.Struct, frozen=True, kw_only=True):
    """The whole demo."""

    boxes: tuple[BoxState, ...]
    parts: tuple[PartState, ...]


class World:
    """The hands. What they do to a twin, they do through the twin's files."""

    def __init__(self, province: Province, worker: Worker) -> None:
        self._province = province
        self._worker = worker
        self._seeds = itertools.count(1)

    def state(self) -> WorldState:
        """Return everything as it is now."""
        boxes = self._province.plan.boxes
        children = self._province.children.values()
        return WorldState(
            boxes=tuple(self._box(box) for box in boxes),
            parts=tuple(
                PartState(name=child.name, ready=child.is_ready, deaths=child.deaths)
                for child in children
            ),
        )

    def fault(self, box: str, device: Kind, word: str) -> None:
        """Make a device fail that way, or heal it with an empty word; raises NoSuchThingError."""
        path = self._known(box).faults.get(device)
        if path is None or (word and word not in FAULTS.get(device, ())):
            raise NoSuchThingError(f"{box} has no {device} that can be {word!r}")
        path.write_text(word, encoding="utf-8")

    def press(self, box: str, button: str) -> None:
        """Press a button of a box's board; raises NoSuchThingError."""
        board = self._known(box).board
        if board is None or button not in BUTTONS:
            raise NoSuchThingError(f"{box} has no button {button!r}")
        _append(board.presses, f"{button}\n")

    async def show_card(self, box: str) -> None:
        """Show the scanner a specimen card; before a camera it lies differently each time."""
        plan, seed = self._known(box), next(self._seeds)
        if plan.card_shown is CardShown.TO_CAMERA:
            await self._worker.do(write_photograph, plan.cards / f"card-{seed}.jpg", seed=seed)
        else:
            await self._worker.do(_append, plan.cards, f"{card_text(HOA)}\r\n")

    def lay(self, box: str, sheet: Specimen | None) -> None:
        """Lay a paper under the document camera, or take it away; raises NoSuchThingError."""
        desk = self._known(box).desk
        if desk is None:
            raise NoSuchThingError(f"{box} has no document camera")
        desk.write_text(sheet or "", encoding="utf-8")

    def plug(self, box: str, *, plugged: bool) -> None:
        """Plug headphones in, or out; raises NoSuchThingError."""
        jack = self._known(box).jack
        if jack is None:
            raise NoSuchThingError(f"{box} has no jack")
        jack.write_text(_PLUGGED if plugged else "", encoding="utf-8")

    def scanning(self) -> tuple[str, ...]:
        """Return the boxes with a document camera."""
        return tuple(box for box, plan in self._province.plan.boxes.items() if plan.desk)

    def hearing(self) -> tuple[str, ...]:
        """Return the boxes with a jack for headphones."""
        return tuple(box for box, plan in self._province.plan.boxes.items() if plan.jack)

    def desks(self) -> dict[str, tuple[int, ...]]:
        """Return the desks with call buttons, by the box whose board they hang on."""
        boxes = self._province.plan.boxes
        return {box: DESKS for box, plan in boxes.items() if plan.board}

    def lines(self) -> tuple[str, ...]:
        """Return the boxes that have a line of their own."""
        return tuple(self._province.lines)

    def line(self, box: str, *, cut: bool) -> None:
        """Cut a box's line to the province, or mend it; raises NoSuchThingError."""
        line = self._province.lines.get(box)
        if line is None:
            raise NoSuchThingError(f"{box} has no line of its own")
        if cut:
            line.cut()
        else:
            line.mend()

    def kill(self, part: str) -> None:
        """End a process the hard way (kill -9); raises NoSuchThingError."""
        child = self._province.children.get(part)
        if child is None or not child.pid:
            raise NoSuchThingError(f"no process {part!r} runs")
        os.kill(child.pid, signal.SIGKILL)

    def newest_piece(self, box: str) -> Path:
        """Return the picture of what the printer put out last; raises NoSuchThingError."""
        pieces = self._pieces(box)
        if not pieces:
            raise NoSuchThingError("nothing has been printed yet")
        return pieces[-1]

    def _box(self, box: str) -> BoxState:
        line = self._province.lines.get(box)
        known = self._known(box)
        board = known.board
        seen = looked_at(board) if board else Seen((), {})
        faults = {kind.value: _word(path) for kind, path in known.faults.items()}
        return BoxState(
            box=box,
            faults=faults,
            line_cut=line is not None and line.is_cut,
            pieces=len(self._pieces(box)),
            panel=seen.panel,
            lamps=seen.lamps,
            sheet=_word(known.desk),
            plugged=_word(known.jack) == _PLUGGED,
        )

    def _pieces(self, box: str) -> list[Path]:
        return sorted(self._known(box).paper.glob("[0-9]*.png"))

    def _known(self, box: str) -> BoxPlan:
        known = self._province.plan.boxes.get(box)
        if known is None:
            raise NoSuchThingError(f"no box {box!r}")
        return known


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line)


def _word(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
