"""New firmware through the device process: the loader and the real firmware under MicroPython."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.board.book import LateBook
from devices.board.errors import ReleaseRefusedError, UpdatingError
from devices.board.keeping import Keeping
from devices.board.messages import (
    BoardButtonPressed,
    BoardEventsLost,
    HoldWatchdog,
    UpdateBoard,
)
from devices.board.port import ControlBoard
from devices.board.releases import read_release
from devices.board.serial import SerialBoardConfig
from devices.contract.clock import SystemClock
from devices.contract.errors import DeviceError
from devices.contract.message import Health
from devices.messages import Kind, ShowOnPanel
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from firmware_bridge import frames
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update import image
from firmware_bridge.update.updater import Stage
from tests.devices.board.boxes import box_with_board
from tests.devices.board.rigs import Rig, twin
from tests.waiting import until

pytestmark = pytest.mark.real

NEXT_S = 0.1  # until another button
LOADER = str(Path("firmware_bridge/firmware/main.py").resolve())
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


class Shelf:
    """Where releases lie on the box."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.keys = folder / "keys"
        self.keys.mkdir()
        pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (self.keys / "releases.pem").write_bytes(pem)

    def order(self, version: str, *, key: Ed25519PrivateKey = KEY) -> UpdateBoard:
        """Put a release on the shelf, and return the order to install it."""
        data = image.packed(image.sources(), version)
        expires = SystemClock().now() + timedelta(days=30)
        manifest = image.described(data, name=version, expires=expires, table=frames.TABLE_HASH)
        files = self._folder / f"{version}.json", self._folder / f"{version}.img"
        files[0].write_bytes(manifest.signed(key))
        files[1].write_bytes(data)
        return UpdateBoard(manifest=str(files[0]), image=str(files[1]))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
async def rescued(tmp_path: Path, shelf: Shelf) -> AsyncIterator[Rig]:
    """Give power to a board as it comes from the bench: a loader, and no firmware."""
    flash = ("120", "20")  # s until it goes back; ms to erase a block, as a chip takes them
    async with SimulatedBoard(tmp_path / "board", arguments=(LOADER, *flash)) as far:
        config = SerialBoardConfig(path=str(far.path), firmware_keys=str(shelf.keys), prove_s=0.3)
        board = config.build()
        board.check_every_s = 0.05  # type: ignore[misc]  # a real one is asked every other second
        yield Rig(
            board=board,
            press=far.press,
            switch=far.switch,
            paper=far.paper,
            unplug=far.unplug,
            plug=far.plug,
            line=lambda line: far.panel.get(line, ""),
            glows=lambda lamp: far.lamps.get(lamp, False),
            has_power=lambda: far.box_power,
        )


async def test_from_its_rescue_to_a_version_and_to_the_next_one(
    rescued: Rig, shelf: Shelf, tmp_path: Path
) -> None:
    async with box_with_board(rescued, tmp_path) as (user, _):
        await user.sees(Kind.BOARD, Health.FAULT, "board.rescue")
        assert await user.refusal(shelf.order("0.9.0", key=STRANGER)) == "board.release_refused"
        first = await user.ask(shelf.order("1.0.0"), within_s=60)
        assert (first.version, first.slot, first.confirmed) == ("panel 1.0.0", 0, True)
        for kind in (Kind.BOARD, Kind.PANEL):
            await user.sees(kind, Health.READY)
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        await user.ask(HoldWatchdog(seconds=3000))

        asking = asyncio.ensure_future(user.ask(shelf.order("1.1.0"), within_s=60))
        await user.sees(Kind.BOARD, Health.WARNING, "board.updating")
        assert await user.refusal(shelf.order("1.1.0")) == "board.updating"
        second = await asking
        boards = [one for status in user.statuses for one in status.devices if one.kind == "board"]
        stages = {one.facts.get("update_stage") for one in boards}
        assert {Stage.SENDING.value, Stage.PROVING.value} <= stages
        assert (second.version, second.slot, second.confirmed) == ("panel 1.1.0", 1, True)
        await user.sees(Kind.BOARD, Health.READY)
        await until(lambda: rescued.line(0).strip() == "A007", "it shows what it showed")
        assert user.device(Kind.BOARD).facts["reset"] == "update"
        assert await user.refusal(shelf.order("1.0.0")) == "board.release_refused", "an older one"
        assert (await rescued.board.watch()).held_s > 2900, "the hold of before goes on"


async def test_what_is_pressed_while_it_is_updated_is_kept_once(
    rescued: Rig, shelf: Shelf, tmp_path: Path
) -> None:
    pressed = 0
    async with box_with_board(rescued, tmp_path) as (user, province):
        await user.ask(shelf.order("1.0.0"), within_s=60)
        await user.sees(Kind.BOARD, Health.READY)
        asking = asyncio.ensure_future(user.ask(shelf.order("1.1.0"), within_s=60))
        stages = set()
        while not asking.done():
            stage = await stage_of(rescued.board)
            if stage in (Stage.SENDING, Stage.CHECKING, Stage.PROVING):
                rescued.press(pressed % 6)
                pressed += 1
                stages.add(stage)
            await asyncio.sleep(NEXT_S)
        assert (await asking).version == "panel 1.1.0"
        assert {Stage.SENDING, Stage.PROVING} <= stages
        kind = BoardButtonPressed
        await until(lambda: len(province.of(kind)) >= pressed, f"{pressed} presses are stored")
        names = [(event.boot, event.event) for event in province.of(kind)]
        assert len(names) == len(set(names)) == pressed
        assert len({boot for boot, _ in names}) == 2, "before the restart, and behind it"
        assert province.of(BoardEventsLost) == []


async def stage_of(board: ControlBoard) -> Stage | None:
    """Return what an update is at, in this moment: when it restarts nobody sees a press."""
    with contextlib.suppress(DeviceError):  # it is being closed
        stage = (await board.check()).facts.get("update_stage")
        return Stage(stage) if stage else None
    return None


async def test_a_box_that_trusts_nobody_takes_nothing(
    rescued: Rig, shelf: Shelf, tmp_path: Path
) -> None:
    (shelf.keys / "releases.pem").unlink()
    async with box_with_board(rescued, tmp_path) as (user, _):
        assert await user.refusal(shelf.order("1.0.0")) == "board.release_refused"
        (shelf.keys / "broken.pem").write_text("no key")
        assert await user.refusal(shelf.order("1.0.0")) == "board.release_refused"


async def test_what_gets_to_the_disk_while_the_board_is_updated_ends_nothing(
    shelf: Shelf, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "book.sqlite"
    in_the_way.mkdir()
    book, nudges = LateBook(in_the_way), list[int]()
    clock, order = SystemClock(), shelf.order("1.0.0")
    release = read_release(Path(order.manifest), Path(order.image), shelf.keys, clock.now())
    async with (
        twin(tmp_path / "board") as rig,
        Worker("book") as worker,
        rig.board as board,
    ):
        keeping = Keeping(book, worker, clock, nudge=lambda: nudges.append(1), changed=lambda: None)
        async with alongside(keeping.take(board), name="events"):
            await until(lambda: keeping.reports != (), "its start finds no disk")
            updating = asyncio.ensure_future(board.update(release))
            await asyncio.sleep(0)  # it has begun
            rig.unplug()  # and has to wait
            in_the_way.rmdir()
            await until(lambda: nudges != [], "the disk is there again", within_s=20)
            with pytest.raises(UpdatingError):
                await board.watch()
            rig.plug()
            with pytest.raises(ReleaseRefusedError):  # it is for another kind
                await updating
            rig.press(0)
            await until(lambda: len(nudges) == 2, "it goes on to keep what comes")
        await worker.do(book.close)
