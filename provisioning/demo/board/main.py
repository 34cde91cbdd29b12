"""ROOT of the demo's board: a Pico that is not there, with the real firmware in it.

It plugs itself in below its folder, gets its first firmware as on the maker's bench, and then is
what its buttons are told and shows what its lines and lamps do. Like every process of the demo it
tells systemd when it is ready.
"""

import asyncio
import contextlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sdnotify
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import firmware_bridge
from firmware_bridge import frames
from firmware_bridge.board import Board
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update import image
from firmware_bridge.update.manifest import Release
from firmware_bridge.update.updater import update
from provisioning.demo.board.plan import BUTTONS, LAMPS, UID, BoardPlan

VERSION = "1.0.0"
_LOADER = Path(firmware_bridge.__file__).with_name("firmware") / "main.py"
_LOOK_S = 0.05
_MEET_S = 5.0


async def stand(plan: BoardPlan) -> None:
    """Be the board, until cancelled."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    plan.presses.write_text("", encoding="utf-8")
    simulated = SimulatedBoard(plan.folder, uid=UID, arguments=(str(_LOADER),))
    async with simulated as board:
        await _first_firmware(board)
        sdnotify.SystemdNotifier().notify("READY=1")
        async with asyncio.TaskGroup() as group:
            group.create_task(_obey(board, plan.presses), name="hands")
            group.create_task(_show(board, plan.shown), name="eyes")


async def _first_firmware(board: SimulatedBoard) -> None:
    """Install a firmware on a board that has none, with a key that nobody keeps."""
    async with Board(str(board.path), within_s=_MEET_S) as met:
        if met.identity.slot != frames.RESCUE:
            return
    key, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
    content = image.packed(image.sources(), VERSION)
    manifest = image.described(content, name="demo", expires=now + timedelta(days=1))
    release = Release.checked(manifest.signed(key), content, [key.public_key()], now=now)
    await update(str(board.path), release, prove_s=0.5)


async def _obey(board: SimulatedBoard, presses: Path) -> None:
    read = 0
    while True:
        lines = _lines(presses)
        for name in lines[read:]:
            if name in BUTTONS:
                board.press(BUTTONS.index(name))
        read = len(lines)
        await asyncio.sleep(_LOOK_S)


async def _show(board: SimulatedBoard, shown: Path) -> None:
    told = ""
    while True:
        if (now := _seen(board)) != told:
            _write(shown, now)
            told = now
        await asyncio.sleep(_LOOK_S)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _seen(board: SimulatedBoard) -> str:
    lines = [f"line {line} {text}" for line, text in sorted(board.panel.items())]
    lines += [f"lamp {name} {int(board.lamps.get(at, False))}" for at, name in enumerate(LAMPS)]
    return "\n".join((*lines, f"power {int(board.box_power)}", ""))


def main() -> None:
    """Be the board in the folder named first, until SIGTERM."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(stand(BoardPlan(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
