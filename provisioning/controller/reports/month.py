"""A month of the office's time (Việt Nam, UTC+7, no daylight saving). Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated

import msgspec

from devices.contract.clock import LOCAL
from devices.contract.config import Config
from devices.contract.errors import MotcuaError

_FORM = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")
_DECEMBER = 12
Span = tuple[datetime, datetime]


class BadMonthError(MotcuaError):
    """A month is written as 2026-11."""

    code = "request.bad"


class Month(msgspec.Struct, frozen=True, order=True):
    """A month of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def begin(self) -> datetime:
        """Its first moment in Viet Nam."""
        return datetime.combine(self.first, time(), LOCAL)

    @property
    def after(self) -> "Month":
        """The next month."""
        later = self.number == _DECEMBER
        return Month(self.year + later, 1 if later else self.number + 1)

    @property
    def before(self) -> "Month":
        """The month before."""
        return month_of(self.first - timedelta(days=1))

    @property
    def days(self) -> Iterator[date]:
        """Its days."""
        count = (self.after.first - self.first).days
        return (self.first + timedelta(days=at) for at in range(count))


class Hours(Config, frozen=True, kw_only=True):
    """When offices are open; `days` counts Monday as 1. Availability is judged within."""

    begin: time = time(7, 30)
    end: time = time(17, 0)
    days: tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    holidays: tuple[date, ...] = ()


def month_of(day: date) -> Month:
    """Return the month of a day."""
    return Month(day.year, day.month)


def read_month(text: str) -> Month:
    """Return the month of a text such as `2026-11`; raises BadMonthError."""
    found = _FORM.match(text)
    if not found:
        raise BadMonthError(f"{text[:20]!r} is not a month as in 2026-11.")
    return Month(int(found[1]), int(found[2]))


def open_spans(month: Month, hours: Hours, until: datetime) -> list[Span]:
    """Return when offices were open in the month, as far as it has passed `until` then."""
    spans = []
    for day in month.days:
        if day.isoweekday() not in hours.days or day in hours.holidays:
            continue
        begin = datetime.combine(day, hours.begin, LOCAL)
        end = min(datetime.combine(day, hours.end, LOCAL), until)
        if begin < end:
            spans.append((begin, end))
    return spans


def availability(open_then: Iterable[Span], down: Iterable[Span]) -> float | None:
    """Return which share of the open time was not down, 0..1; None when nothing was open.

    Times that are down twice are down once.
    """
    gone = _merged(down)
    whole = lost = timedelta()
    for begin, end in open_then:
        whole += end - begin
        for from_, to in gone:
            lost += max(min(end, to) - max(begin, from_), timedelta())
    return 1 - lost / whole if whole else None


def clipped(spans: Iterable[Span], to: Span) -> list[Span]:
    """Return what of the times lies within another."""
    cut = ((max(begin, to[0]), min(end, to[1])) for begin, end in spans)
    return [(begin, end) for begin, end in cut if begin < end]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
