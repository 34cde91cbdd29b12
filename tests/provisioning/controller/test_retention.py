"""What is too old goes, a little at a time, and nothing else does."""

from datetime import timedelta

import pytest

from provisioning.controller.database import Database
from provisioning.controller.intake import Entry, judged
from provisioning.controller.retention import Retention, RetentionConfig
from provisioning.controller.store import Store
from tests.provisioning.controller.saying import DAY, T0, entry, event_arrives, issued

KEPT = RetentionConfig(events_days=10, tickets_days=20)
A_DAY = timedelta(days=1)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def tell(store: Store, first: int, last: int, *, day: int = 0) -> None:
    found = [
        judged(event_arrives(entry(seq, issued(seq, day=DAY + day * A_DAY), at=T0 - 9_999 * A_DAY)))
        for seq in range(first, last + 1)
    ]
    store.keep([one for one in found if isinstance(one, Entry)], [], T0)


def test_events_are_as_old_as_they_have_been_here_whatever_their_boxs_clock_said(
    database: Database, store: Store
) -> None:
    retention = Retention(database, KEPT)
    tell(store, 1, 3)
    retention.note_day(T0 + 1 * A_DAY)
    tell(store, 4, 5)
    retention.note_day(T0 + 1 * A_DAY)  # the day has its note: what came since is younger
    retention.note_day(T0 + 2 * A_DAY)
    assert retention.forget_some(T0 + 10 * A_DAY) == 0
    assert retention.forget_some(T0 + 11 * A_DAY) == 3
    assert [event.seq for event in store.events()] == [4, 5]
    assert retention.forget_some(T0 + 12 * A_DAY) == 2
    assert store.events() == []
    tell(store, 6, 6)  # and its journal goes on
    assert [event.seq for event in store.events()] == [6]


def test_tickets_go_by_their_day(database: Database, store: Store) -> None:
    retention = Retention(database, KEPT)
    tell(store, 1, 2)
    tell(store, 3, 3, day=1)
    assert retention.forget_some(T0 + 20 * A_DAY) == 0
    assert retention.forget_some(T0 + 21 * A_DAY) == 2
    assert store.tickets(DAY) == []
    assert len(store.tickets(DAY + A_DAY)) == 1
    assert retention.forget_some(T0 + 31 * A_DAY) == 1


def test_a_mountain_goes_in_small_steps(database: Database, store: Store) -> None:
    retention = Retention(database, KEPT)
    tell(store, 1, 1_200)
    retention.note_day(T0)
    steps = []
    while gone := retention.forget_some(T0 + 15 * A_DAY):
        steps.append(gone)
    assert sum(steps) == 1_200
    assert max(steps) <= 500


def test_what_is_kept_for_ever_is_kept(database: Database, store: Store) -> None:
    retention = Retention(database, RetentionConfig(events_days=0, tickets_days=0))
    tell(store, 1, 2)
    retention.note_day(T0)
    assert retention.forget_some(T0 + 9_999 * A_DAY) == 0
