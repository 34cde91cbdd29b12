"""Lines to draw: where they lie, where they break, and what is written beside them."""

import re
from datetime import timedelta

import pytest

from provisioning.controller.history.plot import Range, plots, since
from provisioning.controller.history.samples import DAY_S, HOUR_S, MOMENT_S, Sample
from tests.provisioning.controller.saying import T0

NOW = int(T0.timestamp())


def sample(ago_s: int, value: float, name: str = "waiting", span: int = MOMENT_S) -> Sample:
    return Sample("box-1", name, span, NOW - ago_s, value, value, value)


def xs(path: str) -> list[float]:
    return [float(x) for x, _ in re.findall(r"([\d.]+) ([\d.]+)", path)]


def ys(path: str) -> list[float]:
    return [float(y) for _, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_no_samples_are_no_plots() -> None:
    assert plots([], Range.DAY, T0) == []


def test_more_is_higher_and_later_is_further_right() -> None:
    rising = [sample(ago, (40_000 - ago) / 1000) for ago in range(40_000, 0, -300)]
    [plot] = plots(rising, Range.DAY, T0)
    assert xs(plot.line) == sorted(xs(plot.line))
    assert ys(plot.line) == sorted(ys(plot.line), reverse=True)
    assert all(0 <= x <= 480 for x in xs(plot.line))
    assert all(0 <= y <= 96 for y in ys(plot.band))
    assert plot.latest == rising[-1].value


def test_a_line_breaks_where_nothing_is_known() -> None:
    early = [sample(ago, 3.0) for ago in range(80_000, 70_000, -300)]
    late = [sample(ago, 5.0) for ago in range(20_000, 0, -300)]
    [plot] = plots(early + late, Range.DAY, T0)
    assert plot.line.count("M") == 2
    assert plot.band.count("z") == 2


def test_a_value_that_stays_is_one_line_though_it_is_written_once_an_hour() -> None:
    hourly = [sample(ago, 1.0, "line") for ago in range(23 * HOUR_S, -1, -HOUR_S)]
    [plot] = plots(hourly, Range.DAY, T0)
    assert plot.line.count("M") == 1
    assert (plot.low, plot.high) == (0.0, 1.0)


def test_hours_and_moments_are_one_line() -> None:
    hours = [sample(ago, 2.0, span=HOUR_S) for ago in range(20 * DAY_S, 7 * DAY_S, -HOUR_S)]
    moments = [sample(ago, 2.0) for ago in range(7 * DAY_S, 0, -MOMENT_S)]
    [plot] = plots(hours + moments, Range.MONTH, T0)
    assert plot.line.count("M") == 1
    assert len(plot.line) < 4000, "however many samples"


def test_a_short_peak_is_seen_in_the_band() -> None:
    flat = [sample(ago, 1.0) for ago in range(30 * DAY_S, 0, -1500)]
    flat[len(flat) // 2] = sample(flat[len(flat) // 2].at * -1 + NOW, 50.0)
    [plot] = plots(flat, Range.MONTH, T0)
    assert plot.high == 50.0
    assert min(ys(plot.band)) == 6.0, "it touches the top"


@pytest.mark.parametrize("span", list(Range))
def test_the_time_of_day_is_that_of_viet_nam(span: Range) -> None:
    [plot] = plots([sample(600, 1.0)], span, T0)
    words = [label for _, label in plot.ticks]
    assert len(words) in {6, 7}
    assert words[0] == ("08:00" if span is Range.DAY else "20/11")
    assert since(span, T0) < T0


def test_the_order_of_plots_is_always_the_same() -> None:
    mixed = [sample(600, 1.0, name) for name in ("load_1min", "line", "tickets")]
    assert [p.name for p in plots(mixed, Range.DAY, T0)] == ["tickets", "line", "load_1min"]
    assert plots([sample(600, 1.0, "unknown")], Range.DAY, T0) == []


def test_a_single_sample_and_one_before_the_beginning_are_drawn() -> None:
    [plot] = plots([sample(10, 4.0)], Range.DAY, T0)
    assert plot.line
    [held] = plots([sample(int(timedelta(hours=24).total_seconds()) + 60, 4.0)], Range.DAY, T0)
    assert held.line.startswith("M")
