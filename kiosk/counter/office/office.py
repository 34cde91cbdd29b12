"""The back office as the site's rooms ask it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from devices.contract.clock import local_day
from devices.contract.config import BadConfigError
from devices.contract.errors import MotcuaError
from devices.contract.message import DeviceReport
from kiosk.api import errors
from kiosk.backoffice.errors import (
    BackOfficeError,
    NotThereError,
    RequestRefusedError,
    RestingError,
)
from kiosk.backoffice.outbox import Item, Outbox, Outstanding
from kiosk.backoffice.outbox_sender import Carry, OutboxSender
from kiosk.backoffice.sealing import seal_of
from kiosk.backoffice.systems import (
    CHECK_IN,
    DOSSIER,
    FEE,
    FEEDBACK,
    BackOfficeConfig,
    Systems,
    opened,
)
from kiosk.catalogue.catalogue import Catalogue
from kiosk.counter.live import LiveSite
from kiosk.counter.office import health
from kiosk.counter.office.tables import Law, read_law
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.dossier import CodeRules

T = TypeVar("T")
ONE_STOP, OPEN311, PAYMENT, BOOKING = "one_stop", "open311", "payment", "booking"
"""The systems, as `[back_office]` names them."""
KEY_FILE = "outbox.key"
_OF_KIND = {DOSSIER: ONE_STOP, FEEDBACK: OPEN311, FEE: PAYMENT, CHECK_IN: BOOKING}
_LOOKS_EVERY_S = 60.0
_UNKNOWN_CODE, _UNKNOWN_REFERENCE = "TAM-0-700101-0000", "0"
OnSent = Callable[[Item, str], None]
Hooks = dict[str, list[OnSent]]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a back office stands on. `bad` are systems whose files are not usable."""

    systems: Systems
    law: Law
    bad: dict[str, BadConfigError] = {}


class BackOffice:
    """The province's systems, what waits for them, and what holds here by law.

    `outbox` is blocking, on the store's thread: `office.outbox.put(...)` stands in the transaction
    of its fact, and `office.nudge()` after it. `systems` has None for what the site has not.
    """

    def __init__(
        self,
        site: LiveSite,
        ground: Ground,
        outbox: Outbox,
        hooks: Hooks,
    ) -> None:
        self.systems = ground.systems
        self.outbox = outbox
        self._site = site
        self._law = ground.law
        self._bad = ground.bad
        self._hooks = hooks
        self._watch = health.SystemWatch(site.clock)
        self._began = site.clock.now()
        carriers = self.systems.carriers()
        carriers = {kind: self._watched(kind, carry) for kind, carry in carriers.items()}
        self._sender = OutboxSender(_BehindWorker(site, outbox), carriers)

    @property
    def calendar(self) -> WorkCalendar:
        """The days off and worked."""
        return self._law.calendar

    @property
    def codes(self) -> CodeRules:
        """How dossier codes are written here."""
        return self._law.codes

    @property
    def catalogue(self) -> Catalogue:
        """The procedures of all days; `.on(day)` are those of one."""
        return self._law.catalogue

    def on_sent(self, kind: str, hook: OnSent) -> None:
        """Have a hook called in the transaction in which an item of this kind leaves the outbox.

        It is called on the store's thread, with the item and what the other side calls it.
        """
        self._hooks.setdefault(kind, []).append(hook)

    def nudge(self) -> None:
        """Say that something new waits, or that something shall be sent again."""
        self._sender.nudge()

    async def outstanding(self) -> list[Outstanding]:
        """Return what was given up and what waits, for officers; 200 rows at most."""
        return await self._site.do(self.outbox.outstanding)

    async def kind(self, item: str) -> str:
        """Return what kind of thing an item is, nothing when it is gone."""
        return await self._site.do(self.outbox.kind, item)

    async def send_again(self, item: str) -> None:
        """Try anew what was given up; raises NotFoundError."""
        if not await self._site.change(self.outbox.again, item):
            raise errors.NotFoundError("Nothing of this name was given up.")
        self.nudge()

    async def drop(self, item: str) -> None:
        """Destroy what was given up; raises NotFoundError."""
        if not await self._site.change(self.outbox.drop, item):
            raise errors.NotFoundError("Nothing of this name was given up.")

    @contextlib.contextmanager
    def asking(self, system: str) -> Iterator[None]:
        """Take note of how a call of the system ends, and name its failure for who asked here.

        Raises NotFoundError, RefusedThereError, SystemAwayError.
        """
        try:
            yield
        except NotThereError as error:
            self._watch.heard(system, error)
            raise errors.NotFoundError("The province's system does not know it.") from error
        except RequestRefusedError as error:
            self._watch.heard(system, error)
            raise errors.RefusedThereError from error
        except BackOfficeError as error:
            if not isinstance(error, RestingError):
                self._watch.heard(system, error)
            raise errors.SystemAwayError from error
        else:
            self._watch.heard(system, None)

    async def send(self) -> None:
        """Send what waits, for ever."""
        await self._sender.run()

    async def look(self) -> None:
        """Ask each system that nobody asked for a minute something that changes nothing."""
        questions = dict(self._questions())
        while True:
            async with asyncio.TaskGroup() as group:
                for system, ask in questions.items():
                    if self._watch.silent(system, _LOOKS_EVERY_S):
                        group.create_task(self._looked(system, ask), name=f"look at {system}")
            await asyncio.sleep(_LOOKS_EVERY_S)

    async def reports(self) -> tuple[DeviceReport, ...]:
        """Return how all of it is; raises StorageError. Nothing where nothing is configured."""
        stuck = await self._site.do(self.outbox.stuck)
        waiting = await self._site.do(self.outbox.waiting)
        has_any = self.systems != Systems() or bool(self._bad)
        calendar, today = self._law.calendar, local_day(self._site.clock.now())
        return (
            *self._watch.reports(),
            *health.misconfigured(self._bad, self._began),
            *((health.outbox_report(waiting, stuck, self._began),) if has_any or waiting else ()),
            *((health.calendar_report(calendar, today, self._began),) if has_any else ()),
            *health.damaged("tables", self._law.bad_tables, self._began),
            *health.damaged("catalogue", self._law.bad_catalogue, self._began),
        )

    def _questions(self) -> Iterator[tuple[str, Callable[[], Awaitable[object]]]]:
        systems = self.systems
        if one_stop := systems.one_stop:
            yield ONE_STOP, lambda: one_stop.dossier(_UNKNOWN_CODE)
        if feedback := systems.feedback:
            yield OPEN311, feedback.categories
        if payments := systems.payments:
            yield PAYMENT, lambda: payments.fee(_UNKNOWN_REFERENCE)
        if bookings := systems.bookings:
            yield BOOKING, lambda: bookings.of_day(local_day(self._site.clock.now()))

    async def _looked(self, system: str, ask: Callable[[], Awaitable[object]]) -> None:
        with contextlib.suppress(MotcuaError), self.asking(system):
            await ask()

    def _watched(self, kind: str, carry: Carry) -> Carry:
        async def watched(item: Item) -> str:
            try:
                named = await carry(item)
            except BackOfficeError as error:
                if not isinstance(error, RestingError):
                    self._watch.heard(_OF_KIND[kind], error)
                raise
            self._watch.heard(_OF_KIND[kind], None)
            return named

        return watched


class _BehindWorker:
    """The outbox on the store's thread, for its sender."""

    def __init__(self, site: LiveSite, outbox: Outbox) -> None:
        self._site = site
        self._outbox = outbox

    async def ready(self) -> dict[str, str]:
        return await self._site.do(self._outbox.ready)

    async def item(self, item: str) -> Item | None:
        return await self._site.do(self._outbox.item, item)

    async def sent(self, item: Item, named: str) -> None:
        await self._site.change(self._outbox.sent, item, named)

    async def failed(self, item: str, error: MotcuaError) -> None:
        await self._site.change(self._outbox.failed, item, error)


@asynccontextmanager
async def back_office(site: LiveSite) -> AsyncIterator[BackOffice]:
    """Open the site's back office.

    A system whose files are not usable is told in the status and not asked: the queue goes on.
    """
    config, clock = site.config, site.clock
    hooks: Hooks = {}

    def left(item: Item, named: str) -> None:
        for hook in hooks.get(item.kind, ()):
            hook(item, named)

    def outbox() -> Outbox:
        seal = seal_of(Path(config.state_dir) / KEY_FILE)
        return site.store.outbox(seal, clock, left)

    law = await site.do(read_law, config.tables_folder, config.catalogue, Path(config.state_dir))
    async with AsyncExitStack() as stack:
        systems, bad = Systems(), dict[str, BadConfigError]()
        for name in BackOfficeConfig.__struct_fields__:
            part = BackOfficeConfig(**{name: getattr(config.back_office, name)})
            try:
                found = await stack.enter_async_context(opened(part, clock))
            except BadConfigError as error:
                bad[name] = error
            else:
                systems = _with(systems, found)
        ground = Ground(systems=systems, law=law, bad=bad)
        yield BackOffice(site, ground, await site.do(outbox), hooks)


def _with(systems: Systems, found: Systems) -> Systems:
    there = {name: one for name, one in msgspec.structs.asdict(found).items() if one is not None}
    return replace(systems, **there)
