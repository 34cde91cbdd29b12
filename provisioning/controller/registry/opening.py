"""The registry's room, opened: authority and its files, registry, enforcement. Blocking."""

from collections.abc import Iterable
from pathlib import Path

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.broker import LOOPBACK, Door, DoorFiles, acl
from provisioning.broker.files import written
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.registry.enforcement import Enforcement
from provisioning.controller.registry.enrolment import Enrolment
from provisioning.controller.registry.kick import Broker
from provisioning.controller.registry.registrar import Doors, Registrar
from provisioning.controller.registry.registry import Audit, Registry
from provisioning.pki.authority import CERTIFICATE_FILE, Authority, opened
from provisioning.pki.certificates import kept_server_certificate
from provisioning.pki.revocation import LIST_FILE

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - what a configuration may say


def open_authority(state_dir: Path, gate: GateConfig, clock: Clock) -> Authority:
    """Return the province's authority, in `pki` of the state directory; raises StorageError."""
    return opened(state_dir / "pki", gate.authority, clock.now())


def names_of(gate: GateConfig) -> tuple[str, ...]:
    """Return the host names and addresses that the province's certificates are for."""
    own = () if gate.host in _EVERYWHERE else (gate.host,)
    return tuple(dict.fromkeys((*gate.names, *own, "localhost", LOOPBACK)))


def own_address(host: str) -> str:
    """Return where this machine itself reaches what listens on `host`."""
    return LOOPBACK if host in _EVERYWHERE else host


def open_registrar(
    authority: Authority,
    gate: GateConfig,
    *,
    database: Database,
    broker: Broker,
    worker: Worker,
    clock: Clock,
    audit: Audit,
    province: str,
    broker_port: int = 0,
) -> Registrar:
    """Return the room.

    The revocation list is the controller's alone: another process beside it would put an older one
    in its place.
    """
    registry = Registry(database, clock, audit, province=province)
    host = names_of(gate)[0]
    return Registrar(
        registry=registry,
        enrolment=Enrolment(registry, database, authority, clock),
        authority=authority,
        enforcement=Enforcement(registry, authority, broker, worker, clock),
        worker=worker,
        clock=clock,
        doors=Doors(
            gate=f"https://{host}:{gate.port}", broker_host=host, broker_port=broker_port or 8883
        ),
    )


def broker_door(
    authority: Authority,
    gate: GateConfig,
    clock: Clock,
    *,
    host: str,
    port: int,
    most_boxes: int,
    acl_file: Path,
    users: Iterable[str] = (),
) -> Door:
    """Return the boxes' door at the province's mosquitto, its files written and renewed."""
    names = tuple(dict.fromkeys((*names_of(gate), *((host,) if host not in _EVERYWHERE else ()))))
    certificate, key = kept_server_certificate(authority, "broker", names, clock.now())
    written(acl_file, acl(users).encode())
    files = DoorFiles(
        ca=authority.directory / CERTIFICATE_FILE,
        certificate=certificate,
        key=key,
        crl=authority.directory / LIST_FILE,
        acl=acl_file,
    )
    return Door(
        port=port, files=files, host="" if host in _EVERYWHERE else host, most_boxes=most_boxes
    )
