"""A board with MCUboot in the device process: MCUboot and Zephyr's SMP server, in QEMU."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.board.mcuboot import McubootBoardConfig
from devices.board.messages import HoldWatchdog, RestartBoard, UpdateBoard
from devices.config import DevicesConfig
from devices.contract.clock import SystemClock
from devices.contract.config import BadConfigError, parse_toml
from devices.contract.message import Health
from devices.host import Equipment
from devices.hosted import DEFAULT_LIMITS, Fitted
from devices.main import equipment
from devices.messages import Kind, TestDevice
from firmware_bridge.update.manifest import Manifest
from tests.counterparts.qemu import ONE_WAY, SWAP, QemuBoard, qemu_board
from tests.counterparts.qemu import Kind as Machine
from tests.devices.boxes import User, box_in_memory
from tests.firmware_bridge.update.releases import KEY
from tests.waiting import until

KIND = "keypad"
A_BOX = 'box = "gio-linh-1"\n'


def order(folder: Path, machine: Machine, version: str, *, kind: str = KIND) -> UpdateBoard:
    """Put a release on the box's disk, and return the order to install it."""
    image = machine.image(version)
    manifest = Manifest(
        name=f"{kind} {version}",
        kind=kind,
        version=version,
        size=len(image),
        sha256=hashlib.sha256(image).digest(),
        table=b"",
        expires=SystemClock().now() + timedelta(days=30),
    )
    files = folder / f"{kind}-{version}.json", folder / f"{kind}-{version}.img"
    files[0].write_bytes(manifest.signed(KEY))
    files[1].write_bytes(image)
    return UpdateBoard(manifest=str(files[0]), image=str(files[1]))


@asynccontextmanager
async def box_with(
    far: QemuBoard, folder: Path, *, one_way: bool = False, trusted: bool = True
) -> AsyncIterator[User]:
    keys = folder / "keys"
    keys.mkdir()
    if trusted:
        pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (keys / "releases.pem").write_bytes(pem)
    config = McubootBoardConfig(
        path=far.path, board_kind=KIND, firmware_keys=str(keys), prove_s=0.5, one_way=one_way
    )
    board = config.build()
    board.check_every_s = 0.2  # type: ignore[misc]  # a real one is asked every other second
    fitted = Equipment(mcuboot=Fitted(board, "mcuboot"))
    async with box_in_memory(fitted, folder / "state", limits=DEFAULT_LIMITS) as user:
        yield user


@pytest.mark.real
async def test_it_takes_firmware_of_its_kind_which_is_tried_and_kept(tmp_path: Path) -> None:
    with qemu_board(SWAP) as far:
        async with box_with(far, tmp_path) as user:
            await user.sees(Kind.BOARD, Health.READY)
            facts = user.device(Kind.BOARD).facts
            assert (facts["version"], facts["slot"], facts["confirmed"]) == (
                *("keypad 0.0.0", "0"),
                True,
            )
            assert user.device(Kind.BOARD).driver == "mcuboot"
            assert (await user.ask(TestDevice(device=Kind.BOARD))).result.passed
            foreign = order(tmp_path, SWAP, "1.2.3", kind="panel")
            assert await user.refusal(foreign) == "board.wrong_kind"
            done = await user.ask(order(tmp_path, SWAP, "1.2.3"), within_s=60)
            assert (done.version, done.confirmed) == ("keypad 1.2.3", True)
            boards = [one for status in user.statuses for one in status.devices]
            assert "board.updating" in {one.code for one in boards}
            assert {"sending", "proving"} <= {one.facts.get("update_stage") for one in boards}
            assert all("version" in one.facts for one in boards if one.code == "board.updating")
            await user.sees(Kind.BOARD, Health.READY)
            await until(
                lambda: user.device(Kind.BOARD).facts["version"] == "keypad 1.2.3", "it is told"
            )
            assert await user.refusal(order(tmp_path, SWAP, "1.2.2")) == "board.release_refused"
            before = far.starts
            await user.ask(RestartBoard(), within_s=60)
            assert far.starts == before + 1
            assert await user.refusal(HoldWatchdog(seconds=10)) == "command.unknown"


@pytest.mark.real
async def test_where_nothing_goes_back_nothing_is_sent_unless_the_box_was_told_to(
    tmp_path: Path,
) -> None:
    with qemu_board(ONE_WAY) as far:
        release = order(tmp_path, ONE_WAY, "1.2.3")
        async with box_with(far, tmp_path) as user:
            assert await user.refusal(release) == "board.no_revert"
            assert user.device(Kind.BOARD).facts["version"] == "keypad 0.0.0"
        (tmp_path / "again").mkdir()
        async with box_with(far, tmp_path / "again", one_way=True) as user:
            asking = asyncio.ensure_future(user.ask(release, within_s=60))
            await until(
                lambda: user.device(Kind.BOARD).facts.get("update_stage") == "sending",
                "it is sent; that it runs then is the updater's business",
            )
            asking.cancel()


@pytest.mark.real
async def test_what_nobody_trusted_has_signed_is_not_sent(tmp_path: Path) -> None:
    with qemu_board(SWAP) as far:
        async with box_with(far, tmp_path, trusted=False) as user:
            refused = await user.refusal(order(tmp_path, SWAP, "1.2.3"))
            assert refused == "board.release_refused"


async def test_one_that_is_not_there_is_a_fault_and_takes_no_orders(tmp_path: Path) -> None:
    board = McubootBoardConfig(path=str(tmp_path / "none"), board_kind=KIND).build()
    fitted = Equipment(mcuboot=Fitted(board, "mcuboot"))
    async with box_in_memory(fitted, tmp_path / "state", limits=DEFAULT_LIMITS) as user:
        await user.sees(Kind.BOARD, Health.FAULT, "device.unplugged")
        for command in (RestartBoard(), UpdateBoard(manifest="/none", image="/none")):
            assert await user.refusal(command) == "device.unplugged"


def test_a_box_s_table_makes_it_and_nothing_else_can_be_on_it() -> None:
    table = '[board]\ndriver = "mcuboot"\npath = "/dev/ttyACM0"\nboard_kind = "keypad"\n'
    fitted = equipment(parse_toml(A_BOX + table, DevicesConfig))
    assert fitted.board is None
    assert fitted.mcuboot is not None
    for more in ('[panel]\ndriver = "board"\n', '[panel_io]\ndriver = "board"\n'):
        with pytest.raises(BadConfigError, match="on the board"):
            parse_toml(A_BOX + table + more, DevicesConfig)
    with pytest.raises(BadConfigError, match="board_kind"):
        parse_toml(A_BOX + table.replace("keypad", "Bàn phím"), DevicesConfig)
