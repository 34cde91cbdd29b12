"""Token buckets: a burst, then one at a time, and never more keys than the bound."""

from datetime import UTC, datetime, timedelta

import pytest

from devices.contract.clock import SimulatedClock
from devices.web.limits import Buckets, TooOftenError


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 22, tzinfo=UTC))


def test_a_burst_passes_then_one_every_while(clock: SimulatedClock) -> None:
    buckets = Buckets(clock, burst=3, every_s=10)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(TooOftenError) as refused:
        buckets.take("a")
    assert refused.value.wait_s == 10
    clock.move(timedelta(seconds=10))
    buckets.take("a")
    with pytest.raises(TooOftenError):
        buckets.take("a")


def test_one_key_does_not_pay_for_another(clock: SimulatedClock) -> None:
    buckets = Buckets(clock, burst=1, every_s=60)
    buckets.take("a")
    buckets.take("b")
    with pytest.raises(TooOftenError):
        buckets.take("a")


def test_a_look_takes_nothing_and_forgiving_fills_again(clock: SimulatedClock) -> None:
    buckets = Buckets(clock, burst=1, every_s=60)
    for _ in range(5):
        buckets.check("a")
    buckets.take("a")
    buckets.forgive("a")
    buckets.take("a")


def test_a_silence_saves_up_no_more_than_the_burst(clock: SimulatedClock) -> None:
    buckets = Buckets(clock, burst=2, every_s=1)
    buckets.take("a")
    clock.move(timedelta(days=1))
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooOftenError):
        buckets.take("a")


def test_a_full_table_forgets_who_was_not_seen_for_longest(clock: SimulatedClock) -> None:
    buckets = Buckets(clock, burst=1, every_s=60, most=2)
    for key in ("old", "a", "b"):
        buckets.take(key)
    buckets.take("old")
    with pytest.raises(TooOftenError):
        buckets.take("b")
