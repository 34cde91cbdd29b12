"""Ingest on a real broker: acknowledged when stored, resent after a gap, deaf to garbage."""

import asyncio
import contextlib
import os
import random
import resource
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import aiomqtt
import pytest
from sqlalchemy import create_engine, text

from devices.contract.clock import SystemClock
from devices.contract.message import (
    MAX_PAYLOAD_BYTES,
    Description,
    JournalAck,
    JournalEntry,
    LinkState,
    decode,
    encode,
)
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.settings import BusConfig
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller import ingest
from provisioning.controller.database import Database
from provisioning.controller.ingest import Ingest, Outcome
from provisioning.controller.paho_reader import PahoReader
from provisioning.controller.store import Store
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.box import box_on
from tests.provisioning.controller.saying import connection, entry, issued, printer, status, topics
from tests.waiting import until

pytestmark = pytest.mark.real
WITHIN_S = 30
GARBAGE = 4_000


class Running:
    """Ingest at work, and what it told."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.outcomes: list[Outcome] = []

    @property
    def garbage(self) -> int:
        return sum(outcome.garbage for outcome in self.outcomes)

    def seqs(self, box: str = "box-1") -> list[int]:
        return [event.seq for event in self.store.events(box=box, limit=100_000)]


class NoticedReader(PahoReader):
    """The real reader, which says when it has subscribed."""

    subscribed = False

    def open(self, filters: Iterable[str]) -> None:
        super().open(filters)
        self.subscribed = True


@contextlib.asynccontextmanager
async def ingesting(port: int, store: Store) -> AsyncIterator[Running]:
    running = Running(store)
    reader = NoticedReader(BusConfig(port=port), "test-ingest")
    async with Worker("ingest") as worker:
        taking = await worker.do(Ingest, reader, store, SystemClock())

        async def work() -> None:
            await ingest.run(taking, worker, running.outcomes.append)

        backoff = Backoff(least_s=0.05, most_s=0.2)
        async with alongside(keep("ingest", work, backoff=backoff), name="ingest"):
            await until(lambda: reader.subscribed, "ingest subscribed")
            yield running


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[RealBroker]:
    async with RealBroker(tmp_path / "broker") as started:
        yield started


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
async def running(broker: RealBroker, store: Store) -> AsyncIterator[Running]:
    async with ingesting(broker.port, store) as started:
        yield started


@pytest.fixture
async def client(broker: RealBroker) -> AsyncIterator[aiomqtt.Client]:
    version = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client("127.0.0.1", broker.port, protocol=version) as connected:
        yield connected


async def send(client: aiomqtt.Client, *entries: JournalEntry, box: str = "box-1") -> None:
    for one in entries:
        await client.publish(topics(box).event, encode(one), qos=1)


async def acks(client: aiomqtt.Client, until_seq: int) -> list[JournalAck]:
    """Return the acknowledgements of box-1 until one says so much."""
    heard: list[JournalAck] = []
    async with asyncio.timeout(WITHIN_S):
        async for message in client.messages:
            heard.append(decode(bytes(message.payload), JournalAck))
            if heard[-1].seq >= until_seq:
                break
    return heard


async def test_what_is_acknowledged_is_stored(running: Running, client: aiomqtt.Client) -> None:
    await client.subscribe(topics().ack, qos=1)
    await send(client, *(entry(seq) for seq in range(1, 51)))
    async with asyncio.timeout(WITHIN_S):
        async for message in client.messages:
            ack = decode(bytes(message.payload), JournalAck)
            assert running.seqs() == list(range(1, len(running.seqs()) + 1))
            assert ack.seq <= len(running.seqs())
            if ack.seq == 50:
                break


async def test_a_process_with_thousands_of_open_lines_takes_events_too(
    broker: RealBroker, store: Store, client: aiomqtt.Client
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.ExitStack() as held:
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, hard), hard))
        for _ in range(1_100):  # select(2) ends at 1,024
            held.callback(os.close, os.dup(0))
        async with ingesting(broker.port, store) as running:
            await send(client, entry(1))
            await until(lambda: running.seqs() == [1], "it is stored")


async def test_after_a_gap_the_acknowledgement_says_where_to_begin(
    running: Running, client: aiomqtt.Client
) -> None:
    await client.subscribe(topics().ack, qos=1)
    await send(client, entry(1), entry(2))
    await acks(client, 2)
    await send(client, entry(4), entry(5))
    assert (await acks(client, 2))[-1].seq == 2
    await send(client, entry(3), entry(4), entry(5))
    await acks(client, 5)
    assert running.seqs() == [1, 2, 3, 4, 5]


async def test_a_controller_with_an_empty_database_goes_on_with_a_box_in_mid_life(
    running: Running, client: aiomqtt.Client
) -> None:
    await client.subscribe(topics().ack, qos=1)
    await send(client, entry(502, oldest=501))
    assert (await acks(client, 0))[-1] == JournalAck(boot=7, seq=500)
    await send(client, *(entry(seq, oldest=501) for seq in (501, 502, 503)))
    await acks(client, 503)
    assert running.seqs() == [501, 502, 503]
    await until(
        lambda: sum(outcome.kept.lost for outcome in running.outcomes) == 500, "the loss told"
    )


async def test_an_event_of_a_newer_schema_does_not_stop_its_journal(
    running: Running, client: aiomqtt.Client
) -> None:
    newer = b'{"type":"drone.landed","with":["paper"]}'
    await client.subscribe(topics().ack, qos=1)
    await send(client, entry(1), entry(2, newer), entry(3))
    await acks(client, 3)
    kinds = [event.kind for event in running.store.events()]
    assert kinds == ["ticket.issued", "unknown", "ticket.issued"]


async def test_the_acknowledgements_come_back_after_a_broker_lost_them(
    broker: RealBroker, store: Store, running: Running, client: aiomqtt.Client
) -> None:
    await send(client, entry(1), entry(2))
    await until(lambda: len(running.seqs()) == 2, "both stored")
    await broker.kill()
    await broker.start()
    version = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client("127.0.0.1", broker.port, protocol=version) as late:
        await late.subscribe(topics().ack, qos=1)
        assert (await acks(late, 2))[-1] == JournalAck(boot=7, seq=2)
    assert store.marks()


async def test_a_journal_arrives_whole_through_kills_of_the_broker(
    broker: RealBroker, running: Running, tmp_path: Path
) -> None:
    told = 0
    async with box_on(broker.port, tmp_path) as box:
        for _ in range(4):
            for _ in range(60):
                told += 1
                box.tell(issued(told))
                await asyncio.sleep(0.002)
            await broker.kill()
            box.tell(issued(told := told + 1))
            await broker.start()
        await until(lambda: box.journal.waiting() == 0, "the journal empty", within_s=WITHIN_S)
    assert running.seqs() == list(range(1, told + 1))


async def test_states_are_kept_and_a_late_will_of_an_older_boot_changes_nothing(
    running: Running, client: aiomqtt.Client
) -> None:
    up = topics(part="devices")
    await client.publish(up.conn, encode(connection(boot=2)), qos=1, retain=True)
    await client.publish(up.status, encode(status(1, printer(), boot=2)), qos=1, retain=True)
    await until(lambda: any(part.status for part in running.store.parts()), "a status")
    late_will = connection(LinkState.LOST, boot=1)
    await client.publish(up.conn, encode(late_will), qos=1, retain=True)
    await client.publish(up.status, encode(status(2, boot=2)), qos=1, retain=True)
    await until(lambda: running.store.parts()[0].status == status(2, boot=2), "the second status")
    assert running.store.parts()[0].connection == connection(boot=2)


async def test_a_box_whose_clock_is_wrong_is_heard_when_it_speaks(
    running: Running, client: aiomqtt.Client
) -> None:
    """A Raspberry Pi has no clock of its own: until it has the network's, it may be days behind."""
    up = topics(part="devices")
    began = SystemClock().now()
    late = began - timedelta(days=3)
    await client.publish(up.conn, encode(connection()), qos=1, retain=True)
    await client.publish(up.status, encode(status(1, printer(), at=late)), qos=1, retain=True)
    await until(lambda: any(part.status for part in running.store.parts()), "a status")
    heard_at = running.store.parts()[0].heard_at
    assert heard_at is not None
    assert heard_at >= began


async def test_what_the_broker_kept_from_before_is_as_old_as_it_says(
    broker: RealBroker, store: Store, client: aiomqtt.Client
) -> None:
    """Negative control of the one above: nobody may be there any more."""
    up = topics(part="devices")
    late = SystemClock().now() - timedelta(days=3)
    await client.publish(up.status, encode(status(1, printer(), at=late)), qos=1, retain=True)
    async with ingesting(broker.port, store):
        await until(lambda: bool(store.parts()), "a status")
    assert store.parts()[0].heard_at == late


async def test_what_was_stored_and_not_told_is_told_at_the_next_connection(
    broker: RealBroker, store: Store, client: aiomqtt.Client
) -> None:
    up = topics(part="devices")
    async with ingesting(broker.port, store) as first:
        await client.publish(up.conn, encode(connection()), qos=1)
        await until(lambda: bool(store.parts()), "a part")
        await until(lambda: any(outcome.parts for outcome in first.outcomes), "told")
        first.outcomes.clear()
        await broker.kill()
        await broker.start()
        await until(lambda: any(outcome.parts for outcome in first.outcomes), "told again")


async def test_a_bridge_says_whether_its_line_is_up_and_nobody_else_does(
    running: Running, client: aiomqtt.Client
) -> None:
    bridge, devices = topics(part="bridge"), topics(part="devices")
    for topic, payload in (
        (devices.line, b"1"),
        (bridge.conn, encode(connection(boot=9))),
        (bridge.line, b"2"),
        (bridge.line, encode(connection())),
        (bridge.line, b"1"),
        (bridge.line, b"0"),
    ):
        await client.publish(topic, payload, qos=1, retain=True)
    await until(
        lambda: [p.connection for p in running.store.parts()] == [connection(LinkState.LOST, 0)],
        "the line down",
    )
    await until(lambda: running.garbage == 4, "the others refused")


def garbage(chance: random.Random) -> bytes:
    """Return a payload that is no message of the leaf it will be sent to."""
    valid = encode(chance.choice([entry(1), status(1, printer()), connection()]))
    number = chance.randrange(2**63, 2**80)
    return chance.choice(
        [
            chance.randbytes(chance.randrange(300)),
            valid[: chance.randrange(len(valid))],
            valid.replace(b'"type":"', b'"type":"no-'),
            valid.replace(b'"boot":', b'"boot":%d,"was":' % number),
            valid.replace(b'"boot":', b'"boot":-'),
            valid.replace(b'"at":"2026', b'"at":"0001').replace(b'"boot":', b'"boot":null,"b":'),
            b"[" * chance.randrange(1, 5000),
            b'{"type":"' + chance.choice([b"entry", b"status", b"connection", b"description"]),
            chance.choice([b"null", b"", b"{}", b"\xff\xfe{}"]),
        ]
    )


async def test_garbage_on_every_topic_kills_nothing_and_leaves_nothing(
    running: Running, client: aiomqtt.Client
) -> None:
    chance = random.Random(20_261_122)
    up = [topics(box, part) for box in ("box-1", "x") for part in ("counter", "no-such-part")]
    leaves = [leaf for one in up for leaf in (one.conn, one.desc, one.status, one.event)]
    strange = ["mc1/BOX/up/counter/event", "mc1/\u00e9/up/x y/status", "mc1//up//conn"]
    for _ in range(GARBAGE):
        topic = chance.choice(leaves if chance.random() < 0.9 else strange)
        await client.publish(topic, garbage(chance), qos=1)
    await client.publish(topics().event, b" " * (MAX_PAYLOAD_BYTES + 1), qos=1)
    await until(lambda: running.garbage == GARBAGE + 1, "all judged", within_s=WITHIN_S)
    assert running.store.parts() == []
    assert running.store.events() == []
    assert running.store.marks() == {}

    await send(client, entry(1))  # and it still does its work
    description = Description(boot=1, version="0.1.0")
    await client.publish(topics().desc, encode(description), qos=1, retain=True)
    await until(lambda: running.seqs() == [1] and len(running.store.parts()) == 1, "work goes on")


async def test_a_disk_that_refuses_acknowledges_nothing_until_it_takes_writes_again(
    running: Running, client: aiomqtt.Client, url: str
) -> None:
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("ALTER TABLE event RENAME TO away"))
    await client.subscribe(topics().ack, qos=1)
    await send(client, entry(1))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await acks(client, 0)
    with engine.begin() as db:
        db.execute(text("ALTER TABLE away RENAME TO event"))
    engine.dispose()
    async with asyncio.timeout(WITHIN_S):
        while not running.seqs():
            await send(client, entry(1))  # as a box does after a silence
            await asyncio.sleep(0.2)
    assert running.seqs() == [1]
