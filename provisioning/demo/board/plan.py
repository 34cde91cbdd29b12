"""Where a board of the demo is, what it is wired to, and the configurations that fit it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from devices.board.config import WatchdogConfig
from devices.board.serial import SerialBoardConfig
from devices.board.simulated import SimulatedBoardConfig
from devices.contract.identity import COUNTER
from devices.display.board import BoardPanelConfig
from devices.panel_io.board import BoardPanelIoConfig
from kiosk.counter.config import Act, CallButtonConfig
from provisioning.demo.child import ChildPlan

UID = b"gio-linh"
DESKS = (1, 2)
BUTTONS = tuple(f"{act}-{desk}" for desk in DESKS for act in Act)
LAMPS = tuple(f"desk-{desk}" for desk in (1, 2, 3, 4))


class BoardKind(StrEnum):
    """What stands in for a Pico."""

    NONE = "none"
    TWIN = "twin"  # the firmware's application in the device process
    FIRMWARE = "firmware"  # the whole firmware under MicroPython, in a process of its own


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """A board's folder, in which it has its flash; and what it shows and who presses, as files.

    Each line added to `presses` is the name of a button; `shown` has a line for each line of the
    panel and for each lamp.
    """

    folder: Path

    @property
    def port(self) -> Path:
        """The port it is plugged into, under the name that lasts."""
        return self.folder / f"usb-motcua_board_{UID.hex()}-if00"

    @property
    def presses(self) -> Path:
        """Whose lines are presses."""
        return self.folder / "presses.txt"

    @property
    def shown(self) -> Path:
        """What is to be seen."""
        return self.folder / "shown.txt"


def devices_of(board: BoardPlan, kind: BoardKind, keys: Path) -> Mapping[str, Any]:
    """Return the tables of the device process that has it; none without a board."""
    wired: dict[str, Any] = {
        "buttons": BUTTONS,
        "lamps": LAMPS,
        "watchdog": WatchdogConfig(parts=(COUNTER,)),
        "firmware_keys": str(keys),
    }
    match kind:
        case BoardKind.NONE:
            return {}
        case BoardKind.FIRMWARE:
            own: Any = SerialBoardConfig(path=str(board.port), **wired)
        case BoardKind.TWIN:
            own = SimulatedBoardConfig(
                folder=str(board.folder),
                presses_file=str(board.presses),
                shown_file=str(board.shown),
                **wired,
            )
    return {"board": own, "panel": BoardPanelConfig(), "panel_io": BoardPanelIoConfig()}


def child_of(board: BoardPlan, box: str, python: str, env: Mapping[str, str]) -> ChildPlan:
    """Return the process that is the board."""
    argv = (python, "-m", "provisioning.demo.board.main", str(board.folder))
    return ChildPlan(name=f"{box}.board", argv=argv, env=env)


def call_buttons() -> tuple[CallButtonConfig, ...]:
    """Return what the counter server knows of the buttons."""
    return tuple(
        CallButtonConfig(button=f"{act}-{desk}", counter=f"quay-{desk}", act=act)
        for desk in DESKS
        for act in Act
    )
