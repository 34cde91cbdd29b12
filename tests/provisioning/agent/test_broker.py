"""The box's broker follows the box's identity."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.runtime.worker import Worker
from provisioning.agent.broker import BoxBroker
from provisioning.agent.config import AgentConfig, BrokerConfig, GateConfig
from provisioning.agent.identity import Identity, IdentityStore, Place
from provisioning.agent.restart import SignalConfig
from provisioning.pki.authority import Authority, opened
from provisioning.pki.certificates import box_certificate
from provisioning.pki.requests import judged
from tests.waiting import until

NOW = datetime.now(UTC)


class Tended:
    """A process that is started again; `starts` counts."""

    def __init__(self, pid_file: Path) -> None:
        self._pid_file = pid_file
        self.starts = 0

    async def run(self) -> None:
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE
            )
            await asyncio.to_thread(self._pid_file.write_text, str(process.pid))
            self.starts += 1
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return opened(tmp_path / "ca", "CA", NOW)


@pytest.fixture
def config(tmp_path: Path) -> AgentConfig:
    return AgentConfig(
        gate=GateConfig(url="https://gate.example:8443", ca_sha256="a" * 64),
        broker=BrokerConfig(
            config_file=str(tmp_path / "mosquitto.conf"),
            directory=str(tmp_path),
            restart=SignalConfig(pid_file=str(tmp_path / "pid")),
        ),
    )


@pytest.fixture
async def broker(config: AgentConfig) -> AsyncIterator[BoxBroker]:
    assert config.broker
    async with Worker("machine") as worker:
        yield BoxBroker(config, config.broker, worker)


def certified(store: IdentityStore, ca: Authority, place: Place | None = None) -> Identity:
    key = judged(store.ask_as("abc", "x").pem.encode()).public_key
    certificate = box_certificate(ca, key, box="quay-41", serial="abc", now=NOW)
    return store.take(certificate, ca.certificate, NOW, place)


async def test_a_broker_is_restarted_once_for_each_certificate(
    tmp_path: Path, ca: Authority, broker: BoxBroker
) -> None:
    store = IdentityStore(tmp_path / "identity")
    tended = Tended(tmp_path / "pid")
    first = certified(store, ca)
    assert not await broker.follow(first), "nobody runs yet: it has not read it"
    tending = asyncio.ensure_future(tended.run())
    await until(lambda: tended.starts == 1, "a broker")
    assert await broker.follow(first)
    await until(lambda: tended.starts == 2, "the broker again")
    assert await broker.follow(first)
    second = certified(store, ca)
    assert await broker.follow(second)
    await until(lambda: tended.starts == 3, "the broker with the next certificate")
    tending.cancel()
    await asyncio.gather(tending, return_exceptions=True)
    text = (tmp_path / "mosquitto.conf").read_text()
    assert "address gate.example:8883" in text
    assert f"bridge_certfile {second.certificate_file}" in text
    assert "connection quay-41" in text


def test_the_province_is_where_the_stick_then_the_table_then_the_gate_says(
    tmp_path: Path, ca: Authority, config: AgentConfig
) -> None:
    table = BrokerConfig(province_host="table.example", province_port=8884)
    plain = certified(IdentityStore(tmp_path / "a"), ca)
    place = Place(broker_host="stick.example", broker_port=8885)
    carried = certified(IdentityStore(tmp_path / "b"), ca, place)
    by_gate = BoxBroker(config, BrokerConfig(), Worker("unused"))
    by_table = BoxBroker(config, table, Worker("unused"))
    assert by_gate.province(plain) == ("gate.example", 8883)
    assert by_table.province(plain) == ("table.example", 8884)
    assert by_table.province(carried) == ("stick.example", 8885)
