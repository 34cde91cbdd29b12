"""A room on the real bus: joins when it is told to, asks, leaves; its media are words alone."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from devices.contract.errors import LineDownError
from devices.contract.identity import ROOM, BoxId
from devices.contract.message import Connection, Done, LinkState, PartStatus, decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import Ask, Desk, asking
from devices.runtime.settings import BusConfig
from tests.vc.server.hall import OFFER
from vc.messages import (
    JoinConference,
    LeaveConference,
    LineFigures,
    LineTested,
    RoomNotice,
    TestLine,
)


class RoomTwin:
    """What the room was told, in `joins`, `leaves` and `notice`; `ask` asks the server.

    `answers` are its joins' HTTP statuses, 0 for none.
    """

    def __init__(
        self, bus: Bus, ask: Ask, topics: PartTopics, boot: int, trust: ssl.SSLContext | None
    ) -> None:
        self.bus, self.ask, self.topics = bus, ask, topics
        self.boot = boot
        self._trust = trust
        self.joins: list[JoinConference] = []
        self.leaves: list[LeaveConference] = []
        self.notices: list[RoomNotice] = []
        self.answers: list[int] = []

    @property
    def notice(self) -> RoomNotice:
        return self.notices[-1] if self.notices else RoomNotice()

    async def say(self, state: LinkState) -> None:
        await self.bus.wait_connected()
        payload = encode(Connection(state=state, boot=self.boot))
        await self.bus.publish(Packet(topic=self.topics.conn, payload=payload, qos=1, retain=True))

    async def tell(self, status: PartStatus) -> None:
        await self.bus.publish(Packet(topic=self.topics.status, payload=encode(status), qos=1))

    async def join(self, command: JoinConference) -> Done:
        self.joins.append(command)
        headers = {"Authorization": f"Bearer {command.token}", "Content-Type": "application/sdp"}
        async with httpx.AsyncClient(timeout=10, verify=self._trust or True) as client:
            try:
                answer = await client.post(command.url, content=OFFER, headers=headers)
            except httpx.TransportError:
                self.answers.append(0)
            else:
                self.answers.append(answer.status_code)
        return Done()

    async def leave(self, command: LeaveConference) -> Done:
        self.leaves.append(command)
        return Done()

    async def test(self, command: TestLine) -> LineTested:
        good = LineFigures(bitrate_kbps=1500, fps=25, width=1280, height=720, round_trip_ms=20)
        return LineTested(took_s=command.for_s, up=good, down=good, echo_db=40.0)

    async def read_notices(self) -> None:
        async with self.bus.listen(self.topics.given_state) as inbox:
            async for packet in inbox:
                self.notices.append(decode(packet.payload, RoomNotice))


@asynccontextmanager
async def room_twin(
    broker_port: int, box: str, boot: int = 1, *, trust: ssl.SSLContext | None = None
) -> AsyncIterator[RoomTwin]:
    """Run a room until the context ends; it says that it is ready. `trust` is for https."""
    topics = PartTopics(BoxId(box), ROOM)
    async with (
        mqtt_bus(BusConfig(port=broker_port), f"{box}-room") as bus,
        asking(bus, topics.ask_reply, "room") as ask,
    ):
        twin = RoomTwin(bus, ask, topics, boot, trust)
        desk = Desk(bus, topics.province_cmd)
        desk.on(JoinConference, twin.join)
        desk.on(LeaveConference, twin.leave)
        desk.on(TestLine, twin.test)
        async with alongside(desk.serve(), twin.read_notices(), name=f"{box} room"):
            await bus.wait_connected()
            await asyncio.sleep(0)
            await twin.say(LinkState.READY)
            try:
                yield twin
            finally:
                with suppress(LineDownError):
                    await twin.say(LinkState.SLEEPING)
