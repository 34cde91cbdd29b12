"""The loader: it chooses an image, starts it, and takes it back when nobody confirms it.

It lies at the root of a Pico's flash with what it imports, is put there once, and is never updated
in the field: whatever an image does, this is what starts next. An image is imported from its slot,
in place of the loader's own modules; of those only what is handed over (boot.Boot) lives on.

Under MicroPython's unix port the flash is a file in the working directory. Its arguments there, for
tests: seconds until what is not confirmed goes back, milliseconds that an erase takes.
"""

# ruff: noqa: E402 - what an import takes on a Pico is time in which a box calls it

import micropython

micropython.kbd_intr(-1)  # there is a Ctrl-C in every call of a box over USB

import asyncio
import sys

import vfs

from firmware_bridge.firmware.files import CrashFile, described, next_boot
from firmware_bridge.firmware.image_fs import ImageFs
from firmware_bridge.firmware.slots import Slots, Updates
from firmware_bridge.frames import RESCUE, RESET_ROLLBACK, RESET_UNKNOWN

try:
    from collections.abc import Callable
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

KIND = "panel"
_CALM_S = 30
_CONFIRM_S = 120
_SLOT = "/slot"
_RESTART = 16


class Pico:
    """A Pico; MicroPython has mounted its flash."""

    root = "/"
    confirm_s = _CONFIRM_S

    def __init__(self) -> None:
        import machine  # noqa: PLC0415 - there is none elsewhere

        self.restart: Callable[[int], Any] = lambda _: machine.reset()
        self.feed: Callable[[], None] = machine.WDT(timeout=8_388).feed


class Pc:
    """The unix port."""

    root = "/flash/"

    def __init__(self, arguments: "list[str]") -> None:
        from firmware_bridge.firmware import nor  # noqa: PLC0415 - a Pico needs none

        self.confirm_s = int(arguments[0]) if arguments else _CONFIRM_S
        blocks = 192
        try:
            file = open("flash", "r+b", 0)  # noqa: SIM115 - for the program's life
        except OSError:
            with open("flash", "wb") as new:
                for _ in range(blocks):  # noqa: FURB122 - MicroPython has no writelines
                    new.write(b"\xff" * nor.BLOCK)
            file = open("flash", "r+b", 0)  # noqa: SIM115 - the same
        flash = nor.Nor(file, blocks, int(arguments[1]) if len(arguments) > 1 else 0)
        try:
            vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
        except OSError:  # a new one, as a Pico's first start finds it
            vfs.VfsLfs2.mkfs(flash, progsize=256)
            vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")

    def restart(self, cause: int) -> None:
        """End, and ask to be started again (simulated.py)."""
        sys.exit(_RESTART + cause)

    def feed(self) -> None:
        """Nothing would bite."""


async def _watched(slots: Slots, ground: "Pico | Pc") -> None:
    """Take back what is not confirmed in time."""
    await asyncio.sleep(min(_CALM_S, ground.confirm_s))
    try:
        slots.calm()
    except OSError:  # it is counted as one that did not live
        pass
    await asyncio.sleep(max(ground.confirm_s - _CALM_S, 0))
    if slots.on_trial:
        try:
            slots.go_back()
        except OSError:  # then it is started again, and counted
            pass
        ground.restart(RESET_ROLLBACK)


def _start(slots: Slots, number: int, cause: int, ground: "Pico | Pc") -> None:
    """Run the image in the slot; returns when it ends, raises what it raises."""
    image = slots.image()
    vfs.mount(ImageFs(image, ground.feed), _SLOT)
    sys.path.insert(0, _SLOT)
    for name in list(sys.modules):
        if name.startswith("firmware_bridge"):
            del sys.modules[name]
    from firmware_bridge.firmware import app, boot  # noqa: PLC0415 - the slot's

    asyncio.create_task(_watched(slots, ground))  # noqa: RUF006 - the loop keeps it
    updates: Any = Updates(slots, boot.Refused)
    app.run(
        boot.Boot(
            number=number,
            cause=cause,
            slot=slots.running,
            confirmed=slots.confirmed,
            version=f"{image.kind} {image.version}",
            root=ground.root,
            updates=updates,
        )
    )


def _run_rescue(slots: Slots, number: int, cause: int, crash: str) -> None:
    from firmware_bridge.firmware import hardware, rescue  # noqa: PLC0415 - an image needs the room

    asyncio.run(rescue.live(slots, number, cause, hardware.opened(), crash))


def load(ground: "Pico | Pc") -> None:
    """Start what is to run; never returns."""
    crash = CrashFile(ground.root)
    try:
        slots = Slots(ground.root, KIND)
        cause = slots.choose()
        number = next_boot(ground.root)
        if slots.running == RESCUE:
            _run_rescue(slots, number, cause, crash.read())
        else:
            _start(slots, number, cause, ground)
    except Exception as error:  # noqa: BLE001 - the root of the program
        try:
            crash.write(described(error))
        except OSError:
            pass
    ground.restart(RESET_UNKNOWN)


if __name__ == "__main__":
    load(Pico() if sys.platform == "rp2" else Pc(sys.argv[1:]))
