"""A registry with its authority, for tests: requests as boxes make them, and the whole room."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection

from devices.contract.clock import Clock, SimulatedClock
from devices.contract.errors import StorageError
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.registry.kick import Broker, NoBroker
from provisioning.controller.registry.opening import open_authority, open_registrar
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.requests import Request, judged
from provisioning.pki.revocation import write_list

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
SERIAL = "10000000a3b4c5d6"
CLAIM = "lusab-babad-gutih-tugad"


class Written:
    """An audit that keeps what was written, with the deed itself."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []
        self.database: Database | None = None
        self.full = False

    @contextlib.contextmanager
    def writing(
        self, actor: str, action: str, subject: str, detail: str = ""
    ) -> Iterator[Connection]:
        assert self.database is not None
        with self.database.writing() as db:
            yield db
            if self.full:
                raise StorageError("the disk is full")
        self.write(actor, action, subject, detail)

    def write(self, actor: str, action: str, subject: str, detail: str = "") -> None:
        self.lines.append((actor, action, subject, detail))


@contextlib.asynccontextmanager
async def registrar_in(
    folder: Path,
    database: Database,
    *,
    clock: Clock | None = None,
    audit: Written | None = None,
    broker: Broker | None = None,
    gate: GateConfig | None = None,
) -> AsyncIterator[Registrar]:
    """Open the room on this database, its authority in the folder."""
    clock, gate = clock or SimulatedClock(NOON), gate or GateConfig()
    written = audit or Written()
    written.database = database
    async with Worker("enrolment") as worker:
        authority = open_authority(folder, gate, clock)
        room = open_registrar(
            authority,
            gate,
            database=database,
            broker=broker or NoBroker(),
            worker=worker,
            clock=clock,
            audit=written,
            province="province",
        )
        write_list(authority, room.registry.revoked(), clock.now())  # as the controller's root does
        yield room


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def csr(
    name: str = SERIAL, *, serial: str = "", key: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """Return a PKCS#10 request (DER) as a box makes it."""
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    subject += [x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)] if serial else []
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(subject))
    return made.sign(key or new_key(), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def request(name: str = SERIAL, **how: object) -> Request:
    return judged(csr(name, **how))  # type: ignore[arg-type]  # as `csr` has them
