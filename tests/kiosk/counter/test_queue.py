"""The rules of the queue on its real store."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import BadPayloadError, StorageError
from devices.contract.message import JournalAck
from kiosk.api import errors
from kiosk.api.queue import Rate, TakeTicket
from kiosk.counter import schema
from kiosk.counter.day import Day
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from kiosk.counter.views import View
from kiosk.domain.fairness import Rule
from kiosk.domain.hours import Hours
from kiosk.domain.steps import StepRefusedError
from tests.kiosk.counter.site import MONDAY, Desk, opened, sample_config


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path, fairness=Rule(normal_per_priority=2)) as desk:
        yield desk


def test_each_group_counts_for_itself_and_priority_has_a_u(desk: Desk) -> None:
    """QUE-4."""
    tickets = [
        desk.take("ho-tich"),
        desk.take("ho-tich", "nguoi_cao_tuoi"),
        desk.take("dat-dai"),
        desk.take("ho-tich"),
    ]
    assert [desk.number(one) for one in tickets] == ["A001", "UA002", "C001", "A003"]


def test_the_same_request_gets_the_same_ticket_and_another_one_under_its_name_is_refused(
    desk: Desk,
) -> None:
    asked = TakeTicket(request="r-1", kiosk="k", service="ho-tich")
    first = desk.tickets.take(asked)
    desk.desks.transfer("1", first.id, "chung-thuc")
    assert desk.tickets.take(asked).id == first.id
    with pytest.raises(errors.RequestReusedError):
        desk.tickets.take(TakeTicket(request="r-1", kiosk="k", service="dat-dai"))
    assert (
        desk.tickets.take(TakeTicket(request="r-1", kiosk="k2", service="dat-dai")).id != first.id
    )
    assert desk.told() == ["ticket.issued", "ticket.transferred", "ticket.issued"]


def test_next_finishes_the_current_ticket_and_calls_by_the_fairness_rule(desk: Desk) -> None:
    """QUE-3: one priority ticket, then two others."""
    normal = [desk.take() for _ in range(4)]
    elders = [desk.take("ho-tich", "nguoi_cao_tuoi") for _ in range(2)]
    order, current = [], ""
    while current := desk.next("1", current):
        order.append(current)
    assert order == [elders[0], normal[0], normal[1], elders[1], normal[2], normal[3]]
    assert {desk.state(one) for one in order} == {"served"}
    assert desk.told()[6:9] == ["ticket.called", "ticket.served", "ticket.called"]


def test_a_console_that_looks_at_an_older_number_changes_nothing(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    desk.next("1")
    with pytest.raises(errors.StaleConsoleError):
        desk.next("1", "")
    assert [desk.state(first), desk.state(second)] == ["called", "waiting"]


def test_a_counter_calls_only_for_its_services_and_two_counters_share_one_line(desk: Desk) -> None:
    copies = [desk.take("chung-thuc") for _ in range(2)]
    desk.take("cu-tru")
    assert desk.next("1") == copies[0]
    assert desk.next("2") == copies[1]
    assert desk.next("2", copies[1]) == ""


def test_a_held_ticket_comes_back_at_the_place_it_had(desk: Desk) -> None:
    first, second, third = desk.take(), desk.take(), desk.take()
    desk.next("1")
    desk.desks.hold("1", first)
    assert desk.next("1") == second
    desk.desks.resume("1", first)
    assert desk.next("1", second) == first
    assert desk.state(third) == "waiting"


def test_who_did_not_come_may_be_called_again(desk: Desk) -> None:
    first = desk.take()
    desk.next("1")
    desk.desks.no_show("1", first)
    assert desk.state(first) == "missed"
    assert desk.desks.call("1", "", first).ticket == first
    desk.desks.recall("1", first)
    assert desk.told()[1:] == [
        "ticket.called",
        "ticket.missed",
        "ticket.called",
        "ticket.recalled",
    ]


def test_a_transferred_ticket_keeps_its_number_and_its_time_of_issue(desk: Desk) -> None:
    early = desk.take("ho-tich")
    desk.clock.move(timedelta(minutes=10))
    later = desk.take("dat-dai")
    desk.next("1")
    desk.desks.transfer("1", early, "dat-dai")
    assert desk.next("2") == early
    assert desk.number(early) == "A001"
    assert desk.state(later) == "waiting"


def test_an_officer_may_change_a_declared_class_and_the_number_stays(desk: Desk) -> None:
    """QUE-2."""
    first, second = desk.take(), desk.take()
    desk.desks.reclassify("1", second, "phu_nu_mang_thai")
    assert desk.next("1") == second
    assert desk.number(second) == "A002"
    assert "ticket.reclassified" in desk.told()
    assert desk.state(first) == "waiting"


def test_a_paused_counter_calls_nobody_and_gives_no_numbers_when_it_is_the_only_one(
    desk: Desk,
) -> None:
    waiting = desk.take("dat-dai")
    desk.desks.pause("2")
    desk.desks.pause("2")
    with pytest.raises(errors.CounterPausedError):
        desk.next("2")
    with pytest.raises(errors.ServiceClosedError):
        desk.take("dat-dai")
    assert desk.state(desk.take("chung-thuc")) == "waiting"
    desk.desks.unpause("2")
    assert desk.next("2") == waiting
    assert desk.told().count("counter.paused") == 1


def test_outside_opening_hours_no_numbers_are_given_but_who_waits_is_served(tmp_path: Path) -> None:
    with opened(tmp_path, hours=Hours()) as desk:
        waiting = desk.take()
        asked = TakeTicket(request="late", kiosk="k", service="ho-tich")
        early = desk.tickets.take(asked)
        desk.clock.move(timedelta(hours=4))
        with pytest.raises(errors.SiteClosedError):
            desk.take()
        assert desk.tickets.take(asked).id == early.id
        assert desk.next("1") == waiting


def test_the_day_ends_at_local_midnight_and_numbers_begin_again(desk: Desk) -> None:
    """G-3."""
    waiting, called = desk.take(), desk.take("dat-dai")
    served = desk.take("cu-tru")
    desk.next("2")
    desk.next("3")
    desk.desks.finish("3", served)
    desk.clock.move(timedelta(hours=15, minutes=59))
    assert desk.day.end_earlier() == 0
    desk.clock.move(timedelta(minutes=2))
    assert desk.day.end_earlier() == 2
    assert [desk.state(one) for one in (waiting, called, served)] == [
        "expired",
        "expired",
        "served",
    ]
    assert desk.number(desk.take()) == "A001"
    assert desk.next("2") == ""
    assert desk.told().count("ticket.expired") == 2


def test_a_visit_is_rated_once_and_only_when_finished(desk: Desk) -> None:
    """QUE-10, QUE-12."""
    ticket = desk.take()
    good = Rate(value=3, scale=3)
    with pytest.raises(errors.NotFinishedError):
        desk.tickets.rate(ticket, good)
    desk.next("1")
    desk.desks.finish("1", ticket)
    with pytest.raises(BadPayloadError):
        desk.tickets.rate(ticket, Rate(value=4, scale=3))
    assert desk.tickets.rate(ticket, good).rating == 3
    with pytest.raises(errors.AlreadyRatedError):
        desk.tickets.rate(ticket, Rate(value=1, scale=3))
    assert desk.told().count("ticket.rated") == 1


def test_another_counters_ticket_is_not_touched(desk: Desk) -> None:
    taken = desk.take("chung-thuc")
    desk.next("1")
    with pytest.raises(errors.NotOursError):
        desk.desks.call("2", "", taken)
    with pytest.raises(errors.NotOursError):
        desk.desks.transfer("3", taken, "cu-tru")
    with pytest.raises(StepRefusedError):
        desk.desks.resume("1", taken)
    assert desk.state(taken) == "called"


def test_a_refused_call_leaves_the_current_ticket_as_it_was(desk: Desk) -> None:
    current, other = desk.take(), desk.take("cu-tru")
    desk.next("1")
    with pytest.raises(errors.NotOursError):
        desk.desks.call("1", current, other)
    assert desk.state(current) == "called"


def test_a_full_disk_refuses_the_number_whole_and_the_next_one_does_not_skip(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, disk_limit_mb=1) as desk:
        tickets: list[str] = []
        with pytest.raises(StorageError):
            while True:
                tickets.append(desk.take())
        assert len(tickets) > 100
        assert desk.store.issued(desk.day.snapshot().day) == len(tickets)
        assert desk.told() == ["ticket.issued"] * len(tickets)
    with opened(tmp_path) as desk:
        ticket = desk.tickets.take(TakeTicket(request="after", kiosk="k", service="ho-tich"))
        assert ticket.serial == len(tickets) + 1


@pytest.mark.parametrize("away", [timedelta(days=400), timedelta(days=-20_000)])
def test_a_clock_that_is_years_off_for_a_minute_repeats_no_number(
    desk: Desk, away: timedelta
) -> None:
    """QUE-4: a box without a battery boots with any date."""
    taken = [desk.number(desk.take()) for _ in range(2)]
    for _ in range(3):
        desk.clock.set(MONDAY + away)
        desk.day.end_earlier()
        desk.take()
        desk.clock.set(MONDAY)
        desk.day.end_earlier()
    assert [*taken, desk.number(desk.take())] == ["A001", "A002", "A003"]


def test_tickets_of_the_latest_days_are_kept_and_no_more(tmp_path: Path) -> None:
    with opened(tmp_path, keep_days=3) as desk:
        taken = []
        for _ in range(5):
            desk.day.end_earlier()
            taken.append(desk.take())
            desk.clock.move(timedelta(days=1))
        desk.day.end_earlier()
        assert [desk.store.ticket(one) is not None for one in taken] == [*[False] * 3, True, True]


def test_the_mean_wait_is_from_issue_to_the_first_call(desk: Desk) -> None:
    held, second = desk.take(), desk.take()
    desk.clock.move(timedelta(minutes=5))
    desk.next("1")
    desk.desks.hold("1", held)
    desk.clock.move(timedelta(minutes=10))
    assert desk.next("1") == second
    desk.desks.resume("1", held)
    assert desk.day.snapshot().mean_wait_s == pytest.approx((5 + 15) / 2 * 60, abs=1)
    desk.clock.set(MONDAY - timedelta(hours=1))  # the clock is put back
    desk.next("1", second)
    assert desk.day.snapshot().mean_wait_s == pytest.approx((5 + 15) / 2 * 60, abs=1)


def test_a_service_taken_out_of_the_configuration_leaves_the_screens_alive(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.take("chung-thuc")
        desk.next("1")
        desk.take("chung-thuc")
    whole = sample_config(tmp_path)
    less = sample_config(
        tmp_path,
        services=tuple(one for one in whole.services if one.id != "chung-thuc"),
        counters=tuple(
            msgspec.structs.replace(one, services=one.services[:1]) for one in whole.counters[:2]
        )
        + whole.counters[2:],
    )
    with Store(tmp_path / DATABASE) as store:
        view = View(less, Day(less, store, SimulatedClock(MONDAY)).snapshot())
    assert view.site.counters[0].ticket == "B001"
    current = view.officer(less.counters[0]).current
    assert current
    assert current.number == "B001"


def test_a_locked_database_refuses_and_keeps_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.take()
        other = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError):
            desk.take()
        with pytest.raises(StorageError):  # not SQLite's own: that would end the process
            desk.store.forget_events(JournalAck(boot=desk.store.journal.boot, seq=1))
        other.execute("ROLLBACK")
        other.close()
        assert desk.number(desk.take()) == "A002"
        assert desk.told() == ["ticket.issued"] * 2


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / DATABASE).close()
    later = sqlite3.connect(tmp_path / DATABASE)
    later.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    later.close()
    with pytest.raises(StorageError, match="version"):
        Store(tmp_path / DATABASE)


def test_a_thousand_numbers_of_a_group_never_repeat_and_go_on(desk: Desk) -> None:
    numbers = [desk.number(desk.take()) for _ in range(1002)]
    assert len(set(numbers)) == 1002
    assert numbers[-4:] == ["A999", "A1000", "A1001", "A1002"]
