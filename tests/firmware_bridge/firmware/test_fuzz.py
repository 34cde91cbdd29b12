"""A million bytes of nonsense at the board's end: it stays up, stays small, and answers again."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.board import Board
from firmware_bridge.errors import TableDiffersError
from firmware_bridge.link import Link, QueueFullError
from firmware_bridge.simulated import SimulatedBoard

pytestmark = pytest.mark.real

MILLION = 1_000_000
BACK_WITHIN_S = 1.0
MORE_MEMORY = 32_000  # bytes of a heap whose words are twice a Pico's
ANOTHER_TABLE = bytes(8)


class RawPort:
    """The board's port as bytes."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def close(self) -> None:
        os.close(self._fd)

    def read(self) -> bytes:
        try:
            return os.read(self._fd, 65536)
        except BlockingIOError:
            return b""

    async def write(self, data: bytes) -> bytes:
        """Write all of it; returns what came meanwhile."""
        came = b""
        async with asyncio.timeout(60):
            while data:
                try:
                    data = data[os.write(self._fd, data) :]
                except BlockingIOError:
                    await asyncio.sleep(0.001)
                came += self.read()
        return came


class Talk:
    """A link over a raw port, all of whose bytes are kept."""

    def __init__(self, port: RawPort, greeting: bytes = frames.TABLE_HASH) -> None:
        self.link = Link(random.getrandbits(32), greeting)
        self.said: list[bytes] = []
        self.heard: list[bytes] = []
        self._port = port

    async def flow(self, until: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not until():
                if data := self.link.poll(self._now()):
                    self.said.append(data)
                    self._take(await self._port.write(data))
                self._take(self._port.read())
                await asyncio.sleep(0.001)

    async def ask(self, message: bytes) -> bytes:
        before = len(self.heard)
        self.link.send(message)
        reply = message[0] | frames.REPLY
        await self.flow(lambda: any(each[0] == reply for each in self.heard[before:]))
        return next(each for each in self.heard[before:] if each[0] == reply)

    def _take(self, data: bytes) -> None:
        if data:
            self.heard += self.link.feed(data, self._now())

    def _now(self) -> int:
        return int(time.monotonic() * 1000)


def mutated(samples: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield recorded frames that were bent, cut, doubled, and put beside noise; without end."""
    while True:
        data = bytearray(chance.choice(samples))
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(data))
            match chance.randrange(5):
                case 0:
                    data[at] ^= 1 << chance.randrange(8)
                case 1:
                    del data[at:]
                case 2:
                    data[at:at] = data[: chance.randrange(len(data))]
                case 3:
                    data[at:at] = chance.randbytes(chance.randrange(600))
                case _:
                    data[at:at] = b"\0"
            data = data or bytearray(b"\1")
        yield bytes(data)


async def memory(simulated: SimulatedBoard) -> int:
    simulated.measure()
    await simulated.until(lambda: simulated.memory > 0, within_s=20)
    return simulated.memory


async def damaged(simulated: SimulatedBoard) -> int:
    """Return how many frames the board found damaged in its life, as its log says."""
    async with Board(str(simulated.path), within_s=BACK_WITHIN_S) as board, asyncio.timeout(5):
        count = 0
        while count == 0:
            text = (await board.ask("log", 0))[1].decode()
            count = int(text.rpartition("box met; ")[2].partition(" ")[0])
    return count


async def assert_well(simulated: SimulatedBoard, before: int) -> None:
    async with Board(str(simulated.path), within_s=BACK_WITHIN_S) as board:
        assert await board.ask("echo", b"back", within_s=BACK_WITHIN_S) == (b"back",)
        assert await memory(simulated) - before < MORE_MEMORY
    assert (simulated.starts, simulated.errors) == (1, "")


async def test_random_and_mutated_bytes_leave_a_board_as_it_was(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    async with SimulatedBoard(tmp_path / "board") as simulated:
        async with Board(str(simulated.path), within_s=5) as board:
            await board.ask("echo", b"x" * 500)
        before = await memory(simulated)
        port = RawPort(simulated.path)
        talk = Talk(port)
        await talk.flow(lambda: talk.link.up)
        for number in range(20):
            await talk.ask(frames.ask("echo", 1, chance.randbytes(number * 20)))
            await talk.ask(frames.ask("read", 2))
        written = 0
        bent = mutated(talk.said, chance)
        while written < MILLION:
            data = chance.randbytes(2048) + b"".join(next(bent) for _ in range(20))
            await port.write(data)
            written += len(data)
        port.close()
        await assert_well(simulated, before)
        assert await damaged(simulated) > 1_000


async def test_nonsense_in_whole_messages_leaves_a_board_as_it_was(tmp_path: Path) -> None:
    chance = random.Random(3)
    harmless = [row.op for row in frames.BY_OP.values() if row.name not in ("restart", "feed")]
    async with SimulatedBoard(tmp_path / "board") as simulated:
        async with Board(str(simulated.path), within_s=5) as board:
            await board.ask("echo", b"x" * 500)
        before = await memory(simulated)
        port = RawPort(simulated.path)
        talk = Talk(port)
        await talk.flow(lambda: talk.link.up)
        for _ in range(3_000):
            op = chance.choice(harmless) if chance.random() < 0.8 else chance.randrange(23, 256)
            op = op if op != frames.BY_NAME["feed"].op else 2
            message = bytes((op,)) + chance.randbytes(chance.choice((0, 1, 2, 3, 5, 12, 40, 400)))
            while True:
                try:
                    talk.link.send(message)
                    break
                except QueueFullError:
                    await talk.flow(lambda: talk.link.room > 0)
        await talk.flow(lambda: talk.link.idle)
        port.close()
        await assert_well(simulated, before)


async def test_a_box_with_another_table_is_refused_by_name_and_can_still_update(
    tmp_path: Path,
) -> None:
    async with SimulatedBoard(tmp_path / "board") as simulated:
        port = RawPort(simulated.path)
        talk = Talk(port, ANOTHER_TABLE)
        await talk.flow(lambda: talk.link.up)
        for name, values in (("read", ()), ("lamp", (0, 1)), ("feed", (30,))):
            reply = await talk.ask(frames.ask(name, 9, *values))
            assert frames.answered(reply)[:2] == (9, frames.TABLE_DIFFERS)
        simulated.hold(0)
        assert frames.answered(await talk.ask(frames.ask("identify", 9)))[1] == frames.OK
        assert frames.answered(await talk.ask(frames.ask("log", 9, 0)))[1] == frames.OK
        refused = frames.answered(await talk.ask(frames.ask("update_begin", 9, 1, bytes(32))))
        assert (refused[1], refused[2]) == (frames.FAILED, ("started without a loader",))
        assert [each for each in talk.heard if not each[0] & frames.REPLY] == []
        port.close()
        async with Board(str(simulated.path), within_s=5) as board:
            async with asyncio.timeout(5):
                while (await board.ask("read"))[0] != 1:
                    pass


def test_the_hosts_name_for_it_is_an_error_of_its_own() -> None:
    assert TableDiffersError.code == "board.table_differs"
