"""The loader: it chooses an image, starts it, and takes it back when nobody confirms it.

It lies at the root of a Pico's flash with what it imports, is put there once, and is never updated
in the field: whatever an image does, this is what starts next. An image is imported from its slot,
in place of the loader's own modules; of those only what is handed over (boot.Boot) lives on.

Under MicroPython's unix port the flash is a file in the working directory, and what a Pico's chip
does beside its program `firmware_bridge/simulated.py` does. Its arguments there, for tests: seconds
until what is not confirmed goes back, milliseconds that an erase takes.
"""

# ruff: noqa: E402 - what an import takes on a Pico is time in which a box calls it

import micropython

micropython.kbd_intr(-1)  # there is a Ctrl-C in every call of a box over USB

import asyncio
import os
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
_GRACE_S = 5  # behind it the timer, for an image in whose loop nobody gets a word
_SLOT = "/slot"
_RESTART = 16


class Pico:
    """A Pico; MicroPython has mounted its flash."""

    root = "/"
    confirm_s = _CONFIRM_S

    def __init__(self) -> None:
        import machine  # noqa: PLC0415 - there is none elsewhere

        from firmware_bridge.firmware import pico_reset  # noqa: PLC0415 - the same

        self.ended = pico_reset.cause()
        self.restart = pico_reset.restart
        self.feed: Callable[[], None] = machine.WDT(timeout=8_388).feed
        self._timer = machine.Timer()
        self._mode = machine.Timer.PERIODIC  # a callback that finds the scheduler full is dropped

    def alarm(self, after_s: int) -> None:
        """Restart the board by then, for RESET_ROLLBACK, whatever runs; 0: do not."""
        self._timer.deinit()
        if after_s:
            self._timer.init(mode=self._mode, period=after_s * 1000, callback=self._out_of_time)

    def _out_of_time(self, _: "Any") -> None:
        self.restart(RESET_ROLLBACK)


class Pc:
    """The unix port."""

    root = "/flash/"

    def __init__(self, arguments: "list[str]") -> None:
        from firmware_bridge.firmware import nor  # noqa: PLC0415 - a Pico needs none

        self.confirm_s = int(arguments[0]) if arguments else _CONFIRM_S
        self.ended = int(os.getenv("RESET_CAUSE") or RESET_UNKNOWN)
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

    def alarm(self, after_s: int) -> None:
        """Be restarted by then, for RESET_ROLLBACK, whatever runs; 0: do not."""
        sys.stdout.write(f"alarm {after_s}\n")


async def _watched(slots: Slots, ground: "Pico | Pc", start: "Any") -> None:
    """Take back what is not confirmed in time."""
    await asyncio.sleep(min(_CALM_S, ground.confirm_s))
    try:
        slots.calm()
    except OSError:  # it is counted as one that did not live
        pass
    await asyncio.sleep(max(ground.confirm_s - _CALM_S, 0))
    if slots.on_trial:
        start.leave()
        try:
            slots.go_back()
        except OSError:  # the next start does it
            pass
        ground.restart(RESET_ROLLBACK)


def _start(slots: Slots, number: int, cause: int, ground: "Pico | Pc") -> None:
    """Run the image in the slot; returns when it ends, raises what it raises."""
    image = slots.image()
    if slots.on_trial:
        ground.alarm(ground.confirm_s + _GRACE_S)
    vfs.mount(ImageFs(image, ground.feed), _SLOT)
    sys.path.insert(0, _SLOT)
    for name in list(sys.modules):
        if name.startswith("firmware_bridge"):
            del sys.modules[name]
    from firmware_bridge.firmware import app, boot  # noqa: PLC0415 - the slot's

    updates: Any = Updates(slots, boot.Refused, lambda: ground.alarm(0))
    start = boot.Boot(
        number=number,
        cause=cause,
        slot=slots.running,
        confirmed=slots.confirmed,
        version=f"{image.kind} {image.version}",
        root=ground.root,
        updates=updates,
    )
    asyncio.create_task(_watched(slots, ground, start))  # noqa: RUF006 - the loop keeps it
    app.run(start)


def _run_rescue(slots: Slots, number: int, cause: int, crash: str) -> None:
    from firmware_bridge.firmware import hardware, rescue  # noqa: PLC0415 - an image needs the room

    asyncio.run(rescue.live(slots, number, cause, hardware.opened(), crash))


def load(ground: "Pico | Pc") -> None:
    """Start what is to run; never returns."""
    crash = CrashFile(ground.root)
    try:
        slots = Slots(ground.root, KIND)
        cause = slots.choose(ground.ended)
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
