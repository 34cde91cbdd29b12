"""Orders carried out once: in time, and never again, whatever restarts meanwhile."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from devices.contract.clock import Clock
from devices.contract.errors import BusyError, MotcuaError
from devices.contract.message import Done, Message, Refused, decode, encode, refused, reply_type
from devices.runtime.worker import Worker
from provisioning.agent.remote.book import Book, Written
from provisioning.agent.remote.machine import Machine
from provisioning.commands import Order

O = TypeVar("O", bound=Order[Any])  # noqa: E741 - an order
Handler = Callable[[O], Awaitable[Message]]
Through = Callable[[O, Written], bool]
"""Whether an order that was begun before is done by the very restart that interrupted it."""

_CLOCKS_APART = timedelta(seconds=30)
_MOST_REPLY_BYTES = 200_000


class ExpiredOrderError(MotcuaError):
    """The order came too late."""

    code = "order.expired"


class InterruptedOrderError(MotcuaError):
    """A restart interrupted the order; it is not begun again."""

    code = "order.interrupted"


class Once:
    """Keeps the book of orders. `worker` is the thread that the book is on."""

    def __init__(self, book: Book, worker: Worker, machine: Machine, clock: Clock) -> None:
        self._book = book
        self._worker = worker
        self._machine = machine
        self._clock = clock
        self._run = secrets.token_hex(8)
        self._under_way: set[str] = set()

    async def carry_out(
        self, order: O, handler: Handler[O], through: Through[O] | None = None
    ) -> Message:
        """Have the order carried out, or return what came of it before.

        Raises ExpiredOrderError, InterruptedOrderError, BusyError when it is under way, and
        StorageError when the book cannot be kept: then nothing was begun. What a damaged book held
        is forgotten with it (DamagedBookError, once): an order of then is carried out again.
        """
        if order.order in self._under_way:
            raise BusyError("This order is being carried out.")
        self._under_way.add(order.order)
        try:
            written = await self._worker.do(self._book.find, order.order)
            if written is None:
                return await self._begin(order, handler)
            if written.reply is not None:
                kind: Any = reply_type(type(order)) | Refused
                return decode(written.reply, kind)  # type: ignore[no-any-return]  # a union made here
            return await self._take_up(order, written, through)
        finally:
            self._under_way.discard(order.order)

    async def _begin(self, order: O, handler: Handler[O]) -> Message:
        now = self._clock.now()
        if now > order.not_after + _CLOCKS_APART:
            raise ExpiredOrderError(
                f"It was good until {order.not_after:%Y-%m-%d %H:%M:%S} UTC; "
                f"this box's clock says {now:%Y-%m-%d %H:%M:%S} UTC."
            )
        boot = await asyncio.to_thread(self._machine.boot)
        await self._worker.do(self._book.begin, order.order, boot=boot, run=self._run)
        try:
            reply = await handler(order)
        except MotcuaError as error:
            reply = refused(error)
        return await self._end(order, reply)

    async def _take_up(self, order: O, written: Written, through: Through[O] | None) -> Message:
        if through and written.run != self._run and through(order, written):
            return await self._end(order, Done())
        return await self._end(order, refused(InterruptedOrderError()))

    async def _end(self, order: O, reply: Message) -> Message:
        payload = encode(reply)
        if len(payload) > _MOST_REPLY_BYTES:
            reply = Refused(code="reply.too_large", text=f"The reply has {len(payload)} bytes.")
            payload = encode(reply)
        await self._worker.do(self._book.end, order.order, payload)
        return reply
