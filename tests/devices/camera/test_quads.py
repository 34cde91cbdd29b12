"""Corners: their order, and proportions with the perspective taken out."""

import numpy as np
import pytest

from devices.camera.paper import PaperFormat
from devices.camera.quads import (
    area,
    is_plausible,
    meeting,
    ordered,
    paper_of,
    proportion,
    size_mm,
)

SQUARE = np.array([[10.0, 10], [110, 10], [110, 60], [10, 60]])


def seen(width: float, height: float, tilt_deg: tuple[float, float]) -> np.ndarray:
    """Return how a sheet before a camera of 1600 x 1200 px looks that leans so."""
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    lean = np.deg2rad(tilt_deg)
    x, y = flat[:, 0] * np.cos(lean[0]), flat[:, 1] * np.cos(lean[1])
    depth = 2000 + flat[:, 0] * np.sin(lean[0]) + flat[:, 1] * np.sin(lean[1])
    return np.asarray(np.column_stack([x, y]) * 2000 / depth[:, None] + [800, 600])


@pytest.mark.parametrize("turn", range(4))
def test_corners_go_clockwise_from_the_top_left_however_they_come(turn: int) -> None:
    assert np.array_equal(ordered(np.roll(SQUARE, turn, axis=0)), SQUARE)
    assert np.array_equal(ordered(np.roll(SQUARE[::-1], turn, axis=0)), SQUARE)
    assert area(SQUARE) == 5000


@pytest.mark.parametrize("tilt", [(0.0, 0.0), (12.0, 0.0), (0.0, 12.0), (8.0, 5.0), (-9.0, 14.0)])
def test_proportions_are_those_of_the_sheet_and_not_of_its_image(tilt: tuple[float, float]) -> None:
    assert proportion(seen(700, 990, tilt), 1600, 1200) == pytest.approx(0.707, rel=0.04)


def test_paper_is_told_by_proportions_and_by_size_where_it_is_known() -> None:
    assert paper_of(0.707) is PaperFormat.A4
    assert paper_of(1.414, 210) is PaperFormat.A5
    assert paper_of(1.586) is PaperFormat.CARD
    assert paper_of(1.0) is PaperFormat.OTHER
    assert paper_of(0.707, 500) is PaperFormat.OTHER


def test_a_sheet_lies_as_it_lies() -> None:
    assert size_mm(PaperFormat.A4, 1.41) == (297, 210)
    assert size_mm(PaperFormat.A4, 0.7) == (210, 297)
    assert size_mm(PaperFormat.OTHER, 0.5) == (148.5, 297)


def test_a_dent_and_a_needle_are_no_sheets() -> None:
    assert is_plausible(SQUARE)
    assert not is_plausible(SQUARE[::-1])
    assert not is_plausible(np.array([[0.0, 0], [100, 0], [30, 20], [0, 100]]))
    assert not is_plausible(np.array([[0.0, 0], [100, 0], [200, 50], [100, 50]]))
    assert not is_plausible(np.zeros((4, 2)))


def test_lines_that_run_side_by_side_never_meet() -> None:
    along = np.array([0.0, 0, 1, 0])
    assert meeting(along, np.array([0.0, 5, 1, 0])) is None
    crossing = meeting(along, np.array([7.0, 5, 0, 1]))
    assert crossing is not None
    assert tuple(crossing) == (7, 0)
