from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.config import parse_toml
from kiosk.catalogue.files import SAMPLE, read_folders
from kiosk.catalogue.procedure import Procedure
from kiosk.catalogue.search import Index
from kiosk.catalogue.words import folded
from tests.kiosk.catalogue.folders import procedure
from tests.kiosk.catalogue.slips import slips
from tests.kiosk.catalogue.synthetic import procedures

ROWS = read_folders([SAMPLE]).procedures
SAMPLE_INDEX = Index(ROWS)
MANY = procedures(2000)
LARGE_INDEX = Index(MANY)
PLAIN = {row.code: " ".join(map(folded, row.name("vi").lower().split())) for row in (*ROWS, *MANY)}


def found(query: str, index: Index = SAMPLE_INDEX, limit: int = 20) -> list[str]:
    return [hit.procedure.code for hit in index.search(query, limit)]


def named(*names: str) -> Index:
    texts = [procedure(f"1.{at:06}", name=name) for at, name in enumerate(names)]
    return Index(parse_toml(text, Procedure) for text in texts)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_a_procedure_is_first_by_its_name_in_any_language_with_and_without_accents(
    row: Procedure,
) -> None:
    for name in (*row.names.values(), PLAIN[row.code], row.name("vi").upper()):
        assert found(name)[0] == row.code


@given(st.sampled_from(MANY))
def test_among_two_thousand_too(row: Procedure) -> None:
    assert found(row.name("vi"), LARGE_INDEX)[0] == row.code
    assert found(PLAIN[row.code], LARGE_INDEX)[0] == row.code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_with_one_slip_it_is_within_the_first_five(row: Procedure) -> None:
    for name in (row.name("vi"), PLAIN[row.code]):
        for typed in islice(slips(name), row.code.count("1"), None, 11):
            assert row.code in found(typed, limit=5), typed


@given(st.sampled_from(MANY), st.data())
def test_with_one_slip_among_two_thousand_too(row: Procedure, data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from(list(slips(PLAIN[row.code]))))
    assert row.code in found(typed, LARGE_INDEX, limit=5)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("làm giấy khai sinh", "1.001193"),
        ("làm giấy khai sinh cho cháu ngoại", "1.001193"),
        ("mat giay khai sinh", "1.004884"),
        ("sao y", "2.000815"),
        ("sổ đỏ", "1.012787"),
        ("sang ten so do", "1.013831"),
        ("độc thân", "1.004873"),
        ("nhap khau", "1.004222"),
        ("birth certificate", "1.001193"),
        ("brith certificate", "1.001193"),
        ("ket hon", "1.000894"),
        ("khai sinhh", "1.001193"),
        ("giaays khai sinh", "1.001193"),
        ("ddawng kys keets hoon", "1.000894"),
        ("soor ddor", "1.012787"),
        ("khaisinh", "1.001193"),
        ("dangkykhaisinh", "1.001193"),
        ("kh ai sinh", "1.001193"),
        ("sinh khai", "1.001193"),
        ("đăng kí tạm trú", "1.004194"),
        ("tam tr", "1.004194"),
    ],
)
def test_what_people_type_finds_what_they_mean(query: str, code: str) -> None:
    assert found(query)[0] == code


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("1.001193", ["1.001193"]),
        ("1001193", ["1.001193"]),
        ("1193", ["1.001193"]),
        (" 1,001 193 ", ["1.001193"]),
        ("1.01", ["1.010038", "1.011607", "1.012787", "1.013831", "1.013992"]),
        ("0635", ["2.000635"]),
        ("9999", []),
        ("2", []),
    ],
)
def test_a_code_is_found_by_its_parts(query: str, codes: list[str]) -> None:
    assert found(query)[: len(codes) or None] == codes


def test_a_local_long_form_is_found_by_its_code_and_by_its_agency() -> None:
    index = Index([parse_toml(procedure("2.000815.000.00.00.H55.02"), Procedure)])
    for part in ("2.000815", "2000815", "2.000815.000.00.00.H55.02", "2.000815.000.00.00.h55"):
        assert len(index.search(part)) == 1


def test_accents_that_are_typed_count_and_those_that_are_not_do_not_matter() -> None:
    index = named("Bán hàng", "Bàn hàng", "Bản hàng")
    assert [found(word, index)[0][-1] for word in ("bán", "bàn", "bản")] == ["0", "1", "2"]
    assert len(found("ban", index)) == len(found("bán", index)) == 3
    scores = {hit.score for hit in index.search("ban")}
    assert len(scores) == 1


def test_words_in_order_come_before_the_same_words_in_disorder() -> None:
    index = named("Nhà thuê đất", "Đất thuê nhà")
    assert found("đất thuê nhà cũ", index) == ["1.000001", "1.000000"]


def test_equal_finds_come_by_the_shorter_name_then_by_code() -> None:
    index = named("Cấp phép xây nhà", "Cấp phép", "Cấp phép xây cầu")
    assert found("cap", index) == ["1.000001", "1.000000", "1.000002"]
    backwards = Index(hit.procedure for hit in reversed(index.search("cap")))
    assert found("cap", backwards) == found("cap", index)


@pytest.mark.parametrize("query", ["", " ", "...", "xyzzy qwrt", "🙂", "\x00"])
def test_nothing_is_found_by_nothing(query: str) -> None:
    assert found(query) == []


def test_a_name_as_long_as_an_act_is_found_by_itself_and_tells_itself_from_its_like() -> None:
    start = "Cấp Giấy phép hoạt động, " + ", ".join(row.name("vi") for row in MANY[:15])
    index = named(start, f"{start} cấp tỉnh", f"{start} cấp xã", *(row.name("vi") for row in MANY))
    assert len(start) > 500
    assert found(f"{start} cấp xã", index)[0] == "1.000002"
    assert found(start, index)[0] == "1.000000"


@given(
    st.lists(
        st.sampled_from(["cấp", "cap", "đổi", "sổ", "đỏ", "số", "do", "ký", "kí", "lại"]),
        max_size=4,
    )
)
def test_whatever_else_is_named_a_name_of_ones_own_is_first(letters: list[str]) -> None:
    others = ["Cấp đổi", "Cấp lại sổ", "Sổ đỏ", "Số đỏ", "Ký lại", "Do số cấp đổi", "Lại ký"]
    own = " ".join(["Xã", *letters])
    index = named(own, *others, " ".join([*letters, "xã", "xa"]), " ".join(["Xa", *letters]))
    assert found(own, index)[0] == "1.000000"


def test_an_empty_catalogue_is_searched_too() -> None:
    assert Index([]).search("khai sinh") == ()


@given(st.text(max_size=300), st.integers(1, 5))
def test_any_text_is_answered_in_order_within_the_limit(query: str, limit: int) -> None:
    hits = SAMPLE_INDEX.search(query, limit)
    assert len(hits) <= limit
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert hits == SAMPLE_INDEX.search(query, limit)
