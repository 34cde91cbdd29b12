"""The conference room: a site's camera, sound and screen; it joins and comes back by itself."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from devices.contract.clock import Clock, SystemClock
from devices.contract.identity import ROOM
from devices.contract.message import Description
from devices.runtime.behind import run_behind
from devices.runtime.boot import next_boot
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command_line, run_process
from devices.runtime.requests import asking
from devices.window.kivy_settings import prepare
from vc.endpoint.config import NoScreenConfig, RoomConfig
from vc.endpoint.outfit import Outfit
from vc.endpoint.probe import Probe
from vc.endpoint.screen.theme import metrics
from vc.endpoint.surface import NoScreen, Surface, Touches


def build(
    config: RoomConfig,
    surface: Surface,
    touches: Touches | None = None,
    clock: Clock | None = None,
) -> Serve:
    """Return the room behind its screen: it serves until cancelled, whatever else is down."""
    told = clock or SystemClock()

    async def serve(ready: Callable[[], None]) -> None:
        async with AsyncExitStack() as stack:
            boot = await asyncio.to_thread(next_boot, Path(config.state_dir), ROOM)
            bus, topics = await stack.enter_async_context(part_on_bus(config, ROOM, boot))
            box = await stack.enter_async_context(asking(bus, topics.reply, ROOM))
            province = await stack.enter_async_context(asking(bus, topics.ask_reply, ROOM))
            probe = Probe(config.probe)
            stack.callback(probe.close)
            outfit = Outfit(config, surface, probe, told)
            if touches:
                touches.begin(outfit.press)
                stack.callback(touches.end)
            bureau = outfit.bureau(bus, topics, province, box)
            description = Description(
                boot=boot,
                version=software_version(),
                site=config.site,
                drivers=outfit.drivers,
                commands=bureau.commands,
            )
            link = PartLink(bus, topics, description, told, every_s=config.status_every_s)
            await stack.enter_async_context(present(link))
            await outfit.run(bureau, link, ready)

    return serve


def start(config: RoomConfig) -> int:
    """Run the room, with or without a screen, and return the exit code."""
    display = config.screen
    if isinstance(display, NoScreenConfig):
        return run_process(ROOM, build(config, NoScreen()))
    prepare(Path(config.state_dir) / "kivy", display)
    from vc.endpoint.screen.glass import Glass  # noqa: PLC0415 - importing it opens the window

    touches = Touches()
    sizes = metrics(display.width, display.height, touch=display.touch)
    mirror = Path(display.mirror_file) if display.mirror_file else None
    glass = Glass(sizes, touches.put, mirror)
    return run_behind(ROOM, build(config, glass, touches), glass)


main = command_line(RoomConfig, start, __doc__.partition("\n")[0])
