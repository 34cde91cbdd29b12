"""What the kiosk asks of the box's chip reader, and that it has it forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from devices.chip.errors import NoCardError, WrongKeyError
from devices.chip.messages import ChipRead, ForgetChip, ReadChip
from devices.contract.errors import MotcuaError
from devices.contract.identity import DEVICES, KIOSK, BoxId
from devices.contract.message import Command, Done
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.requests import Desk, asking
from kiosk.ui.clerk import BackRoom
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.chip.clerk import ChipClerk
from kiosk.ui.flows.chip.pages import ChipTold, ChipTrouble, ChipUntold, ReadCard, StopChip
from tests.kiosk.ui.chips import KEY
from tests.kiosk.ui.test_chip import READ
from tests.waiting import until

BOX = BoxId("gio-linh-1")


class Reader:
    """A device process that answers each reading with the next of `says`, or not at all."""

    def __init__(self, *says: ChipRead | MotcuaError, deaf: int = 0) -> None:
        self.says = list(says)
        self.deaf = deaf
        self.asked: list[type[Command[Any]]] = []
        self.heard: list[Event] = []

    async def read(self, _: ReadChip) -> ChipRead:
        self.asked.append(ReadChip)
        if not self.says:
            await asyncio.Event().wait()
        said = self.says.pop(0)
        if isinstance(said, MotcuaError):
            raise said
        return said

    async def forget(self, _: ForgetChip) -> Done:
        self.asked.append(ForgetChip)
        if self.asked.count(ForgetChip) <= self.deaf:
            await asyncio.Event().wait()
        return Done()


@asynccontextmanager
async def at(reader: Reader, *effects: AnyEffect) -> AsyncIterator[BackRoom]:
    """Let a clerk carry these out."""
    broker, topics = MemoryBroker(), PartTopics(BOX, DEVICES)
    async with (
        broker.connect() as bus,
        broker.connect() as there,
        asking(bus, PartTopics(BOX, KIOSK).reply, KIOSK) as ask,
    ):
        desk = Desk(there, topics.cmd)
        desk.on(ReadChip, reader.read)
        desk.on(ForgetChip, reader.forget)
        room = BackRoom((ChipClerk(ask, BOX, reader.heard.append),))
        async with alongside(desk.serve(), name="desk"), alongside(room.run(), name="back room"):
            for effect in effects:
                room.do(effect, None)
            yield room


async def test_a_card_is_waited_for_and_what_was_read_is_forgotten_there_at_once() -> None:
    reader = Reader(NoCardError(), NoCardError(), READ)
    async with at(reader, ReadCard(ask=7, key=KEY)):
        await until(lambda: ForgetChip in reader.asked, "it is to be forgotten")
    assert reader.asked == [ReadChip, ReadChip, ReadChip, ForgetChip]
    (told,) = reader.heard
    assert isinstance(told, ChipTold)
    assert told.ask == 7


async def test_a_refusal_is_told_by_what_can_be_done_about_it() -> None:
    reader = Reader(WrongKeyError())
    async with at(reader, ReadCard(ask=7, key=KEY)):
        await until(lambda: bool(reader.heard), "a word")
    assert reader.heard == [ChipUntold(ask=7, trouble=ChipTrouble.WRONG_KEY)]


@pytest.mark.parametrize("end", [StopChip(), EndSession()])
async def test_a_reading_nobody_waits_for_is_forgotten_and_told_to_nobody(end: AnyEffect) -> None:
    reader = Reader()
    async with at(reader, ReadCard(ask=7, key=KEY)) as room:
        await until(lambda: ReadChip in reader.asked, "the card is read")
        room.do(end, None)
        await until(lambda: ForgetChip in reader.asked, "it is to be forgotten")
    assert reader.heard == []


async def test_what_was_not_forgotten_yet_when_the_session_ends_is_asked_for_again() -> None:
    reader = Reader(READ, deaf=1)
    async with at(reader, ReadCard(ask=7, key=KEY)) as room:
        await until(lambda: ForgetChip in reader.asked, "it is to be forgotten")
        room.do(EndSession(), None)
        await until(lambda: reader.asked.count(ForgetChip) > 1, "it is asked for again")
