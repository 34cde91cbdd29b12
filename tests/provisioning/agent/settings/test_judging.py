"""What a box says of each property."""

import pytest

from devices.contract.config import Problem
from provisioning.agent.settings.judging import Verdict, acknowledged, composed, decided
from provisioning.desired import NOT_REACHED, REFUSED, Property


def test_a_box_decides_what_is_its_own_whatever_the_document_says() -> None:
    own = {"box": "box-1", "site": "", "printer": "not the box's to keep"}
    wanted = {"box": "box-2", "log_level": "info"}
    assert composed(own, wanted) == {"box": "box-1", "site": "", "log_level": "info"}


def test_what_was_switched_on_at_the_box_stays_on_with_the_same_driver() -> None:
    """A board that never goes back is risked at the box; nobody afar sets it, or undoes it."""
    board = {"driver": "mcuboot", "path": "/dev/ttyACM0", "one_way": True}
    own = decided({"box": "box-1", "log_level": "info", "board": board})
    assert own == {"box": "box-1", "board": {"driver": "mcuboot", "one_way": True}}
    wanted = {"board": {"driver": "mcuboot", "path": "/dev/ttyACM1"}}
    assert composed(own, wanted)["board"] == wanted["board"] | {"one_way": True}
    other = {"board": {"driver": "serial", "path": "/dev/ttyACM1"}}
    assert composed(own, other)["board"] == other["board"]
    assert "board" not in composed(own, {"log_level": "info"})


@pytest.mark.parametrize(
    ("problem", "at", "says"),
    [
        (Problem("printer.path", "wrong"), "printer.path", "wrong"),
        (Problem("services[0].id", "wrong"), "services", "services[0].id: wrong"),
        (Problem("names.vi", "wrong"), "names.vi", "wrong"),
        (Problem("xã mẫu.a.b", "wrong"), '"xã mẫu"."a.b"', "xã mẫu.a.b: wrong"),
        (Problem("counters", "is missing"), "counters", "is missing"),
    ],
)
def test_a_problem_is_told_at_its_property(problem: Problem, at: str, says: str) -> None:
    wanted = {
        "printer": {"path": "/x"},
        "services": [{"id": "a"}],
        "names": {"vi": "x"},
        "xã mẫu": {"a.b": 1},
    }
    told = acknowledged(3, {"p": wanted}, {}, Verdict(problems={"p": (problem,)}, text="x"))["p"]
    assert {key: one.ad for key, one in told.items() if one.ac == REFUSED} == {at: says}
    assert {one.ac for key, one in told.items() if key != at} == {NOT_REACHED}


def test_several_problems_of_one_property_are_all_told() -> None:
    problems = (Problem("a[0]", "one"), Problem("a[1]", "two"))
    told = acknowledged(1, {"p": {"a": [1, 2]}}, {}, Verdict(problems={"p": problems}))
    assert told == {"p": {"a": Property(None, REFUSED, 1, "a[0]: one; a[1]: two")}}


def test_a_value_in_force_is_told_beside_the_reason_why_a_newer_one_is_not() -> None:
    verdict = Verdict(problems={"p": (Problem("a", "too small"),)}, text="x")
    told = acknowledged(2, {"p": {"a": 0}}, {"p": {"a": 5}}, verdict)
    assert told["p"]["a"] == Property(5, REFUSED, 2, "too small")
