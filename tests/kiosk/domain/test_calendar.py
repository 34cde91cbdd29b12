"""Domain DOS-17, DOS-18: what makes a working day. The oracle is the package `holidays`."""

from datetime import date, timedelta

import holidays
import pytest

from devices.contract.config import BadConfigError, from_document
from kiosk.catalogue.tables import read_calendar
from kiosk.domain.calendar import (
    BaseList,
    CalendarYear,
    DayOff,
    WorkedDay,
    YearlyHoliday,
    calendar_of,
)

CALENDAR = read_calendar()
MADE_UP = date(2026, 8, 22)
NAMES = {"vi": "Ngày nghỉ"}


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_years_shipped_agree_with_the_package(year: int) -> None:
    """DOS-18. Its list of holidays alone lies about Sat 22/8/2026; `is_working_day` does not."""
    oracle = holidays.country_holidays("VN", years=year)
    days = [date(year, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    assert [day for day in days if CALENDAR.is_working(day) != oracle.is_working_day(day)] == []
    by_its_list = [day for day in days if day.weekday() < 5 and day not in oracle]
    worked = [day for day in days if CALENDAR.is_working(day)]
    assert set(worked) - set(by_its_list) == {MADE_UP} & set(days)


def test_a_holiday_has_its_name_and_a_weekend_none() -> None:
    """2026-11-24 is the first Ngày Văn hóa Việt Nam (§0)."""
    named = CALENDAR.holiday(date(2026, 11, 24))
    assert named is not None
    assert named["vi"] == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.holiday(date(2025, 11, 24)) is None
    assert CALENDAR.holiday(date(2026, 11, 21)) is None


def test_a_year_without_a_file_has_its_fixed_holidays_and_is_doubtful() -> None:
    assert not CALENDAR.is_working(date(2029, 4, 30))
    assert CALENDAR.doubtful_years(date(2026, 1, 1), date(2029, 1, 1)) == (2027, 2028, 2029)
    assert CALENDAR.doubtful_years(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_of_two_files_of_a_year_the_later_holds_whole() -> None:
    wednesday, thursday = date(2026, 3, 4), date(2026, 3, 5)
    first = CalendarYear(year=2026, announced=True, off=(DayOff(day=wednesday, names=NAMES),))
    second = CalendarYear(year=2026, announced=False, off=(DayOff(day=thursday, names=NAMES),))
    both = calendar_of(BaseList(holidays=()), [first, second])
    assert (both.is_working(wednesday), both.is_working(thursday)) == (True, False)
    assert both.doubtful_years(wednesday, thursday) == (2026,)


@pytest.mark.parametrize(
    "document",
    [
        {"year": 2026, "announced": True, "off": [{"day": "2027-01-02", "names": NAMES}]},
        {"year": 2026, "announced": True, "off": [{"day": "2026-01-02", "names": NAMES}] * 2},
        {
            "year": 2026,
            "announced": True,
            "off": [{"day": "2026-01-10", "names": NAMES}],
            "worked": [{"day": "2026-01-10", "instead_of": "2026-01-02"}],
        },
        {"year": 2026},
    ],
)
def test_a_year_that_contradicts_itself_is_refused(document: object) -> None:
    with pytest.raises(BadConfigError):
        from_document(document, CalendarYear)


def test_a_holiday_that_no_year_has_is_refused() -> None:
    with pytest.raises(BadConfigError):
        from_document({"month": 2, "day": 30, "names": NAMES}, YearlyHoliday)
    assert YearlyHoliday(month=2, day=29, names=NAMES).falls_on(date(2028, 2, 29))


def test_a_made_up_day_says_what_for() -> None:
    assert WorkedDay(day=MADE_UP, instead_of=date(2026, 8, 31)).instead_of.weekday() == 0
    assert CALENDAR.is_working(MADE_UP)
    assert not CALENDAR.is_working(date(2026, 8, 31))
