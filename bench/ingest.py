"""Events into the province: the controller, `mosquitto_sub` as the limit, a plain paho peer.

`python -m bench.ingest N` measures with N events a round.
"""

import contextlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from bench.table import Table, spread
from devices.contract.identity import COUNTER, BoxId
from devices.contract.message import JournalEntry, encode
from devices.contract.topics import Leaf, PartTopics, all_up
from kiosk.messages import TicketIssued
from tests.counterparts.mosquitto import broker_beside, free_port

EVENTS, ROUNDS, BOXES = 40_000, 3, 2
PEER_SHARE = 8  # its rate needs no more events, and our patience has an end
WITHIN_S = 120.0
FILTER = all_up(Leaf.EVENT)
Consumer = Callable[[int, Path, int], contextlib.AbstractContextManager[Callable[[], bool]]]


def measure(events: int = EVENTS) -> Table:
    """Return how fast each of the three takes the same events, published while it takes them."""
    consumers: dict[str, Consumer] = {
        "`mosquitto_sub > /dev/null` (the limit)": _mosquitto_sub,
        "motcua controller: typed, batched, stored (synchronous=FULL), then acknowledged": _ours,
        "paho, auto-ack, `json`, one commit a message": _peer,
    }
    rates: dict[str, list[float]] = {name: [] for name in consumers}
    for _ in range(ROUNDS):
        for name, consumer in consumers.items():
            share = PEER_SHARE if consumer is _peer else 1
            rates[name].append(_round(consumer, events // share))
    limit = next(iter(rates.values()))
    rows = [
        (name, spread(found, 0), spread([a / b for a, b in zip(found, limit, strict=True)], 2))
        for name, found in rates.items()
    ]
    return Table(
        title="Ingest",
        how=(
            f"{events} ticket events of {len(_lines(1)[0])} bytes, QoS 1, published by {BOXES} "
            f"`mosquitto_pub` through one mosquitto while the consumer takes them, on the same "
            f"cores; {ROUNDS} rounds taken in turn. From the first event published to the last one "
            f"printed, or committed; the peer gets one in {PEER_SHARE} of them. "
            "The controller is the whole process, dashboard included."
        ),
        head=("", "events/s", "of the limit"),
        rows=tuple(rows),
    )


def _round(consumer: Consumer, events: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with (
            broker_beside(directory / "broker") as port,
            consumer(port, directory, events) as finished,
        ):
            lines = directory / "events"
            lines.write_bytes(b"\n".join(_lines(events // BOXES)) + b"\n")
            began = time.perf_counter()
            with _publishers(port, lines):
                while not finished():
                    assert time.perf_counter() - began < WITHIN_S, "it never finished"
                    time.sleep(0.01)
                return events / (time.perf_counter() - began)


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
def _publishers(port: int, lines: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for box in range(1, BOXES + 1):
            topic = PartTopics(BoxId(f"box-{box}"), COUNTER).event
            arguments = ("-V", "mqttv5", "-p", str(port), "-q", "1", "-t", topic, "-l")
            stdin = stack.enter_context(lines.open("rb"))
            stack.enter_context(_started(["mosquitto_pub", *arguments], stdin=stdin))
        yield


@contextlib.contextmanager
def _started(
    command: list[str], stdin: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


@contextlib.contextmanager
def _mosquitto_sub(port: int, _: Path, events: int) -> Iterator[Callable[[], bool]]:
    session = ("-V", "mqttv5", "-p", str(port), "-i", "limit", "-c", "-x", "60")
    command = ["mosquitto_sub", *session, "-q", "1", "-t", FILTER]
    subprocess.run([*command, "-E"], check=True, timeout=10)  # from here on nothing is missed
    with _started([*command, "-C", str(events)]) as process:
        yield lambda: process.poll() is not None


@contextlib.contextmanager
def _ours(port: int, directory: Path, events: int) -> Iterator[Callable[[], bool]]:
    config = directory / "controller.toml"
    config.write_text(f'state_dir = "{directory}"\nbus.port = {port}\nhttp.port = {free_port()}\n')
    motcua = str(Path(sys.executable).with_name("motcua"))
    with _started([motcua, "controller", "--config", str(config)]):
        yield _counted(directory / "controller.sqlite3", events)


@contextlib.contextmanager
def _peer(port: int, directory: Path, events: int) -> Iterator[Callable[[], bool]]:
    db = directory / "peer.sqlite3"
    with _started([sys.executable, "-m", "bench.ingest", "peer", str(port), str(db)]):
        yield _counted(db, events)


def _counted(path: Path, events: int) -> Callable[[], bool]:
    """Wait for the table, so that start-up is not measured, and return how to see the end."""
    began = time.perf_counter()
    db: sqlite3.Connection | None = None
    while db is None:
        assert time.perf_counter() - began < WITHIN_S, f"{path} never came"
        time.sleep(0.1)
        if path.exists():
            db = sqlite3.connect(path)
            try:
                db.execute("SELECT 1 FROM event")
            except sqlite3.OperationalError:
                db.close()
                db = None
    time.sleep(2.0)  # subscribed by then
    known = db
    return lambda: known.execute("SELECT COALESCE(MAX(id), 0) FROM event").fetchone()[0] >= events


def peer(port: int, path: str) -> None:
    """Take events the plain way: whatever the broker says is acknowledged before it is stored."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE event (id INTEGER PRIMARY KEY, topic TEXT, seq INT, kind TEXT, body TEXT)"
    )
    client = paho.Client(CallbackAPIVersion.VERSION2, "peer", protocol=paho.MQTTv5)

    def on_message(_: object, __: object, message: paho.MQTTMessage) -> None:
        entry = json.loads(message.payload)
        event = entry["event"]
        row = (message.topic, entry["seq"], event["type"], json.dumps(event))
        db.execute("INSERT INTO event (topic, seq, kind, body) VALUES (?, ?, ?, ?)", row)

    client.on_message = on_message
    client.connect("127.0.0.1", port)
    client.subscribe(FILTER, 1)
    client.loop_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(int(sys.argv[2]), sys.argv[3])
    else:
        print(measure(int(sys.argv[1]) if sys.argv[1:] else EVENTS).as_markdown())
