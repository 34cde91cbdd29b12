"""The province's controller: ingest, store, dashboard, commands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from devices.contract.clock import Clock, SystemClock
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Bus
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.process import Serve, command
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from devices.web.serve import served
from provisioning.broker import LOOPBACK
from provisioning.controller import ingest, retention
from provisioning.controller.access import Reach
from provisioning.controller.accounts.anchors import anchors
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.make import Outside, accounts_of
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.cycles import PowerCycles
from provisioning.controller.alerts.make import alerts_of
from provisioning.controller.alerts.teller import Teller
from provisioning.controller.board import Board
from provisioning.controller.boards.box_routes import routes as firmware_routes
from provisioning.controller.boards.shelf import Shelf
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.garbage import leave_what_is_here
from provisioning.controller.gate.peers import box_name
from provisioning.controller.history.history import History
from provisioning.controller.history.sampler import Sampler
from provisioning.controller.ingest import Ingest, Outcome, Takes
from provisioning.controller.metrics import Metrics
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.organisation.places import BoxPlaces
from provisioning.controller.overview import Overview
from provisioning.controller.paho_reader import PahoReader
from provisioning.controller.registry.make import Boxes, boxes_of, gate_of
from provisioning.controller.remote.box_routes import routes as box_routes
from provisioning.controller.remote.remote import remote_of
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings.room import settings_room
from provisioning.controller.soc.exporter import soc_works
from provisioning.controller.store import Store
from provisioning.controller.stored import hear
from provisioning.controller.web import app

_RECONNECT = Backoff(least_s=0.2, most_s=15.0)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Threads:
    """Who blocks where: a slow one holds up nobody beside it."""

    ingest: Worker
    queries: Worker
    hashing: Worker
    mailing: Worker
    papers: Worker
    enrolment: Worker
    broker: Worker  # not behind a report
    files: Worker


@dataclass(frozen=True, slots=True)
class _Ground:
    """What everything stands on."""

    config: ControllerConfig
    clock: Clock
    threads: _Threads
    database: Database
    boxes: Boxes


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the province, as it is now."""

    organisation: Organisation
    places: BoxPlaces
    store: Store
    history: History
    overview: Overview
    metrics: Metrics
    alerts: Alerts
    teller: Teller
    cycles: PowerCycles

    def tell(self, outcome: Outcome) -> None:
        """Take in what a batch of events brought."""
        self.metrics.tell(outcome)
        self.overview.tell(outcome)


def build(config: ControllerConfig) -> Serve:
    """Return the controller's life."""

    async def serve(ready: Callable[[], None]) -> None:
        async with _ground(config) as ground:
            known = await _known(ground)
            async with (
                mqtt_bus(config.bus, f"{config.box}-controller") as bus,
                alongside(*await _works(ground, known), name="controller"),
                alongside(
                    keep("workers", lambda: hear(bus, config.box, known.tell)), name="workers"
                ),
            ):
                await _serve(ground, _rooms(ground, known, bus), ready)

    return serve


@contextlib.asynccontextmanager
async def _ground(config: ControllerConfig) -> AsyncIterator[_Ground]:
    """Open the store and what the boxes' side needs, its broker running where it is ours."""
    clock = SystemClock()
    async with contextlib.AsyncExitStack() as life:
        begin = life.enter_async_context
        threads = _Threads(
            ingest=await begin(Worker("ingest")),
            queries=await begin(Worker("queries")),
            hashing=await begin(Worker("hashing", limit=16)),
            mailing=await begin(Worker("mailing", limit=16)),
            papers=await begin(Worker("papers", limit=16)),
            enrolment=await begin(Worker("enrolment")),
            broker=await begin(Worker("broker")),
            files=await begin(Worker("files")),
        )
        database = await asyncio.to_thread(_open_database, config)
        life.callback(database.close)
        boxes = await threads.enrolment.do(
            boxes_of,
            config,
            database,
            threads.enrolment,
            threads.broker,
            Audit(database, clock),
        )
        if config.broker.mode == "start":
            running = keep("broker", boxes.broker.run)
            await life.enter_async_context(alongside(running, name="broker"))
        yield _Ground(config, clock, threads, database, boxes)


def _open_database(config: ControllerConfig) -> Database:
    Path(config.state_dir).mkdir(parents=True, exist_ok=True)
    return Database(store_url(config))


async def _known(ground: _Ground) -> _Known:
    """Read what the store holds."""
    config, clock, database = ground.config, ground.clock, ground.database
    queries, registry = ground.threads.queries, ground.boxes.registrar.registry
    organisation = await queries.do(Organisation, database, clock, ground.boxes.audit)
    places = BoxPlaces(organisation, registry)
    store = Store(database)
    stale = timedelta(seconds=config.stale_after_s)
    overview = Overview(store, queries, clock, stale, places)
    await overview.load()
    alerts, teller, cycles = alerts_of(
        config.alerts,
        overview=overview,
        database=database,
        named=places,
        known=registry.known,
        worker=queries,
        mailing=ground.threads.mailing,
        clock=clock,
    )
    await alerts.load()
    metrics = Metrics(overview, clock)
    metrics.count_alerts(lambda: alerts.open)
    history = History(database)
    return _Known(organisation, places, store, history, overview, metrics, alerts, teller, cycles)


async def _works(ground: _Ground, known: _Known) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what is done for ever, whether anybody looks or not."""
    config, clock, database = ground.config, ground.clock, ground.database
    audit, queries, writer = ground.boxes.audit, ground.threads.queries, ground.threads.ingest
    reader = PahoReader(
        config.bus, f"{config.box}-ingest", most=config.batch, linger_s=config.linger_ms / 1000
    )
    takes = Takes.ALL if config.ingest.workers else Takes.STATES
    taking = await writer.do(Ingest, reader, known.store, clock, takes)
    forgetting = retention.Retention(database, config.retention, audit)
    return (
        keep("alerts", known.alerts.run),
        keep("teller", known.teller.run),
        keep("power cycles", known.cycles.run),
        keep("ingest", partial(ingest.run, taking, writer, known.tell), backoff=_RECONNECT),
        keep("overview", known.overview.run),
        keep("retention", partial(retention.run, forgetting, queries, clock)),
        keep("revocations", ground.boxes.registrar.enforcement.run, backoff=_RECONNECT),
        keep("audit", partial(anchors, audit, ground.threads.papers, clock)),
        *soc_works(config.soc, database, audit, worker=queries, host=config.box),
        keep("history", Sampler(known.overview.states, known.history, queries, clock).run),
    )


def _rooms(ground: _Ground, known: _Known, bus: Bus) -> Rooms:
    """Return the rooms that pages and boxes ask."""
    config, clock, database = ground.config, ground.clock, ground.database
    audit, queries = ground.boxes.audit, ground.threads.queries
    overview, places, registrar = known.overview, known.places, ground.boxes.registrar
    accounts = accounts_of(
        config.accounts,
        database,
        audit=audit,
        units=known.organisation,
        outside=Outside(_hosts(config), config.http.tls is not None, config.http.metrics_token),
        store=queries,
        hashing=ground.threads.hashing,
        clock=clock,
    )
    remote = remote_of(
        config.remote,
        bus=bus,
        database=database,
        audit=audit,
        state_dir=Path(config.state_dir),
        worker=queries,
        files=ground.threads.files,
        clock=clock,
        changed=lambda box: overview.news.changed((), (box,)),
        still=accounts.standing.still(Right.PROVISION, places),
    )
    settings = settings_room(
        config.settings,
        database=database,
        deeds=audit,
        boxes=registrar.registry,
        places=places,
        units=known.organisation,
        overview=overview,
        bus=bus,
        worker=queries,
        clock=clock,
    )
    return Rooms(
        overview=overview,
        board=Board(overview, places),
        metrics=known.metrics,
        history=known.history,
        store=known.store,
        queries=queries,
        papers=ground.threads.papers,
        clock=clock,
        database=database,
        reach=Reach(places),
        audit=audit,
        accounts=accounts,
        organisation=known.organisation,
        registrar=registrar,
        named=places,
        alerts=known.alerts,
        reports=config.reports,
        settings=settings,
        remote=remote,
        shelf=_shelf(config),
    )


def _shelf(config: ControllerConfig) -> Shelf:
    state = Path(config.state_dir)
    keys = config.boards.firmware_keys
    return Shelf(state / "firmware", Path(keys) if keys else state / "firmware-keys")


def _hosts(config: ControllerConfig) -> tuple[str, ...]:
    return (LOOPBACK, "localhost", config.http.host, *config.http.names)


async def _serve(ground: _Ground, rooms: Rooms, ready: Callable[[], None]) -> None:
    """Serve boxes at the gate and people at the dashboard, until cancelled."""
    config, http = ground.config, ground.config.http
    registrar, remote, settings = rooms.registrar, rooms.remote, rooms.settings
    box_of = partial(box_name, registrar.registry)
    boxes_ask = (
        *box_routes(remote, box_of),
        *firmware_routes(rooms.shelf, remote.orders.ledger, remote.files, box_of),
    )
    async with (
        alongside(settings.run(), settings.hear(), name="settings"),
        alongside(remote.run(), name="remote"),
        gate_of(config, registrar, boxes_ask),
        served(app(rooms, _hosts(config)), http.host, http.port, tls=http.tls) as port,
    ):
        _log.info("dashboard", url=f"http{'s' * bool(http.tls)}://{http.host}:{port}/")
        leave_what_is_here()
        ready()
        try:
            await asyncio.Event().wait()
        finally:
            rooms.overview.news.close()


main = command("controller", ControllerConfig, build)
