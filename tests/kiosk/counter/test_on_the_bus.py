"""The counter server on a real mosquitto: its presence, its figures, its events, its calls."""

import asyncio
import socket
from pathlib import Path

import msgspec
import pytest

from devices.contract.identity import COUNTER, DEVICES, BoxId
from devices.contract.message import (
    Connection,
    JournalAck,
    JournalEntry,
    LinkState,
    Message,
    PartStatus,
    decode,
    encode,
)
from devices.contract.topics import PartTopics
from devices.messages import Said, Say
from devices.runtime.alongside import alongside
from devices.runtime.bus import Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import Desk
from devices.runtime.settings import BusConfig
from kiosk.counter.config import HttpConfig
from kiosk.counter.main import DATABASE, build
from kiosk.counter.store import Store
from kiosk.messages import AnyKioskEvent, TicketCalled, TicketIssued
from tests.counterparts.mosquitto import RealBroker
from tests.kiosk.counter.site import officer, running, sample_config, wish

pytestmark = pytest.mark.real


async def test_the_province_hears_of_every_ticket_and_the_loudspeaker_of_every_call(
    tmp_path: Path,
) -> None:
    box = BoxId("gio-linh-1")
    topics, devices = PartTopics(box, COUNTER), PartTopics(box, DEVICES)
    said: list[str] = []

    async def speak(say: Say) -> Message:
        said.append(say.text)
        return Said(seconds=0.1)

    async with RealBroker(tmp_path / "broker") as broker, asyncio.timeout(60):
        line = BusConfig(port=broker.port)
        config = sample_config(tmp_path / "site", bus=line, status_every_s=1.0)
        async with (
            mqtt_bus(line, "a-listener") as bus,
            bus.listen(topics.conn) as births,
            bus.listen(topics.status) as statuses,
            bus.listen(topics.event) as events,
        ):
            desk = Desk(bus, devices.cmd)
            desk.on(Say, speak)
            async with (
                alongside(desk.serve(), name="devices"),
                running(config) as client,
                officer(client, "1") as console,
            ):
                birth = decode((await births.get()).payload, Connection)
                assert birth.state is LinkState.READY
                await client.post("/api/tickets", json=wish("r1"))
                await console.post("/api/officer/next", json={"current": ""})
                entries: list[JournalEntry] = []
                while len(entries) < 2:
                    entries.append(decode((await events.get()).payload, JournalEntry))
                told = [msgspec.json.decode(one.event, type=AnyKioskEvent) for one in entries]
                assert [type(one) for one in told] == [TicketIssued, TicketCalled]
                while True:
                    status = decode((await statuses.get()).payload, PartStatus)
                    if status.figures.get("tickets_today") == 1:
                        break
                assert status.figures["waiting"] == 0
                while not said:
                    await asyncio.sleep(0.05)
                ack = JournalAck(boot=entries[0].boot, seq=entries[-1].seq)
                await bus.publish(Packet(topic=topics.ack, payload=encode(ack), qos=1, retain=True))
                with Store(tmp_path / "site" / DATABASE) as store:
                    while store.journal.waiting():
                        await asyncio.sleep(0.05)
    assert said == ["Xin mời công dân có số thứ tự A không không một đến quầy số một"]


async def test_a_server_whose_port_is_taken_is_never_born(tmp_path: Path) -> None:
    """Who hears that it is ready may ask it at once; an agent takes new settings for good."""
    topics = PartTopics(BoxId("gio-linh-1"), COUNTER)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        http = HttpConfig(port=taken.getsockname()[1])
        async with (
            RealBroker(tmp_path / "broker") as broker,
            asyncio.timeout(60),
            mqtt_bus(BusConfig(port=broker.port), "a-listener") as bus,
            bus.listen(topics.conn) as births,
        ):
            line = BusConfig(port=broker.port)
            config = sample_config(tmp_path / "site", bus=line, http=http)
            with pytest.raises(OSError, match="in use"):
                await build(config)(lambda: None)
            await bus.publish(Packet(topic=topics.conn, payload=b"the end", qos=1))
            assert (await births.get()).payload == b"the end"
