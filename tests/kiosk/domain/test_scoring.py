"""Domain QUE-11, off by default (§12)."""

import pytest

from kiosk.domain.scoring import BadScoreError, Grade, ScoringConfig, grade, points


@pytest.mark.parametrize(
    ("total", "name"),
    [
        (18, "xuất sắc"),
        (15, "xuất sắc"),
        (14, "tốt"),
        (12, "tốt"),
        (11, "khá"),
        (9, "khá"),
        (8, "trung bình"),
        (6, "trung bình"),
        (5, "yếu"),
        (0, "yếu"),
    ],
)
def test_grades_begin_at_15_12_9_and_6_points(total: int, name: str) -> None:
    assert grade(total) is Grade(name)


def test_nine_criteria_have_two_points_at_most() -> None:
    assert points([2] * 9) == 18
    for bad in ([2] * 8, [2] * 10, [3] + [0] * 8, [-1] + [0] * 8):
        with pytest.raises(BadScoreError):
            points(bad)
    for bad_total in (-1, 19):
        with pytest.raises(BadScoreError):
            grade(bad_total)


def test_scores_are_not_shown_unless_a_site_says_so() -> None:
    assert not ScoringConfig().shown
