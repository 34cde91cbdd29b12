"""The room of settings on a bus in this process, its pages served to one person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import httpx
from litestar.static_files import create_static_files_router

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus
from devices.runtime.worker import Worker
from devices.web.serve import common_routes, served
from provisioning.controller.access import Reach
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.overview import Overview
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Person
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings.config import SettingsConfig
from provisioning.controller.settings.room import SettingsRoom, settings_room
from provisioning.controller.settings.routes import routes
from provisioning.controller.store import Store
from tests.provisioning.controller.settings.land import Land, three_boxes
from tests.provisioning.controller.somebody import app_as

_STATIC = Path("provisioning/controller/static")


@dataclass(frozen=True)
class _Needed:
    """The rooms that these routes ask."""

    settings: SettingsRoom
    queries: Worker
    clock: SystemClock
    reach: Reach


@dataclass(frozen=True)
class ProvinceUnderTest:
    """`settings` is the room, `rooms` what routes are made of."""

    settings: SettingsRoom
    rooms: Rooms
    land: Land
    queries: Worker
    audit: Audit

    @asynccontextmanager
    async def seen_by(self, person: Person | None) -> AsyncIterator[str]:
        """Serve the pages to this person; yields their address."""
        handlers = [
            *routes(self.rooms, Pages()),
            *common_routes(),
            create_static_files_router(path="/dashboard", directories=[_STATIC]),
        ]
        async with served(app_as(person, handlers), "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}"

    @asynccontextmanager
    async def asked_by(self, person: Person | None) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a client of these pages that is this person's."""
        async with self.seen_by(person) as url, httpx.AsyncClient(base_url=url) as client:
            yield client


@asynccontextmanager
async def province_on(
    bus: Bus,
    database: Database,
    *,
    land: Land | None = None,
    two_persons: bool = False,
    again_s: float = 0.2,
) -> AsyncIterator[ProvinceUnderTest]:
    """Run the room of settings."""
    clock = SystemClock()
    where = land or three_boxes()
    audit = Audit(database, clock)
    async with Worker("queries") as queries:
        overview = Overview(Store(database), queries, clock, timedelta(seconds=60))
        room = settings_room(
            SettingsConfig(two_persons=two_persons, again_s=again_s),
            database=database,
            deeds=audit,
            boxes=where,
            places=where,
            units=where,
            overview=overview,
            bus=bus,
            worker=queries,
            clock=clock,
        )
        needed = _Needed(settings=room, queries=queries, clock=clock, reach=Reach(where))
        async with alongside(room.run(), room.hear(), name="settings"):
            yield ProvinceUnderTest(room, cast("Rooms", needed), where, queries, audit)
