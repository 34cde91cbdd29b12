"""The eye on the room's screen: what should be drawn, is."""

import asyncio
from datetime import datetime

from devices.contract.clock import Clock
from devices.contract.message import DeviceReport, Health
from vc.endpoint.surface import Surface

STUCK = "screen.stuck"
_SLOW_S = 5.0
_STUCK_AFTER_S = 20.0
_LOOK_EVERY_S = 1.0


class GlassStuckError(Exception):
    """The window's thread draws no more; the process ends and systemd starts it afresh."""


class GlassWatch:
    """Looks at a surface every second; `report` is what the last look told."""

    def __init__(self, surface: Surface, clock: Clock, driver: str) -> None:
        self._surface = surface
        self._clock = clock
        self._driver = driver
        self._since: datetime = clock.now()
        self._health = Health.READY

    @property
    def report(self) -> DeviceReport:
        """How the screen is."""
        well = self._health is Health.READY
        return DeviceReport(
            name="screen",
            kind="screen",
            driver=self._driver,
            health=self._health,
            code="" if well else STUCK,
            text="" if well else f"Nothing new was drawn for more than {_SLOW_S:g} s.",
            since=self._since,
        )

    async def run(self) -> None:
        """Look, until cancelled; raises GlassStuckError when it is beyond hope."""
        while True:
            self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    def look(self) -> None:
        """Look once; raises GlassStuckError."""
        behind_s = self._surface.behind_s()
        health = Health.FAULT if behind_s > _SLOW_S else Health.READY
        if health is not self._health:
            self._health, self._since = health, self._clock.now()
        if behind_s > _STUCK_AFTER_S:
            raise GlassStuckError
