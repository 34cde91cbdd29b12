"""A province's room of orders and a box that obeys it: real broker, real TLS, real processes.

One mosquitto stands for both; the agent and the device process are programs of their own, which a
test can kill.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from litestar import Litestar, get
from litestar.connection import ASGIConnection

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from devices.runtime.worker import Worker
from devices.web.serve import problem, served
from devices.web.tls import TlsConfig, peer_name
from provisioning.agent.identity import IdentityStore, fingerprint_of
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.boards.box_routes import routes as firmware_routes
from provisioning.controller.boards.shelf import Shelf
from provisioning.controller.database import Database
from provisioning.controller.remote.asks import AnyAsk
from provisioning.controller.remote.box_routes import routes
from provisioning.controller.remote.config import RemoteConfig
from provisioning.controller.remote.records import OrderRecord
from provisioning.controller.remote.remote import Remote, remote_of
from provisioning.controller.remote.shells import ShellsConfig
from provisioning.pki.authority import Authority, opened
from provisioning.pki.certificates import box_certificate, kept_server_certificate
from tests.counterparts.mosquitto import RealBroker
from tests.waiting import until

CLOCK = SystemClock()
WITHIN_S = 20.0
BOX = "gio-linh-1"


class Time(msgspec.Struct):
    now: datetime
    unix: float


@get("/time")
async def time() -> Time:
    now = datetime.now(UTC)
    return Time(now=now, unix=now.timestamp())


def box_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return peer_name(connection.scope) or "nobody"


class Province:
    """The controller's side. `remote` is None while it is not running."""

    def __init__(self, folder: Path, url: str, broker: RealBroker) -> None:
        self.folder = folder
        self.broker = broker
        self.authority: Authority = opened(folder / "ca", "CA", CLOCK.now())
        self.changed: list[str] = []
        self.gate = ""
        self.shelf = Shelf(folder / "firmware", folder / "firmware-keys")
        self.lost: set[str] = set()  # who may have no terminal any more
        self._url = url
        self._gate_port = 0

    @contextlib.asynccontextmanager
    async def running(self, shells: ShellsConfig | None = None) -> AsyncIterator[Remote]:
        """Run the room with its gate, until the body ends."""
        files = kept_server_certificate(self.authority, "gate", ["127.0.0.1"], CLOCK.now())
        tls = TlsConfig(
            certificate_file=str(files[0]),
            key_file=str(files[1]),
            client_ca_file=str(self.authority.directory / "ca.pem"),
        )
        database = Database(self._url)
        async with (
            Worker("queries") as queries,
            Worker("files") as worker,
            mqtt_bus(BusConfig(port=self.broker.port), "controller") as bus,
        ):
            remote = remote_of(
                RemoteConfig(shells=shells or ShellsConfig()),
                bus=bus,
                database=database,
                audit=Audit(database, CLOCK),
                state_dir=self.folder / "controller",
                worker=queries,
                files=worker,
                clock=CLOCK,
                changed=self.changed.append,
                still=self._still,
            )
            app = Litestar(
                [*routes(remote, box_of), *self._firmware(remote), time],
                exception_handlers={Exception: problem},
                logging_config=None,
                request_max_body_size=32_768,
            )
            async with (
                served(app, "127.0.0.1", self._gate_port, tls=tls) as port,
                alongside(remote.run(), name="remote"),
            ):
                self._gate_port = port
                self.gate = f"https://127.0.0.1:{port}"
                await asyncio.sleep(0)
                yield remote
        database.close()

    def _firmware(self, remote: Remote) -> list[Any]:
        return firmware_routes(self.shelf, remote.orders.ledger, remote.files, box_of)

    async def _still(self, login: str, box: str) -> bool:
        del box
        return login not in self.lost

    def box(self, name: str = BOX, **keys: str) -> "Box":
        """Return a box with a certificate of this province."""
        return Box(self, name, keys)


class Box:
    """A box. `agent` and `devices` run its programs; `kill` on what they yield is kill -9."""

    def __init__(self, province: Province, name: str, keys: dict[str, str]) -> None:
        self.name = name
        self.folder = province.folder / name
        self.state = self.folder / "agent"
        self.identity = IdentityStore(self.state / "identity")
        self._province = province
        self._keys = keys
        (self.folder / "logs").mkdir(parents=True)
        asking = self.identity.ask_as("serial", "claim")
        key = x509.load_der_x509_csr(asking.request).public_key()
        certificate = box_certificate(
            province.authority, key, box=name, serial="serial", now=CLOCK.now()
        )
        self.identity.take(certificate, province.authority.certificate, CLOCK.now())

    def configure(self, **remote: str) -> Path:
        """Write the agent's configuration; `remote` are TOML values of that table."""
        logs = self.folder / "logs"
        values = {
            "logs": f'{{ driver = "files", folder = "{logs}" }}',
            "machine": f'{{ driver = "simulated", boot_file = "{self.folder}/boots" }}',
            "network": "{ tries = 5 }",
            "firmware_dir": f'"{self.folder}/firmware"',
        } | remote
        path = self.folder / "agent.toml"
        pid = self.folder / "devices.pid"
        path.write_text(
            f"""box = "{self.name}"
site = "Xã Gio Linh"
state_dir = "{self.state}"
status_every_s = 2.0
serial = {{ driver = "fixed", serial = "serial" }}
screen = {{ port = -1 }}
clock = {{ driver = "simulated", file = "{self.folder}/clock" }}
[bus]
port = {self._province.broker.port}
[gate]
url = "{self._province.gate}"
ca_sha256 = "{fingerprint_of(self._province.authority.certificate)}"
[parts.devices]
config_file = "{self.folder}/devices.toml"
restart = {{ driver = "signal", pid_file = "{pid}" }}
[remote]
"""
            + "\n".join(f"{name} = {value}" for name, value in values.items())
            + "\n"
        )
        return path

    @contextlib.asynccontextmanager
    async def agent(self, **remote: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the agent."""
        async with program("agent", self.configure(**remote), self.folder) as process:
            yield process

    @contextlib.asynccontextmanager
    async def devices(self, more: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the device process with a twin of everything, and with more tables."""
        path = self.folder / "devices.toml"
        path.write_text(
            f"""box = "{self.name}"
site = "Xã Gio Linh"
state_dir = "{self.folder}/devices"
bus = {{ port = {self._province.broker.port} }}
[printer]
driver = "simulated"
folder = "{self.folder}/paper"
faults_file = "{self.folder}/printer.fault"
[scanner]
driver = "simulated"
inbox = "{self.folder}/scans"
[panel]
driver = "simulated"
file = "{self.folder}/panel.txt"
[speaker]
driver = "simulated"
{self._keys.get("speaker", "")}
[camera]
driver = "simulated"
folder = "{self.folder}/camera"
width_px = 320
height_px = 240
[panel_io]
driver = "simulated"
lamps_file = "{self.folder}/lamps.txt"
{more}"""
        )
        (self.folder / "scans").mkdir(exist_ok=True)
        (self.folder / "camera").mkdir(exist_ok=True)
        async with program("devices", path, self.folder) as process:
            (self.folder / "devices.pid").write_text(str(process.pid))
            yield process

    def has_devices(self) -> bool:
        """Return whether the device process has tried every device."""
        return '"event": "ready"' in (self.folder / "logs" / "devices.log").read_text()

    def papers(self) -> int:
        return len(list((self.folder / "paper").glob("*.png")))


async def done(remote: Remote, record: OrderRecord, within_s: float = WITHIN_S) -> OrderRecord:
    """Return the order once it has ended."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while (now := await asyncio.to_thread(remote.orders.ledger.order, record.name)).open:
        assert loop.time() < end, f"{record.kind} is still {now.state}"
        await asyncio.sleep(0.02)
    return now


async def obeyed(
    remote: Remote, ask: AnyAsk, box: str = BOX, within_s: float = WITHIN_S
) -> OrderRecord:
    """Ask, and return the order once it has ended."""
    return await done(remote, await remote.orders.give(box, ask, "ky-thuat"), within_s)


async def here(remote: Remote, box: str = BOX) -> None:
    """Wait until the box's agent is there."""
    await until(lambda: remote.orders.here(box) is True, f"{box} is here", within_s=WITHIN_S)


@contextlib.asynccontextmanager
async def program(
    word: str, config: Path, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    with (folder / "logs" / f"{word}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "provisioning.cli", word, "--config", str(config)), stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
