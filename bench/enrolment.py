"""A thousand boxes come to the gate: claim, certificate, renewal, each over TLS of its own."""

import asyncio
import base64
import multiprocessing
import ssl
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from bench.table import Table
from devices.contract.clock import SystemClock
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.gate.serving import gate_served
from provisioning.controller.registry.kick import NoBroker
from provisioning.controller.registry.opening import open_authority, open_registrar
from provisioning.controller.registry.records import Expected
from provisioning.controller.registry.registry import Unaudited
from provisioning.pki.authority import key_pem

BOXES, AT_ONCE = 1_000, 32
_EST = "/.well-known/est"
_CONTENT = {"Content-Type": "application/pkcs10"}


@dataclass
class Box:
    """A box with its key, its request and its claim; later with its certificate, as a PEM file."""

    serial: str
    claim: str
    key: ec.EllipticCurvePrivateKey
    pem: Path

    def request(self, name: str) -> bytes:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = x509.CertificateSigningRequestBuilder().subject_name(subject)
        der = made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        return base64.b64encode(der)


@dataclass
class Run:
    """How long all boxes took, and how much of a core the gate used, both in seconds."""

    name: str
    wall_s: float
    gate_s: float

    @property
    def row(self) -> tuple[str, ...]:
        each_ms = self.gate_s / BOXES * 1000
        return (
            self.name,
            f"{self.wall_s:.1f}",
            f"{BOXES / self.wall_s:.0f}",
            f"{each_ms:.2f}",
            f"{1000 / each_ms:.0f}",
        )


def measure() -> Table:
    """Return what a thousand enrolments cost, beside as many connections that ask for the time."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = multiprocessing.Pipe()
        gate = multiprocessing.get_context("spawn").Process(
            target=_gate, args=(folder, theirs), daemon=True
        )
        gate.start()
        try:
            port, claims = ours.recv()
            runs = asyncio.run(_all(Path(folder), port, claims, psutil.Process(gate.pid)))
        finally:
            ours.send("end")
            gate.join(20)
    return Table(
        title="Enrolment",
        how=(
            f"{BOXES:,} boxes, {AT_ONCE} at once, each with a TLS session of its own (P-256, "
            "TLS 1.3), keys and requests made beforehand: EST simpleenroll with a claim on record "
            "(checked, signed, committed to SQLite with synchronous=FULL before the answer), then "
            "simplereenroll with the certificate just got. The gate is a process of its own; the "
            "boxes share the machine with it. The last row, the peer, is the same connections "
            "asking for the time: what TLS and HTTP alone cost. The last column is what one core "
            "would do if it had nothing else: the gate's CPU time."
        ),
        head=("", "1,000 take s", "a second", "gate's CPU ms each", "one core a second"),
        rows=tuple(run.row for run in runs),
    )


def _gate(folder: str, pipe: Connection) -> None:
    asyncio.run(_serve(Path(folder), pipe))


async def _serve(folder: Path, pipe: Connection) -> None:
    clock, config = SystemClock(), GateConfig()
    database = Database(f"sqlite:///{folder}/controller.sqlite3")
    async with Worker("enrolment") as worker:
        room = open_registrar(
            open_authority(folder, config, clock),
            config,
            database=database,
            broker=NoBroker(),
            worker=worker,
            clock=clock,
            audit=Unaudited(database),
            province="province",
        )
        expected = [Expected(serial=f"{at:016x}", box=f"box-{at}") for at in range(BOXES)]
        claims = [(one.serial, one.claim) for one in room.registry.preauthorise(expected, "bench")]
        async with gate_served(room, config) as port:
            pipe.send((port, claims))
            await asyncio.to_thread(pipe.recv)
    database.close()


async def _all(
    folder: Path, port: int, claims: Sequence[tuple[str, str]], gate: psutil.Process
) -> list[Run]:
    url, ca = f"https://127.0.0.1:{port}", str(folder / "pki" / "ca.pem")
    plain = ssl.create_default_context(cafile=ca)
    boxes = [
        Box(serial, claim, ec.generate_private_key(ec.SECP256R1()), folder / f"{serial}.pem")
        for serial, claim in claims
    ]
    first = {box.serial: box.request(box.serial) for box in boxes}
    again = {box.serial: box.request(f"box-{at}") for at, box in enumerate(boxes)}

    async def asked(box: Box, context: ssl.SSLContext, path: str, body: bytes) -> bytes:
        async with httpx.AsyncClient(verify=context, trust_env=False, timeout=60) as client:
            basic = httpx.BasicAuth(box.serial, box.claim)
            auth = basic if path == "simpleenroll" else httpx.USE_CLIENT_DEFAULT
            at = f"{url}{_EST}/{path}"
            answer = await client.post(at, content=body, headers=_CONTENT, auth=auth)
        assert answer.status_code == 200, answer.text
        return answer.content

    async def enrol(box: Box) -> None:
        body = await asked(box, plain, "simpleenroll", first[box.serial])
        wrapped = b"-----BEGIN PKCS7-----\n" + body + b"\n-----END PKCS7-----\n"
        (got,) = pkcs7.load_pem_pkcs7_certificates(wrapped)
        box.pem.write_bytes(got.public_bytes(serialization.Encoding.PEM) + key_pem(box.key))

    async def renew(box: Box) -> None:
        context = ssl.create_default_context(cafile=ca)
        context.load_cert_chain(box.pem)
        await asked(box, context, "simplereenroll", again[box.serial])

    async def look(_: Box) -> None:
        async with httpx.AsyncClient(verify=plain, trust_env=False, timeout=60) as client:
            assert (await client.get(f"{url}/time")).status_code == 200

    return [
        await _timed("enrolment: simpleenroll", boxes, enrol, gate),
        await _timed("renewal: simplereenroll over mTLS", boxes, renew, gate),
        await _timed("peer: the time, over TLS", boxes, look, gate),
    ]


async def _timed(
    name: str, boxes: Sequence[Box], come: Callable[[Box], Awaitable[None]], gate: psutil.Process
) -> Run:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(box: Box) -> None:
        async with turns:
            await come(box)

    began, used = time.perf_counter(), _cpu_s(gate)
    async with asyncio.TaskGroup() as group:
        for box in boxes:
            group.create_task(one(box))
    return Run(name, time.perf_counter() - began, _cpu_s(gate) - used)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
