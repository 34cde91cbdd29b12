"""`broker.mode = "use"`: a mosquitto that somebody else runs, on what `motcua broker config` wrote.

It is installed by the commands that are printed, and runs as its own user. The units are carried
out as they are written; only systemd itself is played here: it looks at the paths, and runs the
commands.
"""

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.mqtt_bus import MqttBus, mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.runtime.supervisor import keep
from devices.runtime.tls import refusal
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.config import BrokerConfig, ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.registry.make import boxes_of
from provisioning.controller.registry.records import Expected
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.authority import key_pem
from provisioning.pki.requests import judged
from tests.certificates import Identity
from tests.provisioning.broker.mtls import HOST, shown
from tests.provisioning.broker.test_config_command import written
from tests.provisioning.controller.registry.somewhere import csr, new_key

pytestmark = pytest.mark.real
WITHIN_S = 30
OFF_WITHIN_S = 5
"""Of the issue: so long may a revoked live box stay."""
_LOOK_EVERY_S = 0.05
_IS_ROOT = os.getuid() == 0
_OWNER = " -o mosquitto -g mosquitto"


class System:
    """A machine on which mosquitto is a service: its folder, its units, the process."""

    def __init__(self, out: Path, installed: Path) -> None:
        self._units = out / "systemd"
        self._config = installed / "mosquitto.conf"
        self._log = installed / "mosquitto.log"
        text = (out / "mosquitto.conf").read_text()
        kept = re.sub("(?m)^persistence_location .*$", f"persistence_location {installed}/", text)
        self._config.write_text(kept)
        self._process: subprocess.Popen[bytes] | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "mosquitto is not installed: apt-get install mosquitto"
        dies_with_us = ("setpriv", "--pdeathsig", "TERM")
        with self._log.open("wb") as log:
            command = (*dies_with_us, program, "-c", str(self._config))
            self._process = subprocess.Popen(command, stderr=log)
        try:
            yield
        finally:
            self._process.terminate()
            self._process.wait(WITHIN_S)

    async def listens(self, port: int) -> None:
        async with asyncio.timeout(WITHIN_S):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection(HOST, port)
                    writer.close()
                    return
                await asyncio.sleep(0.02)

    async def watch(self) -> None:
        """Do what systemd does with the path unit: run the service when a path has changed."""
        unit = (self._units / "motcua-broker-files.path").read_text()
        paths = [Path(path) for path in re.findall("PathChanged=(.*)", unit)]
        assert len(paths) == 2
        before = [path.stat() for path in paths]
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if (now := [path.stat() for path in paths]) != before:
                before = now
                await asyncio.to_thread(self._serve)

    def _serve(self) -> None:
        service = (self._units / "motcua-broker-files.service").read_text()
        assert self._process
        for line in re.findall("ExecStart=(.*)", service):
            if line == "/usr/bin/systemctl reload mosquitto":
                self._process.send_signal(signal.SIGHUP)  # what Debian's unit does
            else:
                carried_out(line)


def carried_out(line: str) -> None:
    """Run a command as it is written; who is not root owns the files himself."""
    command = shlex.split(line if _IS_ROOT else line.replace(_OWNER, ""))
    subprocess.run(command, check=True, timeout=WITHIN_S)


@dataclass(frozen=True)
class Province:
    room: Registrar
    door: int
    folder: Path
    system: System

    def box(self, serial: str, name: str) -> Identity:
        (claimed,) = self.room.registry.preauthorise([Expected(serial=serial, box=name)], "x")
        key = new_key()
        request = judged(csr(serial, key=key))
        certificate = self.room.enrolment.enrol(serial, claimed.claim, request, HOST)
        made = Identity(self.folder / f"{serial}.pem", self.folder / f"{serial}.key")
        made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(key_pem(key))
        return made

    def bus(self, identity: Identity) -> contextlib.AbstractAsyncContextManager[MqttBus]:
        tls = shown(self.folder / "out" / "ca.pem", identity)
        return mqtt_bus(BusConfig(host=HOST, port=self.door, tls=tls), identity.key.stem)

    async def told(self, identity: Identity) -> str:
        tls = shown(self.folder / "out" / "ca.pem", identity)
        return await asyncio.to_thread(refusal, HOST, self.door, tls)

    async def retire(self, name: str) -> None:
        await self.room.worker.do(self.room.registry.retire, name, "x")


@pytest.fixture
def installed() -> Iterator[Path]:
    """Make a folder that mosquitto's user can reach, too."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-mosquitto-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def province(tmp_path: Path, installed: Path) -> AsyncIterator[Province]:
    plain, door = free_port(), free_port()
    keys = (f"bus.port = {plain}", 'broker.mode = "use"', f"broker.tls_port = {door}")
    done = written(tmp_path, *keys, installed=installed)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        if re.match(r"\s+install .*" + re.escape(str(installed)), line):
            carried_out(line)
    config = ControllerConfig(
        state_dir=str(tmp_path / "state"),
        bus=BusConfig(port=plain),
        broker=BrokerConfig(mode="use", tls_port=door),
    )
    system = System(tmp_path / "out", installed)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(system.running())
        await system.listens(door)
        database = await asyncio.to_thread(Database, store_url(config))
        stack.callback(database.close)
        enrolling = await stack.enter_async_context(Worker("enrolling"))
        tending = await stack.enter_async_context(Worker("tending"))
        audit = Audit(database)
        boxes = await enrolling.do(boxes_of, config, database, enrolling, tending, audit)
        yield Province(boxes.registrar, door, tmp_path, system)


@contextlib.asynccontextmanager
async def enforced(province: Province) -> AsyncIterator[None]:
    brisk = Backoff(least_s=0.05, most_s=0.2)
    works = keep("revocations", province.room.enforcement.run, backoff=brisk)
    async with alongside(works, name="enforcement"):
        yield


async def connected(bus: MqttBus) -> None:
    async with asyncio.timeout(WITHIN_S):
        await bus.wait_connected()


async def test_a_retired_box_is_off_a_broker_of_the_system_within_five_seconds(
    province: Province,
) -> None:
    retired, stays = province.box("s1", "box-1"), province.box("s2", "box-2")
    async with (
        alongside(province.system.watch(), name="systemd"),
        enforced(province),
        province.bus(retired) as off,
        province.bus(stays) as on,
    ):
        await connected(off)
        await connected(on)
        async with asyncio.timeout(OFF_WITHIN_S):
            await province.retire("box-1")
            await off.wait_lost()
        assert await province.told(retired) == "our certificate: it was revoked"
        assert on.connected
        assert not off.connected


async def test_without_the_unit_a_retired_box_comes_back(province: Province) -> None:
    """The negative control: whoever runs mosquitto without the units has no revocation."""
    retired = province.box("s1", "box-1")
    async with enforced(province), province.bus(retired) as bus:
        await connected(bus)
        await province.retire("box-1")
        async with asyncio.timeout(WITHIN_S):
            await bus.wait_lost()
        await connected(bus)
