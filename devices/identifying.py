"""A box that shows which one it is: for a while, then as it was before."""

import asyncio
from collections.abc import Awaitable, Callable


class Identifying:
    """Ends what `begin` begins: `restore` is called once the time is over. `run` is its life."""

    def __init__(self, restore: Callable[[], Awaitable[None]]) -> None:
        self._restore = restore
        self._over = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, seconds: float) -> None:
        """Show it for so long from now on."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._over.set)

    async def run(self) -> None:
        """Restore after each time; never returns."""
        while True:
            await self._over.wait()
            self._over.clear()
            await self._restore()
