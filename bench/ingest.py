"""Events into the province: our workers, `mosquitto_sub` as the limit, Node-RED as the peer.

`python -m bench.ingest N` measures with N events a round.
"""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import psutil
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bench.node_red import node_red
from bench.table import Table, spread
from devices.contract.identity import COUNTER, BoxId
from devices.contract.message import JournalEntry, encode
from devices.contract.topics import Leaf, PartTopics, all_up
from devices.runtime.ports import free_port
from kiosk.messages import TicketIssued
from tests.counterparts.mosquitto import broker_beside
from tests.counterparts.postgres import cluster

EVENTS, ROUNDS = 40_000, 5
EACH = 200  # events of a box: what it leaves unacknowledged has a bound
WITHIN_S = 120.0
SUBSCRIBED_S = 4.0
PUBLISHED_AT_ONCE = 500
FILTER = all_up(Leaf.EVENT)
OURS = "stored durably, then acknowledged"


class Consumer(msgspec.Struct, frozen=True):
    """Programs that take the events, and how to see that they have all."""

    pids: Sequence[int]
    finished: Callable[[], bool]


class Taken(msgspec.Struct, frozen=True):
    """What a round took: its rate, and the consumer's processor time for each event."""

    a_second: float
    cpu_us: float


Started = Callable[[int, Path, int], contextlib.AbstractContextManager[Consumer]]


def measure(events: int = EVENTS) -> Table:
    """Return how fast each of them takes the same events, queued in the broker."""
    consumers: dict[str, Started] = {
        "`mosquitto_sub > /dev/null` (the limit)": _mosquitto_sub,
        f"`motcua ingest`, SQLite (synchronous=FULL): {OURS}": _sqlite(1),
        "Node-RED 4.1: JSON, one prepared insert a message (SQLite)": _node_red,
        "two of ours, SQLite": _sqlite(2),
        f"ours, PostgreSQL 15 (fsync): {OURS}": _postgresql(1),
        "two of ours, PostgreSQL 15": _postgresql(2),
    }
    rounds: dict[str, list[Taken]] = {name: [] for name in consumers}
    for _ in range(ROUNDS):
        for name, consumer in consumers.items():
            rounds[name].append(_round(name, consumer, events))
    limit, _ours, peer, *_ = rounds.values()
    rows = [
        (
            name,
            spread([one.a_second for one in found], 0),
            _ratio(found, limit, 2),
            _ratio(found, peer, 1),
            spread([one.cpu_us for one in found], 0),
        )
        for name, found in rounds.items()
    ]
    return Table(
        title="Ingest",
        how=(
            f"{events} ticket events of {len(_lines(1)[0])} bytes, QoS 1, of {events // EACH} "
            "boxes, through one mosquitto, on the same cores. The consumer has subscribed and is "
            "stopped (SIGSTOP) while they are published; measured is from its SIGCONT to the last "
            f"one printed, or committed. {ROUNDS} rounds taken in turn; a ratio is of two of the "
            "same round. CPU is the consumer's own processor time (PostgreSQL's server aside), "
            "which other programs on the machine change little; what it is made of stands in "
            "docs/decisions/0010. Two of ours wait for one writer on SQLite."
        ),
        head=("", "events/s", "of the limit", "of Node-RED", "CPU us an event"),
        rows=tuple(rows),
    )


def _ratio(found: Sequence[Taken], other: Sequence[Taken], digits: int) -> str:
    return spread([a.a_second / b.a_second for a, b in zip(found, other, strict=True)], digits)


def _round(name: str, consumer: Started, events: int) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        with (
            broker_beside(directory / "broker") as port,
            consumer(port, directory, events) as started,
        ):
            time.sleep(SUBSCRIBED_S)
            for pid in started.pids:
                os.kill(pid, signal.SIGSTOP)
            _publish(port, events)
            processes = [psutil.Process(pid) for pid in started.pids]
            before = used = _cpu_s(processes)
            began = time.perf_counter()
            for pid in started.pids:
                os.kill(pid, signal.SIGCONT)
            while not started.finished():
                assert time.perf_counter() - began < WITHIN_S, f"{name}: never finished"
                time.sleep(0.005)
                used = max(used, _cpu_s(processes))
            took = time.perf_counter() - began
            return Taken(a_second=events / took, cpu_us=(used - before) / events * 1e6)


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    """Return the processor time that those who still run have used."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _publish(port: int, events: int) -> None:
    """Publish all in a second or two: packets made beforehand, MQTT 3.1.1 §3.3, QoS 1."""
    topics = [PartTopics(BoxId(f"box-{box}"), COUNTER).event for box in range(events // EACH)]
    packets = [_packet(topic, line) for topic in topics for line in _lines(EACH)]
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) as line:
        line.sendall(b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01p")
        answers = 4  # bytes of CONNACK, and of each PUBACK
        for at in range(0, len(packets), PUBLISHED_AT_ONCE):
            some = packets[at : at + PUBLISHED_AT_ONCE]
            line.sendall(b"".join(_numbered(some, at)))
            answers += 4 * len(some)
            while answers:
                answers -= len(line.recv(answers))


def _packet(topic: str, payload: bytes) -> tuple[bytes, bytes]:
    """Return what comes before and behind the number of a PUBLISH packet."""
    name = topic.encode()
    rest = len(name) + 4 + len(payload)
    head = bytes([0x32, rest & 0x7F | 0x80, rest >> 7])  # longer than 127, shorter than 16,384
    return head + struct.pack("!H", len(name)) + name, payload


def _numbered(packets: Sequence[tuple[bytes, bytes]], after: int) -> Iterator[bytes]:
    for number, (head, payload) in enumerate(packets, after + 1):
        yield head + struct.pack("!H", number) + payload


def _lines(events: int) -> list[bytes]:
    at = datetime.now(UTC)
    return [encode(_entry(seq, at)) for seq in range(1, events + 1)]


def _entry(seq: int, at: datetime) -> JournalEntry:
    event = TicketIssued(
        ticket=f"2026-11-22-{seq:06}",
        number=f"A{seq % 1000:03}",
        day=date(2026, 11, 22),
        service="ho-tich",
        kiosk="box-1",
        priority_class="thuong",
        language="vi",
    )
    return JournalEntry(boot=1, seq=seq, oldest=1, at=at, event=msgspec.Raw(encode(event)))


@contextlib.contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(15)


@contextlib.contextmanager
def _mosquitto_sub(port: int, _: Path, events: int) -> Iterator[Consumer]:
    command = ["mosquitto_sub", "-V", "mqttv5", "-p", str(port), "-q", "1", "-t", FILTER]
    with _started([*command, "-C", str(events)]) as process:
        yield Consumer([process.pid], lambda: process.poll() is not None)


def _sqlite(workers: int) -> Started:
    @contextlib.contextmanager
    def started(port: int, directory: Path, events: int) -> Iterator[Consumer]:
        with _ours(workers, port, directory, f"sqlite:///{directory}/store", events) as consumer:
            yield consumer

    return started


def _postgresql(workers: int) -> Started:
    @contextlib.contextmanager
    def started(port: int, directory: Path, events: int) -> Iterator[Consumer]:
        with (
            cluster(settings=()) as postgres,
            postgres.fresh() as url,
            _ours(workers, port, directory, url, events) as consumer,
        ):
            yield consumer

    return started


@contextlib.contextmanager
def _ours(workers: int, port: int, directory: Path, url: str, events: int) -> Iterator[Consumer]:
    config = directory / "controller.toml"
    config.write_text(
        f'state_dir = "{directory}"\nstore = "{url}"\n'
        f"bus.port = {port}\nbus.keepalive_s = 120\nhttp.port = {free_port()}\n"
    )
    command = [str(Path(sys.executable).with_name("motcua")), "ingest", "--config", str(config)]
    engine = create_engine(url)
    with contextlib.ExitStack() as stack:
        stack.callback(engine.dispose)
        pids = [stack.enter_context(_started(command)).pid for _ in range(workers)]
        passed = "SELECT COALESCE(SUM(seq), 0) FROM journal"
        _until(lambda: _number(engine, passed) == 0)
        yield Consumer(pids, lambda: _number(engine, passed) >= events)


@contextlib.contextmanager
def _node_red(port: int, directory: Path, events: int) -> Iterator[Consumer]:
    database = directory / "node-red.sqlite3"
    engine = create_engine(f"sqlite:///{database}")
    newest = "SELECT COALESCE(MAX(id), 0) FROM event"
    with node_red(port, FILTER, directory, database) as pid:
        time.sleep(SUBSCRIBED_S)
        yield Consumer([pid], lambda: _number(engine, newest) >= events)
    engine.dispose()


def _until(holds: Callable[[], bool]) -> None:
    end = time.perf_counter() + WITHIN_S
    while not holds():
        assert time.perf_counter() < end, "it never started"
        time.sleep(0.1)


def _number(engine: Engine, question: str) -> int:
    """Return the answer, or -1 while its table is not there."""
    try:
        with engine.connect() as db:
            return int(db.execute(text(question)).scalar_one())
    except SQLAlchemyError:
        return -1


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if sys.argv[1:] else EVENTS).as_markdown())
