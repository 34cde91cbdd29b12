"""Brokers of a box and of the province, with real mosquittos."""

import asyncio
import os
import signal
from pathlib import Path

import aiomqtt
import pytest

from devices.runtime.ports import free_port
from provisioning.broker import Bridge, BrokerEndedError, box_config, started_mosquitto
from tests.counterparts.mosquitto import RealBroker

pytestmark = pytest.mark.real
WITHIN_S = 20


def client(port: int) -> aiomqtt.Client:
    return aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V5)


async def next_payload(listener: aiomqtt.Client) -> bytes:
    async with asyncio.timeout(WITHIN_S):
        message = await anext(aiter(listener.messages))
    assert isinstance(message.payload, bytes)
    return message.payload


def bridged_box(directory: Path, province: RealBroker) -> RealBroker:
    port = free_port()
    bridge = Bridge(box="box-1", host="127.0.0.1", port=province.port)
    text = box_config(port=port, directory=directory, bridge=bridge)
    return RealBroker(directory, text, port)


async def test_the_bridge_carries_up_and_down_and_nothing_of_the_inside(tmp_path: Path) -> None:
    async with (
        RealBroker(tmp_path / "province") as province,
        bridged_box(tmp_path / "box", province) as box,
        client(province.port) as at_province,
        client(box.port) as at_box,
    ):
        await at_province.subscribe("mc1/+/+/devices/#", qos=1)
        await at_box.publish("mc1/box-1/in/devices/signal", b"inside", qos=1, retain=True)
        await at_box.publish("mc1/box-1/up/devices/status", b"up", qos=1, retain=True)
        assert await next_payload(at_province) == b"up"

        await at_box.subscribe("mc1/+/dn/#", qos=1)
        await at_province.publish("mc1/box-2/dn/devices/ack", b"not ours", qos=1, retain=True)
        await at_province.publish("mc1/box-1/dn/devices/ack", b"down", qos=1, retain=True)
        assert await next_payload(at_box) == b"down"


async def test_after_a_long_night_without_the_line_the_newest_status_reaches_the_province(
    tmp_path: Path,
) -> None:
    """The bridge's queue overflows; the retained status is sent afresh (fleet notes 3b)."""
    async with (
        RealBroker(tmp_path / "province") as province,
        bridged_box(tmp_path / "box", province) as box,
        client(box.port) as at_box,
    ):
        await province.kill()
        for at in range(4_500):
            await at_box.publish("mc1/box-1/up/counter/event", b"%d" % at, qos=1)
        await at_box.publish("mc1/box-1/up/devices/status", b"newest", qos=1, retain=True)
        await province.start()
        async with client(province.port) as at_province:
            await at_province.subscribe("mc1/+/up/+/status", qos=1)
            assert await next_payload(at_province) == b"newest"


async def heard(listener: aiomqtt.Client, last: bytes) -> list[bytes]:
    """Return what comes until `last` does."""
    payloads = []
    while last not in payloads:
        payloads.append(await next_payload(listener))
    return payloads


async def test_the_province_knows_of_each_line_whether_it_is_up(tmp_path: Path) -> None:
    async with (
        RealBroker(tmp_path / "province") as province,
        bridged_box(tmp_path / "box", province) as box,
        client(province.port) as at_province,
    ):
        await at_province.subscribe("mc1/box-1/up/bridge/line", qos=1)
        await heard(at_province, b"1")
        await box.kill()
        await heard(at_province, b"0")
        await box.start()
        await heard(at_province, b"1")


async def test_a_line_that_is_up_again_is_not_undone_by_old_words(tmp_path: Path) -> None:
    """What the bridge said of the line inside the box while it was down stays there."""
    async with (
        RealBroker(tmp_path / "province") as province,
        bridged_box(tmp_path / "box", province) as box,
        client(box.port) as at_box,
    ):
        await at_box.subscribe("mc1/box-1/up/bridge/line", qos=1)
        await heard(at_box, b"1")
        await province.kill()
        await heard(at_box, b"0")
        await at_box.publish("mc1/box-1/up/counter/event", b"after", qos=1)
        await province.start()
        async with client(province.port) as at_province:
            await at_province.subscribe("mc1/box-1/up/#", qos=1)
            words = await heard(at_province, b"after")
            await at_box.publish("mc1/box-1/up/counter/event", b"last", qos=1)
            words += await heard(at_province, b"last")
        assert b"1" in words
        assert b"0" not in words


async def test_a_broker_that_cannot_listen_says_why(tmp_path: Path) -> None:
    async with RealBroker(tmp_path / "one") as first:
        config = box_config(port=first.port, directory=tmp_path / "two")
        with pytest.raises(BrokerEndedError, match="in use"):
            async with started_mosquitto(config, tmp_path / "two"):
                pass


async def test_a_killed_broker_is_noticed_and_comes_back_on_its_port(tmp_path: Path) -> None:
    config = box_config(port=free_port(), directory=tmp_path)
    async with started_mosquitto(config, tmp_path) as broker:
        os.kill(broker.pid, signal.SIGKILL)
        with pytest.raises(BrokerEndedError, match="-9"):
            await asyncio.wait_for(broker.ended(), WITHIN_S)
    async with started_mosquitto(config, tmp_path) as broker:
        assert broker.pid
