"""A server short of processor, with time as an argument."""

from collections import deque

import pytest

from vc.engine.focus.video_haste import Haste, HasteConfig
from vc.media.phase import TickPhase

CONFIG = HasteConfig()
PERIOD_US, SITES = 40_000, 10


def test_who_keeps_up_leaves_nothing_out() -> None:
    haste = Haste(CONFIG)
    assert not any(haste.too_late(waited) for waited in (0.0, 0.02, 0.08))
    assert haste.most_left_out == 0


def test_pictures_that_wait_cost_moments_before_they_cost_pictures() -> None:
    haste = Haste(CONFIG)
    assert not haste.too_late(0.12)
    assert haste.most_left_out == CONFIG.most_left_out
    assert not haste.too_late(0.05)
    assert haste.most_left_out == 0


def test_once_late_pictures_are_thrown_away_until_one_is_fresh() -> None:
    haste = Haste(CONFIG)
    waits = (0.19, 0.21, 0.19, 0.1, 0.09, 0.08, 0.1, 0.19)
    thrown = [haste.too_late(waited) for waited in waits]
    assert thrown == [False, True, True, True, True, False, False, False]


def test_an_empty_queue_ends_the_haste() -> None:
    haste = Haste(CONFIG)
    assert haste.too_late(2.0)
    haste.caught_up()
    assert haste.most_left_out == 0
    assert not haste.too_late(0.15)


def waits_of(config: HasteConfig, decode_us: int, encode_us: int) -> list[int]:
    """Run ten sites through one queue for 30 s; returns how old each was when it was drawn, in µs.

    A picture that leans on one that was thrown away is passed over; a keyframe comes 0.2 s later.
    """
    arrivals = deque(
        (n * PERIOD_US + site * 3_000, site) for n in range(30 * 25) for site in range(SITES)
    )
    haste, phase = Haste(config), TickPhase(PERIOD_US, 0)
    whole_from = [0] * SITES
    now, drawn = 0, []
    while arrivals:
        if phase.at_us <= now:
            phase.skip(now)
            if not phase.leave_out(haste.most_left_out):
                now += encode_us
                phase.advance()
        arrived, site = arrivals[0]
        if arrived > now:
            haste.caught_up()
            now = min(arrived, max(now + 1, phase.at_us))
            continue
        arrivals.popleft()
        if haste.too_late((now - arrived) / 1e6):
            whole_from[site] = now + 200_000
        elif arrived >= whole_from[site]:
            now += decode_us
            drawn.append(now - arrived)
    return sorted(drawn)


@pytest.mark.parametrize(
    ("decode_us", "encode_us"), [(3_000, 25_000), (6_000, 30_000), (20_000, 60_000)]
)
def test_short_of_processor_no_latency_stands(decode_us: int, encode_us: int) -> None:
    """With 1.4 to 6.5 times the work that fits, the middle picture is fresh, and some are shown."""
    drawn = waits_of(CONFIG, decode_us, encode_us)
    assert len(drawn) > 200
    assert drawn[len(drawn) // 2] <= 150_000 + decode_us
    assert drawn[-1] <= 200_000 + decode_us


def test_a_little_short_of_processor_no_picture_is_thrown_away() -> None:
    drawn = waits_of(CONFIG, 3_000, 25_000)
    assert len(drawn) == 30 * 25 * SITES


def test_without_it_latency_stands_below_the_bound() -> None:
    drawn = waits_of(HasteConfig(late_s=0.3, fresh_s=0.3, most_left_out=0), 3_000, 25_000)
    assert drawn[len(drawn) // 2] > 200_000
