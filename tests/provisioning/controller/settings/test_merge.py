"""Profiles over each other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from provisioning.controller.settings.merge import Change, Kind, Layer, diff, merge
from provisioning.desired import properties

NAMES = st.sampled_from(["a", "b", "c"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=3)
LAYERS = st.lists(DOCUMENTS, max_size=5).map(
    lambda documents: [Layer(str(at), one) for at, one in enumerate(documents)]
)


@given(LAYERS, st.integers(0, 5))
def test_laying_the_first_few_beforehand_changes_nothing(layers: list[Layer], few: int) -> None:
    beforehand = Layer("x", merge(layers[:few]).document)
    assert merge([beforehand, *layers[few:]]).document == merge(layers).document


@given(LAYERS)
def test_an_origin_is_the_last_layer_that_says_anything_of_the_property(
    layers: list[Layer],
) -> None:
    merged = merge(layers)
    values = properties(merged.document)
    assert merged.origins.keys() == values.keys()
    for key, origin in merged.origins.items():
        above = merge([one for one in layers if int(one.origin) >= int(origin)])
        said = properties(layers[int(origin)].document)
        if values[key] != {}:
            assert said[key] == values[key], "it says this value itself"
            assert properties(above.document)[key] == values[key]
        assert merge(layers[: int(origin)]).origins.get(key) != origin


@given(LAYERS)
def test_nothing_of_none_is_left(layers: list[Layer]) -> None:
    assert None not in properties(merge(layers).document).values()


@given(DOCUMENTS, NAMES)
def test_none_takes_away_all_that_lies_below(below: dict[str, Any], name: str) -> None:
    whole = merge([Layer("below", below), Layer("above", {name: None})])
    assert name not in whole.document
    assert whole.document.keys() == {k for k, v in below.items() if v is not None} - {name}


@given(LAYERS)
def test_layers_are_never_changed_by_being_merged(layers: list[Layer]) -> None:
    before = repr(layers)
    merge(layers)
    assert repr(layers) == before


def test_a_box_goes_before_its_site_and_a_list_is_replaced_whole() -> None:
    merged = merge(
        [
            Layer("role:kiosk", {"devices": {"printer": {"driver": "escpos", "path": "/dev/a"}}}),
            Layer("site:dn-1", {"kiosk": {"languages": ["vi", "en"]}}),
            Layer("box:k-1", {"devices": {"printer": {"path": "/dev/b"}}, "kiosk": {"x": 1}}),
            Layer("box:k-1", {"kiosk": {"languages": ["vi"]}}),
        ]
    )
    assert merged.document == {
        "devices": {"printer": {"driver": "escpos", "path": "/dev/b"}},
        "kiosk": {"languages": ["vi"], "x": 1},
    }
    assert merged.origins == {
        "devices.printer.driver": "role:kiosk",
        "devices.printer.path": "box:k-1",
        "kiosk.languages": "box:k-1",
        "kiosk.x": "box:k-1",
    }


@given(DOCUMENTS, DOCUMENTS)
def test_a_diff_names_each_property_that_differs_and_no_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    old, new = properties(before), properties(after)
    named = {one.key: one for one in diff(before, after)}
    for key in old.keys() | new.keys():
        differs = key not in old or key not in new or old[key] != new[key]
        assert differs == (key in named)
    assert diff(before, before) == ()


def test_a_diff_says_what_was_added_removed_and_changed() -> None:
    before = {"devices": {"a": 1, "b": 2}}
    after = {"devices": {"b": 3, "c": {}}}
    assert diff(before, after) == (
        Change("devices.a", Kind.REMOVED, before="1"),
        Change("devices.b", Kind.CHANGED, "2", "3"),
        Change("devices.c", Kind.ADDED, after="{}"),
    )
