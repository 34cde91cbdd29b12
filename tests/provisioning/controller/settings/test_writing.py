"""A profile as technicians write it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.controller.settings.writing import (
    KINDS,
    BadProfileError,
    doubts,
    known_keys,
    read,
    schema,
    shortcomings,
    written,
)
from provisioning.desired import OWN_KEYS
from tests.devices.contract.test_toml import SCALARS

INNER = st.recursive(
    st.none() | SCALARS | st.lists(SCALARS, max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.dictionaries(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.text(max_size=6).filter(lambda key: key not in OWN_KEYS), INNER, max_size=3),
)


@given(PARTS)
def test_a_profile_is_read_back_as_it_was_written(document: dict[str, Any]) -> None:
    assert read(written(document)) == document


def test_what_a_profile_takes_away_is_a_list_of_keys() -> None:
    text = 'remove = ["devices.printer.path", "kiosk"]\n[devices.printer]\ndriver = "simulated"\n'
    document = {"devices": {"printer": {"driver": "simulated", "path": None}}, "kiosk": None}
    assert read(text) == document
    assert read(written(document)) == document


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[devices", "", "TOML"),
        ('["vòi"]\nx = 1', '"vòi"', "no part of a box"),
        ("[printer]\nx = 1", "printer", "no part of a box"),
        ("devices = 1", "devices", "a table"),
        ('[devices]\nbox = "k-2"', "devices.box", "the box itself decides this"),
        ('[kiosk]\nsite = "x"', "kiosk.site", "the box itself decides this"),
        ("[devices.bus]\nport = 1", "devices.bus", "the box itself decides this"),
        ("[kiosk]\nday = 2026-11-22", "kiosk.day", "quotation marks"),
        ("[kiosk]\nx = [1, inf]", "kiosk.x[1]", "finite"),
        ("[kiosk]\nx = 99999999999999999999", "kiosk.x", "64 bits"),
        (f"[kiosk]\n{'a.' * 20_000}b = 1", "", "nested more than"),
        (f"[kiosk]\nx = {{ {'a . ' * 10_000}b = 1 }}", "", "nested more than"),
        ("[kiosk]\n" + '"a".' * 10_000 + "b = 1", "", "nested more than"),
        (f"[kiosk]\na = {'[' * 40}{']' * 40}", "kiosk", "nested more than"),
        (f"remove = ['kiosk.{'a.' * 20_000}b']", "remove", "nested more than"),
        ("remove = 3", "remove", "a list of dotted keys"),
        ('remove = ["a b"]', "remove", "no dotted key"),
        ('remove = ["a = 1\\nb"]', "remove", "no dotted key"),
        ('remove = ["kiosk.x"]\n[kiosk]\nx = 1', "remove", "set here, too"),
        ('remove = ["kiosk.x.y"]\n[kiosk]\nx = 1', "remove", "below a value"),
    ],
    ids=lambda text: text[:24],
)
def test_what_cannot_be_a_profile_is_refused_at_its_key(text: str, key: str, says: str) -> None:
    with pytest.raises(BadProfileError) as error:
        read(text)
    assert [problem.key for problem in error.value.problems] == [key]
    assert says in error.value.problems[0].text


def test_dots_in_values_are_no_nesting() -> None:
    text = f'[kiosk]\nnotice = "{"Một câu. " * 60}"\nx = [{"1.5, " * 60}]\n'
    assert len(read(text)["kiosk"]["x"]) == 60


def test_every_error_of_a_profile_is_named_at_once() -> None:
    with pytest.raises(BadProfileError) as error:
        read('[printer]\nx = 1\n[devices]\nbox = "x"\n[kiosk]\nbus = {}')
    assert {problem.key for problem in error.value.problems} == {
        "printer",
        "devices.box",
        "kiosk.bus",
    }


def test_unknown_keys_and_wrong_types_are_doubted_and_what_is_missing_is_not() -> None:
    document = read('[counter]\nrating_scale = "5"\n[devices.printer]\ndriver = "simulated"\nq = 1')
    assert [(one.key, one.text) for one in doubts(document)] == [
        ("counter.rating_scale", "Expected `int`, got `str`"),
        ("devices.printer.q", "no such key"),
    ]
    assert "counter.services" in {one.key for one in shortcomings(document)}


def test_what_a_profile_takes_away_is_not_doubted() -> None:
    assert doubts(read('remove = ["devices.printer.path"]')) == []


@pytest.mark.parametrize("part", KINDS)
def test_a_parts_schema_names_its_keys_and_not_the_boxs_own(part: str) -> None:
    described = schema(part)
    names = [name for name, _, _ in known_keys(part)]
    assert "log_level" in names
    assert not {*OWN_KEYS} & {*names}
    assert {*names} < {*described["$defs"][KINDS[part].__name__]["properties"]}
