"""Corrections of the shipped units: read whole or not at all, and valid from their day."""

from datetime import date, timedelta

import pytest

from provisioning.organisation.corrections import (
    BadCorrectionsError,
    corrected,
    read_corrections,
)
from provisioning.organisation.snapshot import snapshot
from provisioning.organisation.tree import Tree, whole_name

DAY = date(2026, 5, 1)


def tree_of(text: str, day: date = DAY) -> Tree:
    return Tree(corrected(snapshot().units, read_corrections(text)), day)


def test_a_province_becomes_a_city_on_its_day_and_not_before() -> None:
    """Domain ADM-6: the type is not stable."""
    text = "code,field,value,since\n75,kind,thành phố,2026-05-01\n"
    after, before = tree_of(text).get("75"), tree_of(text, DAY - timedelta(days=1)).get("75")
    assert after is not None
    assert before is not None
    assert (whole_name(before), whole_name(after)) == ("tỉnh Đồng Nai", "thành phố Đồng Nai")


def test_several_values_of_a_day_are_one_change_and_days_follow_each_other() -> None:
    text = (
        "\ufeffcode,field,value,since\r\n"
        '19495,name,"Gio Linh, mới",2026-05-01\r\n'
        "19495,kind,phường,2026-05-01\r\n\r\n"
        "19495,name,Bến Hải,2027-01-01\r\n"
    )
    now, later = tree_of(text).get("19495"), tree_of(text, date(2027, 1, 1)).get("19495")
    assert now is not None
    assert later is not None
    assert (now.kind, now.name, now.parent) == ("phường", "Gio Linh, mới", "44")
    assert (later.kind, later.name) == ("phường", "Bến Hải")


def test_an_office_and_a_district_level_can_be_added() -> None:
    text = (
        "44.so-noi-vu,level,office,2026-05-01\n44.so-noi-vu,name,Sở Nội vụ,2026-05-01\n"
        "44.so-noi-vu,parent,44,2026-05-01\n"
        "44.a,level,district,2026-05-01\n44.a,name,Khu vực A,2026-05-01\n"
        "44.a,parent,44,2026-05-01\n19495,parent,44.a,2026-05-01\n"
    )
    tree = tree_of(text)
    assert tree.path("44.so-noi-vu") == ("44", "44.so-noi-vu")
    assert tree.path("19495") == ("44", "44.a", "19495")
    assert tree_of(text, DAY - timedelta(days=1)).path("19495") == ("44", "19495")


def test_a_unit_ends_and_its_code_may_begin_again() -> None:
    text = "19742,until,,2026-05-01\n19742,level,commune,2026-06-01\n19742,name,Cồn Cỏ,2026-06-01\n"
    assert "19742" not in tree_of(text)
    assert "19742" in tree_of(text, DAY - timedelta(days=1))
    assert "19742" in tree_of(text, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("19495,name,Gio Linh", "3 columns"),
        ("19495,colour,red,2026-05-01", "none of level"),
        ("19495,district_id,461,2026-05-01", "none of level"),
        ("19495,name,,2026-05-01", "has a name"),
        ("19495,name,a\0b,2026-05-01", "no text"),
        (f"19495,name,{'a' * 201},2026-05-01", "too long"),
        ("../x,name,Gio Linh,2026-05-01", "no code"),
        ("19495,parent,../x,2026-05-01", "no code"),
        ("19495,name,Gio Linh,01/05/2026", "no day"),
        ("19495,latitude,north,2026-05-01", "could not convert"),
        ("19495,latitude,nan,2026-05-01", "globe"),
        ("19495,latitude,91,2026-05-01", "globe"),
        ("19495,level,village,2026-05-01", "none of province"),
        ("19495,until,2027-01-01,2026-05-01", "no value"),
        ('19495,name,"Gio,2026-05-01', "unexpected end"),
        ("", "nothing"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(line: str, said: str) -> None:
    with pytest.raises(BadCorrectionsError) as refused:
        read_corrections(f"code,field,value,since\n{line}\n")
    assert said in refused.value.sentence


def test_every_bad_line_is_named_at_once() -> None:
    with pytest.raises(BadCorrectionsError) as refused:
        read_corrections("code,field,value,since\na\n19495,name,Gio Linh,2026-05-01\nb\n")
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["2", "4"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12345678,name,Đâu đó,2026-05-01", "no such unit"),
        ("12345678,until,,2026-05-01", "no such unit"),
        ("19495,parent,999,2026-05-01", "no unit 999"),
        ("44,parent,19495,2026-05-01", "above itself"),
        ("44,parent,44,2026-05-01", "above itself"),
        ("19495,until,,2026-05-01\n19495,name,Khác,2026-05-01", "no other value"),
    ],
)
def test_a_correction_that_fits_no_tree_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadCorrectionsError, match=said):
        tree_of(text)
