"""What the demo's own page shows: every kiosk live, and the world around the boxes."""

import asyncio
import contextlib
from collections.abc import Mapping

from devices.runtime.worker import Worker
from devices.web.serve import as_json
from devices.web.sse import Hub
from provisioning.demo.screen import NoPictureError, Screen
from provisioning.demo.world import NoSuchThingError, World

_LOOK_EVERY_S = 0.06
_WAIT_FOR_CHANGE_S = 10.0
_STATE_EVERY_S = 0.2


class Watch:
    """One screen, looked at for as many browsers as want it, and only while one does."""

    def __init__(self, screen: Screen, worker: Worker) -> None:
        self.screen = screen
        self._worker = worker
        self._looking = asyncio.Lock()
        self._version = 0
        self._jpeg = b""
        self._closed = False

    def close(self) -> None:
        """Answer everybody at once from now on."""
        self._closed = True

    async def newer(self, than: int) -> tuple[int, bytes]:
        """Return the picture and its version as soon as it is another than that.

        After 10 s without a change it is the same one again.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WAIT_FOR_CHANGE_S):
                while not self._closed and await self._looked() == than:  # noqa: ASYNC110 - a framebuffer has no event
                    await asyncio.sleep(_LOOK_EVERY_S)
        return self._version, self._jpeg

    async def _looked(self) -> int:
        async with self._looking:
            with contextlib.suppress(NoPictureError):
                self._version, self._jpeg = await self._worker.do(self._look)
        return self._version

    def _look(self) -> tuple[int, bytes]:
        frame = self.screen.look()
        return frame.version, self._jpeg if frame.version == self._version else frame.jpeg()


class Page:
    """The page's state: one watch a screen, and a hub that tells what changed."""

    def __init__(self, world: World, screens: Mapping[str, Screen], worker: Worker) -> None:
        self.world = world
        self.hub = Hub()
        self._watches = {box: Watch(screen, worker) for box, screen in screens.items()}

    def watch(self, box: str) -> Watch:
        """Return a box's screen; raises NoSuchThingError."""
        watch = self._watches.get(box)
        if watch is None:
            raise NoSuchThingError(f"{box} has no screen")
        return watch

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Return each screen's width and height in pixels, by box."""
        return {
            box: (watch.screen.plan.width, watch.screen.plan.height)
            for box, watch in self._watches.items()
        }

    def close(self) -> None:
        """End what browsers wait for."""
        self.hub.close()
        for watch in self._watches.values():
            watch.close()

    async def tell(self) -> None:
        """Tell the browsers each change of the world, for ever."""
        told = ""
        while True:
            now = as_json(self.world.state())
            if now != told:
                self.hub.tell("state", now)
                told = now
            await asyncio.sleep(_STATE_EVERY_S)
