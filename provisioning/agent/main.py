"""The agent of a box: its identity, its settings, and what the province asks of it as a whole."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from devices.contract.clock import SystemClock
from devices.contract.identity import AGENT
from devices.runtime.boot import next_boot
from devices.runtime.process import Serve, command
from devices.runtime.worker import Worker
from devices.web.serve import served
from provisioning.agent.clock import Timekeeper
from provisioning.agent.config import AgentConfig
from provisioning.agent.life import Life, Staff
from provisioning.agent.notice import Notice
from provisioning.agent.page import app
from provisioning.agent.parts import ConfiguredParts

_LOOPBACK = "127.0.0.1"


def build(config: AgentConfig) -> Serve:
    """Return the process: it serves until cancelled.

    It is ready once its page stands: a box may wait for its technician for days.
    """

    async def serve(ready: Callable[[], None]) -> None:
        boot = await asyncio.to_thread(next_boot, Path(config.state_dir), AGENT)
        notice, screen = Notice(), config.screen
        async with AsyncExitStack() as stack:
            machine = await stack.enter_async_context(Worker("machine"))
            identity = await stack.enter_async_context(Worker("identity"))
            if screen.port >= 0:
                page = app(notice, machine, width=screen.width, height=screen.height)
                await stack.enter_async_context(served(page, _LOOPBACK, screen.port))
            staff = Staff(
                config=config,
                boot=boot,
                clock=SystemClock(),
                timekeeper=Timekeeper(config.clock.build()),
                parts=ConfiguredParts(config.parts),
                notice=notice,
                machine=machine,
                identity=identity,
            )
            await Life(staff).run(ready)

    return serve


main = command("agent", AgentConfig, build)
