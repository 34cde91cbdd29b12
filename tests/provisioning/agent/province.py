"""A province for boxes under test: the controller's own gate, registry and authority over real TLS.

The gate can be shut and opened again on its port; the answer of an enrolment can be lost.
"""

import asyncio
import contextlib
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from devices.contract.clock import Clock, SystemClock
from devices.runtime.worker import Worker
from devices.web.serve import served
from devices.web.tls import TlsConfig
from provisioning.agent.identity import fingerprint_of
from provisioning.controller.database import Database
from provisioning.controller.gate.app import app
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.registry.opening import open_authority, open_registrar
from provisioning.controller.registry.records import Expected, Place
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.registry.registry import Unaudited
from provisioning.pki.certificates import server_certificate
from tests.waiting import until

TECHNICIAN = "ky-thuat"


class QuietBroker:
    """The province's broker, which has nobody to put off."""

    async def kick(self, box: str) -> None:
        del box

    async def read_revocations(self) -> None:
        return


class Province:
    """What tests do at the province."""

    def __init__(self, registrar: Registrar, directory: Path) -> None:
        self.registrar = registrar
        self.directory = directory
        self.port = 0
        self.lose_answers = 0
        self._gate = contextlib.AsyncExitStack()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def ca_sha256(self) -> str:
        return fingerprint_of(self.registrar.authority.certificate)

    async def open_gate(self, *, days: float = 90, names: tuple[str, ...] = ("localhost",)) -> None:
        """Let boxes in, with a certificate of so many days (before now, when negative)."""
        authority = self.registrar.authority
        certificate, key = server_certificate(
            authority, names, self.registrar.clock.now(), days=days
        )
        files = self.directory / "gate.pem", self.directory / "gate.key"
        for file, content in zip(files, (certificate, key), strict=True):
            file.write_bytes(content)
        tls = TlsConfig(
            certificate_file=str(files[0]),
            key_file=str(files[1]),
            client_ca_file=str(authority.directory / "ca.pem"),
        )
        losing = _losing(app(self.registrar), self)
        serving = served(losing, "127.0.0.1", self.port, tls=tls)
        self.port = await self._gate.enter_async_context(serving)

    async def shut_gate(self) -> None:
        """Let nobody in; those inside have left first, else their sockets are never closed."""
        await until(lambda: _is_empty(self.port), "the gate is empty")
        await self._gate.aclose()

    def expect(self, serial: str, box: str) -> str:
        """Pre-authorise a box; returns its claim."""
        return self.registrar.registry.preauthorise([Expected(serial=serial, box=box)], TECHNICIAN)[
            0
        ].claim

    def waiting(self) -> dict[str, int]:
        """Return who waits: the words a technician compares, and the row to accept."""
        return {one.words: one.id for one in self.registrar.registry.asking()}

    def accept(self, words: str, box: str) -> None:
        self.registrar.registry.accept(self.waiting()[words], box, Place(), TECHNICIAN)


@asynccontextmanager
async def province(directory: Path, clock: Clock | None = None) -> AsyncIterator[Province]:
    """Run a province; its gate is shut at first."""
    clock = clock or SystemClock()
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    database = Database(f"sqlite:///{directory}/registry.sqlite3")
    config = GateConfig()
    try:
        async with Worker("registry") as worker:
            registrar = open_registrar(
                open_authority(directory, config, clock),
                config,
                database=database,
                broker=QuietBroker(),
                worker=worker,
                clock=clock,
                audit=Unaudited(database),
                province="province",
            )
            opened = Province(registrar, directory)
            try:
                yield opened
            finally:
                await opened.shut_gate()
    finally:
        database.close()


def _is_empty(port: int) -> bool:
    with warnings.catch_warnings():  # a client that is cancelled while it connects leaves its
        warnings.simplefilter("ignore", ResourceWarning)  # socket to the collector (anyio 4)
        gc.collect()
    return not any(
        one.laddr.port == port and one.status in (psutil.CONN_ESTABLISHED, psutil.CONN_CLOSE_WAIT)
        for one in psutil.Process().net_connections("tcp")
    )


def _losing(inner: Litestar, province: Province) -> ASGIApp:
    """Wrap the gate: an answer with a certificate may be lost on the line after all was done.

    Who waits for a technician may ask again in a second: tests do not wait as long as people.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 202:
                headers = [one for one in message["headers"] if one[0] != b"retry-after"]
                message["headers"] = [*headers, (b"retry-after", b"1")]
            given = message["type"] == "http.response.start" and message["status"] == 200
            if given and province.lose_answers and "enroll" in scope["path"]:
                province.lose_answers -= 1
                message["headers"] = [(b"content-length", b"4096")]
                await send(message)
                raise ConnectionAbortedError  # the line breaks before anything of it has come
            await send(message)

        with contextlib.suppress(ConnectionAbortedError):
            await inner(scope, receive, sending)

    return call
