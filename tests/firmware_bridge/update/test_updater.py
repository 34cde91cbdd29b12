"""Updates through the whole path: the host, the loader and the real firmware under MicroPython."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.board import Board, Identity
from firmware_bridge.errors import BoardError, BoardGoneError, RefusedError
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update import errors
from firmware_bridge.update.manifest import Release
from firmware_bridge.update.updater import Progress, Stage, allowed_s, update
from tests.counterparts.wire import wire
from tests.firmware_bridge.update.releases import released

pytestmark = pytest.mark.real

LOADER = str(Path("firmware_bridge/firmware/main.py").resolve())
APP, FRAMES = "firmware_bridge/firmware/app.py", "firmware_bridge/frames.py"
CONFIRM_S = 3  # of a board that is soon at an end with its patience
OLD, NEW = released("1.0.0"), released("1.1.0")
OTHER_TABLE = Path(FRAMES).read_bytes().replace(b'"fitted", "", "BBBB"', b'"fitted", "", "BBBBB"')
CRASHES = b"raise RuntimeError('no good')\n"
CRASHES_LATER = b"""
import time
from firmware_bridge.firmware import hardware
def run(boot):
    hardware.opened()
    time.sleep(0.2)
    raise RuntimeError("no good after a while")
"""
HANGS = b"while True:\n    pass\n"
SAYS_NOTHING = b"""
import asyncio
from firmware_bridge.firmware import hardware
async def live(io):
    while True:
        io.feed()
        await asyncio.sleep(0.05)
def run(boot):
    asyncio.run(live(hardware.opened()))
"""


BLOCKS = b"""
import time
from firmware_bridge.firmware import hardware
def run(boot):
    io = hardware.opened()
    while True:
        io.feed()
        time.sleep_ms(5)
"""


def board_at(folder: Path, *arguments: int) -> SimulatedBoard:
    return SimulatedBoard(folder, arguments=(LOADER, *map(str, arguments)), watchdog_ms=1500)


@pytest.fixture
async def simulated(tmp_path: Path) -> AsyncIterator[SimulatedBoard]:
    async with board_at(tmp_path / "board") as board:
        yield board


@pytest.fixture(scope="module")
def folder_with_old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a board that runs OLD, without power."""

    async def install(folder: Path) -> None:
        async with board_at(folder) as board:
            await updated(board, OLD)

    folder = tmp_path_factory.mktemp("installed")
    asyncio.run(install(folder))
    return folder


@pytest.fixture
def folder(folder_with_old: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder_with_old, tmp_path / "old"))


@pytest.fixture
async def old(folder: Path) -> AsyncIterator[SimulatedBoard]:
    async with board_at(folder) as board:
        yield board


@pytest.fixture
async def impatient(folder: Path) -> AsyncIterator[SimulatedBoard]:
    async with board_at(folder, CONFIRM_S) as board:
        yield board


async def updated(
    simulated: SimulatedBoard, release: Release, to: list[Progress] | None = None
) -> Identity:
    seen = [] if to is None else to
    return await update(
        str(simulated.path), release, prove_s=0.1, progress=seen.append, within_s=60
    )


async def identity(simulated: SimulatedBoard) -> Identity:
    async with Board(str(simulated.path), within_s=5) as board:
        return board.identity


async def log(simulated: SimulatedBoard) -> str:
    async with Board(str(simulated.path), within_s=5) as board:
        return str((await board.ask("log", 0))[1].decode())


def stages(seen: list[Progress]) -> list[Stage]:
    """Return them in order, each once in a row."""
    found = [one.stage for one in seen]
    return [one for at, one in enumerate(found) if at == 0 or found[at - 1] != one]


async def test_a_new_board_is_in_its_rescue_and_is_updated_from_there(
    simulated: SimulatedBoard,
) -> None:
    before = await identity(simulated)
    assert (before.slot, before.version, before.starts) == (frames.RESCUE, "panel rescue", 1)
    async with Board(str(simulated.path), within_s=5) as board:
        assert await board.ask("echo", b"there") == (b"there",)
        with pytest.raises(RefusedError, match="unknown"):
            await board.ask("read")
    seen: list[Progress] = []
    after = await updated(simulated, OLD, seen)
    assert (after.slot, after.version, after.reset) == (0, "panel 1.0.0", "update")
    assert stages(seen) == [
        *(Stage.CONNECTING, Stage.SENDING, Stage.CHECKING, Stage.RESTARTING),
        *(Stage.CONNECTING, Stage.PROVING, Stage.DONE),
    ]
    assert [one.sent for one in seen] == sorted(one.sent for one in seen)
    assert seen[-1].sent == seen[-1].size == len(OLD.image)
    assert await identity(simulated) == after
    assert after.confirmed
    simulated.cut_power()
    simulated.give_power()
    assert (await identity(simulated)).version == "panel 1.0.0"


async def test_each_update_goes_into_the_other_slot_and_stays(old: SimulatedBoard) -> None:
    for release, slot in ((NEW, 1), (released("1.2.0"), 0)):
        after = await updated(old, release)
        assert (after.slot, after.version) == (slot, f"panel {release.manifest.version}")
        async with Board(str(old.path), within_s=5) as board:
            await board.ask("restart")
            await board.ended()
        again = await identity(old)
        assert (again.slot, again.confirmed, again.reset) == (slot, True, "asked")


async def test_what_runs_already_is_not_sent_again(old: SimulatedBoard) -> None:
    seen: list[Progress] = []
    assert (await updated(old, OLD, seen)).version == "panel 1.0.0"
    assert stages(seen) == [Stage.CONNECTING, Stage.DONE]


@pytest.mark.parametrize(
    ("release", "error"),
    [
        (released("0.9.9"), errors.OlderVersionError),
        (released("1.1.0", kind="lamp"), errors.WrongKindError),
        (released("1.1.0", table=b"anothers"), errors.ForeignTableError),
    ],
    ids=["older", "kind", "table"],
)
async def test_what_is_not_for_this_board_is_refused_before_the_first_byte(
    old: SimulatedBoard, release: Release, error: type[errors.UpdateError]
) -> None:
    seen: list[Progress] = []
    with pytest.raises(error):
        await updated(old, release, seen)
    assert stages(seen) == [Stage.CONNECTING]
    assert "holds still" not in await log(old)


async def test_a_board_refuses_by_itself_what_is_not_for_it(old: SimulatedBoard) -> None:
    lamp = released("1.1.0", kind="lamp")
    claimed = Release(replace(lamp.manifest, kind="panel"), lamp.image)
    with pytest.raises(RefusedError, match="no image for a panel"):
        await updated(old, claimed)
    tampered = Release(NEW.manifest, NEW.image[:-1] + b"?")
    with pytest.raises(RefusedError, match="SHA-256"):
        await updated(old, tampered)
    assert (await identity(old)).version == "panel 1.0.0"
    assert (await updated(old, NEW)).version == "panel 1.1.0"


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({APP: CRASHES}, "RuntimeError: no good"),
        ({APP: b"this is no Python\n"}, "SyntaxError"),
        ({APP: CRASHES_LATER}, "no good after a while"),
        ({APP: HANGS}, ""),
        ({FRAMES: OTHER_TABLE}, ""),
    ],
    ids=["crashes", "nonsense", "crashes later", "hangs", "another table"],
)
async def test_an_image_that_does_not_prove_itself_goes_back(
    old: SimulatedBoard, files: dict[str, bytes], word: str
) -> None:
    with pytest.raises(errors.RolledBackError, match=r"2\.0\.0 did not stay, 1\.0\.0 runs"):
        await updated(old, released("2.0.0", files))
    after = await identity(old)
    assert (after.version, after.confirmed, after.reset) == ("panel 1.0.0", True, "rollback")
    assert word in await log(old)


@pytest.mark.parametrize("app", [SAYS_NOTHING, BLOCKS], ids=["mute", "blocks its loop"])
async def test_an_image_that_feeds_its_watchdog_and_says_nothing_goes_back(
    impatient: SimulatedBoard, app: bytes
) -> None:
    with pytest.raises(errors.RolledBackError, match=r"2\.0\.0 did not stay, 1\.0\.0 runs"):
        await updated(impatient, released("2.0.0", {APP: app}))
    after = await identity(impatient)
    assert (after.version, after.confirmed, after.reset) == ("panel 1.0.0", True, "rollback")


async def test_a_first_image_that_is_no_good_leaves_the_rescue(simulated: SimulatedBoard) -> None:
    with pytest.raises(errors.RolledBackError, match="rescue runs"):
        await updated(simulated, released("2.0.0", {APP: CRASHES}))
    assert "no good" in await log(simulated)
    assert (await updated(simulated, OLD)).version == "panel 1.0.0"


async def test_a_board_whose_table_differs_is_updated_like_any_other(old: SimulatedBoard) -> None:
    foreign = released("1.0.5", {FRAMES: OTHER_TABLE})
    async with Board(str(old.path), within_s=5) as board:
        await board.ask("update_begin", foreign.manifest.size, foreign.manifest.sha256)
        for at in range(0, foreign.manifest.size, 500):
            await board.ask("update_write", at, foreign.image[at : at + 500])
        await board.ask("update_end")
        await board.ask("restart")
        await board.ended()
    async with Board(str(old.path), within_s=5) as board:
        assert not board.identity.same_table
        await board.ask("update_confirm")
    assert (await updated(old, NEW)).same_table


async def test_an_image_that_nobody_confirms_goes_back_by_itself(impatient: SimulatedBoard) -> None:
    proving = asyncio.Event()

    def watch(one: Progress) -> None:
        if one.stage is Stage.PROVING:
            proving.set()

    run = asyncio.create_task(
        update(str(impatient.path), NEW, prove_s=60, progress=watch, within_s=60)
    )
    await proving.wait()
    run.cancel()
    await asyncio.wait((run,))
    found = await identity(impatient)
    assert (found.version, found.confirmed) == ("panel 1.1.0", False)
    starts = impatient.starts
    await impatient.until(lambda: impatient.starts > starts, within_s=CONFIRM_S + 5)
    found = await identity(impatient)
    assert (found.version, found.confirmed, found.reset) == ("panel 1.0.0", True, "rollback")


async def test_a_box_that_died_goes_on_where_it_stopped(old: SimulatedBoard) -> None:
    far = asyncio.Event()
    seen: list[Progress] = []

    def watch(one: Progress) -> None:
        if one.sent > NEW.manifest.size // 2:
            far.set()

    run = asyncio.create_task(update(str(old.path), NEW, progress=watch))
    await far.wait()
    run.cancel()
    await asyncio.wait((run,))
    assert (await identity(old)).version == "panel 1.0.0"
    await updated(old, NEW, seen)
    assert next(one for one in seen if one.stage is Stage.SENDING).sent > NEW.manifest.size // 2


async def test_an_update_that_takes_too_long_says_so_and_can_go_on(old: SimulatedBoard) -> None:
    with wire(old.path, baud=115_200) as line:
        with pytest.raises(errors.UpdateTimedOutError) as timed_out:
            await update(line.path, NEW, within_s=2)
        assert timed_out.value.retry
    seen: list[Progress] = []
    await updated(old, NEW, seen)
    assert next(one for one in seen if one.stage is Stage.SENDING).sent > 0


async def test_a_board_that_is_not_there_is_not_waited_for_long(tmp_path: Path) -> None:
    with pytest.raises(BoardGoneError):
        await update(str(tmp_path / "nothing"), NEW, meet_s=0.2)


async def test_a_board_that_leaves_amid_an_update_is_not_waited_for_for_ever(
    old: SimulatedBoard,
) -> None:
    def watch(one: Progress) -> None:
        if one.sent > NEW.manifest.size // 2:
            old.cut_power()

    with pytest.raises(BoardError):
        await update(str(old.path), NEW, progress=watch, back_s=0.5)
    old.give_power()
    assert (await updated(old, NEW)).version == "panel 1.1.0"


async def test_the_box_keeps_its_power_meanwhile_and_a_hold_of_others_goes_on(
    old: SimulatedBoard,
) -> None:
    async with Board(str(old.path), within_s=5) as board:
        await board.ask("feed", 1)
        await board.ask("hold", 1000)
    await update(str(old.path), NEW, prove_s=2)
    async with Board(str(old.path), within_s=5) as board:
        limit_s, _, held_s, cuts = await board.ask("watch")
        assert (limit_s, cuts) == (1, 0)
        assert 900 < held_s < 1000
    assert not [line for _, line in old.shown if line.startswith("power")]


@pytest.mark.parametrize(("flip", "drop"), [(0.0005, 0.0), (0.0, 0.002)])
async def test_an_image_crosses_a_noisy_wire(old: SimulatedBoard, flip: float, drop: float) -> None:
    over = asyncio.Event()  # the wire ends when the board restarts: it is laid to one terminal

    def watch(one: Progress) -> None:
        if one.stage is Stage.RESTARTING:
            over.set()

    with wire(old.path, baud=1_000_000, flip=flip, drop=drop) as line:
        run = asyncio.create_task(update(line.path, NEW, baud=1_000_000, progress=watch))
        await asyncio.wait((run, asyncio.create_task(over.wait())), return_when="FIRST_COMPLETED")
        assert over.is_set()
        await old.until(lambda: old.starts == 2)
        run.cancel()
        await asyncio.wait((run,))
    assert (await updated(old, NEW)).version == "panel 1.1.0"


@pytest.mark.parametrize(
    ("size", "baud", "least_s", "most_s"),
    [
        (80_000, 115_200, 900, 1000),
        (1_000_000, 9600, 8000, 10_000),
        (8 * 2**20, 1200, 21_600, 21_600),
    ],
)
def test_a_large_image_on_a_slow_wire_is_given_longer_but_not_for_ever(
    size: int, baud: int, least_s: float, most_s: float
) -> None:
    assert least_s <= allowed_s(size, baud) <= most_s
