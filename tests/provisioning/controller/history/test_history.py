"""Samples in a real database: rolled up in small steps, found again, forgotten in the end."""

from datetime import timedelta

from provisioning.controller.database import Database
from provisioning.controller.history.history import History
from provisioning.controller.history.samples import DAY_S, HOUR_S, MOMENT_S, Sample
from tests.provisioning.controller.saying import T0

LONG_AGO = T0 - timedelta(days=2000)
AT = int(T0.timestamp()) // DAY_S * DAY_S


def moments(box: str, first: int, count: int, name: str = "waiting") -> list[Sample]:
    return [
        Sample(box, name, MOMENT_S, at, float(step), float(step), float(step))
        for step, at in enumerate(range(first, first + count * MOMENT_S, MOMENT_S))
    ]


def roll_up_all(history: History) -> int:
    steps = 0
    while history.roll_up(T0):
        steps += 1
        assert steps < 1000, "it never ends"
    return steps


def test_what_is_written_is_read_by_box_name_and_time(database: Database) -> None:
    history = History(database)
    history.write(moments("box-1", AT, 3))
    history.write(moments("box-2", AT, 1))
    history.write(moments("box-1", AT, 1, "line"))
    read = history.read("box-1", T0 - timedelta(days=1))
    assert [(s.name, s.at - AT) for s in read] == [
        ("line", 0),
        ("waiting", 0),
        ("waiting", 300),
        ("waiting", 600),
    ]
    assert [s.name for s in history.read("box-1", LONG_AGO, ["line"])] == ["line"]
    assert history.read("box-1", T0 + timedelta(days=1)) == []


def test_a_sample_taken_twice_counts_once(database: Database) -> None:
    history = History(database)
    history.write(moments("box-1", AT, 2))
    history.write(moments("box-1", AT, 2))
    assert len(history.read("box-1", LONG_AGO)) == 2


def test_after_a_week_moments_are_hours(database: Database) -> None:
    history = History(database)
    old = AT - 10 * DAY_S
    history.write(moments("box-1", old, 24))
    history.write(moments("box-1", AT, 2))
    roll_up_all(history)
    read = history.read("box-1", LONG_AGO)
    assert [(s.span, s.at - old, s.least, s.value, s.most) for s in read[:2]] == [
        (HOUR_S, 0, 0.0, 5.5, 11.0),
        (HOUR_S, HOUR_S, 12.0, 17.5, 23.0),
    ]
    assert [s.span for s in read[2:]] == [MOMENT_S, MOMENT_S], "what is new stays as it is"


def test_after_three_months_hours_are_days_and_after_three_years_nothing(
    database: Database,
) -> None:
    history = History(database)
    history.write(moments("box-1", AT - 100 * DAY_S, 288))
    history.write(moments("box-1", AT - 1200 * DAY_S, 1))
    roll_up_all(history)
    [day] = history.read("box-1", LONG_AGO)
    assert (day.span, day.at, day.least, day.most) == (DAY_S, AT - 100 * DAY_S, 0.0, 287.0)
    assert round(day.value, 1) == 143.5


def test_many_boxes_are_rolled_up_in_small_steps(database: Database) -> None:
    history = History(database)
    for at in range(600):
        history.write(moments(f"box-{at:03}", AT - 10 * DAY_S, 2))
    assert roll_up_all(history) == 3, "250 boxes of an hour are a step"
    assert all(len(history.read(f"box-{at:03}", LONG_AGO)) == 1 for at in range(0, 600, 7))
