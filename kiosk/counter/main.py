"""The counter server: the site's queue, the officers' consoles and the TV board."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import StorageError
from devices.contract.identity import COUNTER, DEVICES, BoxId
from devices.contract.message import Description, DeviceReport, Health
from devices.contract.topics import PartTopics
from devices.runtime.boot import next_boot
from devices.runtime.journal_sender import JournalSender
from devices.runtime.part import PartLink, Report, part_on_bus, present, software_version
from devices.runtime.process import Serve, command
from devices.runtime.requests import asking
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from devices.web.serve import served
from kiosk.counter.announcer import Announcer
from kiosk.counter.appointments.room import appointments_room
from kiosk.counter.buttons import Buttons
from kiosk.counter.config import CounterConfig
from kiosk.counter.dossiers.room import dossiers_room
from kiosk.counter.drafts.room import drafts_room
from kiosk.counter.facing.room import facing_room
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.feedback.room import feedback_room
from kiosk.counter.fees.room import fees_room
from kiosk.counter.handoffs.room import hand_offs_room
from kiosk.counter.head.room import head_room
from kiosk.counter.live import JournalBehindWorker, LiveSite
from kiosk.counter.office.office import BackOffice, back_office
from kiosk.counter.office.room import office_room
from kiosk.counter.room import Room
from kiosk.counter.sessions import Sessions
from kiosk.counter.signkeeper import SignKeeper
from kiosk.counter.store import Store
from kiosk.counter.totals.routes import totals_room
from kiosk.counter.web import application

DATABASE = "counter.sqlite"
_REPORT_EVERY_S = 2.0


def build(config: CounterConfig, clock: Clock | None = None) -> Serve:
    """Return the process: it serves until cancelled, with or without its broker."""
    told = clock or SystemClock()
    state_dir = Path(config.state_dir)

    async def serve(ready: Callable[[], None]) -> None:
        async with AsyncExitStack() as stack:
            boot = await asyncio.to_thread(next_boot, state_dir, COUNTER)
            bus, topics = await stack.enter_async_context(part_on_bus(config, COUNTER, boot))
            ask = await stack.enter_async_context(asking(bus, topics.reply, COUNTER))
            worker = await stack.enter_async_context(Worker("store"))
            pins = await stack.enter_async_context(Worker("pins", limit=16))
            drafts = await stack.enter_async_context(Worker("drafts", limit=64))
            store = await worker.do(Store, state_dir / DATABASE, limit_mb=config.disk_limit_mb)
            stack.push_async_callback(worker.do, store.close)
            site = LiveSite(config, store, worker, told)
            devices = PartTopics(BoxId(config.box), DEVICES)
            announcer = Announcer(site, bus, ask, devices.cmd)
            signkeeper = SignKeeper(site, bus, ask, devices)
            buttons = Buttons(site, announcer, bus, devices.signal)
            sender = JournalSender(bus, topics, JournalBehindWorker(site))
            link = PartLink(
                bus, topics, _description(config, boot), told, every_s=config.status_every_s
            )
            site.listeners.append(sender.nudge)
            office = await stack.enter_async_context(back_office(site))
            screens = FacingScreens(site)
            rooms: tuple[Room, ...] = (
                facing_room(site, screens),
                totals_room(site),
                head_room(site),
                dossiers_room(site, office),
                appointments_room(site, office),
                fees_room(site, office, screens),
                office_room(office),
                hand_offs_room(site),
                await drafts_room(site, office, drafts),
                *await stack.enter_async_context(feedback_room(site, office)),
            )
            app = application(site, announcer, Sessions(site, pins, told), rooms)
            http = config.http
            await stack.enter_async_context(served(app, http.host, http.port))
            stack.callback(site.hub.close)
            await stack.enter_async_context(present(link))  # ready is who can be asked
            async with asyncio.TaskGroup() as group:
                group.create_task(keep("announcer", announcer.run), name="announcer")
                group.create_task(keep("signs", signkeeper.run), name="signs")
                group.create_task(keep("buttons", buttons.run), name="buttons")
                group.create_task(keep("screens", site.run), name="screens")
                group.create_task(keep("days", site.end_days), name="days")
                group.create_task(keep("journal", sender.run), name="journal")
                for name, work in (
                    (name, work) for room in rooms for name, work in room.work.items()
                ):
                    group.create_task(keep(name, work), name=name)
                group.create_task(
                    keep("figures", lambda: _report(site, office, rooms, link)), name="figures"
                )
                ready()

    return serve


async def _report(
    site: LiveSite, office: BackOffice, rooms: Sequence[Room], link: PartLink
) -> None:
    """Keep the part's figures true; a store that fails is a fault the province sees."""
    while True:
        try:
            view = await site.view()
            reports = await office.reports()
            figures = dict(view.figures)
            for room in rooms:
                figures |= await room.figures() if room.figures else {}
        except StorageError as error:
            link.tell(Report(health=Health.FAULT, devices=(_store_fault(site.clock, error),)))
        else:
            link.tell(Report(devices=reports, figures=figures))
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


def _description(config: CounterConfig, boot: int) -> Description:
    return Description(boot=boot, version=software_version(), site=config.site)


main = command("counter", CounterConfig, build)
