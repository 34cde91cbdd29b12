"""Units by date, with the figures of the reform (domain ADM-1 to ADM-5)."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest

from provisioning.organisation.merges import MERGED, commune_after, province_after
from provisioning.organisation.snapshot import REFORM, past, snapshot
from provisioning.organisation.tree import Tree, whole_name
from provisioning.organisation.units import Level, Unit

TODAY = date(2026, 11, 22)
COMMUNES: dict[str, int] = json.loads(
    '{"01": 126, "04": 56, "08": 124, "11": 45, "12": 38, "14": 75, "15": 99,'
    ' "19": 92, "20": 65, "22": 54, "24": 99, "25": 148, "31": 114, "33": 104,'
    ' "37": 129, "38": 166, "40": 130, "42": 69, "44": 78, "46": 40, "48": 94,'
    ' "51": 96, "52": 135, "56": 65, "66": 102, "68": 124, "75": 95, "79": 168,'
    ' "80": 96, "82": 102, "86": 124, "91": 102, "92": 103, "96": 64}'
)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(snapshot().units, TODAY)


@pytest.fixture(scope="module")
def before() -> Tree:
    return Tree((*snapshot().units, *past().units), REFORM - timedelta(days=1))


def test_there_are_34_provinces_and_3321_communes_of_three_kinds(tree: Tree) -> None:
    kinds = Counter(unit.kind for unit in tree if unit.level is Level.COMMUNE)
    assert kinds == {"xã": 2621, "phường": 687, "đặc khu": 13}
    assert {one.code: len(tree.children(one.code)) for one in tree.children()} == COMMUNES
    assert sum(COMMUNES.values()) == 3321


def test_codes_are_text_with_leading_zeros_and_each_is_once(tree: Tree) -> None:
    lengths = Counter((unit.level, len(unit.code)) for unit in tree)
    assert lengths == {(Level.PROVINCE, 2): 34, (Level.COMMUNE, 5): 3321}
    assert all(unit.code.isdecimal() for unit in tree)
    assert len(snapshot().units) == len({unit.code for unit in snapshot().units})


def test_every_unit_lies_in_viet_nam(tree: Tree) -> None:
    for unit in tree:
        assert unit.latitude is not None, unit
        assert unit.longitude is not None, unit
        assert 6 < unit.latitude < 24, unit
        assert 102 < unit.longitude < 118, unit


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("19333", "phường Đông Hà"),
        ("19351", "phường Nam Đông Hà"),
        ("19360", "phường Quảng Trị"),
        ("19495", "xã Gio Linh"),
        ("19429", "xã Khe Sanh"),
        ("19432", "xã Lao Bảo"),
        ("19742", "đặc khu Cồn Cỏ"),
        ("18880", "phường Đồng Hới"),
    ],
)
def test_quang_tris_communes_have_their_codes(tree: Tree, code: str, name: str) -> None:
    unit = tree.get(code)
    assert unit is not None
    assert whole_name(unit) == name
    assert tree.path(code) == ("44", code)


@pytest.mark.parametrize(
    ("code", "was", "now"),
    [
        ("91", "Kiên Giang", "An Giang"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("52", "Bình Định", "Gia Lai"),
        ("15", "Yên Bái", "Lào Cai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("56", "Khánh Hòa", "Khánh Hòa"),
    ],
)
def test_a_surviving_code_may_have_another_provinces_name(
    tree: Tree, before: Tree, code: str, was: str, now: str
) -> None:
    old, new = before.get(code), tree.get(code)
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == (was, now)


def test_29_codes_of_provinces_vanish_and_34_stay(tree: Tree, before: Tree) -> None:
    old = {unit.code for unit in before.children()}
    new = {unit.code for unit in tree.children()}
    assert (len(old), len(new), len(MERGED)) == (63, 34, 29)
    assert old - new == set(MERGED)
    assert {province_after(code) for code in old} == new


def test_districts_stand_between_until_the_day_of_the_reform(before: Tree) -> None:
    districts = [unit for unit in before if unit.level is Level.DISTRICT]
    assert len(districts) > 690
    assert before.path("19333") == ("45", "461", "19333")
    on_the_day = Tree((*snapshot().units, *past().units), REFORM)
    assert [unit for unit in on_the_day if unit.level is Level.DISTRICT] == []


def test_every_old_commune_became_one_that_there_is_in_its_new_province(
    tree: Tree, before: Tree
) -> None:
    parted = 0
    for unit in [unit for unit in before if unit.level is Level.COMMUNE]:
        after = commune_after(unit.code)
        assert after.codes, unit
        assert set(after.codes) <= {one.code for one in tree}, unit
        parted += after.is_partly
        provinces = {tree.path(code)[0] for code in after.codes}
        assert provinces == {province_after(before.path(unit.code)[0])}, unit
    assert parted > 100
    assert commune_after("99999").codes == ()


def test_a_parted_commune_asks_which_of_its_successors(tree: Tree, before: Tree) -> None:
    parted = next(unit for unit in before if commune_after(unit.code).is_partly)
    names = [tree.label(code) for code in commune_after(parted.code).codes]
    assert len(set(names)) > 1


@pytest.mark.parametrize(
    ("sought", "first"),
    [
        ("gio linh", "19495"),
        ("Gio Linh", "19495"),
        ("GIO  LINH", "19495"),
        ("19495", "19495"),
        ("dong ha", "19333"),
        ("xã gio linh quảng trị", "19495"),
        ("gio linh, quang tri", "19495"),
        ("da nang", "48"),
        ("đà nẵng", "48"),
        ("con co", "19742"),
    ],
)
def test_units_are_found_with_and_without_marks(tree: Tree, sought: str, first: str) -> None:
    assert tree.search(sought)[0].code == first


@pytest.mark.parametrize("sought", ["", "  ", "---", "không có nơi này", "\0"])
def test_what_is_nowhere_is_not_found(tree: Tree, sought: str) -> None:
    assert tree.search(sought) == []


def test_a_branch_is_searched_alone_and_in_order(tree: Tree) -> None:
    found = tree.search("tân", below="79", limit=500)
    assert found
    assert all(tree.path(unit.code)[0] == "79" for unit in found)
    names = [tree.words(unit) for unit in tree.children("44")]
    assert names == sorted(names)


def test_all_below_a_province_are_its_communes(tree: Tree) -> None:
    assert {unit.code for unit in tree.descendants("44")} == {
        unit.code for unit in tree.children("44")
    }
    assert list(tree.descendants("19495")) == []
    assert list(tree.descendants("none")) == []


def test_units_that_stand_on_each_other_end_somewhere() -> None:
    units = [
        Unit(code=a, level=Level.OFFICE, kind="", name=a, parent=b, since=REFORM)
        for a, b in (("a", "b"), ("b", "a"))
    ]
    circle = Tree(units, TODAY)
    assert circle.path("a") == ("b", "a")
    assert [unit.code for unit in circle.descendants("a")] == ["b"]
