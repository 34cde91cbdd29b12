"""Orders for a box's board: new firmware through gate, agent and device process to a real one."""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from devices.board.messages import BoardLog, WatchdogHeld
from firmware_bridge.board import Board
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update import image
from firmware_bridge.update.manifest import Manifest
from provisioning.agent.remote.door import Door, GateDownError
from provisioning.controller.boards.shelf import Release
from provisioning.controller.remote.asks import (
    AskBoardHold,
    AskBoardLog,
    AskBoardRestart,
    AskBoardUpdate,
)
from provisioning.controller.remote.records import State
from provisioning.controller.remote.remote import Remote
from tests.counterparts.qemu import SWAP, qemu_board
from tests.counterparts.slow_line import slow_line
from tests.provisioning.controller.boards.releases import KEY, trust
from tests.provisioning.controller.remote.province import (
    BOX,
    CLOCK,
    Box,
    Province,
    done,
    here,
    obeyed,
)
from tests.waiting import until

pytestmark = pytest.mark.real
LOADER = str(Path("firmware_bridge/firmware/main.py").resolve())


def release(province: Province, version: str) -> Release:
    """Keep the real firmware as of this version."""
    trust(province.folder / "firmware-keys")
    content = image.packed(image.sources(), version)
    expires = CLOCK.now() + timedelta(days=30)
    manifest = image.described(content, name=f"Bảng số {version}", expires=expires)
    return province.shelf.put(manifest.signed(KEY), content, CLOCK.now())


def mcuboot_release(province: Province, version: str) -> Release:
    """Keep a firmware for a board with MCUboot."""
    content = SWAP.image(version)
    manifest = Manifest(
        name=f"Bàn phím {version}",
        kind="keypad",
        version=version,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        table=b"",
        expires=CLOCK.now() + timedelta(days=30),
    )
    return province.shelf.put(manifest.signed(KEY), content, CLOCK.now())


@contextlib.asynccontextmanager
async def box_with_board(province: Province, keys: Path) -> AsyncIterator[tuple[Box, Remote]]:
    """Run the province, and a box whose board waits in its rescue for the first firmware."""
    async with (
        SimulatedBoard(province.folder / "board", arguments=(LOADER,)) as board,
        province.running() as remote,
    ):
        box = province.box()
        table = f'[board]\ndriver = "serial"\npath = "{board.path}"\nfirmware_keys = "{keys}"\n'
        async with box.devices(table), box.agent():
            await here(remote)
            await until(box.has_devices, "the devices", within_s=20)
            yield box, remote


async def test_firmware_is_fetched_installed_and_proved_and_leaves_nothing_behind(
    province: Province,
) -> None:
    kept = release(province, "1.0.0")
    async with box_with_board(province, province.folder / "firmware-keys") as (box, remote):
        order = await remote.orders.give(BOX, AskBoardUpdate(release=kept.id), "ky-thuat")
        ended = await done(remote, order, within_s=60)
        assert (ended.state, ended.code, ended.text) == (State.SUCCEEDED, "", "panel 1.0.0")
        assert list((box.folder / "firmware").iterdir()) == []
        log = await obeyed(remote, AskBoardLog())
        assert isinstance(log.answer, BoardLog)
        assert "1.0.0" in log.answer.text
        held = await obeyed(remote, AskBoardHold(minutes=10))
        assert held.answer == WatchdogHeld(seconds=600)
        assert (await obeyed(remote, AskBoardRestart(), within_s=30)).state is State.SUCCEEDED
    async with (
        SimulatedBoard(province.folder / "board", arguments=(LOADER,)) as far,
        Board(str(far.path), within_s=10) as board,
    ):
        assert board.identity.version == "panel 1.0.0"
        assert board.identity.confirmed


async def test_a_board_with_mcuboot_takes_firmware_of_its_kind_and_no_other(
    province: Province,
) -> None:
    others, ours = release(province, "1.0.0"), mcuboot_release(province, "1.2.3")
    assert [one.kind for one in province.shelf.all()] == ["panel", "keypad"]
    async with province.running() as remote:
        box, keys = province.box(), province.folder / "firmware-keys"
        with qemu_board(SWAP) as far:
            table = (
                f'[board]\ndriver = "mcuboot"\npath = "{far.path}"\nboard_kind = "keypad"\n'
                f'firmware_keys = "{keys}"\nprove_s = 0.5\n'
            )
            async with box.devices(table), box.agent():
                await here(remote)
                await until(box.has_devices, "the devices", within_s=20)
                ended = await obeyed(remote, AskBoardUpdate(release=others.id), within_s=40)
                assert (ended.state, ended.code) == (State.FAILED, "board.wrong_kind")
                assert "for panel; the board is a keypad" in ended.text
                assert far.starts == 1, "nothing was sent"
                ended = await obeyed(remote, AskBoardUpdate(release=ours.id), within_s=60)
                assert (ended.state, ended.text) == (State.SUCCEEDED, "keypad 1.2.3")
                ended = await obeyed(remote, AskBoardRestart(), within_s=60)
                assert ended.state is State.SUCCEEDED
        assert far.starts == 3


async def test_a_slow_line_is_waited_for_and_a_dead_one_is_not(province: Province) -> None:
    kept = release(province, "1.0.0")
    async with province.running() as remote:
        box = province.box()
        async with box.agent() as agent:
            await here(remote)
            agent.terminate()
            await agent.wait()
        await until(lambda: remote.orders.here(BOX) is False, "the agent is gone", within_s=20)
        order = await remote.orders.give(BOX, AskBoardUpdate(release=kept.id), "ky-thuat")
        place, into = f"/box/firmware/{order.name}/image", province.folder / "image"
        gate_port = int(province.gate.rpartition(":")[2])
        stalled_s = 0.75 * kept.size_bytes / 50_000
        async with slow_line(gate_port, 50_000) as port:
            door = Door(f"https://127.0.0.1:{port}", box.identity)
            await door.fetch(place, into, most_bytes=2**20, stalled_s=stalled_s)
        assert into.read_bytes() == province.shelf.files(kept.id)[1].read_bytes()
        async with slow_line(gate_port, 50_000, most=40_000) as port:
            door = Door(f"https://127.0.0.1:{port}", box.identity)
            with pytest.raises(GateDownError):
                await door.fetch(place, into, most_bytes=2**20, stalled_s=stalled_s)
        assert 0 < into.stat().st_size < 40_000, "what came is kept"


async def test_a_box_that_does_not_trust_the_key_installs_nothing(province: Province) -> None:
    kept = release(province, "1.0.0")
    async with box_with_board(province, province.folder / "nobody") as (box, remote):
        ended = await obeyed(remote, AskBoardUpdate(release=kept.id), within_s=40)
        assert (ended.state, ended.code) == (State.FAILED, "board.release_refused")
        assert list((box.folder / "firmware").iterdir()) == []


async def test_a_box_without_a_board_says_so(province: Province) -> None:
    kept = release(province, "1.0.0")
    async with province.running() as remote:
        box = province.box()
        async with box.devices(), box.agent():
            await here(remote)
            await until(box.has_devices, "the devices", within_s=20)
            for ask in (AskBoardUpdate(release=kept.id), AskBoardLog()):
                ended = await obeyed(remote, ask)
                assert ended.state in (State.REJECTED, State.FAILED)
                assert ended.code in ("command.unknown", "device.none")


async def test_the_gate_gives_firmware_to_the_box_that_was_ordered_and_while_it_is(
    province: Province,
) -> None:
    kept = release(province, "1.0.0")
    async with province.running() as remote:
        ours, theirs = province.box(), province.box("gio-linh-2")
        async with ours.agent() as agent:
            await here(remote)
            agent.terminate()
            await agent.wait()
        await until(lambda: remote.orders.here(BOX) is False, "the agent is gone", within_s=20)
        order = await remote.orders.give(BOX, AskBoardUpdate(release=kept.id), "ky-thuat")
        places = [f"/box/firmware/{order.name}/{what}" for what in ("manifest", "image")]
        for box, status in ((ours, 206), (theirs, 404)):
            async with Door(province.gate, box.identity).through() as client:
                for place in places:
                    answer = await client.get(place, headers={"range": "bytes=0-9"})
                    assert answer.status_code == status, place
        into = province.folder / "image"
        await Door(province.gate, ours.identity).fetch(places[1], into, most_bytes=2**20)
        assert into.read_bytes() == province.shelf.files(kept.id)[1].read_bytes()
        await remote.orders.cancel(order.name, "ky-thuat")
        await done(remote, order)
        async with Door(province.gate, ours.identity).through() as client:
            assert (await client.get(places[0])).status_code == httpx.codes.NOT_FOUND
