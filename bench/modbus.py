"""Units on an RS-485 pair: how often each is read, and what absent ones cost the others."""

import asyncio
import itertools
import logging
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from pymodbus import ModbusException
from pymodbus.client import AsyncModbusSerialClient

from bench.table import Table, percentile, spread
from devices.contract.errors import DeviceError
from devices.rs485.bus import Rs485Bus
from devices.rs485.duty import Outcome
from devices.rs485.frames import Read
from devices.rs485.frames import Table as Registers
from devices.rs485.pace import Pace
from devices.rs485.settings import Rs485Config
from tests.counterparts.rs485 import rs485

UNITS = tuple(range(1, 9))
BAUDS = (19_200, 115_200)
ABSENT: tuple[tuple[int, ...], ...] = ((), (4,), (2, 4, 7))
REPLY_WITHIN_S = 0.05
SETTLING_S, SECONDS, RUNS = 1.5, 4.0, 3
READ = Read(Registers.INPUT, 0, 2)
REQUEST_BYTES, REPLY_BYTES = 8, 9
_HOW = """\
Eight units of libmodbus, in a process of their own, on a pair that takes its time for each byte
(`tests/counterparts/rs485.py`, 8N1, half duplex). Two input registers of each are read, round
after round; {seconds} s, {runs} runs. *between readings*: of a unit that is there, from one reading
to its next; *worst* is the longest of all runs. *the wire's time*: eight requests and replies, and
after each reply the standard's silence (3.5 characters, 1.75 ms at least). *a slot*: what an
exchange takes at most, by the bus's own rule.

The peer is pymodbus's own asynchronous client, asked in turn, with as much patience as ours
({within} ms for a reply to begin) and no retries; with its own (3 s, 3 retries) an absent unit
takes 12 s of each round. It leaves out the silence.
"""


def measure() -> Table:
    """Return the table of RS-485."""
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    rows = []
    for baud in BAUDS:
        for absent in ABSENT:
            pace = Pace(Rs485Config(path="", baud=baud))
            wire_ms = 8000 * (pace.wire_s(REQUEST_BYTES + REPLY_BYTES) + pace.silence_s)
            slot_ms = 1000 * pace.slot_s(REQUEST_BYTES, REPLY_BYTES, REPLY_WITHIN_S)
            for name, read in (("ours", _ours), ("pymodbus's client", _peer)):
                runs = [asyncio.run(_run(baud, absent, read)) for _ in range(RUNS)]
                rows.append(
                    (
                        f"{baud:,} baud, {len(absent)} of 8 absent: {name}",
                        spread([percentile(run, 0.5) for run in runs], 1),
                        spread([percentile(run, 0.99) for run in runs], 0),
                        f"{max(max(run) for run in runs):.0f}",
                        f"{wire_ms:.0f}",
                        f"{slot_ms:.0f}",
                    )
                )
    return Table(
        title="RS-485",
        how=_HOW.format(seconds=SECONDS, runs=RUNS, within=int(1000 * REPLY_WITHIN_S)),
        head=(
            "",
            "between readings: p50 ms",
            "p99 ms",
            "worst ms",
            "the wire's time ms",
            "a slot ms",
        ),
        rows=tuple(rows),
    )


Note = Callable[[int], None]
Reading = Callable[[Path, int, Note], Coroutine[None, None, None]]


async def _run(baud: int, absent: tuple[int, ...], read: Reading) -> list[float]:
    """Return the ms between readings of all units that are there."""
    seen: dict[int, list[float]] = {unit: [] for unit in UNITS}

    def note(unit: int) -> None:
        seen[unit].append(time.perf_counter())

    with (
        tempfile.TemporaryDirectory() as folder,
        rs485(Path(folder) / "usb-rs485", *UNITS, baud=baud) as pair,
    ):
        pair.away(*absent)
        reading = asyncio.create_task(read(pair.path, baud, note))
        await asyncio.sleep(SETTLING_S)
        for times in seen.values():
            times.clear()
        await asyncio.sleep(SECONDS)
        while not reading.done():  # the peer's `wait_for` may swallow it
            reading.cancel()
            await asyncio.wait([reading], timeout=0.5)
    assert not any(seen[unit] for unit in absent)
    there = [times for unit, times in seen.items() if unit not in absent]
    return [
        1000 * (later - earlier) for times in there for earlier, later in itertools.pairwise(times)
    ]


async def _ours(path: Path, baud: int, note: Note) -> None:
    bus = Rs485Bus(Rs485Config(path=str(path), baud=baud))
    for unit in UNITS:

        def told(outcome: Outcome, unit: int = unit) -> None:
            if not isinstance(outcome, DeviceError):
                note(unit)

        bus.seat(unit, REPLY_WITHIN_S).duty(lambda: READ, 0.0, told)
    await bus.run()


async def _peer(path: Path, baud: int, note: Note) -> None:
    reply_s = REPLY_WITHIN_S + (REQUEST_BYTES + REPLY_BYTES) * 10 / baud
    client = AsyncModbusSerialClient(str(path), baudrate=baud, timeout=reply_s, retries=0)
    assert await client.connect()
    try:
        while True:
            for unit in UNITS:
                try:
                    answer = await client.read_input_registers(0, count=2, device_id=unit)
                except ModbusException:
                    continue
                if not answer.isError():
                    note(unit)
    finally:
        client.close()
