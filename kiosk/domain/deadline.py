"""When a dossier is due, and how it stands today (domain DOS-15, DOS-16).

What the server says of a due date holds. What is counted here says so (`Due.told`), and names the
years whose days off are not announced.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.clock import LOCAL, local_day
from devices.contract.config import Config
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.dossier_state import Clock, state_of

CUT_OFF = time(15)
"""Of procedures done within the day (DOS-16); which have one is data of the procedure."""


class TimeUnit(StrEnum):
    """What a duration is counted in, in the words of decisions (DOS-15)."""

    WORKING_DAYS = "ngày làm việc"
    DAYS = "ngày"


class Duration(Config, frozen=True, kw_only=True):
    """How long a procedure takes; 0 is the day itself. Without a unit nothing follows from it."""

    amount: Annotated[int, msgspec.Meta(ge=0, le=3650)]
    unit: TimeUnit | None = None


class Told(StrEnum):
    """Whose word a due date is."""

    SERVER = "server"
    COUNTED = "counted"


class Due(msgspec.Struct, frozen=True):
    """A due date, a local day. `doubtful_years`: of these the days off are not announced."""

    day: date
    told: Told
    doubtful_years: tuple[int, ...] = ()


class Pause(Config, frozen=True, kw_only=True):
    """The local days on which a dossier's clock was stopped and went on again (states 5, 6, 8)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse an end before the beginning (ValueError)."""
        if self.last < self.first:
            raise ValueError("a pause ends before it begins")


def pauses_of(steps: Iterable[tuple[int, datetime]]) -> tuple[Pause, ...]:
    """Return when a dossier's clock stood and went on again: its states, each since when."""
    found: list[Pause] = []
    since: datetime | None = None
    for state, at in sorted(steps, key=lambda step: step[1]):
        stands = state_of(state).clock is Clock.PAUSED
        if stands and since is None:
            since = at
        elif not stands and since is not None:
            found.append(Pause(first=local_day(since), last=local_day(at)))
            since = None
    return tuple(found)


def due(
    received_at: datetime,
    duration: Duration,
    calendar: WorkCalendar,
    cut_off: time | None = None,
    pauses: Iterable[Pause] = (),
) -> Due | None:
    """Return when a dossier is due; None when the duration has no unit.

    The day of receipt is day 0. Where there is a `cut_off` (local time), what comes after it or on
    an off day counts as received on the next working day; the cut-off itself is in time. A pause
    gives back the time it took; pauses do not overlap. Days of the calendar (`ngày`) that end on
    an off day end on the next working day (Civil Code 2015, Art. 148.5).
    """
    if duration.unit is None:
        return None
    received = local_day(received_at)
    day = received
    if cut_off and received_at.astimezone(LOCAL).time() > cut_off:
        day += timedelta(days=1)
    if cut_off:
        day = calendar.working_day_from(day)
    day = _later(day, duration.amount, duration.unit, calendar)
    for pause in sorted(pauses, key=lambda one: one.first):
        day = _pushed(day, pause, duration.unit, calendar)
    return Due(day, Told.COUNTED, calendar.doubtful_years(received, day))


def _pushed(day: date, pause: Pause, unit: TimeUnit, calendar: WorkCalendar) -> date:
    """Return the due date after a pause: as much time is left at its end as at its beginning."""
    if pause.first > day:
        return day
    if unit is TimeUnit.DAYS:
        return _later(day, (pause.last - pause.first).days, unit, calendar)
    return calendar.after(day, calendar.working_days(pause.first, pause.last))


def _later(day: date, amount: int, unit: TimeUnit, calendar: WorkCalendar) -> date:
    if unit is TimeUnit.DAYS:
        return calendar.working_day_from(day + timedelta(days=amount))
    return calendar.after(day, amount)


class Standing(StrEnum):
    """How a dossier stands against its due date."""

    IN_TIME = "in_time"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"
    PAUSED = "paused"
    """The clock stands: whoever paused it sets the due date anew."""
    OPEN = "open"
    """There is no due date, or the state says nothing of one."""


class Account(msgspec.Struct, frozen=True):
    """How a dossier stands, and by how many working days: left, too late, or early.

    0 too late: the due date is over, and no working day has passed since.
    """

    standing: Standing
    working_days: int = 0


def account(
    clock: Clock,
    due_day: date | None,
    today: date,
    calendar: WorkCalendar,
    finished: date | None = None,
) -> Account:
    """Return how a dossier stands on a local day.

    `finished` is the day it was done; a stopped clock without one makes no claim.
    """
    if clock is Clock.PAUSED:
        return Account(Standing.PAUSED)
    if due_day is None or clock not in (Clock.RUNS, Clock.STOPPED):
        return Account(Standing.OPEN)
    if clock is Clock.STOPPED:
        if finished is None:
            return Account(Standing.OPEN)
        late = finished > due_day
        early = abs(calendar.working_days(finished, due_day))
        return Account(Standing.DONE_LATE if late else Standing.DONE_IN_TIME, early)
    if today == due_day:
        return Account(Standing.DUE_TODAY)
    left = calendar.working_days(today, due_day)
    return Account(Standing.OVERDUE if today > due_day else Standing.IN_TIME, abs(left))
