"""10,000 mutated messages from rooms and browsers: nothing dies, nothing is changed by nonsense."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from devices.contract.identity import ROOM, BoxId
from devices.contract.message import Done, Refused, decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.bus import Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
from tests.vc.server.hall import OFFER, PLAN, SDP, console, hall_config, open_plan, running
from vc import acts
from vc.messages import AskToJoin

MESSAGES, BODIES = 7_000, 3_000
SEED = 20_261_123
ODD: tuple[Any, ...] = (None, True, -1, 1e308, 10**30, "", "\x00", "A" * 3000, "số", [], {}, "x-1")
FIELDS: dict[str, Any] = {
    "request": "r1",
    "delegate": "dong-ha-1",
    "member": "dong-ha",
    "ballot": "b1",
    "question": "Thông qua?",
    "option": 0,
    "paper": "bao-cao",
    "page": 1,
    "item": "bao-cao",
    "layout": "wall",
    "place": 0,
    "reason": "hết giờ",
    "until_ms": 1,
    "muted": True,
    "off": True,
    "locked": False,
    "on": False,
    "content": "x",
    "present": True,
    "limit_s": 5,
}
ENDS = {"end_meeting"}


def bodies(luck: random.Random, count: int) -> Iterator[bytes]:
    """Yield acts as JSON: some whole, most with a field spoilt, a key lost, or bytes changed."""
    kinds = [kind for kind in get_args(acts.AnyAct) if kind.__struct_config__.tag not in ENDS]
    for _ in range(count):
        kind = luck.choice(kinds)
        body: dict[str, Any] = {"type": kind.__struct_config__.tag}
        body |= {name: FIELDS.get(name, "x") for name in kind.__struct_fields__}
        for _ in range(luck.randrange(3)):
            body[luck.choice([*body])] = luck.choice(ODD)
        if luck.random() < 0.2:
            body.pop(luck.choice([*body]))
        data = bytearray(msgspec.json.encode(body))
        if luck.random() < 0.3:
            for _ in range(luck.randrange(1, 6)):
                data[luck.randrange(len(data))] = luck.randrange(256)
        if luck.random() < 0.05:
            del data[luck.randrange(len(data)) :]
        if b"end_meeting" not in data:
            yield bytes(data)


@pytest.mark.real
async def test_nothing_that_a_room_says_ends_the_server(tmp_path: Path) -> None:
    luck = random.Random(SEED)
    folder = tmp_path / "broker"
    folder.mkdir()
    async with RealBroker(folder) as broker:
        config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
        topics = PartTopics(BoxId("dong-ha-room"), ROOM)
        async with (
            running(config),
            console(config) as chair,
            mqtt_bus(BusConfig(port=broker.port), "fuzz") as bus,
            bus.listen(topics.ask_reply, limit=20_000) as replies,
        ):
            await open_plan(chair)
            await bus.wait_connected()
            for sent, body in enumerate(bodies(luck, MESSAGES)):
                whole = b'{"type":"conference.act","conference":"%s","act":%s}'
                payload = whole % (PLAN.id.encode(), body)
                await bus.publish(
                    Packet(
                        topic=luck.choice((topics.ask, topics.ask, topics.conn, topics.status)),
                        payload=payload if luck.random() < 0.8 else body,
                        response_topic=luck.choice(
                            (topics.ask_reply, topics.ask_reply, "mc1/other/dn/room/reply", "x")
                        ),
                        correlation=sent.to_bytes(4) if luck.random() < 0.95 else b"",
                    )
                )
                if sent % 100 == 0:
                    await asyncio.sleep(0.05)
            last = b"the last one"
            await bus.publish(
                Packet(
                    topic=topics.ask,
                    payload=encode(AskToJoin()),
                    response_topic=topics.ask_reply,
                    correlation=last,
                )
            )
            codes: set[str] = set()
            async with asyncio.timeout(60):
                async for packet in replies:
                    answer = decode(packet.payload, Done | Refused)  # type: ignore[arg-type]
                    codes.add(answer.code if isinstance(answer, Refused) else "done")
                    if packet.correlation == last:
                        break
            assert {"payload.bad", "conference.may_not", "done"} <= codes
            assert (await chair.get("/api/state")).status_code == 200


async def test_nothing_that_a_browser_sends_ends_the_server(tmp_path: Path) -> None:
    luck = random.Random(SEED)
    config = hall_config(tmp_path)
    async with running(config) as stranger, console(config) as chair:
        await open_plan(chair)
        watch = (await chair.post("/api/watch")).json()
        statuses: set[int] = set()
        for number, mutated in enumerate(bodies(luck, BODIES)):
            path, body = "/api/acts", mutated
            headers = {"Content-Type": "application/json"}
            client = chair
            if number % 5 == 0:
                path = luck.choice(
                    ("/api/join", "/api/sign-in", "/api/links", "/api/line-test", "/api/papers")
                )
                client = stranger
            if number % 7 == 0:
                path, client = f"/whep/{PLAN.id}", chair
                offer = bytearray(OFFER.encode())
                for _ in range(luck.randrange(1, 20)):
                    offer[luck.randrange(len(offer))] = luck.randrange(256)
                body, headers = bytes(offer), SDP | {"Authorization": f"Bearer {watch['play']}"}
            answer = await client.post(path, content=body, headers=headers)
            statuses.add(answer.status_code)
            assert answer.status_code != 500, (path, body, answer.text)
        assert {200, 400, 409} <= statuses
        assert (await chair.get("/api/state")).status_code == 200
