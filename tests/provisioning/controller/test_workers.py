"""Two workers on one store: whatever the order, it ends as one worker's that heard all in order."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from devices.contract.identity import COUNTER
from devices.contract.message import Event
from kiosk.messages import TicketServed
from provisioning.controller.database import Database
from provisioning.controller.intake import Entry, judged
from provisioning.controller.keeping import kept
from provisioning.controller.marks import JournalKey, Mark
from provisioning.controller.store import Store
from provisioning.controller.tables import WAITING
from provisioning.controller.tickets import TicketRow
from tests.provisioning.controller.saying import DAY, T0, called, entry, event_arrives, issued

EACH = 12
BOXES = count(1)
REPEATED = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def life(number: int) -> tuple[Event, ...]:
    """Return what a ticket goes through: an order that matters."""
    first = issued(number)
    common = {"ticket": first.ticket, "number": first.number, "day": first.day}
    served = TicketServed(**common, service=first.service, counter="1", served_s=60.0)  # type: ignore[arg-type]
    return (first, called(number, 9.0), called(number, 120.0), served)


def journal(box: str, boot: int = 7) -> list[Entry]:
    events = [event for number in range(1, 1 + EACH // 4) for event in life(number)]
    found = [
        judged(event_arrives(entry(seq, event, boot=boot), box))
        for seq, event in enumerate(events, 1)
    ]
    return [one for one in found if isinstance(one, Entry)]


def seen(store: Store, box: str) -> tuple[list[tuple[int, str]], list[TicketRow], Mark]:
    """Return what is stored of a box, without its name and the order of arrival of others."""
    events = [(e.seq, e.body) for e in store.events(box=box, limit=1_000)]
    rows = [msgspec.structs.replace(t, box="") for t in store.tickets(DAY) if t.box == box]
    mark = store.marks()[JournalKey(box, COUNTER, 7)]
    return events, sorted(rows, key=lambda row: row.ticket), mark


@pytest.fixture
def stores(database: Database, url: str) -> Iterator[Sequence[Store]]:
    """Open one store for two workers, each with connections of its own."""
    other = Database(url)
    yield Store(database), Store(other)
    other.close()


@pytest.fixture
def in_order(database: Database) -> tuple[list[tuple[int, str]], list[TicketRow], Mark]:
    Store(database).keep(journal("in-order"), [], T0)
    return seen(Store(database), "in-order")


class CrashError(Exception):
    """The worker dies in the middle of its transaction."""


@REPEATED
@given(
    order=st.permutations([*range(EACH), *range(EACH)]),
    size=st.integers(1, 9),
    dies=st.lists(st.booleans(), min_size=2 * EACH, max_size=2 * EACH),
)
def test_any_dealing_repetition_and_crash_of_two_workers_ends_as_one_worker_in_order(
    database: Database,
    in_order: tuple[list[tuple[int, str]], list[TicketRow], Mark],
    order: list[int],
    size: int,
    dies: list[bool],
) -> None:
    """A crash is a transaction undone: what it took comes again, as boxes send it again."""
    store, box = Store(database), f"box-{next(BOXES)}"
    entries = journal(box)
    dealt = [entries[at] for at in order]
    batches = [dealt[at : at + size] for at in range(0, len(dealt), size)]
    again = []
    stored = 0
    for batch, dead in zip(batches, dies, strict=False):
        if dead:
            again.append(batch)
            with pytest.raises(CrashError):
                crashing(database, batch)
        else:
            stored += store.keep(batch, [], T0).stored
    stored += sum(store.keep(batch, [], T0).stored for batch in again)
    assert seen(store, box) == in_order
    assert stored == EACH
    with database.reading() as db:
        assert db.execute(select(WAITING)).all() == []


def crashing(database: Database, batch: Sequence[Entry]) -> None:
    with database.writing() as db:
        kept(database, db, batch, T0)
        raise CrashError


def test_two_workers_at_the_same_time_lose_and_double_nothing(
    stores: Sequence[Store],
    in_order: tuple[list[tuple[int, str]], list[TicketRow], Mark],
) -> None:
    """Dealt in turn, as mosquitto does, and both in the database at once: no deadlock either."""
    for turn in range(5):
        boxes = [f"turn-{turn}-{number}" for number in range(20)]
        dealt = [one for box in boxes for one in journal(box)]
        shares = (dealt[::2] + dealt[:40], list(reversed(dealt[1::2])) + dealt[:40])
        with ThreadPoolExecutor(2) as both:
            done = [
                both.submit(in_batches, store, share, T0)
                for store, share in zip(stores, shares, strict=True)
            ]
            assert sum(one.result() for one in done) == len(dealt)
        assert [seen(stores[0], box) for box in boxes] == [in_order] * len(boxes)


def in_batches(store: Store, entries: Sequence[Entry], now: datetime, size: int = 30) -> int:
    """Return how many were new."""
    return sum(
        store.keep(entries[at : at + size], [], now).stored for at in range(0, len(entries), size)
    )
