"""Cut the power at every operation on the flash, under MicroPython, and see what is left.

`micropython power_cuts.py STORY [VARIANT]`: tell the story once whole; then once for each of its
flash operations and each half of it, until the power fails there; then start as a board starts, and
let the box finish what it had begun. Prints a count of each way it ended.
"""

import hashlib
import io
import sys
from binascii import crc32

import vfs

sys.path.insert(0, ".")

from firmware_bridge.firmware.files import next_boot
from firmware_bridge.firmware.nor import BLOCK, Nor
from firmware_bridge.firmware.slots import MOST_TRIALS, Slots
from firmware_bridge.frames import RESCUE, RESET_ROLLBACK

KIND = "panel"
BLOCKS = {"": 28, "one_slot": 28, "no_remove": 40}  # two images and little more; uncut, each does
PIECE = 506
SHARES = (0, 1, 2)  # halves of the operation that are done


class OneSlot(Slots):
    """What most do: the new image goes over the old one."""

    def target(self) -> int:
        return self.running if self.running != RESCUE else 0


class NoRemove(Slots):
    """The first idea: the old file is truncated when it is opened, not removed before."""

    mode = "ab"

    def forget(self, slot: int) -> None:  # noqa: ARG002 - the same for each
        self.mode = "wb"

    def opened(self, path: str) -> object:
        mode, self.mode = self.mode, "ab"
        return open(path, mode)  # noqa: PTH123 - MicroPython


VARIANTS = {"": Slots, "one_slot": OneSlot, "no_remove": NoRemove}


def made(version: str) -> bytes:
    """Return an image that fills some blocks, and not the last."""
    body = bytearray()
    while len(body) < 41_000:
        body += hashlib.sha256(f"{version} {len(body)}".encode()).digest()
    return f"motcua-image-1 {KIND} {version}\n{len(body)} a.py\n\n".encode() + body


OLD, NEW, OLDER = made("1.0.0"), made("2.0.0"), made("0.9.0")
FOUND = {hashlib.sha256(image).digest(): image for image in (OLD, NEW, OLDER)}


class Board:
    """A board on a flash: what the loader does at a start, and what a box asks of it."""

    def __init__(self, flash: Nor, variant: str) -> None:
        self._flash = flash
        self._slots_class = VARIANTS[variant]
        self.said: list[int] = []

    def start(self) -> None:
        self.off()
        vfs.mount(vfs.VfsLfs2(self._flash, progsize=256), "/f")
        self.slots = self._slots_class("/f/", KIND)
        self.cause = self.slots.choose()
        self.said.append(next_boot("/f/"))

    def off(self) -> None:
        try:  # noqa: SIM105 - MicroPython
            vfs.umount("/f")
        except OSError:  # it was not on
            pass

    def runs(self) -> bytes:
        """Return the image that runs, whole; empty for the rescue."""
        if self.slots.running == RESCUE:
            return b""
        with open(self.slots.path(self.slots.running), "rb") as file:  # noqa: PTH123 - MicroPython
            return FOUND.get(hashlib.sha256(file.read()).digest(), b"broken")

    def take(self, image: bytes) -> int:
        """Take an image as a box sends it; returns where it began."""
        (begun,) = (at,) = self.slots.begin(len(image), hashlib.sha256(image).digest())
        while at < len(image):
            (at,) = self.slots.write(at, image[at : at + PIECE])
        self.slots.end()
        return begun

    def updated(self) -> int:
        """Bring it to NEW, as a box does whatever it finds; returns where it began."""
        begun = 0
        if self.runs() != NEW:
            begun = self.take(NEW)
            self.start()
        assert self.runs() == NEW
        self.slots.confirm()
        self.start()
        assert self.runs() == NEW
        assert self.slots.confirmed
        return begun


def update(board: Board) -> None:
    board.start()
    board.updated()


def rollback(board: Board) -> None:
    """Nobody confirms the new image, in as many starts as it has."""
    board.start()
    board.take(NEW)
    for _ in range(MOST_TRIALS):
        board.start()
        assert board.runs() == NEW
    board.start()
    assert (board.runs(), board.cause) == (OLD, RESET_ROLLBACK)
    board.take(NEW)
    board.start()
    board.slots.go_back()
    board.start()
    assert (board.runs(), board.cause) == (OLD, RESET_ROLLBACK)


STORIES = {"update": update, "second": update, "rescue": update, "rollback": rollback}
BEFORE = {"update": (OLDER, OLD), "second": (OLD,), "rescue": (), "rollback": (OLDER, OLD)}


def prepared(story: str, blocks: int) -> bytes:
    """Return a flash as the story finds it: a life of updates is behind it."""
    file = io.BytesIO(b"\xff" * (blocks * BLOCK))
    flash = Nor(file, blocks)
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    board = Board(flash, "")
    for image in BEFORE[story]:
        board.start()
        board.take(image)
        board.start()
        board.slots.confirm()
    board.off()
    return file.getvalue()


class Sweep:
    def __init__(self, story: str, variant: str) -> None:
        self.story = story
        self.variant = variant
        self.counts = {"operations": 0, "cuts": 0, "bricks": 0, "lost": 0, "fine": 0, "resumed": 0}
        self.blocks = BLOCKS[variant]
        self.base = prepared(story, self.blocks)
        self.faults: list[str] = []

    def run(self) -> None:
        flash = Nor(io.BytesIO(self.base), self.blocks)
        board = Board(flash, self.variant)
        STORIES[self.story](board)
        board.off()
        self.counts["operations"] = flash.operations
        for share in SHARES:
            for cut in range(1, flash.operations + 1):
                self.counts["cuts"] += 1
                how = self.cut(cut, share)
                self.counts[how] += 1

    def cut(self, cut: int, share: int) -> str:
        """Return how it ended: `fine`, `lost` (no update gets in any more) or `bricks`."""
        flash = Nor(io.BytesIO(self.base), self.blocks)
        board = Board(flash, self.variant)
        if not self.died(flash, cut, share, lambda: STORIES[self.story](board)):
            return self.fault("lost", cut, share, "before the cut")
        again = crc32(b"%d %d" % (cut, share))
        if again & 1:  # and once more, somewhere in what it does then
            self.died(flash, 1 + (again >> 1) % 160, (again >> 16) % 3, lambda: update(board))
        try:
            board.start()
            found = board.runs()
        except (OSError, ValueError) as error:
            return self.fault("bricks", cut, share, repr(error))
        allowed = (OLD, NEW) if BEFORE[self.story] else (b"", NEW)
        if found not in allowed or len(set(board.said)) < len(board.said):
            return self.fault("bricks", cut, share, f"{found[:30]!r} in starts {board.said}")
        try:
            self.counts["resumed"] += board.updated() > 0
        except (OSError, ValueError, AssertionError) as error:
            return self.fault("lost", cut, share, repr(error))
        finally:
            board.off()
        return "fine"

    def died(self, flash: Nor, cut: int, share: int, act: object) -> bool:
        """Act until the power fails, or to the end; then it is there again.

        Return False when it was neither.
        """
        flash.cut, flash.share = flash.operations + cut, share
        well = True
        try:
            act()  # type: ignore[operator]
        except (OSError, ValueError, AssertionError):
            well = flash.dark
        flash.dark, flash.cut = False, -1
        return well

    def fault(self, how: str, cut: int, share: int, text: str) -> str:
        self.faults.append(f"{how}: operation {cut}, {share} halves of it: {text}")
        return how


def main(story: str, variant: str = "") -> None:
    sweep = Sweep(story, variant)
    sweep.run()
    lines = [f"{name} {count}" for name, count in sweep.counts.items()]
    lines += [f"fault {fault}" for fault in sweep.faults[:10]]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
