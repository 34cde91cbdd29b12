"""Which days are worked in Viet Nam: a base list, a file for each year, Saturdays (domain DOS-17).

Nobody can foretell a year: Tết, days off in lieu and swapped Saturdays are announced. So the
calendar knows which years it was told, and `doubtful_years` names the others.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.domain.dated import Dated

SATURDAY, SUNDAY = 5, 6
_DAY = timedelta(days=1)
_LEAP_YEAR = 2024
_LONGEST_SPAN_DAYS = 3653
_Names = dict[str, str]


class YearlyHoliday(Dated, frozen=True, kw_only=True):
    """A holiday on the same solar day every year."""

    month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    day: Annotated[int, msgspec.Meta(ge=1, le=31)]
    names: _Names

    def __post_init__(self) -> None:
        """Refuse a day that no year has (ValueError)."""
        super().__post_init__()
        date(_LEAP_YEAR, self.month, self.day)

    def falls_on(self, day: date) -> bool:
        """Return whether the day is this holiday."""
        return (day.month, day.day) == (self.month, self.day) and self.holds_on(day)


class DayOff(Config, frozen=True, kw_only=True):
    """A day off of one year, and why."""

    day: date
    names: _Names


class WorkedDay(Config, frozen=True, kw_only=True):
    """A Saturday or Sunday that is worked, for a day off elsewhere."""

    day: date
    instead_of: date


class CalendarYear(Config, frozen=True, kw_only=True):
    """What was told of one year beyond the base list. `announced`: not a forecast of ours."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2999)]
    announced: bool
    off: tuple[DayOff, ...] = ()
    worked: tuple[WorkedDay, ...] = ()

    def __post_init__(self) -> None:
        """Refuse days of another year and days told twice (ValueError)."""
        days = [one.day for one in self.off] + [one.day for one in self.worked]
        if strange := [day for day in days if day.year != self.year]:
            raise ValueError(f"not in {self.year}: {', '.join(map(str, strange))}")
        if len(days) != len(set(days)):
            raise ValueError(f"{self.year}: a day is there twice")


class BaseList(Config, frozen=True, kw_only=True):
    """The holidays of every year."""

    holidays: tuple[YearlyHoliday, ...]


class SaturdayMornings(Dated, frozen=True, kw_only=True):
    """The province's offices open on Saturday mornings. `counted`: as working days for due dates.

    DOS-15 does not count Saturdays, so a province that does must say so.
    """

    counted: bool = False


class Saturdays(Config, frozen=True, kw_only=True):
    """The province's word on its Saturday mornings; none is open unless it says so."""

    mornings: tuple[SaturdayMornings, ...] = ()


class WorkCalendar(msgspec.Struct, frozen=True):
    """The days off and the days worked, as a value. Make it with `calendar_of`."""

    yearly: tuple[YearlyHoliday, ...]
    off: Mapping[date, _Names]
    worked: frozenset[date]
    announced: frozenset[int]
    saturdays: tuple[SaturdayMornings, ...] = ()

    def holiday(self, day: date) -> _Names | None:
        """Return the names of the holiday, or None; a plain Saturday or Sunday is none."""
        if names := self.off.get(day):
            return names
        return next((one.names for one in self.yearly if one.falls_on(day)), None)

    def is_working(self, day: date) -> bool:
        """Return whether the day counts for due dates (DOS-15)."""
        if day in self.worked:
            return True
        if day.weekday() == SUNDAY or self.holiday(day):
            return False
        return day.weekday() != SATURDAY or any(one.counted for one in self._mornings(day))

    def is_open(self, day: date) -> bool:
        """Return whether offices open that day, if only in the morning of a Saturday (DOS-17)."""
        if self.is_working(day):
            return True
        return day.weekday() == SATURDAY and not self.holiday(day) and any(self._mornings(day))

    def working_day_from(self, day: date) -> date:
        """Return the day itself if it is worked, or the next that is."""
        while not self.is_working(day):
            day += _DAY
        return day

    def after(self, day: date, working_days: int) -> date:
        """Return the day that many working days after the day, which itself is day 0 (DOS-15).

        None after an off day is the next working day.
        """
        for _ in range(working_days):
            day = self.working_day_from(day + _DAY)
        return self.working_day_from(day)

    def working_days(self, first: date, last: date) -> int:
        """Return the working days after `first` up to `last`; less than 0 when `last` is before.

        Of a longer span the first ten years are counted: a date may be a slip of a system's.
        """
        if last < first:
            return -self.working_days(last, first)
        span = min((last - first).days, _LONGEST_SPAN_DAYS)
        days = (first + timedelta(days=ahead) for ahead in range(1, span + 1))
        return sum(map(self.is_working, days))

    def doubtful_years(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years from `first` to `last` whose days off were not announced to us."""
        years = range(first.year, last.year + 1)
        return tuple(year for year in years if year not in self.announced)

    def _mornings(self, day: date) -> Iterable[SaturdayMornings]:
        return (one for one in self.saturdays if one.holds_on(day))


def calendar_of(
    base: BaseList,
    years: Iterable[CalendarYear],
    saturdays: tuple[SaturdayMornings, ...] = (),
) -> WorkCalendar:
    """Return the calendar; of two files of a year the later one holds, whole."""
    told = {year.year: year for year in years}
    return WorkCalendar(
        yearly=base.holidays,
        off={one.day: one.names for year in told.values() for one in year.off},
        worked=frozenset(one.day for year in told.values() for one in year.worked),
        announced=frozenset(year.year for year in told.values() if year.announced),
        saturdays=saturdays,
    )
