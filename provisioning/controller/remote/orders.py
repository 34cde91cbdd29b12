"""Orders on their way: kept, sent, asked again until they are answered, over restarts of anybody.

An order to a live box goes with QoS 0 and is repeated (through a bridge QoS 1 costs 44 ms, QoS 0
less than 1); one that waits for a box that is away goes with QoS 1 when the box is back.
"""

import asyncio
import contextlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import (
    BadPayloadError,
    BusyError,
    DeadlinePassedError,
    LineDownError,
    MotcuaError,
)
from devices.contract.identity import AGENT, BRIDGE, BoxId, box_id
from devices.contract.message import Connection, LinkState, decode, encode, tag_of
from devices.contract.topics import Leaf, PartTopics, of_every_box, parse
from devices.runtime.bus import Bus, Inbox, Packet
from devices.runtime.requests import Ask, asking
from devices.runtime.worker import Worker
from provisioning.commands import Ping
from provisioning.controller.remote.asks import AnyAsk, manner_of, order_of
from provisioning.controller.remote.files import expected_of
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.records import OrderRecord, State, ended, given_up

REPLIES = of_every_box(AGENT, Leaf.REPLY)
_CONNECTIONS = of_every_box(AGENT, Leaf.CONN)
_LINES = of_every_box(BRIDGE, Leaf.LINE)
_AGAIN_S = 1.0
_AGAIN_LATER_S = 5.0
_SOON_S = 15.0
_AWAY_S = 60.0
_QUICK_EXPIRY_S = 5
_MOST_OPEN = 2000
_MOST_OF_A_BOX = 20
_MOST_LATE = 1000
_MOST_BOXES = 32_768
_PING_WITHIN_S = 5.0
_log = structlog.get_logger()


class BoxAwayError(MotcuaError):
    """The box has no line now."""

    code = "box.away"
    retry = True


class NotCancelableError(MotcuaError):
    """The order is with the box already."""

    code = "order.sent"


class _Open:
    """An order under way in this process: `news` wakes the one who sees to it."""

    def __init__(self, record: OrderRecord) -> None:
        self.record = record
        self.news = asyncio.Event()
        self.reply: bytes | None = None
        self.canceled_by = ""
        self.over = asyncio.Event()


class Presence:
    """Which boxes' agents can be talked to, as the retained messages of the bus say."""

    def __init__(self, moved: Callable[[str], None]) -> None:
        self._moved = moved
        self._agents: dict[str, bool] = {}
        self._lines: dict[str, bool] = {}

    def here(self, box: str) -> bool | None:
        """Return whether the box can be talked to; None when nothing was heard of it."""
        if self._lines.get(box) is False:
            return False
        return self._agents.get(box)

    def hear(self, packet: Packet) -> None:
        """Take a message of one of the two kinds."""
        topic = parse(packet.topic)
        box = str(topic.box)
        if topic.leaf is Leaf.LINE:
            self._lines[box] = packet.payload == b"1"
        else:
            with contextlib.suppress(BadPayloadError):
                known = decode(packet.payload, Connection).state
                self._agents[box] = known is LinkState.READY
        self._moved(box)


class Orders:
    """All orders. `run` is their life; without it nothing is sent, and nothing is lost."""

    def __init__(
        self,
        bus: Bus,
        ledger: Ledger,
        worker: Worker,
        clock: Clock,
        changed: Callable[[str], None],
    ) -> None:
        self.ledger = ledger
        self._bus = bus
        self._worker = worker
        self._clock = clock
        self._changed = changed
        self._open: dict[str, _Open] = {}
        self._late: OrderedDict[str, OrderRecord] = OrderedDict()
        self._presence = Presence(self._wake)
        self._group: asyncio.TaskGroup | None = None
        self._ask: Ask | None = None

    def here(self, box: str) -> bool | None:
        """Return whether the box can be talked to; None when nothing was heard of it."""
        return self._presence.here(box)

    async def give(self, box: str, ask: AnyAsk, actor: str) -> OrderRecord:
        """Keep an order and begin to send it; returns it as it stands now.

        Raises BoxAwayError for a box without a line, unless the order waits; BusyError when too
        many are under way; StorageError, and then there is no order.
        """
        manner, now = manner_of(ask), self._clock.now()
        if self._group is None:
            raise BusyError("The line to the boxes is just being opened.")
        same_box = sum(one.record.box == box for one in self._open.values())
        if len(self._open) >= _MOST_OPEN or same_box >= _MOST_OF_A_BOX:
            raise BusyError("Too many orders are under way.")
        if self.here(box) is False and not manner.keeps:
            raise BoxAwayError
        name = secrets.token_hex(12)
        not_after = now + timedelta(seconds=manner.begun_within_s)
        order = order_of(ask, name, now, not_after)
        record = OrderRecord(
            name=name,
            box=box,
            kind=tag_of(type(order)),
            body=encode(order),
            actor=actor,
            reason=ask.reason,
            keeps=manner.keeps,
            asked_at=now,
            not_after=not_after,
            due_at=not_after + timedelta(seconds=manner.answered_within_s),
        )
        record = await self._worker.do(self.ledger.put, record, expected_of(order, box, now))
        self._begin(record)
        self._changed(box)
        return record

    async def cancel(self, name: str, actor: str) -> None:
        """End an order that was not sent; raises NotCancelableError, NoSuchOrderError."""
        record = await self._worker.do(self.ledger.order, name)
        one = self._open.get(record.name)
        if one is None or one.record.state is not State.QUEUED:
            raise NotCancelableError
        one.canceled_by = actor
        one.news.set()

    async def ended(self, name: str, *, within_s: float) -> OrderRecord:
        """Return an order once it has ended.

        Raises DeadlinePassedError when that takes longer (it goes on), NoSuchOrderError.
        """
        if one := self._open.get(name):
            try:
                async with asyncio.timeout(within_s):
                    await one.over.wait()
            except TimeoutError:
                raise DeadlinePassedError from None
        return await self._worker.do(self.ledger.order, name)

    async def ping(self, box: BoxId) -> datetime:
        """Ask the box's agent whether it hears; returns its clock; raises DeadlinePassedError."""
        if self._ask is None:
            raise LineDownError
        topics = PartTopics(box, AGENT)
        pong = await self._ask(
            topics.province_cmd,
            Ping(),
            within_s=_PING_WITHIN_S,
            reply_topic=topics.province_reply,
        )
        return pong.at

    async def run(self) -> None:
        """Send, ask again and listen, beginning with what the store holds; never returns."""
        try:
            async with (
                self._bus.listen(REPLIES, limit=_MOST_OPEN) as replies,
                self._bus.listen(_CONNECTIONS, limit=_MOST_BOXES) as connections,
                self._bus.listen(_LINES, limit=_MOST_BOXES) as lines,
                asking(self._bus, REPLIES, "controller") as self._ask,
                asyncio.TaskGroup() as group,
            ):
                self._group = group
                group.create_task(self._hear(replies), name="replies")
                for inbox in (connections, lines):
                    group.create_task(self._watch(inbox), name="presence")
                for record in await self._worker.do(self.ledger.open):
                    self._begin(record)
        finally:
            self._group = self._ask = None
            self._open.clear()

    def _begin(self, record: OrderRecord) -> None:
        if self._group is not None and record.name not in self._open:
            one = self._open[record.name] = _Open(record)
            self._group.create_task(self._see_through(one), name=record.name)

    async def _see_through(self, one: _Open) -> None:
        """Send the order until it has ended, and keep how."""
        try:
            while (end := self._end_of(one)) is None:
                one.news.clear()
                wait_s = await self._send(one)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await one.news.wait()
            await self._worker.do(self.ledger.end, end)
            if end.state is State.TIMED_OUT:
                self._late[end.name] = end
                while len(self._late) > _MOST_LATE:
                    self._late.popitem(last=False)
            _log.info("order.ended", box=end.box, kind=end.kind, state=end.state, code=end.code)
        finally:
            self._open.pop(one.record.name, None)
            one.over.set()
        self._changed(end.box)

    def _end_of(self, one: _Open) -> OrderRecord | None:
        record, now = one.record, self._clock.now()
        if one.reply is not None:
            return ended(record, one.reply, now)
        if one.canceled_by:
            return given_up(record, State.CANCELED, "order.canceled", now)
        if record.state is State.QUEUED and now > record.not_after:
            return given_up(record, State.TIMED_OUT, "box.away", now)
        if now > record.due_at:
            return given_up(record, State.TIMED_OUT, "request.deadline", now)
        return None

    async def _send(self, one: _Open) -> float:
        """Send the order if the box may be there; returns after how many seconds to look again."""
        record, now = one.record, self._clock.now()
        left_s = (record.not_after - now).total_seconds()
        if record.keeps and self.here(record.box) is not True:
            until = record.not_after if record.state is State.QUEUED else record.due_at
            return min(_AWAY_S, max(0.1, (until - now).total_seconds() + 0.1))
        if record.state is State.QUEUED:
            one.record = msgspec.structs.replace(record, state=State.IN_PROGRESS)
            await self._worker.do(self.ledger.turn, one.record)
            self._changed(record.box)
        topics = PartTopics(box_id(record.box), AGENT)
        waits = record.keeps and left_s > 0
        packet = Packet(
            topic=topics.province_cmd,
            payload=record.body,
            qos=1 if waits else 0,
            expiry_s=max(1, round(left_s)) if waits else _QUICK_EXPIRY_S,
            response_topic=topics.province_reply,
            correlation=bytes.fromhex(record.name),
            actor=record.actor,
        )
        with contextlib.suppress(LineDownError):  # asked again in a moment
            await self._bus.publish(packet)
        soon = (now - record.asked_at).total_seconds() < _SOON_S and not waits
        return _AGAIN_S if soon else _AGAIN_LATER_S

    async def _hear(self, inbox: Inbox) -> None:
        async for packet in inbox:
            name, box = packet.correlation.hex(), str(parse(packet.topic).box)
            one = self._open.get(name)
            if one and one.record.box == box:
                one.reply = packet.payload
                one.news.set()
            elif (late := self._late.get(name)) and late.box == box:
                del self._late[name]
                await self._worker.do(
                    self.ledger.end, ended(late, packet.payload, self._clock.now())
                )
                self._changed(box)

    async def _watch(self, inbox: Inbox) -> None:
        async for packet in inbox:
            self._presence.hear(packet)

    def _wake(self, box: str) -> None:
        for one in self._open.values():
            if one.record.box == box:
                one.news.set()
