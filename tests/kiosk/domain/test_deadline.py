"""Domain DOS-15 to DOS-18, with the calendar that is shipped."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.clock import LOCAL
from kiosk.catalogue.tables import read_calendar
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.deadline import (
    CUT_OFF,
    Account,
    Due,
    Duration,
    Pause,
    Standing,
    TimeUnit,
    Told,
    account,
    due,
)
from kiosk.domain.dossier_state import Clock

CALENDAR = read_calendar()
SAME_DAY = Duration(amount=0, unit=TimeUnit.WORKING_DAYS)

some_days = st.dates(date(2026, 1, 1), date(2027, 11, 30))
some_times = st.builds(
    lambda day, second: datetime.combine(day, time(), LOCAL) + timedelta(seconds=second),
    some_days,
    st.integers(0, 86_399),
)
amounts = st.integers(0, 60)
durations = st.builds(
    lambda amount, unit: Duration(amount=amount, unit=unit), amounts, st.sampled_from(TimeUnit)
)
cut_offs = st.none() | st.just(CUT_OFF)


def working(amount: int) -> Duration:
    return Duration(amount=amount, unit=TimeUnit.WORKING_DAYS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("received", "amount", "day"),
    [
        ("2026-08-20", 3, "2026-08-24"),  # Sat 22/8 is worked
        ("2026-08-27", 3, "2026-09-04"),
        ("2026-11-23", 1, "2026-11-25"),
        ("2026-02-12", 3, "2026-02-24"),
        ("2027-02-03", 3, "2027-02-15"),
    ],
)
def test_working_days_are_counted_past_holidays_and_on_make_up_days(
    received: str, amount: int, day: str
) -> None:
    """DOS-18: every vector of the table, make-up Saturdays applied."""
    found = due(at(f"{received}T09:00"), working(amount), CALENDAR)
    assert found is not None
    assert found.day == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("received", "day"),
    [
        ("2026-11-20T07:30:00", "2026-11-20"),
        ("2026-11-20T15:00:00", "2026-11-20"),
        ("2026-11-20T15:00:01", "2026-11-23"),
        ("2026-11-20T15:00:00.000001", "2026-11-23"),
        ("2026-11-23T15:00:01", "2026-11-25"),  # over Ngày Văn hóa Việt Nam
        ("2026-11-21T09:00:00", "2026-11-23"),  # a Saturday
        ("2026-08-21T16:00:00", "2026-08-22"),  # the next day is a worked Saturday
    ],
)
def test_same_day_procedures_end_at_three_in_the_afternoon(received: str, day: str) -> None:
    """DOS-16."""
    found = due(at(received), SAME_DAY, CALENDAR, CUT_OFF)
    assert found is not None
    assert found.day == date.fromisoformat(day)


def test_the_cut_off_is_viet_nams_wherever_the_clock_runs() -> None:
    """G-3: 08:00:01 UTC is 15:00:01."""
    found = due(datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC), SAME_DAY, CALENDAR, CUT_OFF)
    assert found == Due(date(2026, 11, 23), Told.COUNTED)


def test_a_procedure_without_a_cut_off_has_none() -> None:
    found = due(at("2026-11-20T16:59"), SAME_DAY, CALENDAR)
    assert found == Due(date(2026, 11, 20), Told.COUNTED)


@pytest.mark.parametrize(
    ("amount", "day"), [(1, "2026-11-25"), (2, "2026-11-25"), (5, "2026-11-30"), (7, "2026-11-30")]
)
def test_calendar_days_count_all_days_and_end_on_a_working_day(amount: int, day: str) -> None:
    """DOS-15: received Mon 2026-11-23; the 24th is a holiday, the 28th and 29th a weekend."""
    duration = Duration(amount=amount, unit=TimeUnit.DAYS)
    found = due(at("2026-11-23T09:00"), duration, CALENDAR)
    assert found is not None
    assert found.day == date.fromisoformat(day)


def test_without_a_unit_there_is_no_due_date() -> None:
    """§12: the 30-day and 15-day procedures."""
    assert due(at("2026-11-23T09:00"), Duration(amount=30), CALENDAR) is None


def test_years_that_were_not_announced_are_named() -> None:
    """DOS-18, §12: 2027 is a forecast, 2028 has no file."""
    doubts = {
        received: found.doubtful_years
        for received in ("2026-11-23", "2026-12-30", "2027-03-01", "2027-12-30")
        if (found := due(at(f"{received}T09:00"), working(3), CALENDAR))
    }
    assert doubts == {
        "2026-11-23": (),
        "2026-12-30": (2027,),
        "2027-03-01": (2027,),
        "2027-12-30": (2027, 2028),
    }


def with_saturdays(folder: Path, rows: str) -> WorkCalendar:
    """Return the calendar of a site whose own tables have these rows."""
    (folder / "calendar").mkdir(parents=True)
    (folder / "calendar" / "saturdays.toml").write_text(f"[[mornings]]\n{rows}\n")
    return read_calendar(folder)


def test_a_province_may_count_its_saturday_mornings(tmp_path: Path) -> None:
    """DOS-15, DOS-17: by the site's own table; they are open then, and count when it says so."""
    opened = with_saturdays(tmp_path / "opened", "valid_from = 2026-11-01")
    counted = with_saturdays(tmp_path / "counted", "counted = true")
    saturday = date(2026, 11, 21)
    assert [one.is_open(saturday) for one in (CALENDAR, opened, counted)] == [False, True, True]
    assert not opened.is_open(date(2026, 10, 31))
    found = [due(at("2026-11-20T09:00"), working(1), one) for one in (CALENDAR, opened, counted)]
    assert [one.day.day for one in found if one] == [23, 23, 21]


@given(some_times, durations, cut_offs)
def test_a_due_date_is_never_an_off_day_nor_before_the_receipt(
    received: datetime, duration: Duration, cut_off: time | None
) -> None:
    found = due(received, duration, CALENDAR, cut_off)
    assert found is not None
    assert CALENDAR.is_working(found.day)
    assert found.day >= received.date()


@given(some_times, some_times, durations, cut_offs)
def test_who_comes_later_is_never_due_earlier(
    one: datetime, other: datetime, duration: Duration, cut_off: time | None
) -> None:
    first, second = (due(when, duration, CALENDAR, cut_off) for when in sorted((one, other)))
    assert first is not None
    assert second is not None
    assert first.day <= second.day


@given(some_days, amounts, amounts)
def test_n_and_m_working_days_are_n_then_m(day: date, n: int, m: int) -> None:
    start = CALENDAR.working_day_from(day)
    assert CALENDAR.after(CALENDAR.after(start, n), m) == CALENDAR.after(start, n + m)
    assert CALENDAR.working_days(start, CALENDAR.after(start, n)) == n


@given(some_days, some_days)
def test_counting_back_is_counting_on_with_a_minus(one: date, other: date) -> None:
    assert CALENDAR.working_days(one, other) == -CALENDAR.working_days(other, one)


@given(some_times, amounts, st.integers(0, 40), st.integers(0, 60))
def test_after_a_pause_as_much_time_is_left_as_before(
    received: datetime, amount: int, begins: int, length: int
) -> None:
    """States 5, 6 and 8 stop the clock (§2.4)."""
    plain = due(received, working(amount), CALENDAR)
    assert plain is not None
    first = received.date() + timedelta(days=begins)
    pause = Pause(first=first, last=first + timedelta(days=length))
    pushed = due(received, working(amount), CALENDAR, pauses=[pause])
    assert pushed is not None
    if first > plain.day:
        assert pushed.day == plain.day
    else:
        left = CALENDAR.working_days(pause.last, pushed.day)
        assert left == CALENDAR.working_days(first, plain.day)


def test_a_pause_pushes_calendar_days_by_calendar_days() -> None:
    duration = Duration(amount=10, unit=TimeUnit.DAYS)
    pause = Pause(first=date(2026, 11, 3), last=date(2026, 11, 6))
    found = due(at("2026-11-02T09:00"), duration, CALENDAR, pauses=[pause])
    assert found == Due(date(2026, 11, 16), Told.COUNTED)  # the 15th is a Sunday


def test_a_pause_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Pause(first=date(2026, 11, 3), last=date(2026, 11, 2))


DUE = date(2026, 11, 25)  # a Wednesday; the 24th is a holiday


@pytest.mark.parametrize(
    ("clock", "today", "finished", "said"),
    [
        (Clock.RUNS, "2026-11-20", None, Account(Standing.IN_TIME, 2)),
        (Clock.RUNS, "2026-11-24", None, Account(Standing.IN_TIME, 1)),
        (Clock.RUNS, "2026-11-25", None, Account(Standing.DUE_TODAY)),
        (Clock.RUNS, "2026-11-26", None, Account(Standing.OVERDUE, 1)),
        (Clock.RUNS, "2026-11-29", None, Account(Standing.OVERDUE, 2)),
        (Clock.PAUSED, "2026-12-25", None, Account(Standing.PAUSED)),
        (Clock.STOPPED, "2026-12-25", "2026-11-23", Account(Standing.DONE_IN_TIME, 1)),
        (Clock.STOPPED, "2026-12-25", "2026-11-25", Account(Standing.DONE_IN_TIME, 0)),
        (Clock.STOPPED, "2026-12-25", "2026-11-27", Account(Standing.DONE_LATE, 2)),
        (Clock.STOPPED, "2026-12-25", None, Account(Standing.OPEN)),
        (Clock.NOT_STARTED, "2026-12-25", None, Account(Standing.OPEN)),
        (Clock.NONE, "2026-12-25", None, Account(Standing.OPEN)),
        (Clock.UNKNOWN, "2026-12-25", None, Account(Standing.OPEN)),
    ],
)
def test_a_dossier_stands_by_its_clock_and_its_due_date(
    clock: Clock, today: str, finished: str | None, said: Account
) -> None:
    """DOS-14, DOS-15: overdue is told only while the clock runs."""
    done = date.fromisoformat(finished) if finished else None
    assert account(clock, DUE, date.fromisoformat(today), CALENDAR, done) == said


def test_over_a_weekend_a_dossier_is_overdue_by_no_working_day_yet() -> None:
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    assert account(Clock.RUNS, friday, saturday, CALENDAR) == Account(Standing.OVERDUE, 0)


def test_without_a_due_date_nothing_is_said() -> None:
    assert account(Clock.RUNS, None, DUE, CALENDAR) == Account(Standing.OPEN)


def test_a_due_date_of_the_far_future_or_past_still_gets_an_answer() -> None:
    """A system's slip of the year; ten years have about 2,600 working days."""
    for slip, standing in ((date.max, Standing.IN_TIME), (date.min, Standing.OVERDUE)):
        found = account(Clock.RUNS, slip, DUE, CALENDAR)
        assert found.standing is standing
        assert 2500 < found.working_days < 2610
