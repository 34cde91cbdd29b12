"""What officers move by hand: holds, transfers, breaks, each with its reason of the site's list."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.contract.message import encode
from kiosk.api import errors
from kiosk.counter import schema
from kiosk.counter.main import DATABASE
from kiosk.counter.views import View
from kiosk.domain.fairness import Rule
from kiosk.domain.steps import StepRefusedError
from kiosk.messages import TicketHeld
from tests.kiosk.counter.site import MONDAY, Desk, opened

FAR = "x" * 40
BEFORE_CHOICES = 8
"""The version of the database before officers chose reasons."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path, fairness=Rule(normal_per_priority=2)) as desk:
        yield desk


def staff(desk: Desk, *counters: str) -> None:
    """Somebody signs in at each of the counters."""
    for counter in counters:
        desk.store.add_session(f"{counter}{FAR}", counter, MONDAY.date(), 3)


def told(desk: Desk, kind: str) -> dict[str, Any]:
    """Return the newest event of a type."""
    entries = [msgspec.json.decode(one.event) for one in desk.store.journal.pending(0, 1000)]
    return next(event for event in reversed(entries) if event["type"] == kind)


def line(desk: Desk, counter: str) -> list[tuple[str, str]]:
    """Return who waits at the counter, and why at that place."""
    config = desk.config.desk(counter)
    assert config
    view = View(desk.config, desk.day.snapshot())
    return [(one.ticket.number, one.why) for one in view.waiting(config)]


def test_a_number_is_held_for_a_reason_and_comes_back_at_its_place_with_it(desk: Desk) -> None:
    first, _ = desk.take(), desk.take()
    desk.next("1")
    with pytest.raises(errors.NotFoundError):
        desk.desks.hold("1", first, "Nguyễn Văn A")
    desk.desks.hold("1", first, "thieu-giay-to")
    assert told(desk, "ticket.held")["reason"] == "thieu-giay-to"
    desk.desks.resume("1", first)
    assert line(desk, "1") == [("A001", "kept"), ("A002", "oldest")]
    desk.next("1")
    current = View(desk.config, desk.day.snapshot()).officer(desk.config.counters[0]).current
    assert current
    assert (current.came_back, current.held_reason["vi"]) == ("held", "Thiếu giấy tờ")


def test_a_number_is_handed_to_one_counter_with_a_note_and_keeps_place_and_time(
    desk: Desk,
) -> None:
    staff(desk, "1", "2")
    first = desk.take("chung-thuc")
    desk.clock.move(timedelta(minutes=3))
    desk.take("chung-thuc")
    desk.next("1")
    desk.desks.transfer("1", first, "chung-thuc", "2", "thieu-ban-sao")
    event = told(desk, "ticket.transferred")
    assert (event["to_counter"], event["note"], event["by"]) == ("2", "thieu-ban-sao", "")
    assert line(desk, "1") == [("B002", "oldest")]
    assert line(desk, "2") == [("B001", "kept"), ("B002", "oldest")]
    shown = View(desk.config, desk.day.snapshot()).waiting(desk.config.counters[1])[0].ticket
    assert (shown.from_counter, shown.note["vi"]) == ("1", "Còn thiếu bản sao")
    assert desk.next("2") == first


def test_a_number_for_a_counter_that_pauses_or_has_nobody_is_called_by_its_service(
    desk: Desk,
) -> None:
    """Else it might wait for ever (QUE-3)."""
    staff(desk, "1", "2")
    ticket = desk.take("chung-thuc")
    desk.desks.transfer("1", ticket, "chung-thuc", "2")
    assert line(desk, "1") == []
    desk.desks.pause("2")
    assert line(desk, "1") == [("B001", "kept")]
    desk.desks.unpause("2")
    assert desk.next("1") == ""
    desk.desks.pause("2")
    assert desk.next("1") == ticket


@pytest.mark.parametrize(
    ("service", "counter", "note"),
    [
        ("ho-tich", "", ""),
        ("ho-tich", "3", ""),
        ("ho-tich", "9", ""),
        ("cu-tru", "1", ""),
        ("cu-tru", "", "gọi chị Lan 0912345678"),
    ],
)
def test_a_number_goes_only_where_it_is_served_and_with_no_word_of_ones_own(
    desk: Desk, service: str, counter: str, note: str
) -> None:
    ticket = desk.take("ho-tich")
    with pytest.raises(errors.NotFoundError):
        desk.desks.transfer("1", ticket, service, counter, note)
    assert desk.told() == ["ticket.issued"]


def test_a_finished_number_is_moved_no_more(desk: Desk) -> None:
    ticket = desk.take()
    desk.next("1")
    desk.desks.finish("1", ticket)
    with pytest.raises(StepRefusedError):
        desk.desks.transfer("1", ticket, "cu-tru")


def test_a_break_has_a_reason_and_an_end_that_screens_show_and_the_journal_keeps(
    desk: Desk,
) -> None:
    back_at = MONDAY + timedelta(hours=1)
    with pytest.raises(errors.NotFoundError):
        desk.desks.pause("2", "đi gặp ông B")
    desk.desks.pause("2", "hop", back_at)
    desk.desks.pause("2", "hop", back_at)
    assert desk.told().count("counter.paused") == 1
    info = View(desk.config, desk.day.snapshot()).board(None).counters[1]
    assert (info.paused, info.pause_names["vi"], info.back_at) == (True, "Họp", back_at)
    desk.clock.move(timedelta(minutes=30))
    desk.desks.pause("2", "su-co")
    info = View(desk.config, desk.day.snapshot()).board(None).counters[1]
    assert (info.pause_names["vi"], info.back_at, info.since) == ("Sự cố kỹ thuật", None, MONDAY)
    desk.desks.unpause("2")
    assert desk.told()[-3:] == ["counter.paused", "counter.paused", "counter.resumed"]


def test_each_place_in_the_line_says_why(desk: Desk) -> None:
    """QUE-3, with one priority call to two others."""
    normal = [desk.take() for _ in range(3)]
    desk.take("ho-tich", "nguoi_cao_tuoi")
    desk.take("ho-tich", "nguoi_cao_tuoi")
    assert line(desk, "1") == [
        ("UA004", "priority"),
        ("A001", "regular"),
        ("A002", "regular"),
        ("UA005", "priority"),
        ("A003", "oldest"),
    ]
    desk.clock.move(timedelta(minutes=61))
    assert line(desk, "1")[0] == ("A001", "overdue")
    assert desk.next("1") == normal[0]


def test_a_choice_that_the_site_took_out_of_its_list_is_told_by_its_id(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.desks.pause("2", "hop")
        lists = msgspec.structs.replace(desk.config.choices, breaks=())
        config = msgspec.structs.replace(desk.config, choices=lists)
        view = View(config, desk.day.snapshot())
    assert view.site.counters[1].pause_names == {"vi": "hop"}


def test_a_database_of_an_earlier_version_keeps_its_tickets_and_its_breaks(
    tmp_path: Path,
) -> None:
    db = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    schema.migrate(db, BEFORE_CHOICES)
    db.execute("INSERT INTO paused VALUES ('2')")
    row = {
        **dict.fromkeys(("id", "code", "request"), "t"),
        **dict.fromkeys(("service", "asked_service"), "ho-tich"),
        **dict.fromkeys(("priority_class", "asked_class"), "thuong"),
        **dict.fromkeys(("issued_at", "waiting_since"), MONDAY.isoformat()),
        "day": MONDAY.date().isoformat(),
        "prefix": "A",
        "serial": 1,
        "number": "A001",
        "priority": 0,
        "language": "vi",
        "kiosk": "k",
        "state": "waiting",
    }
    marks = ", ".join("?" * len(row))
    sql = f"INSERT INTO tickets ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - our own names
    db.execute(sql, tuple(row.values()))
    db.close()
    with opened(tmp_path) as desk:
        assert desk.next("1") == "t"
        assert desk.store.paused()["2"].since is None
        desk.desks.hold("1", "t", "ban-sao")
        desk.desks.resume("1", "t")
        assert line(desk, "1") == [("A001", "kept")]


def test_an_event_without_the_new_fields_is_read_as_before() -> None:
    """The fleet is never on one version."""
    held = TicketHeld(
        ticket="t", number="A001", day=MONDAY.date(), service="s", counter="1", reason="ban-sao"
    )
    old = {key: one for key, one in msgspec.json.decode(encode(held)).items() if key != "reason"}
    event = msgspec.convert(old, TicketHeld)
    assert event.reason == ""
    assert event.counter == "1"
