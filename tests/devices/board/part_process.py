"""A part of the smallest kind: it is on its box's bus and tells its status, and nothing else."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import typer

from devices.contract.clock import SystemClock
from devices.contract.identity import KIOSK
from devices.contract.message import Description
from devices.runtime.boot import next_boot
from devices.runtime.part import PartLink, part_on_bus, present, software_version
from devices.runtime.process import Serve, command
from devices.runtime.settings import ProcessConfig


class PartConfig(ProcessConfig, frozen=True, kw_only=True):
    """What every process has."""


def build(config: PartConfig) -> Serve:
    async def serve(ready: Callable[[], None]) -> None:
        boot = await asyncio.to_thread(next_boot, Path(config.state_dir), KIOSK)
        async with part_on_bus(config, KIOSK, boot) as (bus, topics):
            description = Description(boot=boot, version=software_version())
            clock, every_s = SystemClock(), config.status_every_s
            link = PartLink(bus, topics, description, clock, every_s=every_s)
            async with present(link):
                ready()
                await asyncio.Event().wait()

    return serve


if __name__ == "__main__":
    typer.run(command("kiosk", PartConfig, build))
