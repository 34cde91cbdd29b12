"""A desk for many boxes, and an asker that names where each answer shall come."""

import asyncio

from devices.contract.identity import ROOM, BoxId
from devices.contract.message import Done, encode
from devices.contract.topics import PartTopics, Topic
from devices.runtime.alongside import alongside
from devices.runtime.bus import Packet
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.requests import Desk, asking
from vc.messages import AskToJoin, LeaveConference

ANY, A, B = (PartTopics(BoxId(box), ROOM) for box in ("+", "a", "b"))


async def test_the_desk_knows_which_box_asks() -> None:
    broker, asked = MemoryBroker(), list[str]()

    async def take(_: AskToJoin, topic: Topic) -> Done:
        asked.append(topic.box)
        return Done()

    async with broker.connect() as province, broker.connect() as box:
        desk = Desk(province, ANY.ask)
        desk.on_from(AskToJoin, take)
        async with (
            alongside(desk.serve(), name="desk"),
            asking(box, A.ask_reply, "a") as ask_a,
            asking(box, B.ask_reply, "b") as ask_b,
        ):
            await ask_a(A.ask, AskToJoin())
            await ask_b(B.ask, AskToJoin())
    assert asked == ["a", "b"]


async def test_no_answer_goes_to_another_box_than_the_asker() -> None:
    broker = MemoryBroker()

    async def take(_: AskToJoin) -> Done:
        return Done()

    async with broker.connect() as province, broker.connect() as box:
        desk = Desk(province, ANY.ask)
        desk.on(AskToJoin, take)
        async with alongside(desk.serve(), name="desk"), box.listen("#") as heard:
            await asyncio.sleep(0)
            for number, reply in enumerate((B.ask_reply, A.ask_reply)):
                await box.publish(
                    Packet(
                        topic=A.ask,
                        payload=encode(AskToJoin()),
                        response_topic=reply,
                        correlation=bytes([number]),
                    )
                )
            topics = []
            async with asyncio.timeout(5):
                while A.ask_reply not in topics:
                    topics.append((await heard.get()).topic)
    assert B.ask_reply not in topics


async def test_one_asker_asks_many_boxes() -> None:
    broker = MemoryBroker()

    async def leave(_: LeaveConference) -> Done:
        return Done()

    async with broker.connect() as province, broker.connect() as box:
        desks = [Desk(box, topics.province_cmd) for topics in (A, B)]
        for desk in desks:
            desk.on(LeaveConference, leave)
        async with (
            alongside(*(desk.serve() for desk in desks), name="desks"),
            asking(province, ANY.province_reply, "conference") as ask,
        ):
            await asyncio.sleep(0)
            for topics in (A, B):
                told = await ask(
                    topics.province_cmd,
                    LeaveConference(conference="x"),
                    reply_topic=topics.province_reply,
                )
                assert told == Done()
