"""When a page lies still."""

import numpy as np

from devices.camera.steady import ALIKE, Steadiness

PAGE = np.array([[100.0, 100], [500, 100], [500, 700], [100, 700]])
JITTER = np.array([[0.6, -0.4], [0.2, 0.5], [-0.6, 0], [0.1, 0.1]])


def looked(steadiness: Steadiness, *quads: np.ndarray | None) -> list[bool]:
    return [steadiness.saw(quad, 1200) for quad in quads]


def test_a_page_is_steady_after_some_pictures_alike() -> None:
    quads = [PAGE + JITTER * (turn % 2) for turn in range(ALIKE + 1)]
    assert looked(Steadiness(), *quads) == [False] * (ALIKE - 1) + [True, True]


def test_a_page_that_creeps_is_not_steady() -> None:
    quads = [PAGE + 6.0 * step for step in range(6)]
    assert looked(Steadiness(), *quads) == [False] * 6


def test_a_page_that_was_taken_away_begins_anew() -> None:
    quads = [PAGE] * (ALIKE - 1) + [None] + [PAGE] * ALIKE
    assert looked(Steadiness(), *quads) == [False] * (2 * ALIKE - 1) + [True]


def test_a_page_that_was_taken_waits_until_it_moves() -> None:
    steadiness = Steadiness()
    assert looked(steadiness, *[PAGE] * ALIKE)[-1]
    steadiness.taken()
    assert looked(steadiness, *[PAGE] * ALIKE) == [False] * ALIKE
    assert looked(steadiness, None, *[PAGE + 3] * ALIKE)[-1]


def test_the_next_page_in_another_place_needs_no_empty_desk() -> None:
    steadiness = Steadiness()
    looked(steadiness, *[PAGE] * ALIKE)
    steadiness.taken()
    assert looked(steadiness, *[PAGE + 40] * ALIKE)[-1]
