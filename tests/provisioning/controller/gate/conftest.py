"""A gate on a free loopback port, and boxes that come to it as any EST client does."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from devices.contract.clock import SystemClock
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.gate.serving import gate_served
from provisioning.controller.registry.records import Expected
from provisioning.controller.registry.registrar import Registrar
from tests.provisioning.controller.registry.somewhere import SERIAL, registrar_in

EST = "/.well-known/est"


@dataclass(frozen=True)
class Gate:
    """The gate as a box sees it, and the room behind it."""

    url: str
    ca: Path
    room: Registrar
    folder: Path

    def client(self, identity: Path | None = None) -> httpx.AsyncClient:
        """Return a client that trusts the province, with the PEM file of certificate and key."""
        context = ssl.create_default_context(cafile=str(self.ca))
        if identity:
            context.load_cert_chain(identity)
        return httpx.AsyncClient(base_url=self.url, verify=context, trust_env=False, timeout=20)

    def claim(self, serial: str = SERIAL, box: str = "gio-linh-1") -> str:
        """Expect a box."""
        (claimed,) = self.room.registry.preauthorise([Expected(serial=serial, box=box)], "test")
        return claimed.claim

    async def run(self, *command: str | Path, fails: bool = False) -> bytes:
        """Run a program of others; returns what it printed, with its complaints when it fails."""
        process = await asyncio.create_subprocess_exec(
            *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(60):
            said, complaints = await process.communicate()
        assert (process.returncode != 0) == fails, complaints.decode()
        return said + complaints if fails else said


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def gate(tmp_path: Path, database: Database) -> AsyncIterator[Gate]:
    config = GateConfig(authority="Tỉnh Mẫu", port=0, again_s=1)
    async with (
        registrar_in(tmp_path, database, clock=SystemClock(), gate=config) as room,
        gate_served(room, config) as port,
    ):
        yield Gate(f"https://localhost:{port}", tmp_path / "pki" / "ca.pem", room, tmp_path)


@pytest.fixture
async def http(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    async with gate.client() as client:
        yield client
