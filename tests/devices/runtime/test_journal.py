"""The journal: with its fact or not at all, and up to the province whatever breaks."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from devices.contract.errors import JournalFullError
from devices.contract.identity import BoxId, Part
from devices.contract.message import JournalAck, JournalEntry, decode, encode
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Inbox, Packet
from devices.runtime.journal import Journal
from devices.runtime.journal_sender import WINDOW, JournalSender
from kiosk.messages import TicketServed
from tests.devices.runtime.conftest import Line

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TOPICS = PartTopics(BoxId("a"), Part("counter"))


def served(number: int) -> TicketServed:
    return TicketServed(
        ticket=f"t{number}",
        number=f"A{number:03}",
        day=date(2026, 11, 23),
        service="hotich",
        counter="1",
        served_s=1,
    )


def write(journal: Journal, db: sqlite3.Connection, count: int) -> None:
    with db:
        for number in range(count):
            journal.append(served(number), NOW)


def test_an_event_of_a_failed_transaction_never_was(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    with pytest.raises(RuntimeError), db:
        journal.append(served(1), NOW)
        raise RuntimeError("the fact failed")
    assert journal.pending(0, 10) == []


def test_entries_are_numbered_without_gaps_and_outlive_the_process(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    write(journal, db, 3)
    journal.forget(JournalAck(boot=journal.boot, seq=3))
    db.close()
    db = sqlite3.connect(tmp_path / "j.db")
    again = Journal(db)
    write(again, db, 1)
    assert again.boot == journal.boot
    assert [(entry.seq, entry.oldest) for entry in again.pending(0, 10)] == [(4, 4)]


def test_a_full_journal_refuses_the_whole_transaction(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db, limit=2)
    with pytest.raises(JournalFullError):
        write(journal, db, 3)
    assert journal.waiting() == 0


def test_an_ack_of_an_older_store_is_ignored(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    write(journal, db, 3)
    assert journal.forget(JournalAck(boot=journal.boot - 1, seq=3)) == 0
    assert journal.waiting() == 3


def test_a_store_put_back_to_an_earlier_state_becomes_a_new_incarnation(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    write(journal, db, 3)
    born = journal.boot
    journal.forget(JournalAck(boot=born, seq=900))
    assert journal.boot > born
    assert Journal(sqlite3.connect(tmp_path / "j.db")).boot == journal.boot
    assert [entry.seq for entry in journal.pending(0, 10)] == [1, 2, 3]


class OnThisThread:
    """A journal as its sender sees it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def pending(self, after: int, limit: int) -> list[JournalEntry]:
        return self._journal.pending(after, limit)

    async def forget(self, ack: JournalAck) -> int:
        return self._journal.forget(ack)


class Province:
    """Stores what comes in order, and says how far it is."""

    def __init__(self, bus: Bus, *, deaf_to_first: int = 0) -> None:
        self.stored: list[int] = []
        self._bus = bus
        self._deaf = deaf_to_first

    async def run(self, inbox: Inbox) -> None:
        async for packet in inbox:
            entry = decode(packet.payload, JournalEntry)
            if self._deaf:
                self._deaf -= 1
                continue
            if entry.seq == (self.stored[-1] if self.stored else 0) + 1:
                self.stored.append(entry.seq)
            await self.acknowledge(entry.boot)

    async def acknowledge(self, boot: int) -> None:
        ack = JournalAck(boot=boot, seq=self.stored[-1] if self.stored else 0)
        await self._bus.publish(Packet(topic=TOPICS.ack, payload=encode(ack), qos=1, retain=True))


@asynccontextmanager
async def province(line: Line, *, deaf_to_first: int = 0) -> AsyncIterator[Province]:
    bus = await line.new("province")
    it = Province(bus, deaf_to_first=deaf_to_first)
    async with (
        bus.listen(TOPICS.event, limit=10_000) as inbox,
        alongside(it.run(inbox), name="province"),
    ):
        yield it


async def impatient(line: Line, journal: Journal) -> JournalSender:
    """Return a sender that a short silence is enough for."""
    bus = await line.new("box")
    return JournalSender(bus, TOPICS, OnThisThread(journal), silence_s=0.5)


async def until_empty(journal: Journal) -> None:
    async with asyncio.timeout(30):
        while journal.waiting():
            await asyncio.sleep(0.01)


async def test_everything_arrives_once_and_in_order_through_a_window(
    line: Line, tmp_path: Path
) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    count = WINDOW * 2 + 7
    write(journal, db, count)
    async with province(line) as it:
        sender = JournalSender(await line.new("box"), TOPICS, OnThisThread(journal))
        async with alongside(sender.run(), name="sender"):
            await until_empty(journal)
    assert it.stored == list(range(1, count + 1))


async def test_what_the_province_missed_is_sent_again(line: Line, tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    write(journal, db, 20)
    async with province(line, deaf_to_first=5) as it:
        sender = await impatient(line, journal)
        async with alongside(sender.run(), name="sender"):
            await until_empty(journal)
    assert it.stored == list(range(1, 21))


async def test_a_province_that_is_away_is_asked_with_one_entry_and_then_gets_all(
    line: Line, tmp_path: Path
) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    write(journal, db, 20)
    there = await line.new("watcher")
    async with there.listen(TOPICS.event, limit=10_000) as watched:
        async with province(line, deaf_to_first=22) as it:
            sender = await impatient(line, journal)
            async with alongside(sender.run(), name="sender"):
                await until_empty(journal)
        assert it.stored == list(range(1, 21))
        unheard = [decode((await watched.get()).payload, JournalEntry).seq for _ in range(22)]
    assert unheard == [*range(1, 21), 1, 1]


async def test_events_written_while_the_line_is_down_follow_when_it_is_up(
    line: Line, tmp_path: Path
) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    journal = Journal(db)
    async with province(line) as it:
        sender = JournalSender(await line.new("box"), TOPICS, OnThisThread(journal))
        async with alongside(sender.run(), name="sender"):
            write(journal, db, 3)
            sender.nudge()
            await until_empty(journal)
            await line.cut()
            write(journal, db, 300)
            sender.nudge()
            await line.mend()
            await until_empty(journal)
    assert it.stored == list(range(1, 304))
