"""The boxes' side of the controller, put together for its root: registry, gate, broker."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from devices.contract.clock import SystemClock
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.broker import ProvinceBroker
from provisioning.controller.config import ControllerConfig
from provisioning.controller.database import Database
from provisioning.controller.gate.serving import gate_served
from provisioning.controller.registry.kick import Broker, Mosquitto, NoBroker, system_reads
from provisioning.controller.registry.opening import (
    broker_door,
    open_authority,
    open_registrar,
    own_address,
)
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.revocation import write_list


@dataclass(frozen=True, slots=True)
class Boxes:
    """The registry's room, the broker that is run when `broker.mode` is `start`, the audit log."""

    registrar: Registrar
    broker: ProvinceBroker
    audit: Audit


def boxes_of(
    config: ControllerConfig,
    database: Database,
    enrolling: Worker,
    tending: Worker,
    audit: Audit,
) -> Boxes:
    """Return them; the files that mosquitto needs are there when this returns. Blocking.

    `tending` is for the broker's files alone: a revoked box must not wait for somebody's report.
    """
    clock, state = SystemClock(), Path(config.state_dir)
    authority = open_authority(state, config.gate, clock)
    settings = config.broker
    door = partial(
        broker_door,
        authority,
        config.gate,
        clock,
        host=settings.tls_host,
        port=settings.tls_port,
        most_boxes=settings.most_boxes,
        acl_file=state / "mosquitto" / "acl",
        users=settings.users,
    )
    province = ProvinceBroker(
        port=config.bus.port,
        directory=state / "mosquitto",
        worker=tending,
        clock=clock,
        door=door if settings.tls_port else None,
    )
    broker: Broker = NoBroker()
    if settings.tls_port:

        async def system_told() -> None:
            await tending.do(door)  # its certificate is renewed, and a unit of systemd sees it
            await system_reads()

        told = province.reload if settings.mode == "start" else system_told
        own = own_address(settings.tls_host)
        broker = Mosquitto(authority, clock, host=own, port=settings.tls_port, reload=told)
    registrar = open_registrar(
        authority,
        config.gate,
        database=database,
        broker=broker,
        worker=enrolling,
        clock=clock,
        audit=audit,
        province=config.box,
        broker_port=settings.tls_port,
    )
    write_list(authority, registrar.registry.revoked(), clock.now())
    return Boxes(registrar=registrar, broker=province, audit=audit)


@contextlib.asynccontextmanager
async def gate_of(
    config: ControllerConfig, registrar: Registrar, handlers: Sequence[Any] = ()
) -> AsyncIterator[None]:
    """Serve the gate while the context lasts, if it has a port. `handlers` are other rooms'."""
    async with contextlib.AsyncExitStack() as stack:
        if config.gate.port:
            await stack.enter_async_context(gate_served(registrar, config.gate, handlers))
        yield
