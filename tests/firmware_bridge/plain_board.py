"""A board's end of the wire in a thread of this process: the link itself, and the plainest answers.

For what the real firmware cannot be made to do on purpose: to be silent, to restart between two
bytes, to tell ten thousand events at once, to speak another table.
"""

import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from firmware_bridge import frames
from firmware_bridge.link import Link

UID = bytes(range(8))


class PlainBoard:
    """A pty at `path`, and behind it a board that knows its table and keeps its events."""

    def __init__(self, *, table: bytes = frames.TABLE_HASH, window: int = 8) -> None:
        self._table = table
        self._window = window
        self._master, slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._wake_read, self._wake = os.pipe()
        self._orders: list[Callable[[], None]] = []
        self._silent = False
        self._ended = False
        self.boot = 0
        self.link: Link
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.kept: list[tuple[int, str, tuple[Any, ...]]] = []
        self._told = 0
        self._next = 1
        self.refusals: dict[str, tuple[int, str]] = {}
        self._start()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def fileno(self) -> int:
        """Return the board's side of the pty."""
        return self._master

    def tell(self, name: str, *values: Any, times: int = 1) -> None:
        """Have something to tell, as often."""
        self._do(lambda: self._keep(name, values, times))

    def restart(self) -> None:
        """Forget everything, and greet anew."""
        self._do(self._start)

    def be_silent(self, silent: bool = True) -> None:  # noqa: FBT001, FBT002 - a state
        """Hear nothing and say nothing, and come back to it."""
        self._do(lambda: setattr(self, "_silent", silent))

    def babble(self, noise: bytes) -> None:
        """Say what no board says, and go on as before."""
        self._do(lambda: self._write(noise))

    def unplug(self) -> None:
        """Take the port away, as when a plug is pulled."""
        self._ended = True
        os.write(self._wake, b"!")
        self._thread.join()
        os.close(self._slave)
        os.close(self._master)

    def close(self) -> None:
        if not self._ended:
            self.unplug()
        os.close(self._wake_read)
        os.close(self._wake)

    def _do(self, order: Callable[[], None]) -> None:
        done = threading.Event()

        def carried_out() -> None:
            order()
            done.set()

        self._orders.append(carried_out)
        os.write(self._wake, b"!")
        assert done.wait(30)

    def _start(self) -> None:
        self.boot += 1
        self.kept, self._next, self._told = [], 1, 0
        said = frames.identity(self._table, UID, self.boot, frames.RESET_POWER, 0, 1, b"1.0")
        nonce = int.from_bytes(os.urandom(4), "little")
        self.link = Link(nonce, said, window=self._window)
        self._said = said
        self._session = 0

    def _keep(self, name: str, values: tuple[Any, ...], times: int) -> None:
        for _ in range(times):
            self.kept.append((self._next, name, values))
            self._next += 1

    def _run(self) -> None:
        while not self._ended:
            due = self.link.due_ms()
            wait = 0.5 if due is None or self._silent else max(0.0, due / 1000 - time.monotonic())
            ready, _, _ = select.select([self._master, self._wake_read], [], [], min(wait, 0.5))
            if self._wake_read in ready:
                os.read(self._wake_read, 100)
                while self._orders:
                    self._orders.pop(0)()
            data = os.read(self._master, 4096) if self._master in ready else b""
            if not self._silent and not self._ended:
                self._step(data)

    def _step(self, data: bytes) -> None:
        now = int(time.monotonic() * 1000)
        for message in self.link.feed(data, now):
            self._answer(message)
        if self.link.session != self._session:
            self._session, self._told = self.link.session, 0
        while self._told < len(self.kept) and self.link.up and self.link.room > 8:
            number, name, values = self.kept[self._told]
            self.link.send(frames.tell(name, self.boot, number, 0, *values))
            self._told += 1
        out = self.link.poll(now)
        if out and not self._silent:
            self._write(out)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]

    def _answer(self, message: bytes) -> None:
        op, tag, values = frames.asked(message)
        name = frames.BY_OP[op].name
        self.asked.append((name, values))
        if name in self.refusals:
            self.link.send(frames.answer(op, tag, *self.refusals[name]))
        elif name == "echo":
            self.link.send(frames.answer(op, tag, frames.OK, *values))
        elif name == "identify":
            self.link.send(bytes((op | frames.REPLY, tag, frames.OK)) + self._said)
        elif name == "read":
            self.link.send(frames.answer(op, tag, frames.OK, 1, 2, 41_000, 255, 30))
        elif name == "stored":
            boot, last = values
            keep = [one for one in self.kept if boot != self.boot or one[0] > last]
            self._told -= len(self.kept) - len(keep)
            self.kept = keep
            self.link.send(frames.answer(op, tag, frames.OK))
        elif name != "fan":  # a fan's request is never answered
            known = not frames.BY_OP[op].answered
            self.link.send(frames.answer(op, tag, frames.OK if known else frames.BAD))


@contextmanager
def plain_board(*, table: bytes = frames.TABLE_HASH, window: int = 8) -> Iterator[PlainBoard]:
    board = PlainBoard(table=table, window=window)
    try:
        yield board
    finally:
        board.close()
