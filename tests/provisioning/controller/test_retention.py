"""What is too old goes, a little at a time, and nothing else does."""

from datetime import timedelta

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.config import BadConfigError, parse_toml
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.tables import BACK, OUTBOX
from provisioning.controller.database import Database
from provisioning.controller.intake import Entry, judged
from provisioning.controller.retention import Retention, RetentionConfig
from provisioning.controller.store import Store
from tests.provisioning.controller.saying import DAY, T0, entry, event_arrives, issued

KEPT = RetentionConfig(events_days=10, tickets_days=20, alerts_days=40, audit_days=730)
A_DAY = timedelta(days=1)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(T0)


@pytest.fixture
def audit(database: Database, clock: SimulatedClock) -> Audit:
    return Audit(database, clock)


@pytest.fixture
def retention(database: Database, audit: Audit) -> Retention:
    return Retention(database, KEPT, audit)


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
    retention: Retention, store: Store
) -> None:
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


def test_tickets_go_by_their_day(retention: Retention, store: Store) -> None:
    tell(store, 1, 2)
    tell(store, 3, 3, day=1)
    assert retention.forget_some(T0 + 20 * A_DAY) == 0
    assert retention.forget_some(T0 + 21 * A_DAY) == 2
    assert store.tickets(DAY) == []
    assert len(store.tickets(DAY + A_DAY)) == 1
    assert retention.forget_some(T0 + 31 * A_DAY) == 1


def test_a_mountain_goes_in_small_steps(retention: Retention, store: Store) -> None:
    tell(store, 1, 1_200)
    retention.note_day(T0)
    steps = []
    while gone := retention.forget_some(T0 + 15 * A_DAY):
        steps.append(gone)
    assert sum(steps) == 1_200
    assert max(steps) <= 500


def test_a_note_of_a_wrong_clock_lets_no_event_go_early_and_stops_none_for_ever(
    retention: Retention, store: Store
) -> None:
    tell(store, 1, 1)
    retention.note_day(T0 + 9_999 * A_DAY)
    tell(store, 2, 3)
    retention.note_day(T0)
    tell(store, 4, 5)
    retention.note_day(T0 - 9_999 * A_DAY)
    assert retention.forget_some(T0 + 9 * A_DAY) == 0
    retention.note_day(T0 + 5 * A_DAY)
    assert retention.forget_some(T0 + 10 * A_DAY) == 3
    assert [event.seq for event in store.events()] == [4, 5]


def test_alerts_go_when_they_have_long_been_over_with_all_that_is_of_them(
    database: Database, retention: Retention
) -> None:
    book, hour = Book(database), timedelta(hours=1)
    boxes = ("gio-linh-1", "gio-linh-2")
    area = Alert(key=Key(Kind.AREA, "19495"), severity=Severity.CRITICAL, since=T0, boxes=boxes)
    standing = Alert(key=Key(Kind.DISK, boxes[0]), severity=Severity.WARNING, since=T0)
    book.write(News((area, standing)), T0, lambda *_: {"mail:a": None})
    book.write(News(cleared=(Key(Kind.OFFLINE, boxes[0]),)), T0 + hour, lambda *_: {})
    book.write(News(cleared=(area.key,)), T0 + hour, lambda *_: {"mail:a": None})
    assert retention.forget_some(T0 + 40 * A_DAY) == 0
    assert retention.forget_some(T0 + 41 * A_DAY) == 1
    assert [one.alert for one in book.open()] == [standing]
    assert book.past(before=2**53, limit=9) == []
    with database.reading() as db:
        assert db.execute(BACK.select()).all() == []
        assert len(db.execute(OUTBOX.select()).all()) == 1


def test_an_alert_whose_end_a_wrong_clock_wrote_does_not_go_early(
    database: Database, retention: Retention
) -> None:
    book = Book(database)
    alert = Alert(key=Key(Kind.DISK, "gio-linh-1"), severity=Severity.WARNING, since=T0)
    book.write(News((alert,)), T0, lambda *_: {})
    book.write(News(cleared=(alert.key,)), T0 - 9_999 * A_DAY, lambda *_: {})
    assert retention.forget_some(T0 + 40 * A_DAY) == 0
    assert retention.forget_some(T0 + 41 * A_DAY) == 1


def test_the_audit_log_goes_by_the_provinces_clock_and_says_so(
    retention: Retention, audit: Audit, clock: SimulatedClock
) -> None:
    audit.write("a", "box.accepted", "gio-linh-1")
    clock.move(A_DAY)
    audit.write("a", "box.accepted", "gio-linh-2")
    clock.set(T0 + 730 * A_DAY)
    assert retention.forget_some(clock.now()) == 0
    clock.move(A_DAY)
    assert retention.forget_some(clock.now()) == 1
    assert [one.action for one in audit.records()] == ["audit.cut", "box.accepted"]
    assert audit.verify().broken_at is None


def test_who_did_what_is_kept_for_two_years_at_least() -> None:
    assert parse_toml("audit_days = 730", RetentionConfig).audit_days == 730
    assert RetentionConfig().audit_days > 730
    with pytest.raises(BadConfigError, match="audit_days: 730 or more, or 0 for ever"):
        parse_toml("audit_days = 729", RetentionConfig)


def test_what_is_kept_for_ever_is_kept(
    database: Database, store: Store, audit: Audit, clock: SimulatedClock
) -> None:
    for_ever = RetentionConfig(events_days=0, tickets_days=0, alerts_days=0, audit_days=0)
    retention = Retention(database, for_ever, audit)
    tell(store, 1, 2)
    audit.write("a", "box.accepted", "gio-linh-1")
    retention.note_day(T0)
    clock.set(T0 + 9_999 * A_DAY)
    assert retention.forget_some(clock.now()) == 0
