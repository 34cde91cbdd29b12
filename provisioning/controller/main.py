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
from provisioning.controller import ingest
from provisioning.controller.access import Reach
from provisioning.controller.alerts.make import alerts_of
from provisioning.controller.board import Board, NoAtlas
from provisioning.controller.broker import ProvinceBroker
from provisioning.controller.commands import Commands
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.history.history import History
from provisioning.controller.history.sampler import Sampler
from provisioning.controller.ingest import Ingest, Outcome, Takes
from provisioning.controller.metrics import Metrics
from provisioning.controller.overview import Overview
from provisioning.controller.paho_reader import PahoReader
from provisioning.controller.rooms import Rooms
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
            database = await asyncio.to_thread(_open_database, config)
            life.callback(database.close)
            if config.broker.mode == "start":
                broker = _broker(config, queries)
                running = keep("broker", broker.run)
                await life.enter_async_context(alongside(running, name="broker"))
            await _serve_on(config, database, writer, queries, ready)

    return serve


def _broker(config: ControllerConfig, worker: Worker) -> ProvinceBroker:
    directory = Path(config.state_dir) / "mosquitto"
    return ProvinceBroker(
        port=config.bus.port, directory=directory, worker=worker, clock=SystemClock()
    )


def _open_database(config: ControllerConfig) -> Database:
    Path(config.state_dir).mkdir(parents=True, exist_ok=True)
    return Database(store_url(config))


async def _serve_on(
    config: ControllerConfig,
    database: Database,
    writer: Worker,
    queries: Worker,
    ready: Callable[[], None],
) -> None:
    clock = SystemClock()
    store = Store(database)
    overview = Overview(store, queries, clock, timedelta(seconds=config.stale_after_s))
    await overview.load()
    metrics = Metrics(overview)

    def tell(outcome: Outcome) -> None:
        metrics.tell(outcome)
        overview.tell(outcome)

    reader = PahoReader(
        config.bus, f"{config.box}-ingest", most=config.batch, linger_s=config.linger_ms / 1000
    )
    takes = Takes.ALL if config.ingest.workers else Takes.STATES
    taking = await writer.do(Ingest, reader, store, clock, takes)
    gc.set_threshold(ingest.NEW_OBJECTS)
    places = _Nowhere()
    alerts, teller = alerts_of(
        config.alerts,
        overview=overview,
        database=database,
        named=places,
        worker=queries,
        clock=clock,
    )
    await alerts.load()
    history = History(database)
    works = (
        keep("alerts", alerts.run),
        keep("teller", teller.run),
        keep("ingest", partial(ingest.run, taking, writer, tell), backoff=_RECONNECT),
        keep("overview", overview.run),
        keep("history", Sampler(overview.states, history, queries, clock).run),
    )
    async with (
        mqtt_bus(config.bus, f"{config.box}-controller") as bus,
        alongside(*works, name="controller"),
        alongside(keep("workers", lambda: hear(bus, config.box, tell)), name="workers"),
    ):
        commands = Commands(bus, store, queries, clock)
        rooms = Rooms(
            overview=overview,
            board=Board(overview, NoAtlas()),
            commands=commands,
            metrics=metrics,
            history=history,
            store=store,
            queries=queries,
            clock=clock,
            database=database,
            reach=Reach(places),
            named=places,
            alerts=alerts,
            reports=config.reports,
        )
        hosts = (LOOPBACK, "localhost", config.http.host, *config.http.names)
        async with served(app(rooms, hosts), config.http.host, config.http.port) as port:
            _log.info("dashboard", url=f"http://{config.http.host}:{port}/")
            ready()
            try:
                await asyncio.Event().wait()
            finally:
                overview.news.close()


class _Nowhere:
    """Until sites are placed in units."""

    def path(self, box: str) -> tuple[str, ...]:
        """Return no unit."""
        del box
        return ()

    def name(self, place: str) -> str:
        """Return the box's own name."""
        return place


main = command("controller", ControllerConfig, build)
