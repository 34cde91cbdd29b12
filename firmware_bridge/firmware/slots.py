"""Two slots for images, and which of them runs.

The active slot is never written: a new image goes into the other one, runs on trial, and becomes
the active one when it is confirmed. One small file says all of it, with a hash of its own; it is
written under another name and renamed, which LittleFS does at once or not at all. So whenever the
power fails, the next start finds the old word or the new one, and an image that fits it.
"""

import hashlib
import os
import struct

from firmware_bridge.firmware.image_fs import Image
from firmware_bridge.frames import FAILED, RESCUE, RESET_ROLLBACK, RESET_UNKNOWN, RESET_UPDATE

try:
    from collections.abc import Callable
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

MOST_TRIALS = 3  # starts of an image that nobody confirmed
MOST_STARTS = 6  # in a row of an active one that did not live until it was calm
MOST_BYTES = 256 * 1024
_NONE = 255
_STATE, _COMING = "slots", "coming"
_STATE_FIELDS = "<BBBBI32sI32s"  # active, pending, starts, gone back; of each slot size and SHA-256
_COMING_FIELDS = "<BI32s"  # into which slot, size, SHA-256
_HASH = 8  # bytes of it behind each
_SYNC = 32 * 1024  # a cut costs no more of what was sent; a sync costs an erase or two
_READ = 1024


class Slots:
    """The slots under `root`, which ends with a slash; its methods are one boot's life."""

    def __init__(self, root: str, kind: str) -> None:
        """`kind` is the board's; no other image gets in."""
        self.kind = kind
        self.running = RESCUE  # until `choose`
        self._root = root
        self._active = self._pending = _NONE
        self._starts = self._gone_back = 0
        self.on_trial = False  # whether what runs may be confirmed
        self._known = [(0, b""), (0, b"")]  # size and hash of the whole image in each; 0: none
        self._coming = (_NONE, 0, b"")
        self._file: Any = None
        self._at = self._synced = 0
        self._load()

    # A start

    def choose(self, ended: int = RESET_UNKNOWN) -> int:
        """Choose what runs now (`running`), and count it; returns why (RESET_UNKNOWN: not by us).

        An image on trial is started so often and no more, and not again after it `ended` for
        RESET_ROLLBACK; then the active one runs. If that cannot live, or is damaged, the other
        slot's runs, or the rescue.
        """
        cause = RESET_ROLLBACK if self._gone_back else RESET_UNKNOWN
        if self._pending != _NONE:
            again = ended != RESET_ROLLBACK and self._starts < MOST_TRIALS
            if again and self._is_whole(self._pending):
                first = self._starts == 0
                if self._counted(self._active, self._pending, self._starts + 1):
                    self.running, self.on_trial = self._pending, True
                    return RESET_UPDATE if first else RESET_UNKNOWN
            cause = RESET_ROLLBACK
            self._known[self._pending] = (0, b"")
            self._pending, self._starts = _NONE, 0
        if self._starts >= MOST_STARTS:
            self._counted(self._active, _NONE, 0)  # else the next start is a rescue, too
            return cause
        for slot in (self._active, 1 - self._active):
            if slot in (0, 1) and self._is_whole(slot):
                self.running = slot
                self._counted(slot, _NONE, self._starts + 1)  # else it runs uncounted
                break
        return cause

    @property
    def confirmed(self) -> bool:
        """Whether what runs will run after the next restart, too."""
        return self.running == self._active != _NONE

    @property
    def some(self) -> bool:
        """Whether there is an active image at all."""
        return self._active != _NONE

    def image(self) -> Image:
        """Return what runs; raises OSError or ValueError."""
        return Image(self.path(self.running))

    def calm(self) -> None:
        """Say that the active image lives; raises OSError."""
        if self.confirmed and self._starts:
            self._keep(self._active, self._pending, 0, 0)

    def confirm(self) -> "tuple[()]":
        """Let what runs stay; raises ValueError when there is nothing to, or OSError."""
        if not (self.on_trial or self.confirmed):
            raise ValueError("nothing is on trial")
        if self.on_trial:
            self._keep(self.running, _NONE, 0, 0)
            self.on_trial = False
        return ()

    def go_back(self) -> None:
        """Let the active image run after the next restart; raises OSError.

        What is taken back does not run again, even where the active one is damaged: it may be deaf.
        """
        if self.on_trial:
            self._known[self.running] = (0, b"")
        self._keep(self._active, _NONE, 0, 1)

    # A new image

    def begin(self, size: int, digest: bytes) -> "tuple[int]":
        """Open a slot for an image; returns how many of its bytes are there already.

        Raises ValueError when it is too long, or OSError.
        """
        if not 0 < size <= MOST_BYTES:
            raise ValueError(f"an image has 1 to {MOST_BYTES} bytes")
        slot = self.target()
        if self._file and self._coming == (slot, size, digest):
            return (self._at,)
        self.close()
        self.on_trial = False  # it is in that very slot
        if self._pending != _NONE or self._known[slot][0]:
            self._known[slot] = (0, b"")
            self._keep(self._active, _NONE, 0, 0)
        self._coming = (slot, size, digest)
        packed = struct.pack(_COMING_FIELDS, *self._coming)
        if self._read(_COMING) != packed:
            self.forget(slot)  # before the word of what is coming: a cut between leaves no lie
            self._put(_COMING, packed)
        self._open(slot)
        if self._at > size:
            self.close()
            self.forget(slot)
            self._open(slot)
        return (self._at,)

    def write(self, offset: int, data: bytes) -> "tuple[int]":
        """Take a piece; returns the offset it wants next. Raises ValueError or OSError."""
        if not self._file:
            raise ValueError("no update has begun")
        if offset != self._at:
            return (self._at,)
        if self._at + len(data) > self._coming[1]:
            raise ValueError("more than the image has")
        try:
            self._file.write(data)
            self._at += len(data)
            if self._at - self._synced >= _SYNC or self._at == self._coming[1]:
                self._file.flush()
                self._synced = self._at
        except OSError:
            self.close()
            raise
        return (self._at,)

    def end(self) -> "tuple[()]":
        """Read back what was written, and start it at the next restart.

        Raises ValueError when it is not all there, or no image for this board; OSError when it
        is not what was announced. What is wrong is thrown away.
        """
        slot, size, digest = self._coming
        if not self._file or self._at != size:
            raise ValueError(f"{self._at} of {size} bytes are there")
        self.close()
        if self._digest(slot) != digest:
            self.forget(slot)
            raise OSError("the image has another SHA-256")
        if not self._fits(slot):
            self.forget(slot)
            raise ValueError("no image for a " + self.kind)
        self._known[slot] = (size, digest)
        self._keep(self._active, slot, 0, 0)
        return ()

    def close(self) -> None:
        """Let go of what is being written; `begin` takes it up again. Raises OSError."""
        file, self._file = self._file, None
        if file:
            file.close()

    def target(self) -> int:
        """Return the slot that may be written."""
        return 1 if self._active == 0 else 0

    def forget(self, slot: int) -> None:
        """Remove a slot's image: LittleFS needs its room before it can be written anew."""
        try:
            os.remove(self.path(slot))
        except OSError as error:
            if error.args[0] != 2:  # noqa: PLR2004 - ENOENT: there is none
                raise

    def opened(self, path: str) -> "Any":
        """Open an image's file where it ends."""
        return open(path, "ab")

    def path(self, slot: int) -> str:
        """Return the name of a slot's file."""
        return f"{self._root}slot{slot}"

    # On the flash

    def _open(self, slot: int) -> None:
        self._file = self.opened(self.path(slot))
        self._at = self._synced = self._file.seek(0, 2)

    def _is_whole(self, slot: int) -> bool:
        size, digest = self._known[slot]
        return size > 0 and self._digest(slot) == digest and self._fits(slot)

    def _fits(self, slot: int) -> bool:
        try:
            return Image(self.path(slot)).kind == self.kind
        except (ValueError, OSError):
            return False

    def _digest(self, slot: int) -> bytes:
        digest = hashlib.sha256()
        piece = memoryview(bytearray(_READ))
        try:
            with open(self.path(slot), "rb") as file:
                while True:
                    count = file.readinto(piece)
                    if not count:
                        return digest.digest()
                    digest.update(piece[:count])
        except OSError:
            return b""

    def _counted(self, active: int, pending: int, starts: int) -> bool:
        try:
            self._keep(active, pending, starts, 0)
        except OSError:
            return False
        return True

    def _keep(self, active: int, pending: int, starts: int, gone_back: int) -> None:
        first, second = self._known
        packed = struct.pack(_STATE_FIELDS, active, pending, starts, gone_back, *(first + second))
        self._put(_STATE, packed)
        self._active, self._pending, self._starts = active, pending, starts
        self._gone_back = gone_back

    def _load(self) -> None:
        packed = self._read(_STATE)
        if len(packed) != struct.calcsize(_STATE_FIELDS):
            return
        fields = struct.unpack(_STATE_FIELDS, packed)
        self._active, self._pending, self._starts, self._gone_back = fields[:4]
        self._known = [fields[4:6], fields[6:8]]

    def _read(self, name: str) -> bytes:
        """Return what was put there; empty when it is not intact."""
        try:
            with open(self._root + name, "rb") as file:
                data = file.read()
        except OSError:
            return b""
        good = hashlib.sha256(data[:-_HASH]).digest()[:_HASH] == data[-_HASH:]
        return data[:-_HASH] if good else b""

    def _put(self, name: str, data: bytes) -> None:
        path = self._root + name
        with open(path + ".new", "wb") as file:
            file.write(data + hashlib.sha256(data).digest()[:_HASH])
        os.rename(path + ".new", path)


class Updates:
    """The update rows of an application (boot.Updates), done on the slots.

    `refused` is that application's own word for a refusal, boot.Refused; `confirmed` is called
    when what runs stays.
    """

    def __init__(
        self,
        slots: Slots,
        refused: "Callable[[int, str], Exception]",
        confirmed: "Callable[[], None] | None" = None,
    ) -> None:
        self._slots = slots
        self._refused = refused
        self._confirmed = confirmed

    def begin(self, size: int, digest: bytes) -> "Any":
        """Do update_begin."""
        return self._done(self._slots.begin, size, digest)

    def write(self, offset: int, data: bytes) -> "Any":
        """Do update_write."""
        return self._done(self._slots.write, offset, data)

    def end(self) -> "Any":
        """Do update_end."""
        return self._done(self._slots.end)

    def confirm(self) -> "Any":
        """Do update_confirm."""
        done = self._done(self._slots.confirm)
        if self._confirmed:
            self._confirmed()
        return done

    def _done(self, act: "Callable[..., Any]", *values: "Any") -> "Any":
        try:
            return act(*values)
        except OSError as error:
            text = str(error)
        raise self._refused(FAILED, text)
