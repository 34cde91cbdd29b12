"""The words of desired and reported settings."""

import tomllib
from typing import Any

import pytest
from hypothesis import given

from devices.contract.message import decode, encode
from devices.contract.toml import document_as_toml
from provisioning.desired import (
    LOCAL_KEYS,
    MAX_DEPTH,
    OWN_KEYS,
    Desired,
    Property,
    Reported,
    joined,
    misplaced,
    properties,
)
from tests.devices.contract.test_toml import DOCUMENTS


def test_properties_are_the_values_of_a_document_by_dotted_key() -> None:
    document = {"a": {"b": 1, "c": {}}, "d": [{"e": 2}], "xã mẫu": {"f.g": True}}
    assert properties(document) == {
        "a.b": 1,
        "a.c": {},
        "d": [{"e": 2}],
        '"xã mẫu"."f.g"': True,
    }


@given(DOCUMENTS)
def test_a_documents_properties_say_all_of_it(document: dict[str, Any]) -> None:
    """Each is a line of TOML in dotted keys, and together they are the document again."""
    lines = [
        f"{key} = {document_as_toml({'x': [value]}).partition(' = ')[2].strip()}"
        for key, value in properties(document).items()
        if not _holds_tables(value)
    ]
    again = tomllib.loads("\n".join(lines))
    for key, value in properties(again).items():
        assert value == [properties(document)[key]]


def _holds_tables(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
    )


@pytest.mark.parametrize("key", OWN_KEYS)
def test_what_a_box_itself_decides_is_never_wanted_of_it(key: str) -> None:
    assert [problem.key for problem in misplaced({key: "x", "log_level": "info"})] == [key]


@pytest.mark.parametrize("key", LOCAL_KEYS)
def test_nobody_afar_switches_on_what_is_decided_at_the_box(key: str) -> None:
    document = tomllib.loads(f'log_level = "info"\n{key} = "/var/lib/motcua/identity/key"')
    assert [problem.key for problem in misplaced(document)] == [key]
    table, _, name = key.rpartition(".")
    assert misplaced({table: {"width": 1}, name: "x"}) == []


def test_a_document_without_a_boxs_own_keys_is_well_placed() -> None:
    assert misplaced({"log_level": "info", "printer": {"box": "not the box's name"}}) == []


def test_endless_nesting_is_named_and_not_followed() -> None:
    deep: dict[str, Any] = {}
    for _ in range(MAX_DEPTH - 1):
        deep = {"in": deep}
    assert misplaced(deep) == []
    for _ in range(5000):
        deep = {"in": deep}
    assert [problem.text for problem in misplaced(deep)] == [f"nested more than {MAX_DEPTH} deep"]


def test_words_survive_the_wire_and_newer_fields_are_tolerated() -> None:
    desired = Desired(version=3, parts={"devices": {"printer": {"driver": "escpos"}}})
    assert decode(encode(desired), Desired) == desired
    reported = Reported(
        boot=1, version=3, in_force=2, parts={"devices": {"a": Property(value=1, ac=200, av=3)}}
    )
    assert decode(encode(reported), Reported) == reported
    newer = encode(desired).replace(b'"version"', b'"hint":"x","version"')
    assert decode(newer, Desired) == desired


def test_a_name_below_a_key_is_quoted_where_toml_quotes_it() -> None:
    assert (joined("", "a"), joined("a", "b-1"), joined("a", "b.c")) == ("a", "a.b-1", 'a."b.c"')
