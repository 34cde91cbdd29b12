"""A part's presence: born, described, its status true at each change, lost by its will."""

import asyncio
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.identity import BoxId, Part
from devices.contract.message import (
    Connection,
    Description,
    Health,
    LinkState,
    PartStatus,
    decode,
    encode,
)
from devices.contract.topics import PartTopics
from devices.runtime.bus import Inbox, Packet
from devices.runtime.part import PartLink, Report, present
from tests.devices.runtime.conftest import Line

TOPICS = PartTopics(BoxId("a"), Part("devices"))
CLOCK = SimulatedClock(datetime(2026, 11, 23, tzinfo=UTC))
M = TypeVar("M")


async def next_as(inbox: Inbox, kind: type[M]) -> M:
    async with asyncio.timeout(20):
        return decode((await inbox.get()).payload, kind)


async def test_a_part_is_born_described_and_says_each_change_once(line: Line) -> None:
    here, there = await line.new("here"), await line.new("there")
    link = PartLink(here, TOPICS, Description(boot=7, version="1"), CLOCK)
    async with (
        there.listen(TOPICS.conn) as conn,
        there.listen(TOPICS.desc) as desc,
        there.listen(TOPICS.status) as status,
    ):
        async with present(link):
            assert await next_as(conn, Connection) == Connection(state=LinkState.READY, boot=7)
            assert (await next_as(desc, Description)).version == "1"
            assert (await next_as(status, PartStatus)).health is Health.READY
            link.tell(Report(health=Health.FAULT))
            link.tell(Report(health=Health.FAULT))
            changed = await next_as(status, PartStatus)
            assert (changed.health, changed.boot, changed.seq) == (Health.FAULT, 7, 2)
        assert (await next_as(conn, Connection)).state is LinkState.SLEEPING


async def test_a_part_that_a_bug_ends_is_lost_and_does_not_rest(line: Line) -> None:
    here, there = await line.new("here"), await line.new("there")
    link = PartLink(here, TOPICS, Description(boot=7, version="1"), CLOCK)
    async with there.listen(TOPICS.conn) as conn:
        with pytest.raises(ZeroDivisionError):
            async with present(link):
                assert (await next_as(conn, Connection)).state is LinkState.READY
                raise ZeroDivisionError
        assert (await next_as(conn, Connection)).state is LinkState.LOST


async def test_a_part_says_all_again_on_a_new_line(line: Line) -> None:
    here, there = await line.new("here"), await line.new("there")
    link = PartLink(here, TOPICS, Description(boot=7, version="1"), CLOCK)
    async with there.listen(TOPICS.status, limit=64) as status, present(link):
        assert (await next_as(status, PartStatus)).seq == 1
        await line.cut()
        link.tell(Report(health=Health.WARNING))
        await line.mend()
        async with asyncio.timeout(30):
            while (await next_as(status, PartStatus)).health is not Health.WARNING:
                pass


async def test_the_will_says_lost_when_the_process_dies(line: Line) -> None:
    there = await line.new("there")
    lost = Packet(
        topic=TOPICS.conn,
        payload=encode(Connection(state=LinkState.LOST, boot=7)),
        qos=1,
        retain=True,
    )
    dying = await line.new("dying", will=lost)
    async with there.listen(TOPICS.conn) as conn:
        await die(dying)
        assert await next_as(conn, Connection) == Connection(state=LinkState.LOST, boot=7)


async def die(bus: object) -> None:
    """End the connection without a goodbye, as a crash does."""
    if hasattr(bus, "die"):
        bus.die()
    else:
        client = bus._client  # type: ignore[attr-defined]
        client._client._sock_close()
