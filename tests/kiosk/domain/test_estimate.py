from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.estimate import (
    LONGEST_S,
    MAX_WAIT_S,
    SHORTEST_S,
    expected_wait_s,
    service_time_s,
)

TIMES = st.lists(st.floats(0, 1e6), max_size=60)


def test_nobody_ahead_and_a_free_counter_means_no_wait() -> None:
    assert expected_wait_s([], [], 1) == 0
    assert expected_wait_s([], [300], 2) == 0


def test_the_work_ahead_is_shared_by_the_counters_and_rounded_up() -> None:
    assert expected_wait_s([300, 300, 300, 300], [], 1) == 1200
    assert expected_wait_s([300, 300, 300, 300], [300, 300], 2) == 780
    assert expected_wait_s([], [300], 1) == 180
    assert expected_wait_s([300], [], 0) == 300


def test_the_mean_starts_at_the_configured_time_and_moves_to_what_is_measured() -> None:
    assert service_time_s([], 600) == 600
    assert service_time_s([100] * 4, 600) == 350
    assert service_time_s([100] * 1000, 600) < 190


@given(TIMES, st.floats(60, 1800))
def test_one_forgotten_ticket_does_not_swing_the_mean(times: list[float], typical_s: float) -> None:
    mean = service_time_s(times, typical_s)
    assert min(SHORTEST_S, typical_s) <= mean <= max(LONGEST_S, typical_s)


@given(TIMES, TIMES, st.integers(0, 50))
def test_an_estimate_is_whole_minutes_within_its_bounds(
    ahead: list[float], serving: list[float], counters: int
) -> None:
    seconds = expected_wait_s(ahead, serving, counters)
    assert 0 <= seconds <= MAX_WAIT_S
    assert seconds % 60 == 0
