"""One suite over the memory twin and real mosquitto."""

import asyncio

import pytest

from devices.contract.errors import LineDownError
from devices.runtime.bus import Inbox, Packet
from tests.devices.runtime.conftest import Line


async def next_of(inbox: Inbox) -> Packet:
    async with asyncio.timeout(10):
        return await inbox.get()


async def test_a_packet_arrives_with_all_it_carries(line: Line) -> None:
    one, two = await line.new("one"), await line.new("two")
    sent = Packet(
        topic="mc1/a/in/x/cmd",
        payload="Xin mời".encode(),
        expiry_s=60,
        response_topic="mc1/a/in/y/reply",
        correlation=b"\x00\xff",
        actor="technician",
    )
    async with two.listen("mc1/a/in/+/cmd") as inbox:
        await one.publish(sent)
        assert await next_of(inbox) == sent


async def test_a_retained_packet_reaches_who_comes_later_and_says_so(line: Line) -> None:
    one, two = await line.new("one"), await line.new("two")
    await one.publish(Packet(topic="a/status", payload=b"1", qos=1, retain=True))
    async with two.listen("a/#") as inbox:
        first = await next_of(inbox)
        assert (first.payload, first.retain) == (b"1", True)


async def test_an_empty_retained_packet_clears_the_topic(line: Line) -> None:
    one, two = await line.new("one"), await line.new("two")
    await one.publish(Packet(topic="a/status", payload=b"1", qos=1, retain=True))
    await one.publish(Packet(topic="a/status", payload=b"", qos=1, retain=True))
    async with two.listen("a/status") as inbox:
        await one.publish(Packet(topic="a/status", payload=b"live", qos=1))
        assert (await next_of(inbox)).payload == b"live"


async def test_two_listeners_of_one_bus_each_get_theirs(line: Line) -> None:
    one, two = await line.new("one"), await line.new("two")
    async with two.listen("a/x") as xs, two.listen("a/y") as ys:
        await one.publish(Packet(topic="a/y", payload=b"y", qos=1))
        await one.publish(Packet(topic="a/x", payload=b"x", qos=1))
        assert (await next_of(xs)).payload == b"x"
        assert (await next_of(ys)).payload == b"y"


async def test_a_full_inbox_drops_the_oldest_and_counts(line: Line) -> None:
    one, two = await line.new("one"), await line.new("two")
    async with two.listen("a/x", limit=2) as inbox, two.listen("a/end") as end:
        for number in range(5):
            await one.publish(Packet(topic="a/x", payload=b"%d" % number, qos=1))
        await one.publish(Packet(topic="a/end", payload=b".", qos=1))
        await next_of(end)
        assert [(await next_of(inbox)).payload for _ in range(2)] == [b"3", b"4"]
        assert inbox.dropped == 3


async def test_a_cut_line_is_told_at_once_and_listening_goes_on_after_it_is_mended(
    line: Line,
) -> None:
    one, two = await line.new("one"), await line.new("two")
    async with two.listen("a/x") as inbox:
        await line.cut()
        async with asyncio.timeout(10):
            await one.wait_lost()
            await two.wait_lost()
        with pytest.raises(LineDownError):
            await one.publish(Packet(topic="a/x", payload=b"lost", qos=1))
        await line.mend()
        async with asyncio.timeout(20):
            await one.wait_connected()
            await two.wait_connected()
        await one.publish(Packet(topic="a/x", payload=b"found", qos=1))
        assert (await next_of(inbox)).payload == b"found"
