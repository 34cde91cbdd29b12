"""Ten thousand random and mutated payloads on every topic: nothing dies, nothing is stored.

Two thousand a topic, sixty thousand in all, where nobody asks for `--full`.
"""

import asyncio
import contextlib
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import yaml

from devices.contract.errors import BadPayloadError
from devices.contract.identity import COUNTER, DEVICES, KIOSK, BoxId, Part
from devices.contract.message import JournalEntry, decode
from devices.contract.topics import PartTopics
from devices.runtime.bus import Bus, Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from provisioning.demo.sample import BOX_A
from tests.flows.province import Site, whole_province

pytestmark = [pytest.mark.real, pytest.mark.soak, pytest.mark.timeout(600)]

PAYLOADS = 10_000
PARTS = (DEVICES, COUNTER, KIOSK)
LEAVES = ("conn", "desc", "status", "event", "ack", "province_cmd", "province_reply")
INSIDE = ("cmd", "reply", "signal")
AT_ONCE = 200


def examples() -> list[bytes]:
    """Return the bus document's examples, which are right, as bytes to spoil."""
    document = yaml.safe_load(Path("docs/asyncapi.yaml").read_text(encoding="utf-8"))
    return [
        msgspec.json.encode(example["payload"])
        for channel in document["channels"].values()
        for message in channel["messages"].values()
        for example in message["examples"]
    ]


def spoiled(seed: int, count: int) -> Iterator[bytes]:
    """Yield payloads: random bytes, and examples cut, flipped, repeated, or with strange values."""
    chance = random.Random(seed)
    right = examples()
    strange = (b"null", b"-1", b"1e999", b'"\\u0000"', b"[]", b"{}", b"9" * 40, b'"' + b"x" * 5000)
    for _ in range(count):
        payload = bytearray(chance.choice(right))
        at = chance.randrange(len(payload))
        match chance.randrange(6):
            case 0:
                yield chance.randbytes(chance.randrange(200))
            case 1:
                yield bytes(payload[:at])
            case 2:
                payload[at] ^= 1 << chance.randrange(8)
                yield bytes(payload)
            case 3:
                yield bytes(payload[:at] + payload[at // 2 :])
            case 4:
                colon = payload.find(b":", at)
                yield bytes(payload[: colon + 1] + chance.choice(strange) + payload[colon + 2 :])
            case _:
                yield b"[" * chance.randrange(1, 3000) + bytes(payload)


async def pound(bus: Bus, topic: str, seed: int, count: int) -> None:
    """Publish so many payloads on a topic, half of them with a return address and a correlation."""
    back = PartTopics(BoxId(BOX_A), Part("fuzz")).reply
    chance = random.Random(seed)
    batch = []
    for payload in spoiled(seed, count):
        if is_an_entry(payload):
            continue  # not spoiled: a box may say this, and it is stored
        asked = chance.random() < 0.5
        packet = Packet(
            topic=topic,
            payload=payload,
            qos=0,
            response_topic=back if asked else "",
            correlation=chance.randbytes(8) if asked else b"",
        )
        batch.append(bus.publish(packet))
        if len(batch) == AT_ONCE:
            await asyncio.gather(*batch)
            batch = []
    await asyncio.gather(*batch)


async def test_spoiled_payloads_on_every_topic_kill_nothing_and_store_nothing(
    tmp_path: Path, sized: Callable[[int], int]
) -> None:
    payloads = sized(PAYLOADS)
    async with whole_province(tmp_path) as site, site.kiosk(BOX_A) as kiosk:
        before = {name: child.pid for name, child in site.province.children.items()}
        config = BusConfig(port=site.brokers[BOX_A])
        async with mqtt_bus(config, "fuzz") as bus:
            await asyncio.wait_for(bus.wait_connected(), 10)
            for seed, (part, leaf) in enumerate(every_leaf()):
                topic = getattr(PartTopics(BoxId(BOX_A), part), leaf)
                await pound(bus, topic, seed, payloads)
        assert await garbage_at_the_province(site) > payloads, "the line carried next to nothing"
        ticket = await kiosk.takes("ho-tich")
        assert ticket.number.endswith("001"), "something took a number"
        assert {name: child.pid for name, child in site.province.children.items()} == before
        assert await stored_kinds(site, ticket.id) == ["ticket.issued", "ticket.printed"]


def every_leaf() -> list[tuple[Part, str]]:
    return [(part, leaf) for part in PARTS for leaf in (*LEAVES, *INSIDE)]


async def garbage_at_the_province(site: Site) -> int:
    """Return how many spoiled messages reached the controller and were refused."""
    text = (await site.controller.get("/metrics")).text
    found = re.search(r"^motcua_garbage_messages_total (\S+)$", text, re.MULTILINE)
    assert found, text
    return int(float(found[1]))


async def stored_kinds(site: Site, ticket: str) -> list[str]:
    """Wait for the ticket's own events, and return the kinds of all that is stored of the site."""
    async with asyncio.timeout(60):
        while True:
            events = await site.stored_events()
            kinds = [event["kind"] for event in events if event["part"] == COUNTER]
            if sum(ticket in event["body"] for event in events) >= 2:
                return kinds
            await asyncio.sleep(0.1)


def is_an_entry(payload: bytes) -> bool:
    with contextlib.suppress(BadPayloadError):
        decode(payload, JournalEntry)
        return True
    return False


def test_the_spoiler_spoils() -> None:
    """Negative control: most of what it makes is no message, some of it still is JSON."""
    made = list(spoiled(1, 2000))
    readable = sum(is_json(payload) for payload in made)
    assert 20 < readable < 1000
    assert sum(is_an_entry(payload) for payload in made) < 100


def is_json(payload: bytes) -> bool:
    try:
        msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
