"""Months, opening hours and availability."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.controller.reports.month import (
    BadMonthError,
    Hours,
    Month,
    availability,
    clipped,
    month_of,
    open_spans,
    read_month,
)

NOVEMBER = Month(2026, 11)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
HOURS = Hours()


def test_a_month_knows_its_days_and_its_neighbours() -> None:
    assert read_month("2026-11") == NOVEMBER == month_of(date(2026, 11, 22))
    assert len(list(NOVEMBER.days)) == 30
    assert (str(Month(2026, 12).after), str(Month(2026, 1).before)) == ("2027-01", "2025-12")


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-1", "1999-01", "2026-11-01", "x" * 99]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadMonthError):
        read_month(text)


def test_offices_are_open_on_working_days_in_the_country_s_time() -> None:
    spans = open_spans(NOVEMBER, HOURS, LATER)
    assert len(spans) == 21
    assert spans[0][0] == datetime(2026, 11, 2, 0, 30, tzinfo=UTC)  # Monday, 07:30 in Viet Nam
    assert {end - begin for begin, end in spans} == {timedelta(hours=9, minutes=30)}
    holiday = Hours(holidays=(date(2026, 11, 2),))
    assert len(open_spans(NOVEMBER, holiday, LATER)) == 20


def test_a_month_that_is_not_over_counts_as_far_as_it_went() -> None:
    noon = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
    ((begin, end),) = open_spans(NOVEMBER, HOURS, noon)
    assert (end - begin) == timedelta(hours=4, minutes=30)


def test_an_outage_at_night_costs_nothing_and_one_by_day_its_share() -> None:
    spans = open_spans(NOVEMBER, HOURS, LATER)[:1]
    night = (datetime(2026, 11, 1, 18, tzinfo=UTC), datetime(2026, 11, 1, 20, tzinfo=UTC))
    assert availability(spans, [night]) == 1.0
    hour = (datetime(2026, 11, 2, 2, tzinfo=UTC), datetime(2026, 11, 2, 3, tzinfo=UTC))
    assert availability(spans, [hour]) == pytest.approx(1 - 1 / 9.5)
    assert availability(spans, [hour, hour, night]) == pytest.approx(1 - 1 / 9.5)
    assert availability([], [hour]) is None


@given(st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(0, 200_000)), max_size=20))
def test_availability_is_a_share_whatever_the_outages(outages: list[tuple[int, int]]) -> None:
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    down = [
        (begin + timedelta(seconds=at), begin + timedelta(seconds=at + long))
        for at, long in outages
    ]
    spans = open_spans(NOVEMBER, HOURS, LATER)
    share = availability(spans, down)
    assert share is not None
    assert -1e-9 <= share <= 1
    assert availability(spans, [*down, (begin, LATER)]) == pytest.approx(0)


def test_times_are_clipped_to_another() -> None:
    at = [datetime(2026, 11, day, tzinfo=UTC) for day in range(1, 7)]
    spans = [(at[0], at[1]), (at[1], at[3]), (at[4], at[5])]
    assert clipped(spans, (at[2], at[4])) == [(at[2], at[3])]


def test_a_month_begins_at_midnight_in_viet_nam() -> None:
    assert NOVEMBER.begin == datetime(2026, 10, 31, 17, tzinfo=UTC)
