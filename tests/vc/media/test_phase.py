import random
from itertools import chain, pairwise
from math import ceil
from statistics import fmean

from hypothesis import example, given, settings
from hypothesis import strategies as st

from vc.media.phase import TickPhase

PERIOD = 40_000
NEARLY = 0.18 * PERIOD  # a gain under 0.08 moves nothing, and both figures are rounded to 1/40


def waits(
    phase: TickPhase, arrivals: list[int], ticks: int, jitter_us: int = 0, seed: int = 1
) -> list[list[int]]:
    """Run with sources at these phases; returns each tick's waits of the pictures it took."""
    noise = random.Random(seed)
    seen: list[list[int]] = []
    before = phase.at_us - PERIOD
    for _ in range(ticks):
        taken = []
        for own in arrivals:
            first = (before - own) // PERIOD + 1
            at = own + first * PERIOD
            while at <= phase.at_us:
                when = at + noise.randint(-jitter_us, 0)
                phase.arrived(when)
                taken.append(phase.at_us - when)
                at += PERIOD
        seen.append(taken)
        before = phase.at_us
        phase.advance()
    return seen


@given(
    st.lists(st.integers(0, PERIOD - 1), max_size=30),
    st.integers(0, 10**12),
    st.integers(0, 5_000),
)
@settings(max_examples=40, deadline=None)
def test_ticks_never_jump(arrivals: list[int], start: int, jitter: int) -> None:
    phase = TickPhase(PERIOD, start)
    moments = []
    for _ in range(120):
        moments.append(phase.at_us)
        waits(phase, arrivals, 1, jitter)
    steps = [later - earlier for earlier, later in pairwise(moments)]
    assert all(abs(step - PERIOD) <= 500 for step in steps)


def cost(late: list[int]) -> float:
    """Return the 95th percentile of the waits plus their mean."""
    ordered = sorted(late)
    return ordered[ceil(0.95 * len(ordered)) - 1] + fmean(ordered)


@given(
    st.integers(0, PERIOD - 1),
    st.lists(st.integers(0, 20_000), min_size=4, max_size=12),
    st.integers(0, 10**9),
)
@example(0, [0, 0, 0, 0, 16_000], 0)  # two places are best, by one or by four pictures
@settings(max_examples=40, deadline=None)
def test_pictures_that_come_together_wait_nearly_as_little_as_they_can(
    first: int, offsets: list[int], start: int
) -> None:
    arrivals = [(first + offset) % PERIOD for offset in offsets]
    late = waits(TickPhase(PERIOD, start), arrivals, 400)[300:]
    best = min(
        cost([(tick - at) % PERIOD for at in arrivals]) for tick in range(0, PERIOD, PERIOD // 400)
    )
    assert cost(list(chain.from_iterable(late))) <= best + NEARLY


def test_a_tick_that_begins_at_the_worst_place_leaves_it() -> None:
    """Begun just before ten pictures arrive, each waits a whole period; soon none does."""
    arrivals = [10_000 + 200 * n for n in range(10)]
    seen = waits(TickPhase(PERIOD, 9_000), arrivals, 300)
    assert min(seen[1]) > 30_000
    assert max(seen[-1]) < 8_000


def test_the_large_tile_weighs_more() -> None:
    phase = TickPhase(PERIOD, 0)
    for _ in range(300):
        phase.arrived(8_000, weight=10.0)
        phase.arrived(28_000, weight=0.3)
        phase.advance()
    assert 8_000 <= phase.at_us % PERIOD < 12_000


def test_without_pictures_the_rhythm_is_even() -> None:
    phase = TickPhase(PERIOD, 123)
    for _ in range(100):
        phase.advance()
    assert phase.at_us == 123 + 100 * PERIOD


def test_moments_are_left_out_only_so_many_one_after_another() -> None:
    phase = TickPhase(PERIOD, 0)
    assert not phase.leave_out(0)
    assert phase.at_us == 0
    for _ in range(2):
        begin = phase.at_us
        assert [phase.leave_out(3) for _ in range(4)] == [True, True, True, False]
        assert phase.at_us == begin + 3 * PERIOD
        phase.advance()


def test_what_is_missed_is_skipped_whole() -> None:
    phase = TickPhase(PERIOD, 0)
    assert phase.skip(PERIOD - 1) == 0
    assert phase.skip(3 * PERIOD + 5) == 3
    assert phase.at_us == 3 * PERIOD
