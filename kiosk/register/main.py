"""The register: a commune's own one-stop dossiers, payments, feedback and bookings."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import structlog
from litestar.types import ASGIApp

from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import StorageError
from devices.contract.identity import REGISTER
from devices.contract.message import Description, DeviceReport, Health
from devices.runtime.boot import next_boot
from devices.runtime.part import PartLink, Report, part_on_bus, present, software_version
from devices.runtime.process import Serve, command
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from devices.web.serve import served
from kiosk.backoffice.sealing import seal_of
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.shelf import Shelf
from kiosk.catalogue.tables import read_calendar, read_forms
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.forms import Forms
from kiosk.register import sessions as officers
from kiosk.register.bookings import room as bookings_room
from kiosk.register.bookings import rows as bookings
from kiosk.register.bookings import texts as bookings_texts
from kiosk.register.config import RegisterConfig
from kiosk.register.dossiers import tables as dossiers
from kiosk.register.dossiers.office import KEY_FILE, office_of
from kiosk.register.dossiers.room import TEMPLATES, dossiers_room
from kiosk.register.dossiers.texts import WORDS
from kiosk.register.oauth import Tokens
from kiosk.register.open311 import room as open311_room
from kiosk.register.open311 import rows as open311
from kiosk.register.open311 import texts as open311_texts
from kiosk.register.pages import Pages
from kiosk.register.payments import room as payments_room
from kiosk.register.payments import rows as payments
from kiosk.register.payments import texts as payments_texts
from kiosk.register.room import Room
from kiosk.register.schema import Tables
from kiosk.register.sessions import Sessions
from kiosk.register.store import Store
from kiosk.register.web import application

DATABASE = "register.sqlite"
TABLES: Tables = {
    "sessions": officers.TABLES,
    "dossiers": dossiers.TABLES,
    **open311.TABLES,
    **payments.TABLES,
    **bookings.TABLES,
}
"""Every room's tables; a room is added here, in `_rooms`, and its looks in `_pages`."""
Around = Callable[[ASGIApp, Tokens], ASGIApp]
_CATALOGUE = "catalogue.json"
_REPORT_EVERY_S = 2.0
_log = structlog.get_logger()


def _pages(config: RegisterConfig, clock: Clock) -> Pages:
    return Pages(
        config,
        clock,
        folders=(
            TEMPLATES,
            open311_room.TEMPLATES,
            payments_room.TEMPLATES,
            bookings_room.TEMPLATES,
        ),
        words=(WORDS, open311_texts.WORDS, payments_texts.WORDS, bookings_texts.WORDS),
    )


class _Law(NamedTuple):
    """The tables of law: days off, and forms by date."""

    calendar: WorkCalendar
    forms: Forms


def _law(config: RegisterConfig) -> _Law:
    """Read the tables; raises BadConfigError for a commune's own that are not usable."""
    own = Path(config.tables_folder) if config.tables_folder else None
    return _Law(read_calendar(own), read_forms(own))


def _rooms(
    config: RegisterConfig, law: _Law, clock: Clock, *, store: Store, worker: Worker, files: Worker
) -> tuple[Room, ...]:
    """Return the rooms; what is blocking in them runs on the worker, which owns the store.

    Blocking, and called there.
    """
    calendar = law.calendar
    office = office_of(
        *(config, store, clock),
        store_worker=worker,
        files_worker=files,
        catalogue=_catalogue(config),
        calendar=calendar,
        forms=law.forms,
    )
    seal = seal_of(Path(config.state_dir) / KEY_FILE)
    return (
        dossiers_room(office),
        open311_room.feedback_room(
            *(config.feedback, calendar, store, worker, clock),
            seal=seal,
            pictures=files,
            public_url=config.public_url,
        ),
        payments_room.payments_room(config.payments, store, worker, clock),
        bookings_room.bookings_room(config.bookings, calendar, store, worker, clock, seal=seal),
    )


def _catalogue(config: RegisterConfig) -> Catalogue:
    shelved = Shelf(config.catalogue, Path(config.state_dir) / _CATALOGUE).read()
    for problem in shelved.problems:
        _log.warning("catalogue", source=shelved.source, problem=str(problem))
    return shelved.catalogue


def build(
    config: RegisterConfig, clock: Clock | None = None, *, around: Around | None = None
) -> Serve:
    """Return the process: it serves until cancelled, with or without its broker.

    `around` is a twin's: it may put something around the application, which then fails on purpose.
    """
    told = clock or SystemClock()
    law = _law(config)
    state_dir = Path(config.state_dir)

    async def serve(ready: Callable[[], None]) -> None:
        async with AsyncExitStack() as stack:
            boot = await asyncio.to_thread(next_boot, state_dir, REGISTER)
            bus, topics = await stack.enter_async_context(part_on_bus(config, REGISTER, boot))
            worker = await stack.enter_async_context(Worker("store"))
            hashes = await stack.enter_async_context(Worker("hashes", limit=16))
            files = await stack.enter_async_context(Worker("files", limit=64))
            store = await worker.do(
                Store, state_dir / DATABASE, TABLES, limit_mb=config.disk_limit_mb
            )
            stack.push_async_callback(worker.do, store.close)
            rooms = await worker.do(
                _rooms, config, law, told, store=store, worker=worker, files=files
            )
            tokens = Tokens(config, hashes, told)
            app = application(
                rooms,
                tokens=tokens,
                sessions=Sessions(config, store, worker, hashes, told),
                pages=_pages(config, told),
            )
            if around is not None:
                app = around(app, tokens)
            link = PartLink(
                bus, topics, _description(config, boot), told, every_s=config.status_every_s
            )
            http = config.http
            await stack.enter_async_context(served(app, http.host, http.port, tls=http.tls))
            await stack.enter_async_context(present(link))  # ready is who can be asked
            async with asyncio.TaskGroup() as group:
                for name, work in _works(rooms).items():
                    group.create_task(keep(name, work), name=name)
                group.create_task(
                    keep("figures", lambda: _report(rooms, worker, link, told)), name="figures"
                )
                ready()

    return serve


def _works(rooms: Sequence[Room]) -> dict[str, Callable[[], Awaitable[None]]]:
    return {name: work for room in rooms for name, work in room.work.items()}


async def _report(rooms: Sequence[Room], worker: Worker, link: PartLink, clock: Clock) -> None:
    """Keep the part's figures true; a store that fails is a fault the province sees."""

    def figures() -> Mapping[str, float]:
        return {name: value for room in rooms for name, value in room.figures().items()}

    while True:
        try:
            found = await worker.do(figures)
        except StorageError as error:
            link.tell(Report(health=Health.FAULT, devices=(_store_fault(clock, error),)))
        else:
            link.tell(Report(figures=dict(found)))
        await asyncio.sleep(_REPORT_EVERY_S)


def _store_fault(clock: Clock, error: StorageError) -> DeviceReport:
    return DeviceReport(
        name="store",
        kind="store",
        driver="sqlite",
        health=Health.FAULT,
        code=error.code,
        text=error.sentence,
        since=clock.now(),
    )


def _description(config: RegisterConfig, boot: int) -> Description:
    return Description(boot=boot, version=software_version(), site=config.site)


main = command("register", RegisterConfig, build)
