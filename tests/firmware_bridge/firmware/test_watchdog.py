"""The watchdog over the box, hour by hour."""

import itertools

from firmware_bridge.firmware.watchdog import CUT, MOST_S, OFF_MS, RESTORE, Watchdog

STEP_MS = 500


def acts(watchdog: Watchdog, from_s: int, to_s: int) -> list[tuple[int, int]]:
    """Return what it does and when, in s."""
    out = []
    for now in range(from_s * 1000, to_s * 1000, STEP_MS):
        act = watchdog.turn(now)
        if act:
            out.append((now // 1000, act))
    return out


def test_it_sleeps_until_it_is_fed() -> None:
    assert acts(Watchdog(0, 0, 0), 0, 100_000) == []


def test_a_box_that_feeds_it_keeps_its_power() -> None:
    watchdog = Watchdog(0, 0, 0)
    for now in range(0, 10_000, 25):
        watchdog.feed(30, now * 1000)
        assert acts(watchdog, now, now + 25) == []


def test_a_box_that_does_not_is_without_power_for_a_moment() -> None:
    watchdog = Watchdog(0, 0, 0)
    assert watchdog.feed(30, 10_000) == 30
    assert acts(watchdog, 10, 50) == [(40, CUT), (40 + OFF_MS // 1000, RESTORE)]


def test_the_limit_doubles_up_to_an_hour_while_nobody_feeds_it() -> None:
    watchdog = Watchdog(0, 0, 0)
    watchdog.feed(60, 0)
    cuts = [when for when, act in acts(watchdog, 0, 40_000) if act == CUT]
    gaps = [b - a - OFF_MS // 1000 for a, b in itertools.pairwise(cuts)]
    assert cuts[0] == 60
    assert gaps[:6] == [120, 240, 480, 960, 1920, MOST_S]
    assert set(gaps[6:]) == {MOST_S}


def test_a_feeding_ends_the_back_off() -> None:
    watchdog = Watchdog(0, 0, 0)
    watchdog.feed(60, 0)
    acts(watchdog, 0, 500)
    assert watchdog.cuts > 1
    assert watchdog.feed(60, 500_000) == 60
    assert [when for when, act in acts(watchdog, 500, 600) if act == CUT] == [560]


def test_it_holds_still_and_then_counts_from_the_beginning() -> None:
    watchdog = Watchdog(0, 0, 0)
    watchdog.feed(30, 0)
    assert watchdog.hold(600, 20_000) == 600
    assert [when for when, act in acts(watchdog, 20, 700) if act == CUT] == [650]


def test_a_feeding_does_not_end_a_hold_and_a_hold_of_nothing_does() -> None:
    watchdog = Watchdog(0, 0, 0)
    watchdog.hold(600, 0)
    watchdog.feed(30, 10_000)
    assert acts(watchdog, 10, 600) == []
    watchdog.hold(0, 600_000)
    assert [when for when, act in acts(watchdog, 600, 640) if act == CUT] == [630]


def test_no_hold_and_no_limit_is_longer_than_an_hour() -> None:
    watchdog = Watchdog(0, 0, 0)
    assert watchdog.hold(65_535, 0) == MOST_S
    assert watchdog.feed(65_535, 0) == MOST_S


def test_it_can_be_put_to_sleep() -> None:
    watchdog = Watchdog(0, 0, 0)
    watchdog.feed(30, 0)
    watchdog.feed(0, 10_000)
    assert acts(watchdog, 10, 1_000) == []


def test_what_was_kept_over_a_restart_goes_on_with_its_back_off() -> None:
    watchdog = Watchdog(60, 2, 0)
    assert watchdog.now_s == 240
    assert [when for when, act in acts(watchdog, 0, 300) if act == CUT] == [240]


def test_it_says_how_it_stands() -> None:
    watchdog = Watchdog(0, 0, 0)
    assert watchdog.state(0) == (0, 0, 0, 0)
    watchdog.feed(60, 0)
    assert watchdog.state(20_000) == (60, 40, 0, 0)
    watchdog.hold(100, 20_000)
    assert watchdog.state(50_000) == (60, 130, 70, 0)
