"""A configuration is judged whole: every error at once, with its key."""

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.config import BadConfigError, Config, dump, from_document, judge, parse_toml


class Serial(Config, frozen=True, kw_only=True, tag_field="driver", tag="serial"):
    path: str
    baud: Annotated[int, msgspec.Meta(ge=1200)] = 9600


class Simulated(Config, frozen=True, kw_only=True, tag_field="driver", tag="simulated"):
    left: int | None = None


class Box(Config, frozen=True, kw_only=True):
    box: str
    printer: Serial | Simulated | None = None
    more: tuple[Serial | Simulated, ...] = ()
    by_name: dict[str, Serial] = {}

    def __post_init__(self) -> None:
        if self.box == "nobody":
            raise ValueError("nobody is no box")


def problems_of(text: str) -> list[str]:
    with pytest.raises(BadConfigError) as caught:
        parse_toml(text, Box)
    return [str(problem) for problem in caught.value.problems]


def test_three_errors_are_all_named_with_their_keys() -> None:
    assert problems_of('printer = {driver = "serial", baud = 300}\ncolour = "red"\n') == [
        "printer.baud: Expected `int` >= 1200",
        "printer.path: is missing",
        "colour: no such key",
        "box: is missing",
    ]


def test_an_unknown_driver_is_answered_with_the_known_ones() -> None:
    assert problems_of('box = "a"\nprinter = {driver = "magic"}') == [
        "printer.driver: 'magic' is none of: serial, simulated"
    ]


def test_a_missing_driver_is_said_to_be_missing() -> None:
    assert problems_of('box = "a"\nprinter = {path = "/dev/ttyS0"}') == [
        "printer.driver: is missing"
    ]


def test_errors_in_lists_and_tables_say_where() -> None:
    text = 'box = "a"\n[[more]]\ndriver = "simulated"\nleft = "x"\n[by_name.front]\npath = 3\n'
    assert problems_of(text) == [
        "more[0].left: Expected `int | null`, got `str`",
        "by_name.front.path: Expected `str`, got `int`",
    ]


def test_a_rule_of_the_whole_is_told_when_its_parts_are_right() -> None:
    assert problems_of('box = "nobody"') == ["nobody is no box"]


def test_text_that_is_no_toml_is_refused_with_its_line() -> None:
    assert "line 1" in problems_of("box = \nx = 1")[0]


def test_a_right_document_is_read_and_dumps_with_its_defaults() -> None:
    box = parse_toml('box = "a"\nprinter = {driver = "serial", path = "/dev/ttyS0"}', Box)
    assert box.printer == Serial(path="/dev/ttyS0")
    assert '"baud": 9600' in dump(box)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(["box", "printer", "more", "by_name", "driver", "path", "x"]), below
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_the_judge_and_msgspec_agree_on_any_document(document: object) -> None:
    try:
        msgspec.convert(document, Box)
    except msgspec.ValidationError:
        assert judge(document, Box)
    else:
        assert judge(document, Box) == []
        assert from_document(document, Box).box
