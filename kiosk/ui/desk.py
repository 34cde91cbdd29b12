"""What the box's other parts may ask of the kiosk: its picture, and to show the box's name."""

import asyncio
from collections.abc import Callable

from devices.contract.clock import Clock
from devices.contract.message import Done
from devices.runtime.bus import Bus
from devices.runtime.requests import Desk
from kiosk.commands import PictureTaken, ShowName, TakePicture
from kiosk.ui.events import Event, NameWanted
from kiosk.ui.picture import NoPictureError, Photographed, developed

_WITHIN_S = 5.0
_AT_ONCE = 2


class InsideDesk:
    """Takes the commands of `in/kiosk/cmd`."""

    def __init__(
        self,
        bus: Bus,
        topic: str,
        glass: Photographed | None,
        clock: Clock,
        tell: Callable[[Event], None],
    ) -> None:
        self._glass = glass
        self._clock = clock
        self._tell = tell
        self._desk = Desk(bus, topic, at_once=_AT_ONCE)
        self._desk.on(TakePicture, self._take)
        self._desk.on(ShowName, self._show_name)

    async def run(self) -> None:
        """Take commands; never returns."""
        await self._desk.serve()

    async def _take(self, command: TakePicture) -> PictureTaken:
        if self._glass is None:
            raise NoPictureError
        try:
            async with asyncio.timeout(_WITHIN_S):
                exposure = await asyncio.wrap_future(self._glass.expose())
        except TimeoutError:
            raise NoPictureError("The glass did not answer.") from None
        return await asyncio.to_thread(developed, exposure, command.widest_px)

    async def _show_name(self, command: ShowName) -> Done:
        until = self._clock.monotonic() + command.seconds
        self._tell(NameWanted(name=command.name, until=until))
        return Done()
