"""The dashboard with 10,000 boxes: its page, what statuses cost, and how soon browsers hear.

`python -m bench.dashboard` measures and prints it; with `serve` it is the measured process.
"""

import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import httpx
import msgspec

from bench.processes import Program, program
from bench.table import Table, percentile
from devices.contract.clock import SystemClock
from devices.contract.message import Health, encode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Packet
from devices.runtime.mqtt_bus import MqttBus, mqtt_bus
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.runtime.worker import Worker
from provisioning.broker import province_config, started_mosquitto
from provisioning.controller import ingest
from provisioning.controller.database import Database
from provisioning.controller.fleet import PartState
from provisioning.controller.garbage import leave_what_is_here
from provisioning.controller.ingest import Ingest
from provisioning.controller.paho_reader import PahoReader
from provisioning.controller.store import Store
from tests.provisioning.controller.province import Country, dashboard
from tests.provisioning.controller.somebody import VIEWER

BOXES, PARTS = 10_000, 3
EVERY_S = 60.0
BROWSERS, CLIENTS, REQUESTS = 200, 4, 400
QUIET_S, LOAD_S = 10.0, 30.0
CHANGES, CHANGES_A_S = 300, 2.0
WITHIN_S = 120.0
_HOST = "127.0.0.1"
_CLOCK = SystemClock()


def measure() -> Table:
    """Return what it costs, and how soon it is seen."""
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_measured(Path(folder)))
    return Table(
        title="Dashboard",
        how=(
            f"{BOXES} boxes with {PARTS} parts each in the 3,321 communes of the country, in "
            "SQLite. The measured process takes statuses off a real mosquitto, stores and judges "
            "them, and serves the pages; who asks, who publishes and the broker run on the same "
            f"cores. The page is asked for by {CLIENTS} clients at once, {REQUESTS} times each "
            "kind, while all boxes tell their status once a minute and some change. "
            f"A change is published with QoS 1 ({CHANGES} of them, about {CHANGES_A_S:g} a second, "
            f"at random moments) and timed until each of {BROWSERS} browsers has read it off its "
            "stream. Nothing of a browser's own drawing is in these times."
        ),
        head=("", "result", "goal"),
        rows=tuple(rows),
    )


async def _measured(folder: Path) -> list[tuple[str, str, str]]:
    port, http = free_port(), free_port()
    async with started_mosquitto(province_config(port=port, directory=folder), folder):
        command = [sys.executable, "-m", "bench.dashboard", "serve", str(port), str(http)]
        with program([*command, str(folder)], dict(os.environ), folder / "log") as running:
            url = f"http://{_HOST}:{http}"
            await _answering(url)
            return await _rows(running, port, url)


async def _rows(program: Program, port: int, url: str) -> list[tuple[str, str, str]]:
    await asyncio.sleep(QUIET_S)  # it judges all boxes once more when its broker is there
    idle = await _share(program, QUIET_S)
    async with mqtt_bus(BusConfig(port=port), "bench") as bus:
        await asyncio.wait_for(bus.wait_connected(), 10)
        fleet = _Fleet(bus)
        async with alongside(fleet.run(), name="statuses"):
            share = await _share(program, LOAD_S)
            pages = await _pages(url)
            heard = await _heard(url, fleet)
            watched = await _share_watched(program, url)
    late = " / ".join(f"{percentile(heard, share) * 1000:.0f}" for share in (0.5, 0.99, 1))
    return [
        *pages,
        (
            f"statuses, {BOXES / EVERY_S:.0f} a second: processor",
            f"{share:.1%} (idle {idle:.1%})",
            "",
        ),
        (f"the same, {BROWSERS} browsers watching", f"{watched:.1%}", ""),
        (
            f"change to browser, {len(heard)} seen: p50 / p99 / longest",
            f"{late} ms",
            "p99 <= 250 ms",
        ),
        ("memory", f"{program.pss_mb():.0f} MB", ""),
    ]


class _Fleet:
    """Ten thousand boxes that tell their status once a minute."""

    def __init__(self, bus: MqttBus) -> None:
        self._bus = bus
        self._country = Country(BOXES)
        self._parts = [part for part in self._country.parts(_CLOCK.now()) if part.part == "devices"]
        self._seq = 10**6

    async def run(self) -> None:
        """Publish at an even pace; one status in 200 says something new."""
        began, told = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - began) / EVERY_S * BOXES)
            for at in range(told, due):
                box = at % BOXES
                await self.tell(box, _turned(self._parts[box]) if at % 200 == 0 else None)
            told = due
            await asyncio.sleep(0.02)

    async def tell(self, at: int, part: PartState | None = None) -> str:
        """Publish a box's status, as it was or as it is from now on."""
        known = self._parts[at] = part or self._parts[at]
        assert known.status
        self._seq += 1
        status = msgspec.structs.replace(known.status, seq=self._seq, at=_CLOCK.now())
        topic = PartTopics(known.box, known.part).status
        await self._bus.publish(Packet(topic=topic, payload=encode(status), qos=1, retain=True))
        return str(known.box)

    async def change(self, at: int) -> str:
        """Publish that a box's printer is otherwise than it was."""
        return await self.tell(at, _turned(self._parts[at]))


def _turned(part: PartState) -> PartState:
    """Return the part with its printer out of paper, or ready again."""
    assert part.status
    printer, *others = part.status.devices
    fault = printer.health is not Health.FAULT
    turned = msgspec.structs.replace(
        printer,
        health=Health.FAULT if fault else Health.READY,
        code="printer.out_of_paper" if fault else "",
    )
    status = msgspec.structs.replace(part.status, devices=(turned, *others), health=turned.health)
    return msgspec.structs.replace(part, status=status)


async def _pages(url: str) -> list[tuple[str, str, str]]:
    """Return sizes and times: all look at one page; each at another; each searches."""
    country = Country(BOXES)
    provinces = sorted({country.path(box)[0] for box in country.boxes})
    kinds: dict[str, Callable[[int], str]] = {
        "overview of all": lambda _: "/",
        "overview of a province, each another": lambda at: (
            f"/?unit={provinces[at % len(provinces)]}"
        ),
        "search, each for something else": lambda at: f"/?words=kiosk-{at:03}",
    }
    rows = []
    for name, path in kinds.items():
        async with asyncio.TaskGroup() as group:
            clients = [
                group.create_task(_asked(url, [path(at) for at in range(which, REQUESTS, CLIENTS)]))
                for which in range(CLIENTS)
            ]
        answers = [answer for client in clients for answer in client.result()]
        times = [took for took, _ in answers]
        size = f"{max(size for _, size in answers) / 1000:.1f} kB"
        took = f"{percentile(times, 0.5) * 1000:.0f} / {percentile(times, 0.95) * 1000:.0f} ms"
        rows.append((f"{name}: most bytes; p50 / p95", f"{size}; {took}", "50 kB; p95 <= 100 ms"))
    return rows


async def _asked(url: str, paths: list[str]) -> list[tuple[float, int]]:
    """Ask for pages one after the other; returns how long each took, and its bytes."""
    answers = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        for path in paths:
            began = time.perf_counter()
            answer = await http.get(path)
            answers.append((time.perf_counter() - began, len(answer.content)))
    return answers


async def _heard(url: str, fleet: _Fleet) -> list[float]:
    """Return how long each change took to each browser."""
    chance = random.Random(11)
    sent: dict[bytes, float] = {}
    took: list[float] = []
    async with _browsers(url, partial(_note, sent, took)):
        for at in chance.sample(range(BOXES), CHANGES):
            await asyncio.sleep(chance.expovariate(CHANGES_A_S))
            name = f'"{fleet_name(at)}"'.encode()
            sent[name] = time.perf_counter()
            await fleet.change(at)
        await asyncio.sleep(3)
    assert len(took) >= 0.99 * BROWSERS * CHANGES, f"{len(took)} were seen"
    return took


def fleet_name(at: int) -> str:
    """Return the name of the box of this number."""
    return f"kiosk-{at:05}"


def _note(sent: dict[bytes, float], took: list[float], seen: set[bytes], line: bytes) -> None:
    now = time.perf_counter()
    for name in line[line.find(b"[") + 1 : line.find(b"]")].split(b","):
        if name in sent and name not in seen:
            seen.add(name)
            took.append(now - sent[name])


@contextlib.asynccontextmanager
async def _browsers(url: str, note: Callable[[set[bytes], bytes], None]) -> AsyncIterator[None]:
    """Open all streams; yields when each has read its first event."""
    http = int(url.rpartition(":")[2])
    ready = asyncio.Semaphore(0)

    async def browser() -> None:
        reader, writer = await asyncio.open_connection(_HOST, http)
        writer.write(f"GET /api/stream HTTP/1.1\r\nHost: {_HOST}\r\n\r\n".encode())
        seen: set[bytes] = set()
        first = True
        while line := await reader.readline():
            if line.startswith(b"data: "):
                if first:
                    ready.release()
                    first = False
                else:
                    note(seen, line)

    async with alongside(*(browser() for _ in range(BROWSERS)), name="browsers"):
        for _ in range(BROWSERS):
            await asyncio.wait_for(ready.acquire(), WITHIN_S)
        yield


async def _share_watched(program: Program, url: str) -> float:
    async with _browsers(url, lambda _, __: None):
        return await _share(program, LOAD_S)


async def _share(program: Program, seconds: float) -> float:
    """Return how much of one core the program uses."""
    before, began = program.cpu_s(), time.perf_counter()
    await asyncio.sleep(seconds)
    return (program.cpu_s() - before) / (time.perf_counter() - began)


async def _answering(url: str) -> None:
    async with asyncio.timeout(WITHIN_S), httpx.AsyncClient(base_url=url) as http:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await http.get("/api/summary")).json()["boxes"] == BOXES:
                    return
            await asyncio.sleep(0.2)


async def serve(port: int, http: int, folder: Path) -> None:
    """Be the measured process: ingest, overview and pages, with somebody signed in."""
    database = Database(f"sqlite:///{folder}/controller.sqlite3")
    async with (
        Worker("ingest") as writer,
        dashboard(Country(BOXES), database, _CLOCK, VIEWER, port=http) as (_, overview),
    ):
        reader = PahoReader(BusConfig(port=port), "bench-ingest")
        taking = await writer.do(Ingest, reader, Store(database), _CLOCK)
        leave_what_is_here()
        works = (ingest.run(taking, writer, overview.tell), overview.run())
        async with alongside(*works, name="controller"):
            await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
    else:
        print(measure().as_markdown())
