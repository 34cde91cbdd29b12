"""Who takes numbers from the counter server and puts them on paper."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import ParamSpec

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError, StorageError
from kiosk.api.queue import Site, TakeTicket, Ticket
from kiosk.ui.asked import AskedStore, new_request_id
from kiosk.ui.clerk import Job
from kiosk.ui.devices_link import DevicesLink, NotPrintedError
from kiosk.ui.events import AnyEffect, Event
from kiosk.ui.flows.number.pages import (
    AskNumber,
    ForgetNumber,
    NotPrinted,
    NumberRefused,
    NumberTaken,
    Printed,
    PrintTicket,
)
from kiosk.ui.link import CounterClient, CounterRefusedError, again

P = ParamSpec("P")
_TELL_PRINTED_WITHIN_S = 300.0
_log = structlog.get_logger()


class NumberClerk:
    """Outcomes come back through `tell`."""

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
        self._request = (0, "")
        self._asking: asyncio.Task[None] | None = None

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        match effect:
            case AskNumber():
                return self._ask_number(effect)
            case ForgetNumber():
                return self._forget_number()
            case PrintTicket() if site is not None:
                return self._print(effect.ticket, site)
            case _:
                return None

    async def take_up(self, site: Site) -> tuple[Job, ...]:
        """Finish an earlier process's request; return the printing of what it left without paper.

        Raises a MotcuaError when the counter server does not answer.
        """
        if request := await asyncio.to_thread(self._asked.left_behind, self._clock.now()):
            with contextlib.suppress(CounterRefusedError):
                await self._counter.take(request)
        await self._on_disk(self._asked.forget)
        return tuple(self._print(ticket, site) for ticket in await self._counter.unprinted())

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
        ticket = await again(lambda: self._counter.take(request), self._number_within_s)
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
            await again(lambda: self._counter.printed(ticket.id), _TELL_PRINTED_WITHIN_S)
