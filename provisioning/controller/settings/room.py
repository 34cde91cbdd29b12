"""The room of settings, put together: what the routes ask, and what runs beside them."""

from collections.abc import Callable
from functools import partial

from devices.contract.clock import Clock
from devices.runtime.bus import Bus
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.fleet import Line
from provisioning.controller.overview import NoSuchBoxError, Overview
from provisioning.controller.rights import Places, UnitPaths
from provisioning.controller.settings.config import SettingsConfig
from provisioning.controller.settings.documents import Documents
from provisioning.controller.settings.facts import BoxSettings
from provisioning.controller.settings.profiles import Deeds, Profiles
from provisioning.controller.settings.publisher import Publisher
from provisioning.controller.settings.settings import Boxes, Settings

SETTINGS = "settings"
"""The event that tells browsers of a change."""


class SettingsRoom:
    """`run` it beside the routes. Made by `settings_room`."""

    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        worker: Worker,
        online: Callable[[str], bool],
    ) -> None:
        self.settings = settings
        self.online = online
        self._publisher = publisher
        self._worker = worker

    async def run(self) -> None:
        """Send documents to boxes; never returns."""
        await keep("settings", self._publisher.run)

    async def hear(self) -> None:
        """Keep what boxes report; never returns."""
        await keep("reported", self._publisher.hear)

    def tell(self) -> None:
        """Somebody saved, or a box came or moved: look again soon."""
        self._publisher.tell()

    async def box(self, box: str) -> BoxSettings:
        """Return a box's settings, for its page (`settings_box.html`)."""
        return await self._worker.do(self.settings.box, box, online=self.online(box))


def settings_room(
    config: SettingsConfig,
    *,
    database: Database,
    deeds: Deeds,
    boxes: Boxes,
    places: Places,
    units: UnitPaths,
    overview: Overview,
    bus: Bus,
    worker: Worker,
    clock: Clock,
) -> SettingsRoom:
    """Return the room of these boxes' settings."""
    settings = Settings(
        Profiles(database, deeds, clock),
        Documents(database),
        boxes,
        places=places,
        units=units,
        clock=clock,
        two_persons=config.two_persons,
    )
    online = partial(_online, overview)
    publisher = Publisher(
        bus,
        settings,
        worker,
        online=online,
        changed=lambda _: overview.news.tell(SETTINGS),
        again_s=config.again_s,
    )
    return SettingsRoom(settings, publisher, worker, online)


def _online(overview: Overview, box: str) -> bool:
    try:
        return overview.box(box).state.line is Line.READY
    except NoSuchBoxError:
        return False
