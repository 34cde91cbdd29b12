"""An RS-485 pair with units of libmodbus on it, an implementation that others wrote (LGPL, in C).

`python -m tests.counterparts.rs485 --baud 19200 --units 1,2,11` lays the pair in a process of its
own. All who are on it hear each other, each burst of bytes when it is through; bytes take their
time; who talks while another does spoils both. Orders come as lines of JSON, one answer each.
"""

import argparse
import ctypes
import json
import os
import random
import select
import subprocess
import sys
import threading
import time
import tty
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

_BITS_A_BYTE = 10  # 8N1
_REGISTERS = 64
_LONGEST_BYTES = 260
_KEPT = 50_000
_FOREIGN_REPLY_US = 30_000
"""How long a unit takes what comes for the reply of another: less than any asker's patience, or it
would take the next request for it; more than a reply takes on a busy machine."""
_BYTE_US = 1_000


class Pair:
    """The pair, seen from outside: the port named `path`, and hands for every unit."""

    def __init__(self, process: "subprocess.Popen[str]", path: Path) -> None:
        self._process = process
        self.path = path
        self._link()

    def poke(self, unit: int, table: str, at: int, *values: int) -> None:
        """Set what a unit has in a table (coil, discrete, input, holding)."""
        self._order("poke", unit, table, at, values)

    def peek(self, unit: int, table: str, at: int, count: int = 1) -> list[int]:
        """Return what a unit has in a table."""
        found: list[int] = self._order("peek", unit, table, at, count)
        return found

    def away(self, *units: int) -> None:
        """Take units off the pair."""
        self._order("away", units)

    def back(self, *units: int) -> None:
        """Put them on it again, as they were."""
        self._order("back", units)

    def slow(self, unit: int, seconds: float) -> None:
        """Let a unit think before it replies."""
        self._order("slow", unit, seconds)

    def hiss(self, share: float) -> None:
        """Let a stray byte come before this share of all replies."""
        self._order("hiss", share)

    def asked(self) -> list[int]:
        """Return the units that were asked since the last time, in their order."""
        units: list[int] = self._order("asked")
        return units

    def replies(self, unit: int) -> int:
        """Return how often a unit has replied."""
        count: int = self._order("replies", unit)
        return count

    def unplug(self) -> None:
        """Pull the adapter out: its node is hung up and gone."""
        self.path.unlink(missing_ok=True)
        self._order("cut")

    def plug(self) -> None:
        """Put it in again: another node behind the same name."""
        self._order("join")
        self._link()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(5)
        self._process.stdout.close()
        self.path.unlink(missing_ok=True)

    def _link(self) -> None:
        new = self.path.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.symlink_to(self._order("where"))
        new.rename(self.path)

    def _order(self, *words: object) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the pair has ended"
        return json.loads(answer)


@contextmanager
def rs485(
    path: Path,
    *units: int,
    baud: int = 115_200,
    echo: bool = False,
    by_silence: bool = True,
) -> Iterator[Pair]:
    """Lay a pair to a port of this name.

    `echo`: the port hears what it says. `by_silence`: units know a frame's end by the silence after
    it, as the standard wants; else they have libmodbus's own deadlines, 0.5 s.
    """
    try:
        _library()
    except OSError:
        pytest.fail("libmodbus is missing: apt-get install libmodbus5")
    settings = [
        *("--baud", str(baud), "--units", ",".join(map(str, units))),
        *(["--echo"] if echo else []),
        *([] if by_silence else ["--as-they-are"]),
    ]
    process = subprocess.Popen(
        (sys.executable, "-m", __name__, *settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pair = Pair(process, path)
    try:
        yield pair
    finally:
        pair.close()


class _Mapping(ctypes.Structure):
    """modbus_mapping_t of libmodbus 3.1."""

    _fields_ = (
        *((name, ctypes.c_int) for name in (
            "nb_coil", "start_coil", "nb_discrete", "start_discrete",
            "nb_input", "start_input", "nb_holding", "start_holding",
        )),
        ("coil", ctypes.POINTER(ctypes.c_uint8)),
        ("discrete", ctypes.POINTER(ctypes.c_uint8)),
        ("input", ctypes.POINTER(ctypes.c_uint16)),
        ("holding", ctypes.POINTER(ctypes.c_uint16)),
    )  # fmt: skip


def _library() -> ctypes.CDLL:
    modbus = ctypes.CDLL("libmodbus.so.5")
    modbus.modbus_new_rtu.restype = ctypes.c_void_p
    modbus.modbus_new_rtu.argtypes = (
        *(ctypes.c_char_p, ctypes.c_int, ctypes.c_char),
        *(ctypes.c_int, ctypes.c_int),
    )
    modbus.modbus_mapping_new.restype = ctypes.POINTER(_Mapping)
    for name in ("set_slave", "connect", "receive", "reply"):
        getattr(modbus, f"modbus_{name}").argtypes = None
    return modbus


class _Unit:
    """A unit of libmodbus in a thread, at the far end of a pseudo terminal."""

    def __init__(self, number: int, baud: int, *, by_silence: bool) -> None:
        self.number = number
        self.there = True
        self.slow_s = 0.0
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self._modbus = _library()
        node = os.ttyname(self._slave).encode()
        context = self._modbus.modbus_new_rtu(node, baud, b"N", 8, 1)
        self._context = ctypes.c_void_p(context)
        self._modbus.modbus_set_slave(self._context, number)
        if by_silence:
            self._modbus.modbus_set_response_timeout(self._context, 0, _FOREIGN_REPLY_US)
            self._modbus.modbus_set_byte_timeout(self._context, 0, _BYTE_US)
        if self._modbus.modbus_connect(self._context):
            raise OSError(f"{node!r}: libmodbus does not connect")
        sizes = [_REGISTERS] * 4
        self.mapping = self._modbus.modbus_mapping_new(*sizes)
        threading.Thread(target=self._serve, daemon=True).start()

    def table(self, name: str) -> Any:
        return getattr(self.mapping.contents, name)

    def _serve(self) -> None:
        asked = (ctypes.c_uint8 * _LONGEST_BYTES)()
        while True:
            size = self._modbus.modbus_receive(self._context, asked)
            if size > 0:
                time.sleep(self.slow_s)
                self._modbus.modbus_reply(self._context, asked, size, self.mapping)


class _Pair:
    """The wires: what one says all others hear, when it is through."""

    def __init__(self, baud: int, units: list[int], *, echo: bool, by_silence: bool) -> None:
        self._byte_s = _BITS_A_BYTE / baud
        self._echo = echo
        self._units = {number: _Unit(number, baud, by_silence=by_silence) for number in units}
        self._held: list[tuple[int, int]] = []  # whose, which byte
        self._free = 0.0
        self._speaker = -1
        self._hiss = 0.0
        self._random = random.Random(1)
        self._asked: deque[int] = deque(maxlen=_KEPT)
        self._replies = dict.fromkeys(units, 0)
        self._hands: dict[str, Callable[..., Any]] = {
            "poke": self._poke,
            "peek": self._peek,
            "away": partial(self._place, there=False),
            "back": partial(self._place, there=True),
            "slow": self._slow,
            "hiss": self._hiss_at,
            "asked": self._take_asked,
            "replies": lambda unit: self._replies[unit],
            "where": lambda: os.ttyname(self._slave),
            "cut": self._cut,
            "join": self._settle,
        }
        self._near, self._slave = os.openpty()
        self._settle()

    def run(self) -> None:
        while True:
            now = time.monotonic()
            self._deliver(now)
            wait = max(0.0, self._free - now) if self._held else None
            ends = {unit.master: unit for unit in self._units.values()}
            listened = [0, *ends, *([self._near] if self._near >= 0 else [])]
            ready, _, _ = select.select(listened, [], [], wait)
            now = time.monotonic()
            self._deliver(now)  # what was through before the next word, however late it is
            for end in ready:
                if end == 0:
                    if not self._obey():
                        return
                elif end == self._near:
                    self._say(0, _read(end), now)
                elif end in ends and ends[end].there:
                    self._say(ends[end].number, _read(end), now)
                else:
                    _read(end)

    def _say(self, speaker: int, data: bytes, now: float) -> None:
        if not data:
            return
        if now < self._free and speaker != self._speaker:  # both talk: neither is understood
            self._held = [(whose, byte ^ 0x55) for whose, byte in self._held]
            data = bytes(byte ^ 0xAA for byte in data)
        elif speaker and speaker != self._speaker and self._random.random() < self._hiss:
            data = b"\x00" + data
        if not speaker and (self._speaker != 0 or now > self._free + 3 * self._byte_s):
            self._asked.append(data[0])
        if speaker and speaker != self._speaker:
            self._replies[speaker] += 1
        self._speaker = speaker
        self._free = max(self._free, now) + len(data) * self._byte_s
        self._held += [(speaker, byte) for byte in data]

    def _deliver(self, now: float) -> None:
        if not self._held or now < self._free:
            return
        through, self._held = self._held, []
        for unit in self._units.values():
            if unit.there:
                _write(unit.master, bytes(byte for whose, byte in through if whose != unit.number))
        if self._near >= 0:
            _write(self._near, bytes(byte for whose, byte in through if whose or self._echo))

    def _obey(self) -> bool:
        lines = os.read(0, 65_536).decode().splitlines()
        for line in lines:
            word, *rest = json.loads(line)
            answer = self._hands[word](*rest)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        return bool(lines)

    def _poke(self, unit: int, table: str, at: int, values: list[int]) -> None:
        for place, value in enumerate(values, at):
            self._units[unit].table(table)[place] = value

    def _peek(self, unit: int, table: str, at: int, count: int) -> list[int]:
        return [self._units[unit].table(table)[place] for place in range(at, at + count)]

    def _place(self, units: list[int], *, there: bool) -> None:
        for unit in units:
            self._units[unit].there = there

    def _slow(self, unit: int, seconds: float) -> None:
        self._units[unit].slow_s = seconds

    def _hiss_at(self, share: float) -> None:
        self._hiss = share

    def _take_asked(self) -> list[int]:
        asked = list(self._asked)
        self._asked.clear()
        return asked

    def _cut(self) -> None:
        gone = (self._slave, self._near)
        self._near, self._slave = os.openpty()  # first, so that it has another name
        for end in gone:
            os.close(end)

    def _settle(self) -> None:
        tty.setraw(self._slave)
        os.set_blocking(self._near, False)


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 1024)
    except OSError:  # nothing there any more, or hung up
        return b""


def _write(fd: int, data: bytes) -> None:
    """Deliver; what nobody takes is lost, as on a wire."""
    try:
        os.write(fd, data)
    except OSError:
        return


def main() -> None:
    """Lay a pair until stdin ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--baud", type=int, required=True)
    parser.add_argument("--units", required=True)
    parser.add_argument("--echo", action="store_true")
    parser.add_argument("--as-they-are", action="store_true")
    asked = parser.parse_args()
    units = [int(number) for number in asked.units.split(",")]
    _Pair(asked.baud, units, echo=asked.echo, by_silence=not asked.as_they_are).run()
    os._exit(0)  # threads are in C, waiting for requests


if __name__ == "__main__":
    main()
