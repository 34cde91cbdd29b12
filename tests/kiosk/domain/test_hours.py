from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from devices.contract.clock import LOCAL
from kiosk.domain.hours import Hours, SpecialDay, Week


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


HOURS = Hours()  # 2026-07-13 is a Monday


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-07-13T07:29:59", False),
        ("2026-07-13T07:30:00", True),
        ("2026-07-13T11:29:59", True),
        ("2026-07-13T11:30:00", False),
        ("2026-07-13T13:30:00", True),
        ("2026-07-13T17:00:00", False),
        ("2026-07-18T09:00:00", False),
    ],
)
def test_numbers_are_given_within_the_spans_and_not_in_the_break(
    moment: str, *, is_open: bool
) -> None:
    assert HOURS.is_open(at(moment)) is is_open


def test_hours_are_viet_nams_wherever_the_clock_runs() -> None:
    """G-3: 00:30 UTC is 07:30 in Viet Nam."""
    assert HOURS.is_open(datetime(2026, 7, 13, 0, 30, tzinfo=UTC))
    assert not HOURS.is_open(datetime(2026, 7, 13, 8, 0, tzinfo=LOCAL) - timedelta(hours=1))


def test_a_special_day_replaces_its_weekday() -> None:
    hours = Hours(
        special=(
            SpecialDay(day=date(2026, 9, 2)),
            SpecialDay(day=date(2026, 8, 22), spans=("08:00-11:00",)),
        )
    )
    assert not hours.is_open(at("2026-09-02T09:00"))
    assert hours.is_open(at("2026-08-22T09:00"))


def test_the_next_opening_is_after_the_break_or_on_the_next_working_day() -> None:
    assert HOURS.opens_at(at("2026-07-13T12:00")) == at("2026-07-13T13:30")
    assert HOURS.opens_at(at("2026-07-17T17:30")) == at("2026-07-20T07:30")
    assert HOURS.open_until(at("2026-07-13T08:00")) == at("2026-07-13T11:30")
    closed = Hours(week=Week(mon=(), tue=(), wed=(), thu=(), fri=()))
    assert closed.opens_at(at("2026-07-13T12:00")) is None


def test_numbers_stop_before_the_day_ends_when_so_configured() -> None:
    hours = Hours(last_number_min=30)
    assert hours.is_open(at("2026-07-13T11:29"))
    assert hours.is_open(at("2026-07-13T16:29"))
    assert not hours.is_open(at("2026-07-13T16:30"))


@pytest.mark.parametrize(
    "spans", [["08:00-07:00"], ["08:00-10:00", "09:00-11:00"], ["8:00-9:00"], ["08:00-25:00"]]
)
def test_spans_that_make_no_sense_are_refused(spans: list[str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"week": {"mon": spans}}, Hours)


def test_a_special_day_told_twice_is_refused() -> None:
    holiday = {"day": "2026-09-02"}
    with pytest.raises(msgspec.ValidationError, match="twice"):
        msgspec.convert({"special": [holiday, {**holiday, "spans": ["08:00-09:00"]}]}, Hours)
