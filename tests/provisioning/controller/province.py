"""A country of boxes, as many as a test or a bench wants, and its dashboard with somebody in it."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from litestar.static_files import create_static_files_router

import provisioning.controller
from devices.contract.clock import Clock
from devices.contract.identity import BoxId, Part
from devices.contract.message import (
    Connection,
    Description,
    DeviceReport,
    Health,
    LinkState,
    PartStatus,
)
from devices.runtime.bus import Bus
from devices.runtime.worker import Worker
from devices.web.serve import common_routes, served
from provisioning.controller import overview_routes
from provisioning.controller.access import Reach
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.api import api
from provisioning.controller.board import Board, UnitFacts
from provisioning.controller.database import Database
from provisioning.controller.fleet import PartState
from provisioning.controller.history.history import History
from provisioning.controller.overview import Overview
from provisioning.controller.pages import Pages
from provisioning.controller.registry.records import BoxRecord, CertificateFacts, Standing
from provisioning.controller.remote.config import RemoteConfig
from provisioning.controller.remote.remote import remote_of
from provisioning.controller.rights import Person
from provisioning.controller.rooms import Rooms
from provisioning.controller.store import Store
from provisioning.organisation.snapshot import snapshot
from provisioning.organisation.tree import whole_name
from provisioning.organisation.units import Level
from tests.provisioning.controller.somebody import app_as

_STATIC = Path(provisioning.controller.__file__).parent / "static"
_KINDS = ("printer", "scanner", "panel", "speaker", "camera")


class Country:
    """Boxes spread over the country's communes; it says where they stand and what units are."""

    def __init__(self, boxes: int, units: int = 3_321) -> None:
        known = {unit.code: unit for unit in snapshot().units}
        communes = [unit for unit in known.values() if unit.level is Level.COMMUNE][:units]
        self.boxes = tuple(f"kiosk-{at:05}" for at in range(boxes))
        self._units = known
        self._of = {box: communes[at % len(communes)] for at, box in enumerate(self.boxes)}

    def name(self, place: str) -> str:
        return place

    def path(self, box: str) -> tuple[str, ...]:
        """Return a province and a commune."""
        commune = self._of.get(box)
        return (commune.parent, commune.code) if commune else ()

    def known(self, box: str) -> BoxRecord | None:
        """Return what is on record of a box: a certificate for three months."""
        if box not in self._of:
            return None
        month = timedelta(days=30)
        now = datetime.now(UTC)
        facts = CertificateFacts(number="5a1e", not_before=now - month, not_after=now + 2 * month)
        return BoxRecord(
            box=box, serial=f"pi-{box}", standing=Standing.IN_SERVICE, certificate=facts
        )

    def unit(self, code: str) -> UnitFacts | None:
        """Return what is published of a unit."""
        unit = self._units.get(code)
        return UnitFacts(whole_name(unit), unit.latitude, unit.longitude) if unit else None

    def land(self, scope: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
        """Return where the communes of these provinces lie; of the country for everywhere."""
        return tuple(
            (unit.latitude, unit.longitude)
            for unit in self._units.values()
            if unit.latitude is not None
            and unit.longitude is not None
            and unit.parent
            and ("" in scope or unit.parent in scope)
        )

    def parts(self, now: datetime) -> Iterable[PartState]:
        """Yield three parts of every box: of a hundred one is lost, one at fault, one warns."""
        for at, box in enumerate(self.boxes):
            yield from parts_of(box, f"Một cửa {whole_name(self._of[box])}", at, now)


def parts_of(box: str, site: str, at: int, now: datetime) -> Iterable[PartState]:
    """Yield the parts of the box of this number."""
    heard = now - timedelta(seconds=at % 60)
    connection = Connection(state=LinkState.LOST if at % 97 == 5 else LinkState.READY, boot=3)
    for part in ("devices", "kiosk", "counter"):
        devices = tuple(_device(kind, at, heard) for kind in _KINDS) if part == "devices" else ()
        worst = max((d.health for d in devices), key=list(Health).index, default=Health.READY)
        yield PartState(
            box=BoxId(box),
            part=Part(part),
            connection=connection,
            description=Description(boot=3, version="0.1.0", site=site),
            status=PartStatus(boot=3, seq=at + 1, at=heard, health=worst, devices=devices),
            heard_at=heard,
        )


def _device(kind: str, at: int, heard: datetime) -> DeviceReport:
    health, code = Health.READY, ""
    if kind == "printer" and at % 89 == 3:
        health, code = Health.FAULT, "printer.out_of_paper"
    if kind == "printer" and at % 83 == 7:
        health, code = Health.WARNING, "printer.paper_near_end"
    if kind == "scanner" and at % 211 == 11:
        health, code = Health.FAULT, "device.unplugged"
    return DeviceReport(
        name=kind,
        kind=kind,
        driver="simulated",
        health=health,
        code=code,
        text="",
        since=heard - timedelta(minutes=at % 400),
        facts={"paper_mm": 80.0} if kind == "printer" else {},
    )


async def _always(login: str, box: str) -> bool:
    del login, box
    return True


def rooms_of(
    overview: Overview,
    country: Country,
    database: Database,
    queries: Worker,
    clock: Clock,
) -> Rooms:
    """Return what the pages of boxes stand on, and nothing else."""
    some = SimpleNamespace(
        overview=overview,
        board=Board(overview, country),
        store=Store(database),
        history=History(database),
        queries=queries,
        clock=clock,
        reach=Reach(country),
        registrar=SimpleNamespace(registry=country),
        remote=remote_of(
            RemoteConfig(),
            bus=cast("Bus", None),  # nobody is asked anything here
            database=database,
            audit=Audit(database, clock),
            state_dir=Path(),
            worker=queries,
            files=queries,
            clock=clock,
            changed=lambda _: None,
            still=_always,
        ),
    )
    return cast("Rooms", some)


@contextlib.asynccontextmanager
async def dashboard(
    country: Country, database: Database, clock: Clock, person: Person, *, port: int = 0
) -> AsyncIterator[tuple[str, Overview]]:
    """Serve the pages of boxes, with this person signed in; yields their address."""
    store = Store(database)
    async with Worker("queries") as queries:
        await queries.do(store.keep, (), list(country.parts(clock.now())), clock.now())
        overview = Overview(store, queries, clock, timedelta(seconds=210), country)
        await overview.load()
        rooms = rooms_of(overview, country, database, queries, clock)
        static = create_static_files_router(path="/dashboard", directories=[_STATIC])
        handlers = [*overview_routes.routes(rooms, Pages()), *api(rooms), *common_routes(), static]
        async with served(app_as(person, handlers), "127.0.0.1", port) as bound:
            try:
                yield f"http://127.0.0.1:{bound}", overview
            finally:
                overview.news.close()
