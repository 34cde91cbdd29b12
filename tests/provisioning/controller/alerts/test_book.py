"""The book of alerts, on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import pytest
import sqlalchemy
from sqlalchemy import Engine

from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.records import BadMuteError, Mute, NoSuchAlertError
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.database import Database
from tests.provisioning.controller.alerts.boxes import COMMUNE, T0

Told = dict[str, datetime | None]
PAPER = Alert(
    key=Key(Kind.PAPER, "gio-linh-1", "printer"),
    severity=Severity.CRITICAL,
    since=T0,
    code="printer.out_of_paper",
)
AREA = Alert(
    key=Key(Kind.AREA, COMMUNE), severity=Severity.CRITICAL, since=T0, value=2, boxes=("a", "b")
)


@pytest.fixture
def book(database: Database) -> Book:
    return Book(database)


def nobody(_: Alert, __: Sequence[Mute]) -> Told:
    return {}


def everybody(alert: Alert, mutes: Sequence[Mute]) -> Told:
    """Tell two channels; of what is muted when all mutes of it are over."""
    held = max((mute.until for mute in mutes if mute.covers(alert, ())), default=None)
    return dict.fromkeys(("mail:a", "webhook:b"), held)


def test_an_alert_is_written_once_and_read_as_it_was(book: Book) -> None:
    (paper, area) = book.write(News((PAPER, AREA)), T0, nobody)
    assert (paper.alert, area.alert) == (PAPER, AREA)
    assert len(book.write(News((PAPER,)), T0, nobody)) == 2
    assert book.due("mail:a", T0, 10) == []


def test_a_cleared_alert_is_past_and_may_come_again(book: Book) -> None:
    book.write(News((PAPER,)), T0, nobody)
    later = T0 + timedelta(minutes=5)
    assert book.write(News(cleared=(PAPER.key,)), later, nobody) == []
    (past,) = book.past(before=2**53, limit=10)
    assert (past.alert, past.cleared_at) == (PAPER, later)
    (again,) = book.write(News((PAPER,)), later, nobody)
    assert again.id > past.id
    assert book.past(before=past.id, limit=10) == []


def test_an_area_that_grew_keeps_its_number(book: Book) -> None:
    (before,) = book.write(News((AREA,)), T0, nobody)
    grown = Alert(key=AREA.key, severity=AREA.severity, since=T0, value=3, boxes=("a", "b", "c"))
    (after,) = book.write(News(changed=(grown,)), T0, nobody)
    assert (after.id, after.alert) == (before.id, grown)


def test_an_alert_is_acknowledged_while_it_is_open(book: Book) -> None:
    (record,) = book.write(News((PAPER,)), T0, nobody)
    seen = book.acknowledge(record.id, "ky-thuat", "đang mang giấy tới", T0)
    assert (seen.acknowledged_by, seen.note) == ("ky-thuat", "đang mang giấy tới")
    assert book.open() == [seen]
    book.write(News(cleared=(PAPER.key,)), T0, nobody)
    for number in (record.id, 999):
        with pytest.raises(NoSuchAlertError):
            book.acknowledge(number, "ky-thuat", "", T0)
    assert book.alert(record.id).acknowledged_by == "ky-thuat"


def test_a_mute_ends_by_itself_or_by_hand(book: Book) -> None:
    until = T0 + timedelta(hours=1)
    mute = book.mute(Mute(place="gio-linh-1", until=until, by="a"), T0, nobody)
    assert book.mutes(T0) == [mute]
    assert book.mutes(T0 + timedelta(hours=1)) == []
    book.unmute(mute.id, T0, nobody)
    assert book.mutes(T0) == []
    with pytest.raises(NoSuchAlertError):
        book.unmute(mute.id, T0, nobody)


@pytest.mark.parametrize("hours", [0, -1, 31 * 24 + 1])
def test_a_mute_that_cannot_be_is_refused(book: Book, hours: int) -> None:
    with pytest.raises(BadMuteError):
        book.mute(Mute(place="a", until=T0 + timedelta(hours=hours), by="a"), T0, nobody)
    assert book.mutes(T0) == []


def test_a_mute_is_about_a_box_a_unit_or_a_kind() -> None:
    until = T0 + timedelta(hours=1)
    path = ("44", COMMUNE)
    assert Mute(place="gio-linh-1", until=until, by="a").covers(PAPER, path)
    assert Mute(place=COMMUNE, until=until, by="a").covers(PAPER, path)
    assert Mute(place="44", kind="paper", until=until, by="a").covers(PAPER, path)
    assert not Mute(place="44", kind="disk", until=until, by="a").covers(PAPER, path)
    assert not Mute(place="19333", until=until, by="a").covers(PAPER, path)


def test_what_is_to_be_told_waits_in_the_book_until_it_was(book: Book) -> None:
    later = T0 + timedelta(seconds=5)
    book.write(News((PAPER,)), T0, everybody)
    (mail,), (hook,) = book.due("mail:a", T0, 10), book.due("webhook:b", T0, 10)
    assert (mail.channel, mail.what, mail.record.alert) == ("mail:a", "raised", PAPER)
    book.postponed("mail:a", T0, later)
    book.told([hook])
    assert book.due("mail:a", T0, 10) == book.due("webhook:b", later, 10) == []
    (again,) = book.due("mail:a", later, 10)
    assert again.tries == 1
    book.write(News(cleared=(PAPER.key,)), T0, everybody)
    assert [one.what for one in book.due("mail:a", later, 10)] == ["raised", "cleared"]


def test_what_a_dead_channel_did_not_take_for_a_day_is_given_up(book: Book) -> None:
    book.write(News((PAPER,)), T0, everybody)
    day = T0 + timedelta(hours=23)
    book.postponed("mail:a", day, day)
    book.write(News((AREA,)), day, everybody)
    later = T0 + timedelta(hours=25)
    book.postponed("mail:a", later, later)
    assert [one.record.alert for one in book.due("mail:a", later, 10)] == [AREA]
    assert len(book.due("webhook:b", later, 10)) == 2


def muted(book: Book, hours: float, *, at: datetime = T0) -> Mute:
    until = at + timedelta(hours=hours)
    return book.mute(Mute(place="gio-linh-1", until=until, by="a"), at, everybody)


def told(book: Book, at: datetime) -> list[tuple[str, str]]:
    """Return what is to be told by mail at a moment, and have it told."""
    due = book.due("mail:a", at, 10)
    book.told(due)
    return [(one.what, one.record.alert.key.where) for one in due]


def test_what_began_while_muted_is_told_at_the_end_of_the_mute_once(url: str, book: Book) -> None:
    end = muted(book, 8).until
    book.write(News((PAPER,)), T0, everybody)
    assert told(book, end - timedelta(seconds=1)) == []
    restarted = Database(url)
    again = Book(restarted)
    again.write(News(), end, everybody)
    assert told(again, end) == [("raised", "gio-linh-1")]
    assert told(again, end) == []
    again.write(News(cleared=(PAPER.key,)), end, everybody)
    assert told(again, end) == [("cleared", "gio-linh-1")]
    restarted.close()


def test_of_what_began_and_ended_while_muted_nobody_hears(book: Book) -> None:
    end = muted(book, 8).until
    for hour in range(3):
        at = T0 + timedelta(hours=hour)
        book.write(News((PAPER,)), at, everybody)
        book.write(News(cleared=(PAPER.key,)), at + timedelta(minutes=1), everybody)
    assert told(book, end + timedelta(days=40)) == []


def test_the_end_of_what_was_told_before_the_mute_is_told_after_it(book: Book) -> None:
    book.write(News((PAPER,)), T0, everybody)
    assert told(book, T0) == [("raised", "gio-linh-1")]
    end = muted(book, 8).until
    book.write(News(cleared=(PAPER.key,)), T0, everybody)
    assert told(book, end - timedelta(seconds=1)) == []
    assert told(book, end) == [("cleared", "gio-linh-1")]


def test_a_mute_that_is_taken_away_keeps_nothing_back_any_more(book: Book) -> None:
    mute = muted(book, 8)
    book.write(News((PAPER,)), T0, everybody)
    book.unmute(mute.id, T0 + timedelta(hours=1), everybody)
    assert told(book, T0 + timedelta(hours=1)) == [("raised", "gio-linh-1")]
    assert told(book, T0 + timedelta(hours=9)) == []


def test_a_longer_mute_keeps_back_what_a_shorter_one_did(book: Book) -> None:
    muted(book, 1)
    book.write(News((PAPER,)), T0, everybody)
    longer = muted(book, 8, at=T0 + timedelta(minutes=30))
    assert told(book, T0 + timedelta(hours=1)) == []
    book.unmute(longer.id, T0 + timedelta(minutes=45), everybody)
    assert told(book, T0 + timedelta(minutes=59)) == []
    assert told(book, T0 + timedelta(hours=1)) == [("raised", "gio-linh-1")]


def test_a_dead_channel_gives_up_nothing_that_a_mute_keeps_back(book: Book) -> None:
    end = muted(book, 24 * 7).until
    book.write(News((PAPER,)), T0, everybody)
    third = T0 + timedelta(days=3)
    book.postponed("mail:a", third, third)
    book.postponed("mail:a", end, end + timedelta(minutes=1))
    later = end + timedelta(days=2)
    assert [one.tries for one in book.due("mail:a", later, 9)] == [1]
    book.postponed("mail:a", later, later)
    assert told(book, later) == []


def test_an_area_taken_up_into_a_larger_one_is_there_after_a_restart(book: Book) -> None:
    (before,) = book.write(News((AREA,)), T0, everybody)
    inner = msgspec.structs.replace(AREA, within="44")
    outer = msgspec.structs.replace(AREA, key=Key(Kind.AREA, "44"), value=3.0, boxes=("c",))
    book.write(News((outer,), changed=(inner,)), T0, everybody)
    assert {one.id: one.alert for one in book.open()}[before.id] == inner
    book.write(News(cleared=(outer.key,), changed=(AREA,)), T0, everybody)
    assert [one.alert for one in book.open()] == [AREA]
    assert [what for what, _ in told(book, T0)] == ["raised", "raised", "cleared"]


def test_what_ends_and_begins_again_at_once_is_two_alerts(book: Book) -> None:
    (first,) = book.write(News((AREA,)), T0, nobody)
    (second,) = book.write(News((AREA,), (AREA.key,)), T0, nobody)
    assert second.id > first.id


def test_what_was_for_a_channel_that_is_no_more_is_forgotten(book: Book) -> None:
    book.write(News((PAPER,)), T0, everybody)
    book.tell_only(["mail:a"])
    assert len(book.due("mail:a", T0, 10)) == 1
    assert book.due("webhook:b", T0, 10) == []


def test_thousands_of_alerts_begin_and_end_in_few_statements(book: Book) -> None:
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    storm = tuple(
        Alert(key=Key(Kind.OFFLINE, f"box-{at}"), severity=Severity.CRITICAL, since=T0)
        for at in range(300)
    )
    sqlalchemy.event.listen(Engine, "before_cursor_execute", count)
    try:
        assert len(book.write(News(storm), T0, everybody)) == len(storm)
        assert book.write(News(cleared=tuple(one.key for one in storm)), T0, everybody) == []
    finally:
        sqlalchemy.event.remove(Engine, "before_cursor_execute", count)
    assert asked < 20
    assert len(book.due("mail:a", T0, 1000)) == 2 * len(storm)
