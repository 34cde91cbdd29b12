"""The audio process itself, over real sockets and the real clock."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest

from tests.vc.engine.sound_sites import Site
from tests.vc.engine.test_audio_floor import power_db
from tests.waiting import until
from vc.engine.focus.audio_floor import AudioConfig
from vc.engine.focus.process import Child, Program, socket_pair, start
from vc.engine.focus.wire import (
    EVERYONE,
    HEADER,
    AnyReport,
    CloseLeg,
    Hear,
    Kind,
    Ready,
    SlotLevels,
    Tap,
)
from vc.engine.port import EngineFigures
from vc.media.opus import OpusDecoder
from vc.media.speech import tone

PROGRAM = Program(name="audio", module="vc.engine.focus.audio", config=AudioConfig())


@dataclass
class Running:
    """An audio process, and all it said."""

    child: Child
    reports: list[object] = field(default_factory=list)
    tapped: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def last(self, kind: type) -> object:
        return next((one for one in reversed(self.reports) if isinstance(one, kind)), None)


@contextlib.asynccontextmanager
async def running(sites: list[Site]) -> AsyncIterator[Running]:
    """Start the process; sites send to it every 20 ms until the end."""
    ours, theirs = socket_pair()
    ours.setblocking(False)
    loop = asyncio.get_running_loop()
    reports, tapped, sent = list[object](), list[bytes](), list[bytes]()

    def received(_: Child, datagram: memoryview) -> None:
        if datagram[0] == Kind.SOUND:
            tapped.append(bytes(datagram))
        else:
            reports.append(msgspec.msgpack.decode(datagram, type=AnyReport))

    def heard() -> None:
        with contextlib.suppress(BlockingIOError):
            while datagram := ours.recv(4_096):
                sent.append(datagram)
            loop.remove_reader(ours)

    async def send() -> None:
        number, began = 0, loop.time()
        while True:
            for site in sites:
                with contextlib.suppress(OSError):
                    ours.send(site.datagram(number, time.monotonic_ns() // 1_000))
            number += 1
            await asyncio.sleep(max(0.0, began + number * 0.02 - loop.time()))

    child = await start(PROGRAM, [theirs], received)
    theirs.close()
    loop.add_reader(ours, heard)
    speaking = asyncio.create_task(send())
    try:
        one = Running(child, reports, tapped, sent)
        await until(lambda: one.last(Ready) is not None, "the process is ready", within_s=20)
        yield one
    finally:
        speaking.cancel()
        loop.remove_reader(ours)
        ours.close()
        child.kill()
        await child.gone()


async def test_the_process_mixes_what_it_is_told_to_hear() -> None:
    sites = [Site(slot, tone(400.0 + 300 * slot, 2.0)) for slot in (1, 2)]
    async with running(sites) as process:
        process.child.send(Hear(slots=(1,)))
        process.child.send(Tap(on=True))
        await until(lambda: len(process.tapped) > 60, "a second of sound is tapped")
        decoder = OpusDecoder()
        heard = [decoder.decode(one[HEADER.size :]) for one in process.tapped]
        sound = np.concatenate(heard[-25:])
        assert power_db(sound, 700.0) > -25
        assert power_db(sound, 1_000.0) < -50
        await until(lambda: process.last(EngineFigures) is not None, "figures")
        levels = process.last(SlotLevels)
        assert isinstance(levels, SlotLevels)
        assert set(levels.dbfs) == {1}
        slots = {HEADER.unpack_from(one)[2] for one in process.sent[-10:]}
        assert slots == {EVERYONE, 1}


async def test_times_are_even_steps_of_the_one_clock() -> None:
    async with running([]) as process:
        await until(lambda: len(process.sent) > 50, "a second of packets")
    times = [HEADER.unpack_from(one)[3] for one in process.sent]
    assert {time_us % 20_000 for time_us in times} == {0}
    assert times == sorted(set(times))
    assert abs(times[-1] - time.monotonic_ns() // 1_000) < 10_000_000


async def test_orders_that_are_none_change_nothing() -> None:
    async with running([]) as process:
        process.child.send(CloseLeg(leg="x"))
        before = len(process.sent)
        await until(lambda: len(process.sent) > before + 20, "it goes on")


@pytest.mark.parametrize("end", ["control", "rtp"])
async def test_the_process_ends_when_its_socket_does(end: str) -> None:
    pairs = {"control": socket_pair(), "rtp": socket_pair()}
    handed = [theirs.fileno() for _, theirs in pairs.values()]
    config = msgspec.json.encode(AudioConfig()).decode()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vc.engine.focus.audio", *map(str, handed), config),
        pass_fds=handed,
    )
    for _, theirs in pairs.values():
        theirs.close()
    try:
        ours = pairs["rtp"][0]
        ours.settimeout(20)
        assert await asyncio.to_thread(ours.recv, 4_096), "it serves"
        pairs[end][0].close()
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        for one, _ in pairs.values():
            one.close()
        if process.returncode is None:
            process.kill()
            await process.wait()
