"""When a site gives numbers: the spans of each weekday, and days that differ (domain G-3).

All of it is local time in Viet Nam. Breaks are the gaps between spans. A span holds its first
minute and not its last.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated

import msgspec

from devices.contract.clock import LOCAL
from devices.contract.config import Config

SPAN_PATTERN = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z"
SpanText = Annotated[str, msgspec.Meta(pattern=SPAN_PATTERN)]
_OFFICE = ("07:30-11:30", "13:30-17:00")
_LOOK_AHEAD_DAYS = 60


class Week(Config, frozen=True, kw_only=True):
    """The spans of each weekday, as `07:30-11:30`; none means closed."""

    mon: tuple[SpanText, ...] = _OFFICE
    tue: tuple[SpanText, ...] = _OFFICE
    wed: tuple[SpanText, ...] = _OFFICE
    thu: tuple[SpanText, ...] = _OFFICE
    fri: tuple[SpanText, ...] = _OFFICE
    sat: tuple[SpanText, ...] = ()
    sun: tuple[SpanText, ...] = ()


class SpecialDay(Config, frozen=True, kw_only=True):
    """A day unlike its weekday: a holiday (no spans), or a Saturday worked in its stead."""

    day: date
    spans: tuple[SpanText, ...] = ()


class Hours(Config, frozen=True, kw_only=True):
    """The site's hours. Numbers stop `last_number_min` before the end of each day's last span."""

    week: Week = Week()
    special: tuple[SpecialDay, ...] = ()
    last_number_min: Annotated[int, msgspec.Meta(ge=0, le=240)] = 0

    def __post_init__(self) -> None:
        """Refuse spans that end before they begin or overlap, and a day told twice (ValueError)."""
        days = {name: getattr(self.week, name) for name in self.week.__struct_fields__}
        named = [special.day for special in self.special]
        if len(named) != len(set(named)):
            raise ValueError("hours.special: a day is there twice")
        days |= {special.day.isoformat(): special.spans for special in self.special}
        for name, texts in days.items():
            ends = [minute for text in texts for minute in _minutes(text)]
            if ends != sorted(set(ends)):
                raise ValueError(f"hours of {name}: spans must be in order, apart, and not empty")

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the spans of a day in which numbers are given, in order, in local time."""
        texts = next(
            (special.spans for special in self.special if special.day == day),
            getattr(self.week, self.week.__struct_fields__[day.weekday()]),
        )
        spans = [tuple(_moment(day, minute) for minute in _minutes(text)) for text in texts]
        if spans:
            begin, end = spans[-1]
            spans[-1] = (begin, max(begin, end - timedelta(minutes=self.last_number_min)))
        return [(begin, end) for begin, end in spans if begin < end]

    def is_open(self, moment: datetime) -> bool:
        """Return whether numbers are given at the moment."""
        return self.open_until(moment) is not None

    def open_until(self, moment: datetime) -> datetime | None:
        """Return the end of the span the moment is in, or None when closed."""
        local = moment.astimezone(LOCAL)
        return next((end for begin, end in self.spans(local.date()) if begin <= local < end), None)

    def opens_at(self, moment: datetime) -> datetime | None:
        """Return when the site opens next after the moment, or None when not within 60 days."""
        local = moment.astimezone(LOCAL)
        return next((begin for begin in self._openings(local.date()) if begin > local), None)

    def _openings(self, day: date) -> Iterator[datetime]:
        for ahead in range(_LOOK_AHEAD_DAYS):
            yield from (begin for begin, _ in self.spans(day + timedelta(days=ahead)))


def _minutes(span: str) -> tuple[int, int]:
    begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in span.split("-"))
    return begin, end


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), LOCAL) + timedelta(minutes=minute)
