"""Commands and their replies over the bus (MQTT 5 §4.10): typed, with a deadline, carried out once.

The asker repeats a command with the same correlation until its deadline; the desk carries each
correlation out once and repeats the reply. A refusal is a reply.
"""

import asyncio
import contextlib
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec
import structlog

from devices.contract.errors import (
    BadTopicError,
    BusyError,
    DeadlinePassedError,
    LineDownError,
    MotcuaError,
    NotAllowedError,
    UnknownCommandError,
)
from devices.contract.message import (
    Command,
    Message,
    Refused,
    RefusedError,
    decode,
    encode,
    refused,
    reply_type,
    tag_of,
)
from devices.contract.topics import Leaf, Topic, parse
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Inbox, Packet

R = TypeVar("R", bound=Message)
C = TypeVar("C", bound=Command[Any])
Handler = Callable[[C], Awaitable[Message]]
HandlerFrom = Callable[[C, Topic], Awaitable[Message]]

_ASK_AGAIN_S = 1.0
_REMEMBERED = 512
_PERSONAL_S = 5.0
_AT_ONCE = 32
_log = structlog.get_logger()


class Ask:
    """Asks commands on behalf of one part. Made by `asking`."""

    def __init__(self, bus: Bus, reply_topic: str, actor: str) -> None:
        self._bus = bus
        self._reply_topic = reply_topic
        self._actor = actor
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}

    async def __call__(
        self,
        topic: str,
        command: Command[R],
        *,
        within_s: float = 2.0,
        actor: str = "",
        reply_topic: str = "",
    ) -> R:
        """Return the command's reply, which shall come to `reply_topic` if that is given.

        Raises RefusedError with the other side's code and sentence, DeadlinePassedError when
        nothing came (the command may or may not have been carried out), BadPayloadError when the
        reply is not what was promised.
        """
        correlation = secrets.token_bytes(12)
        packet = Packet(
            topic=topic,
            payload=encode(command),
            expiry_s=max(1, round(within_s)),
            response_topic=reply_topic or self._reply_topic,
            correlation=correlation,
            actor=actor or self._actor,
        )
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[correlation] = answer
        try:
            async with asyncio.timeout(within_s):
                while not answer.done():
                    await self._send(packet)
                    await asyncio.wait((answer,), timeout=_ASK_AGAIN_S)
        except TimeoutError:
            raise DeadlinePassedError(
                f"No answer to {tag_of(type(command))} within {within_s:g} s."
            ) from None
        finally:
            del self._waiting[correlation]
        reply = decode(answer.result(), _reply_union(type(command)))
        if isinstance(reply, Refused):
            raise RefusedError(reply)
        return reply  # type: ignore[no-any-return]  # the union's other member, decoded as such

    async def _send(self, packet: Packet) -> None:
        await self._bus.wait_connected()
        with contextlib.suppress(LineDownError):  # asked again in a moment
            await self._bus.publish(packet)

    async def read(self, inbox: Inbox) -> None:
        """Hand replies to those who wait; never returns."""
        async for packet in inbox:
            waiting = self._waiting.get(packet.correlation)
            if waiting and not waiting.done():
                waiting.set_result(packet.payload)


@asynccontextmanager
async def asking(bus: Bus, reply_topic: str, actor: str) -> AsyncIterator[Ask]:
    """Listen on one's reply topic while the context lasts, and yield the function to ask with.

    The topic may be a filter; then each question names its `reply_topic` under it.
    """
    ask = Ask(bus, reply_topic, actor)
    async with bus.listen(reply_topic) as inbox, alongside(ask.read(inbox), name="replies"):
        yield ask


def _reply_union(command: type[Command[R]]) -> Any:  # a union built at run time has no static type
    return reply_type(command) | Refused


class Desk:
    """Where a part takes commands.

    `known` but unregistered commands are refused as not allowed here; so are those beyond
    `at_once`, as busy. A reply goes only to the box whose topic the command came by. A personal one
    is forgotten after `personal_s`: who lost it by then has to ask anew.
    """

    def __init__(
        self,
        bus: Bus,
        topic: str,
        *,
        known: tuple[type[Command[Any]], ...] = (),
        at_once: int = _AT_ONCE,
        personal_s: float = _PERSONAL_S,
    ) -> None:
        self._bus = bus
        self._personal_s = personal_s
        self._at_once = at_once
        self._topic = topic
        self._handlers: dict[str, tuple[type[Command[Any]], HandlerFrom[Any]]] = {}
        self._known = {tag_of(kind) for kind in known}
        self._under_way: set[bytes] = set()
        self._replies: OrderedDict[bytes, bytes] = OrderedDict()
        self._personal: set[bytes] = set()
        self._forgettings = 0

    def on(self, kind: type[C], handler: Handler[C]) -> None:
        """Register the handler of a command. What it raises as MotcuaError becomes the refusal."""

        async def anyone(command: C, _: Topic) -> Message:
            return await handler(command)

        self._handlers[tag_of(kind)] = (kind, anyone)

    def on_from(self, kind: type[C], handler: HandlerFrom[C]) -> None:
        """Register a handler that also gets the topic: where the desk's is a filter, who asks."""
        self._handlers[tag_of(kind)] = (kind, handler)

    @property
    def commands(self) -> tuple[str, ...]:
        """The words of the commands taken here."""
        return tuple(sorted(self._handlers))

    async def serve(self) -> None:
        """Take commands; never returns."""
        async with self._bus.listen(self._topic) as inbox, asyncio.TaskGroup() as group:
            async for packet in inbox:
                if not packet.correlation or not _is_reply_topic(packet):
                    _log.warning("command.without_return_address", topic=packet.topic)
                elif packet.correlation in self._under_way:
                    continue  # its reply will come
                elif reply := self._replies.get(packet.correlation):
                    group.create_task(self._reply(packet, reply))
                elif len(self._under_way) == self._at_once:
                    group.create_task(self._reply(packet, encode(refused(BusyError()))))
                else:
                    self._under_way.add(packet.correlation)
                    group.create_task(self._answer(packet))

    def forget(self) -> None:
        """Forget personal replies now, and keep none of the commands that are under way."""
        self._forgettings += 1
        for correlation in self._personal:
            self._replies.pop(correlation, None)
        self._personal.clear()

    async def _answer(self, packet: Packet) -> None:
        forgettings = self._forgettings
        try:
            reply = await self._carry_out(packet)
        except MotcuaError as error:
            reply = refused(error)
        finally:
            self._under_way.remove(packet.correlation)
        payload = encode(reply)
        if not reply.personal:
            self._remember(packet.correlation, payload)
        elif forgettings == self._forgettings:
            self._remember(packet.correlation, payload)
            self._personal.add(packet.correlation)
            loop = asyncio.get_running_loop()
            loop.call_later(self._personal_s, self._lapse, packet.correlation)
        await self._reply(packet, payload)

    async def _carry_out(self, packet: Packet) -> Message:
        word = decode(packet.payload, _Word).type
        if word not in self._handlers:
            if word in self._known:
                raise NotAllowedError(f"{word} is not taken from there.")
            raise UnknownCommandError(f"{word!r} is none of: {', '.join(self.commands)}")
        kind, handler = self._handlers[word]
        return await handler(decode(packet.payload, kind), parse(packet.topic))

    async def _reply(self, packet: Packet, payload: bytes) -> None:
        try:
            await self._bus.publish(
                Packet(topic=packet.response_topic, payload=payload, correlation=packet.correlation)
            )
        except LineDownError:
            _log.warning("reply.lost", topic=packet.response_topic)

    def _lapse(self, correlation: bytes) -> None:
        self._replies.pop(correlation, None)
        self._personal.discard(correlation)

    def _remember(self, correlation: bytes, payload: bytes) -> None:
        self._replies[correlation] = payload
        while len(self._replies) > _REMEMBERED:
            self._replies.popitem(last=False)


class _Word(msgspec.Struct, frozen=True):
    type: str


def _is_reply_topic(packet: Packet) -> bool:
    try:
        back = parse(packet.response_topic)
        return back.leaf is Leaf.REPLY and back.box == parse(packet.topic).box
    except BadTopicError:
        return False
