"""The clerk: carries out what the session wants done, and tells what came of it."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import (
    BadPayloadError,
    DeadlinePassedError,
    MotcuaError,
    StorageError,
)
from devices.runtime.backoff import Backoff
from kiosk.api import Rate, Site, TakeTicket, Ticket
from kiosk.counter.errors import AlreadyRatedError
from kiosk.ui.asked import AskedStore, new_request_id
from kiosk.ui.devices_link import DevicesLink, NotPrintedError
from kiosk.ui.events import (
    AnyEffect,
    AskNumber,
    Event,
    FindCode,
    FindTicket,
    ForgetNumber,
    Found,
    NotFound,
    NotFoundReason,
    NotPrinted,
    NumberRefused,
    NumberTaken,
    Printed,
    PrintTicket,
    RatingRefused,
    RatingStored,
    SendRating,
)
from kiosk.ui.link import CounterClient, CounterDownError, CounterRefusedError

P = ParamSpec("P")
_JOBS = 64
_TELL_PRINTED_WITHIN_S = 300.0
_log = structlog.get_logger()


class Clerk:
    """`do` never waits; outcomes come back through `tell`. `run` is its life."""

    def __init__(
        self,
        counter: CounterClient,
        devices: DevicesLink,
        asked: AskedStore,
        clock: Clock,
        *,
        kiosk: str,
        number_within_s: float,
        tell: Callable[[Event], None],
    ) -> None:
        self._counter = counter
        self._devices = devices
        self._asked = asked
        self._clock = clock
        self._kiosk = kiosk
        self._number_within_s = number_within_s
        self._tell = tell
        self._jobs: asyncio.Queue[Coroutine[Any, Any, None]] = asyncio.Queue(_JOBS)
        self._request = (0, "")
        self._asking: asyncio.Task[None] | None = None

    def do(self, effect: AnyEffect, site: Site | None) -> None:
        """Begin an effect. When far too much is under way it is dropped; the session times out."""
        match effect:
            case AskNumber():
                self._begin(self._ask_number(effect))
            case ForgetNumber():
                self._begin(self._forget_number())
            case PrintTicket() if site is not None:
                self._begin(self._print(effect.ticket, site))
            case FindTicket():
                self._begin(self._find(self._counter.by_number(effect.number)))
            case FindCode():
                self._begin(self._find(self._counter.by_code(effect.code)))
            case SendRating():
                self._begin(self._rate(effect))
            case _:
                pass

    async def run(self) -> None:
        """Carry out what was begun; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(await self._jobs.get())

    async def take_up(self, site: Site) -> None:
        """Finish what an earlier process left: its request, and the tickets without paper.

        Raises a MotcuaError when the counter server does not answer.
        """
        if request := await asyncio.to_thread(self._asked.left_behind, self._clock.now()):
            with contextlib.suppress(CounterRefusedError):
                await self._counter.take(request)
        await self._on_disk(self._asked.forget)
        for ticket in await self._counter.unprinted():
            self._begin(self._print(ticket, site))

    def _begin(self, job: Coroutine[Any, Any, None]) -> None:
        try:
            self._jobs.put_nowait(job)
        except asyncio.QueueFull:
            job.close()
            _log.error("clerk.too_much")

    async def _ask_number(self, effect: AskNumber) -> None:
        self._asking = asyncio.current_task()
        retry = True
        try:
            ticket = await self._number(effect)
        except CounterRefusedError as error:
            retry = error.problem.retry
        except MotcuaError as error:
            _log.warning("number.not_taken", code=error.code)
        else:
            self._tell(NumberTaken(ask=effect.ask, ticket=ticket))
            return
        self._tell(NumberRefused(ask=effect.ask, retry=retry))

    async def _number(self, effect: AskNumber) -> Ticket:
        if self._request[0] != effect.ask:
            self._request = (effect.ask, new_request_id())
        request = TakeTicket(
            request=self._request[1],
            kiosk=self._kiosk,
            service=effect.service,
            priority_class=effect.priority_class,
            language=effect.language,
        )
        await self._on_disk(self._asked.keep, request, self._clock.now())
        ticket = await _again(lambda: self._counter.take(request), self._number_within_s)
        await self._on_disk(self._asked.forget)
        return ticket

    async def _forget_number(self) -> None:
        if self._asking:
            self._asking.cancel()
        await self._on_disk(self._asked.forget)

    async def _on_disk(self, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do it if the disk lets us: it serves one who waits through a power cut, and only him."""
        try:
            await asyncio.to_thread(work, *args, **kwargs)
        except StorageError as error:
            _log.error("request.not_on_disk", text=error.sentence)

    async def _print(self, ticket: Ticket, site: Site) -> None:
        try:
            await self._devices.print_ticket(ticket, site)
        except NotPrintedError as error:
            _log.warning("ticket.not_printed", number=ticket.number, text=error.sentence)
            self._tell(NotPrinted(ticket=ticket.id, printer=error.printer))
            return
        self._tell(Printed(ticket=ticket.id))
        with contextlib.suppress(MotcuaError):  # asked for again when the kiosk starts anew
            await _again(lambda: self._counter.printed(ticket.id), _TELL_PRINTED_WITHIN_S)

    async def _find(self, looked: Coroutine[Any, Any, Ticket]) -> None:
        try:
            self._tell(Found(ticket=await looked))
        except CounterRefusedError as error:
            unknown = error.missing
            reason = NotFoundReason.UNKNOWN if unknown else NotFoundReason.NO_ANSWER
            self._tell(NotFound(reason=reason))
        except MotcuaError:
            self._tell(NotFound(reason=NotFoundReason.NO_ANSWER))

    async def _rate(self, effect: SendRating) -> None:
        rate = Rate(value=effect.value, scale=effect.scale)
        already = False
        try:
            await self._counter.rate(effect.ticket, rate)
        except CounterRefusedError as error:
            already = error.problem.code == AlreadyRatedError.code
        except MotcuaError as error:
            _log.warning("rating.not_stored", code=error.code)
        else:
            self._tell(RatingStored(ticket=effect.ticket))
            return
        self._tell(RatingRefused(ticket=effect.ticket, already=already))


async def _again(ask: Callable[[], Coroutine[Any, Any, Ticket]], within_s: float) -> Ticket:
    """Ask until there is an answer; raises DeadlinePassedError, and refusals as they come."""
    waits, tries = Backoff(), 0
    try:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    return await ask()
                except (CounterDownError, BadPayloadError):
                    tries += 1
                    await asyncio.sleep(waits.wait_s(tries))
                except CounterRefusedError as error:
                    if not error.problem.retry:
                        raise
                    tries += 1
                    await asyncio.sleep(waits.wait_s(tries))
    except TimeoutError:
        raise DeadlinePassedError(f"No answer within {within_s:g} s.") from None
