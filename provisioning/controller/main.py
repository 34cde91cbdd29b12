"""The province's controller: ingest, store, dashboard, commands."""

import asyncio
import contextlib
import gc
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
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
from provisioning.controller.alerts.make import alerts_of
from provisioning.controller.board import Board
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
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


def build(config: ControllerConfig) -> Serve:
    """Return the controller's life."""

    async def serve(ready: Callable[[], None]) -> None:
        async with contextlib.AsyncExitStack() as life:
            writer = await life.enter_async_context(Worker("ingest"))
            queries = await life.enter_async_context(Worker("queries"))
            hashing = await life.enter_async_context(Worker("hashing", limit=16))
            mailing = await life.enter_async_context(Worker("mailing", limit=16))
            papers = await life.enter_async_context(Worker("papers", limit=16))
            database = await asyncio.to_thread(_open_database, config)
            life.callback(database.close)
            enrolling = await life.enter_async_context(Worker("enrolment"))
            audit = Audit(database, SystemClock())
            tending = await life.enter_async_context(Worker("broker"))  # not behind a report
            boxes = await enrolling.do(boxes_of, config, database, enrolling, tending, audit)
            if config.broker.mode == "start":
                running = keep("broker", boxes.broker.run)
                await life.enter_async_context(alongside(running, name="broker"))
            await _serve_on(
                config,
                database,
                writer,
                queries,
                boxes=boxes,
                hashing=hashing,
                mailing=mailing,
                papers=papers,
                ready=ready,
            )

    return serve


def _open_database(config: ControllerConfig) -> Database:
    Path(config.state_dir).mkdir(parents=True, exist_ok=True)
    return Database(store_url(config))


async def _serve_on(
    config: ControllerConfig,
    database: Database,
    writer: Worker,
    queries: Worker,
    *,
    boxes: Boxes,
    hashing: Worker,
    mailing: Worker,
    papers: Worker,
    ready: Callable[[], None],
) -> None:
    clock = SystemClock()
    audit, registrar = boxes.audit, boxes.registrar
    registry = registrar.registry
    organisation = await queries.do(Organisation, database, clock, audit)
    places = BoxPlaces(organisation, registry)
    store = Store(database)
    stale = timedelta(seconds=config.stale_after_s)
    overview = Overview(store, queries, clock, stale, places)
    await overview.load()
    metrics = Metrics(overview, clock)

    def tell(outcome: Outcome) -> None:
        metrics.tell(outcome)
        overview.tell(outcome)

    reader = PahoReader(
        config.bus, f"{config.box}-ingest", most=config.batch, linger_s=config.linger_ms / 1000
    )
    takes = Takes.ALL if config.ingest.workers else Takes.STATES
    taking = await writer.do(Ingest, reader, store, clock, takes)
    gc.set_threshold(ingest.NEW_OBJECTS)
    alerts, teller = alerts_of(
        config.alerts,
        overview=overview,
        database=database,
        named=places,
        known=registry.known,
        worker=queries,
        mailing=mailing,
        clock=clock,
    )
    await alerts.load()
    metrics.count_alerts(lambda: alerts.open)
    history = History(database)
    forgetting = retention.Retention(database, config.retention)
    works = (
        keep("alerts", alerts.run),
        keep("teller", teller.run),
        keep("ingest", partial(ingest.run, taking, writer, tell), backoff=_RECONNECT),
        keep("overview", overview.run),
        keep("retention", partial(retention.run, forgetting, queries, clock)),
        keep("revocations", registrar.enforcement.run, backoff=_RECONNECT),
        keep("audit", partial(anchors, audit, papers, clock)),
        *soc_works(config.soc, database, audit, worker=queries, host=config.box),
        keep("history", Sampler(overview.states, history, queries, clock).run),
    )
    async with (
        mqtt_bus(config.bus, f"{config.box}-controller") as bus,
        Worker("files") as files,
        alongside(*works, name="controller"),
        alongside(keep("workers", lambda: hear(bus, config.box, tell)), name="workers"),
    ):
        hosts = (LOOPBACK, "localhost", config.http.host, *config.http.names)
        accounts = accounts_of(
            config.accounts,
            database,
            audit=audit,
            units=organisation,
            outside=Outside(hosts, config.http.tls is not None, config.http.metrics_token),
            store=queries,
            hashing=hashing,
            clock=clock,
        )
        remote = remote_of(
            config.remote,
            bus=bus,
            database=database,
            audit=audit,
            state_dir=Path(config.state_dir),
            worker=queries,
            files=files,
            clock=clock,
            changed=lambda box: overview.news.changed((), (box,)),
            still=accounts.standing.still(Right.PROVISION, places),
        )
        settings = settings_room(
            config.settings,
            database=database,
            deeds=audit,
            boxes=registry,
            places=places,
            units=organisation,
            overview=overview,
            bus=bus,
            worker=queries,
            clock=clock,
        )
        rooms = Rooms(
            overview=overview,
            board=Board(overview, places),
            metrics=metrics,
            history=history,
            store=store,
            queries=queries,
            papers=papers,
            clock=clock,
            database=database,
            reach=Reach(places),
            audit=audit,
            accounts=accounts,
            organisation=organisation,
            registrar=registrar,
            named=places,
            alerts=alerts,
            reports=config.reports,
            settings=settings,
            remote=remote,
        )
        http = config.http
        async with (
            alongside(settings.run(), settings.hear(), name="settings"),
            alongside(remote.run(), name="remote"),
            gate_of(config, registrar, box_routes(remote, partial(box_name, registry))),
            served(app(rooms, hosts), http.host, http.port, tls=http.tls) as port,
        ):
            _log.info("dashboard", url=f"http{'s' * bool(http.tls)}://{http.host}:{port}/")
            ready()
            try:
                await asyncio.Event().wait()
            finally:
                overview.news.close()


main = command("controller", ControllerConfig, build)
