"""A process whose main thread belongs to something else: a window's own loop."""

import asyncio
import os
import signal
import threading
from typing import Protocol

from devices.runtime.process import EX_BUG, Serve, run_process

_ENDED_WITHIN_S = 10.0


class Front(Protocol):
    """What has the main thread. `close`, from any thread, makes `run` return."""

    def run(self) -> None:
        """Run until closed."""
        ...

    def close(self) -> None:
        """End `run`."""
        ...


def run_behind(
    name: str, serve: Serve, front: Front, *, ended_within_s: float = _ENDED_WITHIN_S
) -> int:
    """Run the process in a thread beside the front; whichever ends first ends the other.

    Signals are taken in the main thread. Returns the process's exit code. A front that does not
    close in time is stuck and takes the process with it, so that it can be started afresh.
    """
    end, left = _End(), threading.Event()
    code = EX_BUG

    def behind() -> None:
        nonlocal code
        try:
            code = run_process(name, serve, end.wait)
        finally:
            front.close()
            if not left.wait(ended_within_s):
                os._exit(code or EX_BUG)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.tell())
    thread = threading.Thread(target=behind, name=name, daemon=True)
    thread.start()
    try:
        front.run()
    finally:
        left.set()
        end.tell()
        thread.join(ended_within_s)
    return code


class _End:
    """Told once, from any thread, also before anybody waits."""

    def __init__(self) -> None:
        self._is_told = False
        self._waiter: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def tell(self) -> None:
        # a signal handler may interrupt this very method: never wait for the lock here
        self._is_told = True
        if self._waiter:
            loop, event = self._waiter
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def wait(self) -> None:
        event = asyncio.Event()
        self._waiter = (asyncio.get_running_loop(), event)
        if not self._is_told:
            await event.wait()
