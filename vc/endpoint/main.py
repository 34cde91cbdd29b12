"""The conference room: a site's camera, sound and screen; it joins and comes back by itself."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from devices.contract.clock import Clock, SystemClock
from devices.contract.identity import ROOM
from devices.contract.message import Description
from devices.runtime.boot import next_boot
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command_line, run_process
from devices.runtime.requests import asking
from vc.endpoint.config import RoomConfig
from vc.endpoint.outfit import Outfit
from vc.endpoint.probe import Probe
from vc.endpoint.surface import NoScreen, Surface


def build(config: RoomConfig, surface: Surface, clock: Clock | None = None) -> Serve:
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
    return run_process(ROOM, build(config, NoScreen()))


main = command_line(RoomConfig, start, __doc__.partition("\n")[0])
