"""The agent in service on its box's bus: present, with a desk for the province, and its rooms."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from devices.contract.message import Description
from devices.runtime.part import PartLink, Report, present, software_version
from devices.runtime.requests import Desk
from devices.runtime.worker import Worker
from provisioning.agent.health import machine_figures
from provisioning.agent.remote.room import RemoteRoom
from provisioning.agent.settings.room import SettingsRoom
from provisioning.agent.standing import Room, Standing

Figures = Callable[[], dict[str, float]]


async def in_service(
    standing: Standing, worker: Worker, more: Figures, ready: Callable[[], None]
) -> None:
    """Keep the rooms until cancelled; `more` are figures beside the machine's own."""
    rooms: tuple[Room, ...] = (SettingsRoom(standing), RemoteRoom(standing))
    desk = Desk(standing.bus, standing.topics.province_cmd)
    for room in rooms:
        room.register(desk)
    link = PartLink(
        standing.bus,
        standing.topics,
        Description(
            boot=standing.boot,
            version=software_version(),
            site=standing.config.site,
            commands=desk.commands,
        ),
        standing.clock,
        every_s=standing.config.status_every_s,
    )

    async def tell() -> None:
        while True:
            figures = await worker.do(machine_figures, Path(standing.config.state_dir))
            reports = [report for room in rooms for report in await room.reports()]
            link.tell(Report(devices=tuple(reports), figures=figures | more()))
            await asyncio.sleep(standing.config.status_every_s)

    async with present(link), asyncio.TaskGroup() as group:
        group.create_task(tell(), name="figures")
        group.create_task(desk.serve(), name="desk of the province")
        for room in rooms:
            group.create_task(room.run(), name=type(room).__name__)
        ready()
