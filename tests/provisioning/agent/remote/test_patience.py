"""A deadline that moves on with what it waits for: a board's update, a file on a slow line."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from devices.board.messages import BoardUpdated, UpdateBoard
from devices.contract.clock import SystemClock
from devices.contract.errors import DeadlinePassedError
from devices.contract.identity import AGENT, DEVICES, box_id
from devices.contract.message import DeviceReport, Health, PartStatus, encode
from devices.contract.topics import PartTopics
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.requests import Desk, asking
from provisioning.agent.remote.inside import Inside
from provisioning.agent.remote.patience import Patience

BOX = box_id("quay-81")
DEVICES_TOPICS = PartTopics(BOX, DEVICES)
STILL_S, STEP_S = 1.0, 0.1
STEPS = 15
ORDER = UpdateBoard(manifest="/a.json", image="/a.img")
DONE = BoardUpdated(version="panel 1.0.0", slot=0, confirmed=True)


async def test_what_moves_may_take_longer_than_what_stands_still() -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with Patience(STILL_S, 60) as patience:
        while loop.time() < begun + 1.5 * STILL_S:
            await asyncio.sleep(STEP_S)
            patience.moved()
    with pytest.raises(TimeoutError):
        async with Patience(STEP_S, 60):
            await asyncio.sleep(60)


async def test_what_moves_for_ever_ends_too() -> None:
    with pytest.raises(TimeoutError):
        async with Patience(60, STEP_S) as patience:
            while True:
                await asyncio.sleep(STEP_S / 10)
                patience.moved()


@asynccontextmanager
async def devices(percents: Sequence[int]) -> AsyncIterator[Inside]:
    """Run a device process that tells how far an update is, and is done after the last percent."""
    broker = MemoryBroker()
    async with broker.connect() as theirs, broker.connect() as ours:
        desk = Desk(theirs, DEVICES_TOPICS.cmd)

        async def update(_: UpdateBoard) -> BoardUpdated:
            for seq, percent in enumerate(percents, 1):
                await asyncio.sleep(STEP_S)
                await tell(theirs, seq, percent)
            return DONE

        desk.on(UpdateBoard, update)
        async with (
            alongside(desk.serve(), name="desk"),
            asking(ours, PartTopics(BOX, AGENT).reply, AGENT) as ask,
        ):
            yield Inside(ours, ask, BOX, "", SystemClock())


async def tell(bus: Bus, seq: int, percent: int) -> None:
    now = SystemClock().now()
    report = DeviceReport(
        name=Kind.BOARD,
        kind=Kind.BOARD,
        driver="serial",
        health=Health.WARNING,
        since=now,
        facts={"update_stage": "sending", "update_percent": float(percent)},
    )
    status = PartStatus(boot=1, seq=seq, at=now, health=Health.WARNING, devices=(report,))
    topic = DEVICES_TOPICS.status
    await bus.publish(Packet(topic=topic, payload=encode(status), retain=True))


async def test_an_update_that_goes_on_is_waited_for() -> None:
    async with devices(range(STEPS)) as inside:
        assert await inside.update_board(ORDER, still_s=STILL_S) == DONE


async def test_an_update_that_stands_still_is_given_up_whatever_else_is_told() -> None:
    async with devices([1] * STEPS) as inside:
        with pytest.raises(DeadlinePassedError, match="stands still"):
            await inside.update_board(ORDER, still_s=STILL_S)
