"""The judgement of lines, and alarms that are raised once and cleared once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc.media import quality
from vc.media.quality import AlarmConfig, Alarms, Freezes, LineJudge, QualityConfig, Sample
from vc.messages import LineFigures
from vc.state import Line

GOOD = Sample(
    line=LineFigures(loss_percent=0.1, jitter_ms=4, round_trip_ms=20, fps=25), fps_wanted=25
)
FAIR = Sample(line=LineFigures(loss_percent=3, fps=25), fps_wanted=25)
BAD = Sample(line=LineFigures(loss_percent=20, fps=25), fps_wanted=25)
GONE = Sample(connected=False)

figures = st.builds(
    LineFigures,
    loss_percent=st.floats(0, 100),
    jitter_ms=st.floats(0, 500),
    round_trip_ms=st.floats(0, 2_000),
    fps=st.floats(0, 60),
    freezes=st.integers(0, 5),
)
samples = st.builds(
    Sample,
    connected=st.booleans(),
    line=figures,
    fps_wanted=st.sampled_from([0.0, 25.0]),
    echo_db=st.none() | st.floats(0, 60),
    microphone_dbfs=st.none() | st.floats(-120, 0),
    clipped_percent=st.none() | st.floats(0, 100),
    temperature_c=st.none() | st.floats(0, 110),
)


@pytest.mark.parametrize(
    ("worse", "line"),
    [
        (LineFigures(loss_percent=2, fps=25), Line.FAIR),
        (LineFigures(loss_percent=8, fps=25), Line.BAD),
        (LineFigures(jitter_ms=40, fps=25), Line.FAIR),
        (LineFigures(round_trip_ms=600, fps=25), Line.BAD),
        (LineFigures(fps=15), Line.FAIR),
        (LineFigures(fps=5), Line.BAD),
        (LineFigures(freezes=1, fps=25), Line.FAIR),
    ],
)
def test_each_figure_can_make_a_line_worse(worse: LineFigures, line: Line) -> None:
    judge = LineJudge()
    assert judge.line is Line.UNKNOWN
    assert judge.feed(GOOD) is Line.GOOD
    for _ in range(3):
        judge.feed(Sample(line=worse, fps_wanted=25))
    assert judge.line is line


def test_one_bad_moment_is_no_bad_line_and_a_lost_one_is_said_at_once() -> None:
    judge = LineJudge()
    judge.feed(GOOD)
    assert judge.feed(BAD) is Line.GOOD
    assert judge.feed(GOOD) is Line.GOOD
    assert judge.feed(GONE) is Line.LOST
    assert judge.feed(GOOD) is Line.GOOD


def test_a_line_becomes_good_again_only_after_a_while() -> None:
    judge = LineJudge(QualityConfig(worse_after=2, better_after=4))
    judge.feed(GOOD)
    assert [judge.feed(BAD) for _ in range(2)] == [Line.GOOD, Line.BAD]
    assert [judge.feed(GOOD) for _ in range(4)] == [Line.BAD] * 3 + [Line.GOOD]


def test_a_picture_that_is_off_misses_no_frames() -> None:
    judge = LineJudge()
    assert judge.feed(Sample(line=LineFigures(fps=0), fps_wanted=0)) is Line.GOOD


@given(st.lists(st.floats(0.81, 1.19), min_size=1, max_size=200))
def test_a_line_that_trembles_at_a_threshold_does_not_flap(factors: list[float]) -> None:
    judge, changes, before = LineJudge(), 0, Line.GOOD
    judge.feed(GOOD)
    for factor in factors:
        now = judge.feed(Sample(line=LineFigures(loss_percent=1.0 * factor, fps=25), fps_wanted=25))
        changes += now is not before
        before = now
    assert changes <= 1


@given(st.lists(samples, max_size=80))
def test_a_judgement_changes_only_after_the_samples_it_needs(given_: list[Sample]) -> None:
    judge, before, since = LineJudge(), Line.UNKNOWN, 0
    for sample in given_:
        now = judge.feed(sample)
        assert (now is Line.LOST) == (not sample.connected)
        since += 1
        if now is not before and Line.LOST not in (now, before) and before is not Line.UNKNOWN:
            assert since >= 2
        if now is not before:
            before, since = now, 0


@given(st.lists(samples, max_size=120))
def test_every_alarm_is_raised_once_and_cleared_once(given_: list[Sample]) -> None:
    alarms, holding = Alarms(), set[str]()
    for sample in given_:
        turned = alarms.feed(sample)
        assert not holding & set(turned.raised), "raised while it held"
        assert set(turned.cleared) <= holding, "cleared what was not raised"
        assert not set(turned.cleared) & set(turned.raised)
        holding = (holding | set(turned.raised)) - set(turned.cleared)
        assert holding == set(alarms.raised)
    for _ in range(20):
        alarms.feed(
            Sample(
                line=LineFigures(fps=25),
                fps_wanted=25,
                echo_db=40,
                microphone_dbfs=-40,
                clipped_percent=0,
                temperature_c=45,
            )
        )
    assert alarms.raised == ()


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        (Sample(line=LineFigures(loss_percent=2.5)), quality.LOSS),
        (Sample(line=LineFigures(jitter_ms=35)), quality.JITTER),
        (Sample(line=LineFigures(round_trip_ms=310)), quality.ROUND_TRIP),
        (Sample(line=LineFigures(fps=14), fps_wanted=25), quality.FRAMES),
        (Sample(line=LineFigures(freezes=1)), quality.FREEZES),
        (Sample(echo_db=8), quality.ECHO),
        (Sample(microphone_dbfs=-100), quality.SILENT),
        (Sample(clipped_percent=4), quality.CLIPPED),
        (Sample(temperature_c=84), quality.HOT),
        (Sample(connected=False), quality.LOST),
    ],
)
def test_each_fault_has_its_alarm_and_no_other(sample: Sample, code: str) -> None:
    alarms = Alarms()
    for _ in range(10):
        alarms.feed(sample)
    assert alarms.raised == (code,)


@given(st.lists(st.floats(0.81, 1.19), min_size=1, max_size=200))
def test_a_figure_that_trembles_at_its_bound_rings_once(factors: list[float]) -> None:
    alarms, told = Alarms(), 0
    for factor in factors:
        turned = alarms.feed(Sample(line=LineFigures(loss_percent=2.0 * factor)))
        told += len(turned.raised) + len(turned.cleared)
    assert told <= 1


def test_a_lost_member_keeps_the_alarms_that_cannot_be_measured_now() -> None:
    alarms = Alarms(AlarmConfig(raise_after=1, clear_after=1))
    alarms.feed(Sample(temperature_c=90))
    assert set(alarms.raised) == {quality.HOT}
    alarms.feed(GONE)
    assert set(alarms.raised) == {quality.HOT, quality.LOST}
    alarms.feed(Sample(temperature_c=50))
    assert alarms.raised == ()


def test_freezes_are_counted_as_the_browser_counts_them() -> None:
    freezes = Freezes()
    at_us = 0
    for _ in range(50):
        at_us += 40_000
        assert not freezes.frame(at_us)
    assert not freezes.is_frozen(at_us + 150_000)
    assert freezes.is_frozen(at_us + 200_000)
    at_us += 600_000
    assert freezes.frame(at_us)
    assert (freezes.count, freezes.total_ms) == (1, 600.0)
    freezes.pause()
    assert not freezes.frame(at_us + 9_000_000)
    assert freezes.count == 1


@given(st.lists(st.integers(30_000, 60_000), max_size=200))
def test_a_picture_with_a_little_jitter_never_freezes(gaps_us: list[int]) -> None:
    freezes, at_us = Freezes(), 0
    for gap in gaps_us:
        at_us += gap
        freezes.frame(at_us)
    assert freezes.count == 0
