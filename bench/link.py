"""Host and board: what a request costs, over good wires and bad, and how fast a plug is seen."""

import asyncio
import itertools
import math
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from bench.table import Table, percentile, spread
from firmware_bridge import frames
from firmware_bridge.board import Board
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update.manifest import Release
from firmware_bridge.update.updater import PIECE, Progress, Stage, update
from tests.counterparts.wire import wire
from tests.firmware_bridge.update.releases import released

BAUDS = (115_200, 250_000)
NOISES = ((0.0, 0.0), (0.0005, 0.0), (0.002, 0.0), (0.0, 0.002))  # flips, drops
SEEDS = (1, 2, 3)
CLEAN_REQUESTS = 5_000
REQUESTS = 1_000
PLUGS = 7  # the simulated board has as many terminals, less one
PRESS_S = 0.04
STORED_EACH = 16
ERASE_MS = 45
LOADER = Path("firmware_bridge/firmware/main.py").resolve()
FRAME_BYTES = 28  # 16 of payload, op and tag; COBS, head, CRC-32 and two zeros around them
_BESIDE_A_PIECE = 17  # op, tag, offset, head, CRC-32, COBS and two zeros
_REPLY_BYTES = 16
_HOW = """\
`firmware_bridge.Board` asks the real firmware, which runs under MicroPython's unix port, to echo
16 bytes, one request at a time. *clean*: over the pseudo terminal alone. Else over a wire between
two of them (`tests/counterparts/wire.py`, 8N1): it takes its time for each byte, and of all bytes,
both ways, it flips a bit of some or loses some; {requests} requests for each of 3 seeds, while a
button of the board is pressed every {press} ms. *the wire's time* is that of the {frame} bytes of
each way. Every reply was compared with what was asked. *events* is how many the board told
meanwhile: it numbers them, and they came in order, each once, without a gap, up to a last one.

*CPU* is the host's, the loop's thread alone: from a slow wire a reply comes in pieces of 0.3 ms.
*unplugged*: from the hang-up to the named error; *plugged in*: from the new terminal behind the
by-id link to the first answer, with a board that had power all the time; {plugs} times.

*image*: the bytes of a new firmware into the other slot, from the first request until all are on
the board's flash, and their share of what the wire carries. The flash is a model that takes a
Pico's time: {erase} ms for erasing 4 KiB, a 64th of it for a page; the wire is silent meanwhile,
for a Pico hears nothing then. So a piece is not sent before the one before it was answered (a
window of one): *at most* is what that leaves, with heads, replies and the flash's time, if either
end thought for no time. The rest is theirs: the model of the flash is Python in the board's own
process, and pieces are {piece} bytes. Beside other programs 65 % was seen, on a calm machine 75 %.

Klipper's host and MCU, the peer of issue and research, are not here: the MCU's source is on no
package index. No figure of it is given.
"""


class _Run(msgspec.Struct):
    """What one conversation took."""

    p50_ms: float
    p99_ms: float
    worst_ms: float
    cpu_us: float
    events: list[int]


def measure() -> Table:
    """Return the table of the firmware link."""
    rows = [_row("clean", [asyncio.run(_clean()) for _ in range(3)], None)]
    for baud in BAUDS:
        for flip, drop in NOISES:
            runs = [asyncio.run(_over_wire(baud, flip, drop, seed)) for seed in SEEDS]
            noise = f", flips {flip:.2%}" * bool(flip) + f", drops {drop:.2%}" * bool(drop)
            rows.append(_row(f"{baud:,} baud{noise}", runs, 2 * FRAME_BYTES * 10_000 / baud))
    unplugged, plugged = asyncio.run(_plugs())
    rows.append(("unplugged: seen", spread(unplugged, 2), "", f"{max(unplugged):.2f}", "", "", ""))
    rows.append(("plugged in: answers", spread(plugged, 2), "", f"{max(plugged):.2f}", "", "", ""))
    rows += [_image_row(baud, flip) for baud, flip in ((115_200, 0.0), (115_200, 0.0005))]
    return Table(
        title="Firmware link",
        how=_HOW.format(
            requests=REQUESTS,
            press=int(PRESS_S * 1000),
            frame=FRAME_BYTES,
            plugs=PLUGS,
            erase=ERASE_MS,
            piece=PIECE,
        ),
        head=("", "p50 ms", "p99 ms", "worst ms", "the wire's time ms", "CPU µs", "events"),
        rows=tuple(rows),
    )


def _row(name: str, runs: list[_Run], wire_ms: float | None) -> tuple[str, ...]:
    for run in runs:
        assert run.events == list(range(1, len(run.events) + 1)), name
    events = sum(len(run.events) for run in runs)
    return (
        name,
        spread([run.p50_ms for run in runs], 2),
        spread([run.p99_ms for run in runs], 1),
        f"{max(run.worst_ms for run in runs):.1f}",
        f"{wire_ms:.2f}" if wire_ms else "",
        spread([run.cpu_us for run in runs], 0),
        str(events) if wire_ms else "",
    )


@asynccontextmanager
async def _board() -> AsyncIterator[SimulatedBoard]:
    with tempfile.TemporaryDirectory() as folder:
        async with SimulatedBoard(Path(folder) / "board") as far:
            yield far


async def _clean() -> _Run:
    async with _board() as far, Board(str(far.path), within_s=10) as board:
        return await _ask(board, far, CLEAN_REQUESTS, pressing=False)


async def _over_wire(baud: int, flip: float, drop: float, seed: int) -> _Run:
    async with AsyncExitStack() as stack:
        far = await stack.enter_async_context(_board())
        line = stack.enter_context(wire(far.path, baud=baud, flip=flip, drop=drop, seed=seed))
        board = await stack.enter_async_context(Board(line.path, baud=baud, within_s=10))
        return await _ask(board, far, REQUESTS, pressing=True)


async def _ask(board: Board, far: SimulatedBoard, count: int, *, pressing: bool) -> _Run:
    buttons = (await board.ask("fitted", within_s=10))[1] if pressing else 0
    ids: list[int] = []
    listening = asyncio.create_task(_listen(board, ids))
    pressing_ = asyncio.create_task(_press(far, buttons))
    took, cpu = [], time.thread_time()
    for number in range(count):
        data = number.to_bytes(16, "big")
        begun = time.perf_counter()
        assert await board.ask("echo", data, within_s=10) == (data,)
        took.append(1000 * (time.perf_counter() - begun))
    cpu = time.thread_time() - cpu
    pressing_.cancel()
    far.switch(frames.TAMPER, 0)
    await listening
    return _Run(
        p50_ms=percentile(took, 0.5),
        p99_ms=percentile(took, 0.99),
        worst_ms=max(took),
        cpu_us=1e6 * cpu / count,
        events=ids,
    )


async def _listen(board: Board, ids: list[int]) -> None:
    async for event in board.events():
        ids.append(event.id)
        if event.id % STORED_EACH == 0:
            await board.stored(event.boot, event.id)
        if event.name == "switched":
            return


async def _press(far: SimulatedBoard, buttons: int) -> None:
    for button in itertools.cycle(range(buttons)):
        far.press(button)
        await asyncio.sleep(PRESS_S)


async def _plugs() -> tuple[list[float], list[float]]:
    """Return ms until a drawn plug was seen, and until a board that came back answered."""
    seen, back = [], []
    async with _board() as far:
        async with Board(str(far.path), within_s=10) as board:
            begun = time.perf_counter()
            far.unplug()
            await board.ended()
            seen.append(1000 * (time.perf_counter() - begun))
        for _ in range(PLUGS - 1):
            opening = asyncio.create_task(_answering(str(far.path)))
            await asyncio.sleep(0.05)  # it is being looked for
            begun = time.perf_counter()
            far.plug()
            board = await opening
            back.append(1000 * (time.perf_counter() - begun))
            begun = time.perf_counter()
            far.unplug()
            await board.ended()
            seen.append(1000 * (time.perf_counter() - begun))
    return seen, back


def _image_row(baud: int, flip: float) -> tuple[str, ...]:
    release = released("1.0.0")
    wire_ms = len(release.image) * 10_000 / baud
    took_ms = [1000 * asyncio.run(_upload(release, baud, flip, seed)) for seed in SEEDS]
    share = spread([100 * wire_ms / one for one in took_ms], 0)
    noise = f", flips {flip:.2%}" * bool(flip)
    most = 100 * wire_ms / _least_ms(len(release.image), baud)
    name = (
        f"image of {len(release.image):,} B, {baud:,} baud{noise}: {share} % of the wire, "
        f"at most {most:.0f} %"
    )
    return (name, spread(took_ms, 0), "", f"{max(took_ms):.0f}", f"{wire_ms:.0f}", "", "")


def _least_ms(size: int, baud: int) -> float:
    """Return how long an image takes where every piece waits for its answer, and nobody thinks."""
    pieces = math.ceil(size / PIECE)
    on_wire = size + pieces * (_BESIDE_A_PIECE + _REPLY_BYTES)
    flash_ms = ERASE_MS * (math.ceil(size / 4096) + math.ceil(size / 256) / 64)
    return on_wire * 10_000 / baud + flash_ms


async def _upload(release: Release, baud: int, flip: float, seed: int) -> float:
    """Return the seconds in which an image got onto a board."""
    at: dict[Stage, float] = {}
    there = asyncio.Event()

    def see(one: Progress) -> None:
        at.setdefault(one.stage, time.perf_counter())
        if one.stage is Stage.CHECKING:
            there.set()

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "board"
        arguments = (str(LOADER), "120", str(ERASE_MS))
        far = await stack.enter_async_context(SimulatedBoard(folder, arguments=arguments))
        line = stack.enter_context(wire(far.path, baud=baud, flip=flip, seed=seed))
        run = asyncio.create_task(update(line.path, release, baud=baud, progress=see))
        await there.wait()
        run.cancel()  # the wire is laid to one terminal, and a restart takes another
        await asyncio.wait((run,))
    return at[Stage.CHECKING] - at[Stage.SENDING]


async def _answering(path: str) -> Board:
    board = await Board(path, within_s=10).__aenter__()
    await board.ask("identify")
    return board
