"""A worker that takes boxes' events into the province's store, beside the controller."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from functools import partial

from devices.contract.clock import SystemClock
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.process import Serve, command
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller import ingest
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.garbage import leave_what_is_here
from provisioning.controller.ingest import Ingest, Outcome, Takes
from provisioning.controller.paho_reader import PahoReader
from provisioning.controller.store import Store
from provisioning.controller.stored import packets

_RECONNECT = Backoff(least_s=0.2, most_s=15.0)
_UNTOLD = 1_024


def build(config: ControllerConfig) -> Serve:
    """Return the worker's life; it reads the controller's configuration."""

    async def serve(ready: Callable[[], None]) -> None:
        name = f"{config.box}-ingest-{secrets.token_hex(4)}"
        async with contextlib.AsyncExitStack() as life:
            writer = await life.enter_async_context(Worker("ingest"))
            database = await asyncio.to_thread(Database, store_url(config))
            life.callback(database.close)
            bus = await life.enter_async_context(mqtt_bus(config.bus, f"{name}-tells"))
            untold: asyncio.Queue[Packet] = asyncio.Queue(_UNTOLD)

            def tell(outcome: Outcome) -> None:
                for packet in packets(config.box, outcome):
                    if not untold.full():  # the dashboard is behind then; nothing is lost
                        untold.put_nowait(packet)

            async def tell_on() -> None:
                while True:
                    await bus.publish(await untold.get())

            reader = PahoReader(
                config.bus, name, most=config.batch, linger_s=config.linger_ms / 1000
            )
            taking = await writer.do(Ingest, reader, Store(database), SystemClock(), Takes.EVENTS)
            leave_what_is_here()
            async with asyncio.TaskGroup() as group:
                work = partial(ingest.run, taking, writer, tell)
                group.create_task(keep("ingest", work, backoff=_RECONNECT))
                group.create_task(keep("teller", tell_on, backoff=_RECONNECT))
                ready()

    return serve


main = command("ingest", ControllerConfig, build)
