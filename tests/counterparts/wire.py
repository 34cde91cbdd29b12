"""A serial wire between two ttys, in a process of its own: its pace, its noise, its plug.

`python -m tests.counterparts.wire FAR --baud 250000 --drop 0.002 --seed 1` opens the tty FAR and
makes a pseudo terminal for the other end. Orders come as lines (`cut`, `join`), and each is
answered with a line: the name of the near tty, or nothing while it is cut.
"""

import argparse
import os
import random
import select
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BITS_A_BYTE = 10  # 8N1
_HELD_BYTES = 4096  # then it is the sender who waits
_GRAIN_S = 0.0003  # bytes that are due within it arrive together, as from a FIFO


class Wire:
    """The near end: a port named `path`, and again under `by_id`, as udev links it."""

    def __init__(self, process: "subprocess.Popen[str]", by_id: Path | None) -> None:
        self._process = process
        self._by_id = by_id
        self.path = self._joined()

    def cut(self) -> None:
        """Pull the plug: the near tty is hung up, its names are gone."""
        if self._by_id:
            self._by_id.unlink(missing_ok=True)
        self._order("cut")
        self._answer()
        self.path = ""

    def join(self) -> str:
        """Put the plug in again: the same wire under another name, which is returned."""
        self._order("join")
        self.path = self._joined()
        return self.path

    def close(self) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(5)
        if self._process.stdout:
            self._process.stdout.close()
        if self._by_id:
            self._by_id.unlink(missing_ok=True)

    def _order(self, word: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def _joined(self) -> str:
        path = self._answer()
        assert path, "the wire did not start: its far end is no tty"
        if self._by_id:
            new = self._by_id.with_suffix(".new")
            new.unlink(missing_ok=True)
            new.symlink_to(path)
            new.rename(self._by_id)
        return path


@contextmanager
def wire(
    far: Path | str,
    *,
    baud: int = 0,
    flip: float = 0.0,
    drop: float = 0.0,
    seed: int = 1,
    by_id: Path | None = None,
) -> Iterator[Wire]:
    """Lay a wire to a tty. `flip` and `drop` are shares of the bytes; baud 0: it takes no time."""
    settings = ("--baud", baud, "--flip", flip, "--drop", drop, "--seed", seed)
    process = subprocess.Popen(
        (sys.executable, "-m", __name__, str(far), *map(str, settings)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    laid = Wire(process, by_id)
    try:
        yield laid
    finally:
        laid.close()


class _Noise:
    """What a byte goes through."""

    def __init__(self, flip: float, drop: float, seed: str) -> None:
        self._flip = flip
        self._drop = drop
        self._random = random.Random(seed)

    def through(self, data: bytes) -> bytes:
        if not (self._flip or self._drop):
            return data
        out = bytearray()
        for byte in data:
            if self._random.random() < self._drop:
                continue
            flipped = self._random.random() < self._flip
            out.append(byte ^ (1 << self._random.randrange(8)) if flipped else byte)
        return bytes(out)


class _Direction:
    """Bytes on their way from one end to the other; each arrives when its stop bit has."""

    def __init__(self, byte_s: float, noise: _Noise) -> None:
        self._byte_s = byte_s
        self._noise = noise
        self._held: list[tuple[float, bytes]] = []  # when, and what arrives then
        self._size = 0
        self._free = 0.0

    @property
    def full(self) -> bool:
        return self._size >= _HELD_BYTES

    @property
    def due(self) -> float | None:
        return self._held[0][0] if self._held else None

    def put(self, data: bytes, now: float) -> None:
        self._free = max(self._free, now)
        step = max(1, int(_GRAIN_S / self._byte_s)) if self._byte_s else len(data)
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            self._free += len(piece) * self._byte_s
            self._size += len(piece)
            self._held.append((self._free, self._noise.through(piece)))

    def take(self, now: float) -> bytes:
        """Return what has arrived."""
        out = b""
        while self._held and self._held[0][0] <= now:
            out += self._held.pop(0)[1]
        self._size = sum(len(piece) for _, piece in self._held)
        return out


class _Laid:
    """The wire itself: two ends, two directions."""

    def __init__(self, far: str, baud: int, flip: float, drop: float, seed: int) -> None:
        self._far = os.open(far, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._far)
        self._near, self._slave = -1, -1
        self._next: tuple[int, int] | None = None
        byte_s = _BITS_A_BYTE / baud if baud else 0.0
        self._out = _Direction(byte_s, _Noise(flip, drop, f"{seed} out"))
        self._back = _Direction(byte_s, _Noise(flip, drop, f"{seed} back"))

    def run(self) -> None:
        self._join()
        while True:
            now = time.monotonic()
            self._deliver(now)
            dues = [way.due for way in (self._out, self._back) if way.due is not None]
            wait = max(0.0, min(dues) - now) if dues else None
            listened = [0]
            if not self._back.full:
                listened.append(self._far)
            if self._near >= 0 and not self._out.full:
                listened.append(self._near)
            ready, _, _ = select.select(listened, [], [], wait)
            if 0 in ready and not self._obey():
                return
            now = time.monotonic()
            if self._near in ready and self._near >= 0:
                self._out.put(os.read(self._near, 1024), now)
            if self._far in ready:
                data = _read(self._far)
                if data is None:
                    return
                if data:
                    self._back.put(data, now)

    def _deliver(self, now: float) -> None:
        for way, end in ((self._out, self._far), (self._back, self._near)):
            data = way.take(now)
            if data and end >= 0:
                _write(end, data)

    def _obey(self) -> bool:
        words = os.read(0, 100).split()
        for word in words:
            if word == b"cut":
                self._cut()
            else:
                self._join()
        return bool(words)

    def _cut(self) -> None:
        near, self._near = self._near, -1
        self._next = os.openpty()  # so that it has another name
        os.close(self._slave)
        os.close(near)
        _say("")

    def _join(self) -> None:
        self._near, self._slave = self._next or os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._near, False)
        _say(os.ttyname(self._slave))


def _say(answer: str) -> None:
    sys.stdout.write(answer + "\n")
    sys.stdout.flush()


def _read(fd: int) -> bytes | None:
    """Return what is there, nothing where it was flushed in the meantime, None once hung up."""
    try:
        return os.read(fd, 1024) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def _write(fd: int, data: bytes) -> None:
    """Deliver; what nobody takes is lost, as on a wire."""
    try:
        os.write(fd, data)
    except OSError:
        return


def main() -> None:
    """Lay a wire until stdin ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("far")
    parser.add_argument("--baud", type=int, default=0)
    parser.add_argument("--flip", type=float, default=0.0)
    parser.add_argument("--drop", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    _Laid(asked.far, asked.baud, asked.flip, asked.drop, asked.seed).run()


if __name__ == "__main__":
    main()
