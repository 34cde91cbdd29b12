"""The store: batches, journals, tickets, migrations."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event, text

from devices.contract.errors import StorageError
from devices.contract.identity import BoxId, Part
from devices.contract.message import JournalEntry
from kiosk.domain.steps import TicketState
from kiosk.messages import TicketRated, TicketServed
from provisioning.controller.database import Database
from provisioning.controller.fleet import PartState
from provisioning.controller.intake import Entry, judged
from provisioning.controller.marks import WINDOW, JournalKey, Mark
from provisioning.controller.store import Store
from provisioning.controller.tables import METADATA
from tests.provisioning.controller.saying import (
    DAY,
    T0,
    called,
    connection,
    entry,
    event_arrives,
    issued,
)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Another way into the same database."""
    made = create_engine(url)
    yield made
    made.dispose()


def entries(*ones: JournalEntry, box: str = "box-1") -> list[Entry]:
    found = [judged(event_arrives(one, box)) for one in ones]
    return [one for one in found if isinstance(one, Entry)]


KEY = JournalKey("box-1", "counter", 7)


def test_the_tables_are_what_the_migrations_make(engine: Engine, store: Store) -> None:
    assert store.parts() == []
    with engine.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), METADATA) == []
        db.execute(text("ALTER TABLE part ADD COLUMN extra TEXT"))  # negative control
        assert compare_metadata(MigrationContext.configure(db), METADATA) != []


def test_a_batch_is_stored_once_however_often_it_comes(store: Store) -> None:
    batch = entries(entry(1), entry(2), entry(3))
    assert store.keep(batch, (), T0).stored == 3
    again = store.keep(batch, (), T0)
    assert (again.stored, again.duplicates, again.marks) == (0, 3, {KEY: Mark(3)})
    assert [event.seq for event in store.events()] == [1, 2, 3]


def test_a_store_opened_again_knows_how_far_it_is(url: str, store: Store) -> None:
    store.keep(entries(entry(1), entry(2)), [], T0)
    reopened = Database(url)
    again = Store(reopened)
    assert again.marks() == {KEY: Mark(2)}
    assert again.keep(entries(entry(2), entry(3)), [], T0).stored == 1
    reopened.close()


def test_entries_above_a_gap_wait_and_become_events_in_their_order(store: Store) -> None:
    kept = store.keep(entries(entry(1), entry(4), entry(3)), [], T0)
    assert (kept.stored, kept.gaps, kept.marks) == (3, 0, {KEY: Mark(1)})
    assert [event.seq for event in store.events()] == [1]
    kept = store.keep(entries(entry(2), entry(4)), [], T0)
    assert (kept.stored, kept.duplicates, kept.marks) == (1, 1, {KEY: Mark(4)})
    assert [event.seq for event in store.events()] == [1, 2, 3, 4]
    assert len(store.tickets(DAY)) == 4


def test_what_is_too_far_above_the_mark_is_not_kept(store: Store) -> None:
    kept = store.keep(entries(entry(2 + WINDOW), entry(1 + WINDOW), entry(1)), [], T0)
    assert (kept.stored, kept.gaps, kept.marks) == (1, 2, {KEY: Mark(1)})


def test_events_that_no_box_holds_any_more_are_counted_as_lost(store: Store) -> None:
    kept = store.keep(entries(entry(501, oldest=501), entry(502, oldest=501)), [], T0)
    assert (kept.stored, kept.lost) == (2, 500)


def test_a_wiped_box_begins_a_new_journal_and_late_entries_of_the_old_one_are_kept(
    store: Store,
) -> None:
    store.keep(entries(entry(1, boot=7)), [], T0)
    kept = store.keep(entries(entry(1, issued(50), boot=9), entry(2, boot=7)), [], T0)
    assert kept.stored == 2
    assert kept.marks == {KEY: Mark(2), JournalKey("box-1", "counter", 9): Mark(1)}


def test_a_box_that_goes_on_counting_under_a_new_boot_has_lost_nothing(store: Store) -> None:
    store.keep(entries(*(entry(seq, boot=7) for seq in (1, 2, 3))), [], T0)
    kept = store.keep(entries(entry(3, issued(9), oldest=3, boot=9)), [], T0)
    assert (kept.stored, kept.lost) == (1, 0)


def test_an_event_of_a_newer_schema_is_kept_as_it_came(store: Store) -> None:
    newer = b'{"type":"ticket.teleported","to":"t\xc4\x91"}'
    known_but_changed = b'{"type":"ticket.called","ticket":5}'
    kept = store.keep(entries(entry(1, newer), entry(2, known_but_changed), entry(3)), [], T0)
    assert (kept.stored, kept.unknown) == (3, 2)
    first = store.events()[0]
    assert (first.kind, first.body) == ("unknown", newer.decode())


def test_events_are_read_in_pages_both_ways(store: Store) -> None:
    store.keep(entries(*(entry(seq) for seq in range(1, 11))), [], T0)
    store.keep(entries(entry(1), box="box-2"), [], T0)
    first = store.events(box="box-1", limit=4)
    then = store.events(box="box-1", after=first[-1].id, limit=4)
    assert [e.seq for e in first + then] == list(range(1, 9))
    newest = store.events(box="box-1", before=2**53, limit=3)
    assert [e.seq for e in newest] == [10, 9, 8]


def test_a_tickets_life_becomes_one_row(store: Store) -> None:
    done = issued(1)
    common = {"ticket": done.ticket, "number": done.number, "day": done.day}
    served = TicketServed(**common, service=done.service, counter="1", served_s=60.0)  # type: ignore[arg-type]
    rated = TicketRated(**common, service=done.service, value=3, scale=3)  # type: ignore[arg-type]
    life = (done, called(1, 120.0), served, rated)
    store.keep(entries(*(entry(at, one) for at, one in enumerate(life, 1))), [], T0)
    store.keep(entries(entry(5, issued(2))), [], T0)
    first, second = sorted(store.tickets(DAY), key=lambda row: row.ticket)
    assert (first.state, first.waited_s, first.served_s) == (TicketState.SERVED, 120.0, 60.0)
    assert (first.rating, first.rating_scale, first.issued_at) == (3, 3, T0)
    assert second.state is TicketState.WAITING


def test_nonsense_of_one_box_leaves_every_figure_readable(store: Store) -> None:
    store.keep(entries(entry(1), entry(2, called(1, 1e308)), entry(3, called(2, 1e308))), [], T0)
    waited = [row.waited_s for row in store.tickets(DAY)]
    assert waited == [86_400.0, 86_400.0]
    most = 2**53 - 1
    of_many = (entry(most, oldest=most, boot=boot) for boot in range(1, 1100))
    store.keep(
        entries(*of_many, box="box-2"), [], T0
    )  # sums of whole numbers would not fit 64 bits
    assert set(store.journals()) == {"box-1", "box-2"}


@pytest.mark.parametrize("name", ["t\0", "t" * 65])
def test_a_ticket_with_no_name_a_database_holds_is_kept_as_unknown(store: Store, name: str) -> None:
    odd = msgspec.structs.replace(issued(1), ticket=name)
    kept = store.keep(entries(entry(1, odd), entry(2)), [], T0)
    assert (kept.stored, kept.unknown) == (2, 1)
    assert [row.ticket for row in store.tickets(DAY)] == ["t2"]


def test_no_question_reads_a_table_that_grows_from_end_to_end(engine: Engine, store: Store) -> None:
    """A store of years answers as one of a day: every question finds its rows by an index."""
    asked: list[tuple[str, Any]] = [("SELECT * FROM ticket", ())]  # the negative control

    def note(_: object, __: object, statement: str, given: object, *___: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        store.keep(entries(entry(1), entry(2, called(1, 5.0))), [], T0)
        store.tickets(DAY)
        store.figures(DAY)
        store.figures(DAY, ["box-1"])
        store.events(box="box-1", before=2**53)
        store.events(after=5)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with engine.connect() as db:
        explain = "EXPLAIN QUERY PLAN"
        if engine.dialect.name == "postgresql":
            explain = "EXPLAIN"
            db.exec_driver_sql("SET enable_seqscan = off")  # small tables are read whole
            db.exec_driver_sql("SET enable_bitmapscan = off")
        control, *plans = [
            [str(step[-1]) for step in db.exec_driver_sql(f"{explain} {statement}", given)]
            for statement, given in asked
        ]
    whole = re.compile(r"SCAN (ticket|event)\b|Seq Scan on (ticket|event)\b")
    assert [plan for plan in control if whole.search(plan)] != []
    steps = [step for plan in plans for step in plan]
    assert any("ticket" in step and "index" in step.lower() for step in steps)
    assert [step for step in steps if whole.search(step)] == []


def test_a_parts_newest_state_survives(store: Store) -> None:
    state = PartState(box=BoxId("box-1"), part=Part("devices"), connection=connection())
    store.keep([], [state], T0)
    store.keep([], [state], T0)
    assert store.parts() == [state]


def test_a_database_that_refuses_keeps_nothing_and_has_a_name(engine: Engine, store: Store) -> None:
    with engine.begin() as db:
        db.execute(text("ALTER TABLE ticket RENAME TO gone"))
    with pytest.raises(StorageError):
        store.keep(entries(entry(1)), [], T0)
    assert store.events() == []
    assert store.marks() == {}
