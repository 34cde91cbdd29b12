"""The citizen's touchscreen: Kivy in the main thread, the world in an asyncio thread beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import MotcuaError
from devices.contract.identity import DEVICES, KIOSK, BoxId
from devices.contract.message import Description
from devices.contract.topics import PartTopics
from devices.runtime.backoff import Backoff
from devices.runtime.behind import run_behind
from devices.runtime.boot import next_boot
from devices.runtime.memory import give_back_large_blocks
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command_line
from devices.runtime.requests import asking
from devices.runtime.supervisor import keep
from devices.window.kivy_settings import prepare
from kiosk.api.queue import Site
from kiosk.ui.agent_link import AgentLink
from kiosk.ui.asked import AskedStore
from kiosk.ui.bridge import Surface, Touches
from kiosk.ui.catalogue_watch import CatalogueWatch
from kiosk.ui.clerk import BackRoom, Clerk
from kiosk.ui.conductor import Conductor, watch_counter
from kiosk.ui.config import KioskConfig
from kiosk.ui.desk import InsideDesk
from kiosk.ui.devices_link import DevicesLink
from kiosk.ui.events import Event, SiteSeen
from kiosk.ui.fitting import rooms
from kiosk.ui.flows.appointment.clerk import AppointmentClerk
from kiosk.ui.flows.chip.clerk import ChipClerk
from kiosk.ui.flows.dossier.clerk import DossierClerk
from kiosk.ui.flows.feedback.clerk import FeedbackClerk
from kiosk.ui.flows.fees.clerk import FeesClerk
from kiosk.ui.flows.number.clerk import NumberClerk
from kiosk.ui.flows.prepare.clerk import PrepareClerk
from kiosk.ui.flows.procedures.clerk import ProceduresClerk
from kiosk.ui.flows.slips import SlipClerk
from kiosk.ui.flows.visit.clerk import VisitClerk
from kiosk.ui.languages.files import Shelf, read_packs, report_of
from kiosk.ui.link import CounterClient
from kiosk.ui.mirror import Mirror
from kiosk.ui.names_watch import Measured, NamesWatch
from kiosk.ui.picture import Photographed, SharedGlass
from kiosk.ui.scan_link import ScanLink
from kiosk.ui.speech.clerk import SpeechClerk
from kiosk.ui.state import State
from kiosk.ui.theme import USUAL
from kiosk.ui.world import World

_STUCK_AFTER_S = 20.0
NO_PACKS = Shelf()
_log = structlog.get_logger()


def build(
    config: KioskConfig,
    surface: Surface,
    touches: Touches,
    clock: Clock | None = None,
    *,
    pictured: Photographed | None = None,
    shared: SharedGlass | None = None,
    measured: Measured | None = None,
    languages: Shelf = NO_PACKS,
) -> Serve:
    """Return the world behind the glass: it serves until cancelled, whatever else is down.

    Where nothing can be `pictured`, a command to take a picture is refused; where nothing is
    `shared`, an officer in a call is heard and nobody is seen; where nothing is `measured`, nobody
    is told that the site's names are too long.
    """
    told = clock or SystemClock()
    state_dir = Path(config.state_dir)

    async def serve(ready: Callable[[], None]) -> None:
        async with AsyncExitStack() as stack:
            boot = await asyncio.to_thread(next_boot, state_dir, KIOSK)
            bus, topics = await stack.enter_async_context(part_on_bus(config, KIOSK, boot))
            ask = await stack.enter_async_context(asking(bus, topics.reply, KIOSK))
            counter = await stack.enter_async_context(CounterClient(config.counter, config.name))
            description = Description(boot=boot, version=software_version(), site=config.site)
            link = PartLink(bus, topics, description, told, every_s=config.status_every_s)
            await stack.enter_async_context(present(link))
            state = State(
                rules=config.rules,
                home_language=config.language,
                language=config.language,
                portal=config.portal,
                packs=languages.packs,
                helpline=config.help is not None,
                world=World(languages_report=report_of(languages, told.now())),
            )
            conductor = Conductor(state, surface, told, rooms=rooms(config.glass), report=link.tell)
            devices = DevicesLink(
                bus, ask, BoxId(config.box), print_within_s=config.printing.within_s
            )
            numbers = NumberClerk(
                counter,
                devices,
                AskedStore(state_dir),
                told,
                kiosk=config.name,
                number_within_s=config.counter.number_within_s,
                tell=conductor.tell,
            )
            officers: tuple[Clerk, ...] = ()
            if config.help:
                province = await stack.enter_async_context(asking(bus, topics.ask_reply, KIOSK))
                from kiosk.ui.flows.help.clerk import (  # noqa: PLC0415 - 76 MB few kiosks need
                    HelpClerk,
                )

                officers = (
                    HelpClerk(
                        config.help,
                        province,
                        topics.ask,
                        glass=shared,
                        clock=told,
                        tell=conductor.tell,
                    ),
                )
            scans = ScanLink(ask, BoxId(config.box), Path(config.scans_folder))
            filings = PrepareClerk(
                counter,
                scans,
                kiosk=config.name,
                send_within_s=config.counter.draft_within_s,
                tell=conductor.tell,
            )
            back_room = BackRoom(
                (
                    numbers,
                    ProceduresClerk(counter),
                    filings,
                    ChipClerk(ask, BoxId(config.box), conductor.tell),
                    AppointmentClerk(counter, config.name, conductor.tell),
                    DossierClerk(counter, conductor.tell),
                    FeesClerk(counter, conductor.tell),
                    VisitClerk(counter, conductor.tell),
                    FeedbackClerk(counter, conductor.tell, kiosk=config.name, scan=scans),
                    SlipClerk(devices, conductor.tell),
                    *officers,
                    SpeechClerk(ask, PartTopics(BoxId(config.box), DEVICES), conductor.tell),
                )
            )

            async def take_up(site: Site) -> None:
                for job in await numbers.take_up(site):
                    back_room.take(job)

            names = None
            if measured:
                names = NamesWatch(
                    measured,
                    rooms(config.glass)(USUAL),
                    told,
                    conductor.tell_of_names,
                    packs=languages.packs,
                )
            catalogue = CatalogueWatch(config.catalogue, state_dir, told)
            desk = InsideDesk(bus, topics.cmd, pictured, told, conductor.tell)
            touches.begin(conductor.tell)
            stack.callback(touches.end)
            async with asyncio.TaskGroup() as group:
                group.create_task(conductor.run(back_room), name="session")
                group.create_task(back_room.run(), name="back room")
                group.create_task(filings.tidy(), name="scans")
                group.create_task(_watch_devices(devices, conductor), name="devices")
                group.create_task(
                    _watch_counter(counter, conductor, names, take_up, group), name="counter"
                )
                if names:
                    group.create_task(names.run(), name="names")
                group.create_task(AgentLink(config.agent).watch(conductor.tell), name="agent")
                group.create_task(_watch_catalogue(catalogue, conductor), name="catalogue")
                group.create_task(_watch_glass(surface), name="glass")
                group.create_task(desk.run(), name="desk")
                ready()

    return serve


class GlassStuckError(Exception):
    """The window's thread draws no more; the process ends and systemd starts it afresh."""


async def _watch_glass(surface: Surface) -> None:
    while True:
        await asyncio.sleep(_STUCK_AFTER_S / 4)
        if surface.behind_s() > _STUCK_AFTER_S:
            raise GlassStuckError


async def _watch_devices(devices: DevicesLink, conductor: Conductor) -> None:
    await keep("devices", lambda: devices.watch(conductor.tell))


async def _watch_catalogue(catalogue: CatalogueWatch, conductor: Conductor) -> None:
    await keep("catalogue", lambda: catalogue.run(conductor.tell))


async def _watch_counter(
    counter: CounterClient,
    conductor: Conductor,
    names: NamesWatch | None,
    take_up: Callable[[Site], Awaitable[None]],
    group: asyncio.TaskGroup,
) -> None:
    began = False

    def first(site: Site) -> None:
        nonlocal began
        if not began:
            began = True
            group.create_task(_take_up(take_up, site), name="take up")

    def tell(event: Event) -> None:
        conductor.tell(event)
        if names and isinstance(event, SiteSeen):
            names.seen(event.site)

    await watch_counter(counter, tell, first)


async def _take_up(take_up: Callable[[Site], Awaitable[None]], site: Site) -> None:
    """Finish what an earlier process left; again while the counter server does not answer."""
    waits, tries = Backoff(), 0
    while True:
        try:
            return await take_up(site)
        except MotcuaError:
            tries += 1
            await asyncio.sleep(waits.wait_s(tries))


def start(config: KioskConfig) -> int:
    """Open the glass, run the world behind it, and return the exit code."""
    give_back_large_blocks()
    prepare(Path(config.state_dir) / "kivy", config.glass)
    from kiosk.ui.glass import Glass  # noqa: PLC0415 - importing it opens the window

    touches = Touches()
    mirror = Mirror(Path(file)) if (file := config.glass.mirror_file) else None
    languages = read_packs([Path(folder) for folder in config.languages.folders])
    for problem in languages.problems:
        _log.error("language.bad", text=str(problem))
    glass = Glass(config.glass, touches.put, mirror, languages)
    world = build(
        config, glass, touches, pictured=glass, shared=glass, measured=glass, languages=languages
    )
    return run_behind(KIOSK, world, glass)


main = command_line(KioskConfig, start, __doc__.partition("\n")[0])
