"""When browsers are told: of a box at once, ten times a second at most, of tickets within one."""

import msgspec
import pytest

from provisioning.controller.branches import Need, Place
from provisioning.controller.figures import Figures
from provisioning.controller.telling import Look, Telling

T0 = 100.0
PASS_S = 0.04
READY = Look(Place(("01",), Need.READY), "Một cửa", "ready", (), 0)
FAULT = msgspec.structs.replace(READY, place=Place(("01",), Need.FAULT, ("printer",)))
ISSUED = msgspec.structs.replace(
    READY, place=Place(("01",), Need.READY, (), Figures(issued=1, waiting=1))
)


class Browsers:
    """What they are told, and when."""

    def __init__(self) -> None:
        self.told: list[set[str]] = []
        self.telling = Telling(lambda boxes: self.told.append(set(boxes)))

    def waited_s(self, noted_at: float) -> float:
        """Return how long it takes until what was noted at this moment is told."""
        known, now = len(self.told), noted_at
        while len(self.told) == known:
            self.telling.tell(now)
            now += PASS_S
        return now - PASS_S - noted_at


@pytest.fixture
def browsers() -> Browsers:
    return Browsers()


def test_of_a_box_that_is_otherwise_they_hear_at_once(browsers: Browsers) -> None:
    browsers.telling.note("a", READY, FAULT)
    assert browsers.telling.waits
    browsers.telling.tell(T0)
    assert (browsers.told, browsers.telling.revision) == ([{"a"}], 1)
    assert not browsers.telling.waits


def test_nothing_new_is_not_told(browsers: Browsers) -> None:
    browsers.telling.tell(T0)
    browsers.telling.note("a", None, READY)
    browsers.telling.forget()
    browsers.telling.tell(T0 + 1)
    assert (browsers.told, browsers.telling.revision) == ([], 0)


def test_a_few_changes_close_together_wait_for_nothing(browsers: Browsers) -> None:
    for at in range(5):
        browsers.telling.note(f"box-{at}", READY, FAULT)
        browsers.telling.tell(T0 + at * PASS_S)
    assert len(browsers.told) == 5


def test_while_much_happens_they_are_told_ten_times_a_second_of_all_at_once(
    browsers: Browsers,
) -> None:
    passes = range(int(20 / PASS_S))
    for at in passes:
        browsers.telling.note(f"box-{at}", READY, FAULT)
        browsers.telling.tell(T0 + at * PASS_S)
    assert 20 * 9 <= len(browsers.told) <= 20 * 10 + 10
    browsers.telling.tell(T0 + 30)
    assert set().union(*browsers.told) == {f"box-{at}" for at in passes}, "none is forgotten"


def test_amid_much_nobody_waits_longer_than_a_tenth_of_a_second_and_a_pass(
    browsers: Browsers,
) -> None:
    now, waits = T0, []
    for at in range(500):
        browsers.telling.note(f"box-{at}", READY, FAULT)
        waits.append(browsers.waited_s(now))
        now += waits[-1] + PASS_S
    assert max(waits) <= 0.1 + PASS_S
    assert max(waits) > 0, "negative control: it was too much"


def test_tickets_alone_wait_for_the_second_to_be_over(browsers: Browsers) -> None:
    browsers.telling.note("a", READY, FAULT)
    browsers.telling.tell(T0)
    browsers.telling.note("b", READY, ISSUED)
    assert 0.9 < browsers.waited_s(T0 + 0.01) <= 1 + PASS_S


def test_tickets_are_told_with_a_box_that_is_otherwise(browsers: Browsers) -> None:
    browsers.telling.note("a", READY, FAULT)
    browsers.telling.tell(T0)
    browsers.telling.note("b", READY, ISSUED)
    browsers.telling.note("c", READY, FAULT)
    browsers.telling.tell(T0 + 0.1)
    assert browsers.told == [{"a"}, {"b", "c"}]
