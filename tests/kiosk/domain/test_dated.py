from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.dated import Dated, on, overlapping

DAY = date(2026, 3, 1)
EDGES = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_both_days_are_in_it_and_an_open_side_has_no_end() -> None:
    thing = Dated(valid_from=DAY, valid_to=DAY + timedelta(days=1))
    days = [DAY + timedelta(days=step) for step in (-1, 0, 1, 2)]
    assert [thing.holds_on(day) for day in days] == [False, True, True, False]
    assert all(Dated().holds_on(day) for day in (date.min, DAY, date.max))


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="2026-02-28 is before valid_from 2026-03-01"):
        Dated(valid_from=DAY, valid_to=DAY - timedelta(days=1))


@given(st.lists(st.tuples(EDGES, EDGES), max_size=5), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_without_an_overlap_no_day_has_two(
    edges: list[tuple[date | None, date | None]], day: date
) -> None:
    things = [
        Dated(valid_from=one, valid_to=other)
        for one, other in edges
        if not one or not other or one <= other
    ]
    if not list(overlapping(things)):
        assert len(list(on(day, things))) <= 1


def test_one_shared_day_is_an_overlap() -> None:
    first, second = Dated(valid_to=DAY), Dated(valid_from=DAY)
    assert list(overlapping([second, first])) == [(first, second)]
    assert not list(overlapping([first, Dated(valid_from=DAY + timedelta(days=1))]))
