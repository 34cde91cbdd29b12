"""A command from the province to a box and its reply: two brokers and the bridge between."""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

import aiomqtt

from bench.table import Table, percentile, spread
from devices.contract.identity import AGENT, CONTROLLER, DEVICES, BoxId
from devices.contract.message import Message
from devices.contract.topics import PartTopics
from devices.device import SelfTest
from devices.messages import DeviceTested, Kind, TestDevice
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import MqttBus, mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.requests import Ask, Desk, asking
from devices.runtime.settings import BusConfig
from provisioning.broker import Bridge, box_config, province_config, started_mosquitto
from provisioning.commands import Ping
from tests.provisioning.broker.mtls import HOST, MtlsProvince

BOX = BoxId("bench-1")
TOPICS = PartTopics(BOX, DEVICES)
TRIES, PEER_TRIES, ROUNDS = 400, 100, 3


def measure() -> Table:
    """Return round trips of ours, and of a plain MQTT client on the same two brokers."""
    ours, plain = asyncio.run(_both())
    agent = asyncio.run(_agent())
    return Table(
        title="Command round trip",
        how=(
            f"{TRIES} commands, one after another, {ROUNDS} rounds taken in turn: controller's "
            "side, the province's mosquitto, the bridge, the box's mosquitto, the device process's "
            "desk, and back; both ends in one process. The peer is aiomqtt as it comes (QoS 1, "
            f"no TCP_NODELAY, no typed messages) with the same brokers, {PEER_TRIES} a round. The "
            "agent is a process of its own, behind a bridge over mTLS."
        ),
        head=("", "p50 ms", "p99 ms"),
        rows=(
            _row("motcua: typed, QoS 0 with deadline", ours),
            _row("the same, to the agent over mTLS", agent),
            _row("aiomqtt, QoS 1", plain),
        ),
    )


def _row(name: str, rounds: list[list[float]]) -> tuple[str, str, str]:
    middle = [percentile(times, 0.5) * 1000 for times in rounds]
    tail = [percentile(times, 0.99) * 1000 for times in rounds]
    return name, spread(middle, 2), spread(tail, 2)


async def _both() -> tuple[list[list[float]], list[list[float]]]:
    ours, plain = [], []
    async with _brokers() as (province, box):
        for _ in range(ROUNDS):
            ours.append(await _ours(province, box))
            plain.append(await _plain(province, box))
    return ours, plain


@contextlib.asynccontextmanager
async def _brokers() -> AsyncIterator[tuple[int, int]]:
    province, box = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        up, down = Path(folder, "province"), Path(folder, "box")
        bridge = Bridge(BOX, "127.0.0.1", province)
        async with (
            started_mosquitto(province_config(port=province, directory=up), up),
            started_mosquitto(box_config(port=box, directory=down, bridge=bridge), down),
        ):
            yield province, box


async def _agent() -> list[list[float]]:
    """Return round trips of the agent's ping: its own process, and TLS between the brokers."""
    topics, box = PartTopics(BOX, AGENT), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with MtlsProvince(folder / "province") as province:
            tls = province.bridge(province.authority.issue(BOX))
            bridge = Bridge(BOX, HOST, province.door, tls=tls)
            settings = box_config(port=box, directory=folder / "box", bridge=bridge)
            async with (
                started_mosquitto(settings, folder / "box"),
                _agent_process(folder, box),
                _bus(province.port, CONTROLLER) as above,
                asking(above, topics.province_reply, "bench") as ask,
            ):
                await ask(topics.province_cmd, Ping(), within_s=30)
                return [await _pinged(ask, topics) for _ in range(ROUNDS)]


async def _pinged(ask: Ask, topics: PartTopics) -> list[float]:
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        await ask(topics.province_cmd, Ping(), within_s=5)
        times.append(time.perf_counter() - began)
    return times


@contextlib.asynccontextmanager
async def _agent_process(folder: Path, port: int) -> AsyncIterator[None]:
    config = folder / "agent.toml"
    config.write_text(f'box = "{BOX}"\nstate_dir = "{folder}/agent"\nbus = {{ port = {port} }}\n')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "provisioning.cli", "agent", "--config", str(config)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def _tested(command: TestDevice) -> Message:
    return DeviceTested(device=command.device, result=SelfTest(passed=True, text="bench"))


async def _ours(province: int, box: int) -> list[float]:
    reply = PartTopics(BOX, DEVICES).province_reply
    async with _bus(province, CONTROLLER) as above, _bus(box, DEVICES) as below:
        desk = Desk(below, TOPICS.province_cmd)
        desk.on(TestDevice, _tested)
        async with alongside(desk.serve(), name="desk"), asking(above, reply, "bench") as ask:
            await ask(TOPICS.province_cmd, TestDevice(device=Kind.PRINTER), within_s=20)
            times = []
            for _ in range(TRIES):
                began = time.perf_counter()
                await ask(TOPICS.province_cmd, TestDevice(device=Kind.PRINTER), within_s=5)
                times.append(time.perf_counter() - began)
    return times


@contextlib.asynccontextmanager
async def _bus(port: int, name: str) -> AsyncIterator[MqttBus]:
    async with mqtt_bus(BusConfig(port=port), f"bench-{name}") as bus:
        await asyncio.wait_for(bus.wait_connected(), 10)
        yield bus


async def _plain(province: int, box: int) -> list[float]:
    async with (
        aiomqtt.Client("127.0.0.1", province, protocol=aiomqtt.ProtocolVersion.V5) as above,
        aiomqtt.Client("127.0.0.1", box, protocol=aiomqtt.ProtocolVersion.V5) as below,
    ):
        await below.subscribe(TOPICS.province_cmd, qos=1)
        await above.subscribe(TOPICS.province_reply, qos=1)
        async with alongside(_echo(below), name="echo"):
            return await _timed(above, lambda: above.publish(TOPICS.province_cmd, b"{}", qos=1))


async def _echo(client: aiomqtt.Client) -> None:
    async for message in client.messages:
        await client.publish(TOPICS.province_reply, message.payload, qos=1)


async def _timed(
    client: aiomqtt.Client, send: Callable[[], Coroutine[None, None, None]]
) -> list[float]:
    times: list[float] = []
    messages = aiter(client.messages)
    for _ in range(PEER_TRIES):
        began = time.perf_counter()
        sending = asyncio.create_task(send())
        await asyncio.wait_for(anext(messages), 10)
        times.append(time.perf_counter() - began)
        await sending
    return times
