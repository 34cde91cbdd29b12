"""The citizen's touchscreen: Kivy in the main thread, the world in an asyncio thread beside it."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import MotcuaError
from devices.contract.identity import KIOSK, BoxId
from devices.contract.message import Description
from devices.runtime.backoff import Backoff
from devices.runtime.behind import run_behind
from devices.runtime.boot import next_boot
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command_line
from devices.runtime.requests import asking
from devices.runtime.supervisor import keep
from devices.window.kivy_settings import prepare
from kiosk.api import Site
from kiosk.ui.agent_link import AgentLink
from kiosk.ui.asked import AskedStore
from kiosk.ui.bridge import Surface, Touches
from kiosk.ui.clerk import Clerk
from kiosk.ui.conductor import Conductor, watch_counter
from kiosk.ui.config import KioskConfig
from kiosk.ui.desk import InsideDesk
from kiosk.ui.devices_link import DevicesLink
from kiosk.ui.link import CounterClient
from kiosk.ui.mirror import Mirror
from kiosk.ui.picture import Photographed
from kiosk.ui.state import State
from kiosk.ui.theme import metrics, room

_STUCK_AFTER_S = 20.0


def build(
    config: KioskConfig,
    surface: Surface,
    touches: Touches,
    clock: Clock | None = None,
    *,
    pictured: Photographed | None = None,
) -> Serve:
    """Return the world behind the glass: it serves until cancelled, whatever else is down.

    Where nothing can be `pictured`, a command to take a picture is refused.
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
                rules=config.rules, home_language=config.language, language=config.language
            )
            sizes = metrics(config.glass)
            conductor = Conductor(state, surface, told, room=room(sizes), report=link.tell)
            devices = DevicesLink(
                bus, ask, BoxId(config.box), print_within_s=config.printing.within_s
            )
            clerk = Clerk(
                counter,
                devices,
                AskedStore(state_dir),
                told,
                kiosk=config.name,
                number_within_s=config.counter.number_within_s,
                tell=conductor.tell,
            )
            desk = InsideDesk(bus, topics.cmd, pictured, told, conductor.tell)
            touches.begin(conductor.tell)
            stack.callback(touches.end)
            async with asyncio.TaskGroup() as group:
                group.create_task(conductor.run(clerk), name="session")
                group.create_task(clerk.run(), name="clerk")
                group.create_task(_watch_devices(devices, conductor), name="devices")
                group.create_task(_watch_counter(counter, conductor, clerk, group), name="counter")
                group.create_task(AgentLink(config.agent).watch(conductor.tell), name="agent")
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


async def _watch_counter(
    counter: CounterClient, conductor: Conductor, clerk: Clerk, group: asyncio.TaskGroup
) -> None:
    began = False

    def first(site: Site) -> None:
        nonlocal began
        if not began:
            began = True
            group.create_task(_take_up(clerk, site), name="take up")

    await watch_counter(counter, conductor.tell, first)


async def _take_up(clerk: Clerk, site: Site) -> None:
    """Finish what an earlier process left; again while the counter server does not answer."""
    waits, tries = Backoff(), 0
    while True:
        try:
            return await clerk.take_up(site)
        except MotcuaError:
            tries += 1
            await asyncio.sleep(waits.wait_s(tries))


def start(config: KioskConfig) -> int:
    """Open the glass, run the world behind it, and return the exit code."""
    prepare(Path(config.state_dir) / "kivy", config.glass)
    from kiosk.ui.glass import Glass  # noqa: PLC0415 - importing it opens the window

    touches = Touches()
    mirror = Mirror(Path(file)) if (file := config.glass.mirror_file) else None
    glass = Glass(metrics(config.glass), touches.put, mirror)
    return run_behind(KIOSK, build(config, glass, touches, pictured=glass), glass)


main = command_line(KioskConfig, start, __doc__.partition("\n")[0])
