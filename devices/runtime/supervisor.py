"""Work that must go on: a named failure heals with back-off, a bug ends the process."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from devices.contract.errors import MotcuaError
from devices.runtime.backoff import Backoff

_STEADY_S = 10.0
_log = structlog.get_logger()


async def keep(
    name: str,
    work: Callable[[], Awaitable[None]],
    *,
    backoff: Backoff | None = None,
    on_failure: Callable[[MotcuaError], None] | None = None,
) -> None:
    """Run `work` for ever: again after a wait when it returns or a MotcuaError ends it.

    Anything else is a bug and passes through. Work that held for 10 s begins with the least wait
    again.
    """
    waits = backoff or Backoff()
    loop = asyncio.get_running_loop()
    tries, told = 0, ""
    while True:
        began = loop.time()
        try:
            await work()
            tries = 1
        except MotcuaError as error:
            tries = 1 if loop.time() - began > _STEADY_S else tries + 1
            if on_failure:
                on_failure(error)
            if error.code != told or tries == 1:
                _log.warning("failed", what=name, code=error.code, text=error.sentence)
                told = error.code
        await asyncio.sleep(waits.wait_s(tries))
