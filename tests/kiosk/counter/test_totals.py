"""A day's figures: what is counted, over restarts and midnight, and as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from devices.contract.clock import SimulatedClock
from kiosk.api.queue import Rate
from kiosk.counter.totals.book import TotalsBook
from kiosk.counter.totals.figures import DayTotals, Figures, RatingCount, spread
from kiosk.counter.totals.sheet import sheet
from tests.kiosk.counter.site import MONDAY, Desk, officer, opened, running, sample_config, wish

TODAY = MONDAY.date()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


def day(desk: Desk, shown: date | None = None) -> DayTotals:
    return TotalsBook(desk.config, desk.store, desk.clock).day(shown)


def at(told: DayTotals, counter: str) -> Figures:
    return next(line.figures for line in told.counters if line.id == counter)


def of(told: DayTotals, service: str) -> Figures:
    return next(line.figures for line in told.services if line.id == service)


def minutes(desk: Desk, count: int) -> None:
    desk.clock.move(timedelta(minutes=count))


def test_ten_visits_have_a_mean_and_a_time_that_nine_of_ten_keep_within(desk: Desk) -> None:
    current = ""
    for _ in range(10):
        desk.take()
    for waited in range(10):
        current = desk.next("1", current)
        minutes(desk, waited + 1)
    desk.desks.finish("1", current)
    told = at(day(desk), "1")
    assert (told.taken, told.called, told.served) == (None, 10, 10)
    assert (told.service.mean_s, told.service.p90_s) == (330.0, 540.0)
    assert told.wait.p90_s == 36 * 60  # the ninth was called after 1 + 2 + … + 8 minutes
    assert of(day(desk), "ho-tich").taken == 10


@pytest.mark.parametrize(
    ("times_s", "mean_s", "p90_s"),
    [([], 0.0, 0.0), ([7.0], 7.0, 7.0), ([1.0, 9.0], 5.0, 9.0), (list(range(1, 11)), 5.5, 9.0)],
)
def test_the_ninetieth_percentile_is_by_the_nearest_rank(
    times_s: list[float], mean_s: float, p90_s: float
) -> None:
    told = spread(times_s)
    assert (told.count, told.mean_s, told.p90_s) == (len(times_s), mean_s, p90_s)


def test_a_visit_in_two_stretches_is_one_visit_and_its_wait_ends_at_the_first_call(
    desk: Desk,
) -> None:
    ticket = desk.take()
    minutes(desk, 4)
    desk.next("1")
    minutes(desk, 3)
    desk.desks.hold("1", ticket, "ban-sao")
    minutes(desk, 20)
    desk.desks.call("1", "", ticket)
    minutes(desk, 2)
    desk.desks.finish("1", ticket)
    told = at(day(desk), "1")
    assert (told.called, told.served, told.held) == (1, 1, 1)
    assert (told.wait.mean_s, told.service.mean_s) == (4 * 60, 5 * 60)


def test_a_visit_at_two_counters_is_finished_at_the_second_and_each_has_its_own_time(
    desk: Desk,
) -> None:
    ticket = desk.take("ho-tich")
    desk.next("1")
    minutes(desk, 6)
    desk.desks.transfer("1", ticket, "dat-dai", "2", "lam-tiep")
    minutes(desk, 5)
    desk.next("2")
    minutes(desk, 1)
    desk.desks.finish("2", ticket)
    told = day(desk)
    assert (at(told, "1").moved_on, at(told, "1").served, at(told, "2").served) == (1, 0, 1)
    assert at(told, "2").service.mean_s == 60
    assert (of(told, "ho-tich").taken, of(told, "dat-dai").taken) == (1, 0)
    assert of(told, "dat-dai").service.mean_s == 7 * 60
    assert told.whole
    assert (told.whole.taken, told.whole.served) == (1, 1)


def test_who_did_not_come_and_came_later_is_no_longer_missed(desk: Desk) -> None:
    ticket = desk.take()
    desk.next("1")
    desk.desks.no_show("1", ticket)
    assert at(day(desk), "1").missed == 1
    desk.desks.call("1", "", ticket)
    minutes(desk, 2)
    desk.desks.finish("1", ticket)
    told = at(day(desk), "1")
    assert (told.missed, told.served, told.service.mean_s) == (0, 1, 120)


def test_ratings_are_counted_by_the_scale_they_were_given_on(desk: Desk) -> None:
    """QUE-10: never converted."""
    for value, scale in ((3, 3), (3, 5), (3, 3), (1, 3)):
        ticket = desk.take()
        desk.next("1")
        desk.desks.finish("1", ticket)
        desk.tickets.rate(ticket, Rate(value=value, scale=scale))
    assert at(day(desk), "1").ratings == (
        RatingCount(scale=3, value=1, count=1),
        RatingCount(scale=3, value=3, count=2),
        RatingCount(scale=5, value=3, count=1),
    )


def test_figures_are_the_same_after_a_restart_and_after_midnight(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        served, missed = desk.take(), desk.take()
        desk.take("dat-dai")
        minutes(desk, 5)
        desk.next("1")
        minutes(desk, 3)
        desk.desks.finish("1", served)
        desk.next("1")
        desk.desks.no_show("1", missed)
        before = day(desk)
    with opened(tmp_path) as desk:
        desk.clock.move(timedelta(minutes=8))
        assert day(desk) == before
        desk.clock.move(timedelta(days=1))
        desk.day.end_earlier()
        assert day(desk).whole == day(desk, date(2020, 1, 1)).whole
        after = day(desk, TODAY)
    assert after.counters == before.counters
    assert of(after, "ho-tich") == of(before, "ho-tich")
    assert of(after, "dat-dai").expired == 1


def test_the_acts_of_a_day_go_with_its_tickets(tmp_path: Path) -> None:
    with opened(tmp_path, keep_days=2) as desk:
        for _ in range(4):
            ticket = desk.take()
            desk.next("1")
            desk.desks.finish("1", ticket)
            desk.clock.move(timedelta(days=1))
            desk.day.end_earlier()
        kept = desk.store.all("SELECT DISTINCT day FROM acts ORDER BY day")
    assert [row[0] for row in kept] == ["2026-07-16"]


def test_the_sheet_is_rfc_4180_with_each_scale_in_its_own_columns(desk: Desk) -> None:
    ticket = desk.take("ho-tich", "nguoi_khuyet_tat")
    minutes(desk, 2)
    desk.next("1")
    desk.desks.finish("1", ticket)
    desk.tickets.rate(ticket, Rate(value=4, scale=5))
    data = sheet(day(desk), 3)
    text = data.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n") == 1 + 1 + 3 + 5
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    first = rows[0]
    assert (first["loai"], first["da_lay_so"], first["da_xong"]) == ("diem", "1", "1")
    assert (first["cho_trung_binh_giay"], first["danh_gia_4_tren_5"]) == ("120.0", "1")
    assert first["danh_gia_3_tren_3"] == "0"
    assert rows[2]["cho_trung_binh_giay"] == ""
    assert ticket not in text
    assert "UA001" not in text


def test_a_name_that_a_spreadsheet_would_compute_is_kept_as_text(tmp_path: Path) -> None:
    with opened(tmp_path, names={"vi": '=HYPERLINK("x"), xã'}) as desk:
        text = sheet(day(desk), 3).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1][3] == '\'=HYPERLINK("x"), xã'


async def test_an_officer_sees_the_own_counter_and_a_stranger_nothing(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client, officer(client, "1") as console:
        await client.post("/api/tickets", json=wish("r1"))
        await console.post("/api/officer/next", json={"current": ""})
        told = (await console.get("/api/officer/totals")).json()
        assert told["whole"] is None
        assert [line["id"] for line in told["counters"]] == ["1"]
        assert [line["id"] for line in told["services"]] == ["ho-tich", "chung-thuc"]
        assert told["counters"][0]["figures"]["called"] == 1
        file = await console.get("/api/officer/totals.csv", params={"day": "2026-07-13"})
        assert file.headers["content-type"].startswith("text/csv")
        assert "hang-doi-2026-07-13.csv" in file.headers["content-disposition"]
        assert (await console.get("/api/officer/totals", params={"day": "hôm"})).status_code == 400
        for path in ("/api/officer/totals", "/api/officer/totals.csv", "/api/head/totals"):
            assert (await client.get(path)).status_code == 401
        assert (await console.get("/api/head/totals.csv")).status_code == 401
