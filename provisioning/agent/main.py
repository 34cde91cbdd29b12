"""The agent of a box: its identity, its settings, and what the province asks of it as a whole."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from litestar import Litestar

from devices.contract.clock import SystemClock
from devices.contract.errors import MotcuaError
from devices.contract.identity import AGENT
from devices.runtime.alongside import alongside
from devices.runtime.boot import next_boot
from devices.runtime.process import Serve, command
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from devices.web.serve import served
from provisioning.agent.clock import Timekeeper
from provisioning.agent.config import AgentConfig
from provisioning.agent.life import Life, Staff
from provisioning.agent.notice import Notice
from provisioning.agent.page import app
from provisioning.agent.parts import ConfiguredParts

_LOOPBACK = "127.0.0.1"


class PagePortTakenError(MotcuaError):
    """Another program of this box has the port of the agent's page."""

    code = "page.port_taken"
    retry = True


def build(config: AgentConfig) -> Serve:
    """Return the process: it serves until cancelled.

    It is ready once its page stands: a box may wait for its technician for days. A page that cannot
    stand is tried again and keeps nothing else waiting.
    """

    async def serve(ready: Callable[[], None]) -> None:
        boot = await asyncio.to_thread(next_boot, Path(config.state_dir), AGENT)
        notice, screen = Notice(), config.screen
        async with AsyncExitStack() as stack:
            machine = await stack.enter_async_context(Worker("machine"))
            identity = await stack.enter_async_context(Worker("identity"))
            if screen.port >= 0:
                page = app(notice, machine, width=screen.width, height=screen.height)
                tried = asyncio.Event()
                standing = keep("page", partial(_stand, page, screen.port, tried))
                await stack.enter_async_context(alongside(standing, name="page"))
                await tried.wait()
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


async def _stand(page: Litestar, port: int, tried: asyncio.Event) -> None:
    """Serve the page until cancelled; raises PagePortTakenError."""
    try:
        async with served(page, _LOOPBACK, port):
            tried.set()
            await asyncio.Event().wait()
    except OSError as error:
        raise PagePortTakenError(f"{_LOOPBACK}:{port}: {error.strerror}") from error
    finally:
        tried.set()


main = command("agent", AgentConfig, build)
