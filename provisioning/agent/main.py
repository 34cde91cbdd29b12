"""The agent of a box: its identity, its settings, and what the province asks of it as a whole."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from devices.contract.clock import SystemClock
from devices.contract.identity import AGENT
from devices.runtime.boot import next_boot
from devices.runtime.part import part_on_bus
from devices.runtime.process import Serve, command
from devices.runtime.worker import Worker
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import ConfiguredParts
from provisioning.agent.service import in_service
from provisioning.agent.standing import Standing


def build(config: AgentConfig) -> Serve:
    """Return the process: it serves until cancelled."""

    async def serve(ready: Callable[[], None]) -> None:
        boot = await asyncio.to_thread(next_boot, Path(config.state_dir), AGENT)
        async with (
            Worker("machine") as worker,
            part_on_bus(config, AGENT, boot) as (bus, topics),
        ):
            standing = Standing(
                bus=bus,
                topics=topics,
                boot=boot,
                parts=ConfiguredParts(config.parts),
                config=config,
                clock=SystemClock(),
            )
            await in_service(standing, worker, dict, ready)

    return serve


main = command("agent", AgentConfig, build)
