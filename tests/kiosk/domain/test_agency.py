"""Domain DOS-4 to DOS-8."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.tables import read_conversions, read_provinces
from kiosk.domain.agency import Body, CodeSystem, read_agency

TODAY = date(2026, 11, 21)
BEFORE = date(2025, 6, 30)
SEEN = ("H26.107", "H26.170", "H55.242", "H49.22", "H05.34", "G09.20", "H50")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("000.00.00.H49", ("H49",)),
        ("000.00.00.H50", ("H50",)),
        ("000.00.22.H49", ("H49", "22")),
        ("000.01.22.H49", ("H49", "22", "01")),
        ("003.00.22.H49", ("H49", "22", "00", "003")),
    ],
)
def test_the_older_codes_are_read_from_right_to_left(text: str, levels: tuple[str, ...]) -> None:
    """DOS-4."""
    code = read_agency(text)
    assert code is not None
    assert (code.system, code.levels) == (CodeSystem.QCVN_102, levels)


@pytest.mark.parametrize("text", SEEN)
def test_the_newer_codes_are_read_from_left_to_right(text: str) -> None:
    """DOS-5: the codes seen in use."""
    code = read_agency(text)
    assert code is not None
    assert (code.system, ".".join(code.levels)) == (CodeSystem.DECISION_20, text)


@pytest.mark.parametrize(
    "text", ["", "H4", "h49.22", "H49.2", "H49.2222", "00.00.22.H49", "H49" + ".123" * 9, "٤٤٩"]
)
def test_what_has_neither_form_is_no_code(text: str) -> None:
    """DOS-5: 35 characters at most; G-5."""
    assert read_agency(text) is None
    assert read_agency("H49" + ".123" * 8) is not None


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    code = read_agency(text)
    assert code is None or code.levels[0] in text


@pytest.mark.parametrize(
    ("text", "body"), [("G09.20", Body.CENTRAL), ("H49", Body.PROVINCE), ("K01", Body.UNKNOWN)]
)
def test_the_letter_tells_central_bodies_from_provinces(text: str, body: Body) -> None:
    """DOS-6."""
    code = read_agency(text)
    assert code is not None
    assert code.body is body


def test_nothing_is_converted_unless_the_province_says_how(tmp_path: Path) -> None:
    """DOS-5, DOS-8, §12: the vectors hold only when a mapping file has them."""
    shipped = read_conversions()
    assert shipped.agencies == ()
    assert shipped.new_code("000.00.22.H49", TODAY) is None
    assert shipped.old_code("H49.22", TODAY) is None
    (tmp_path / "conversions.toml").write_text(
        '[[agencies]]\nold = "000.00.22.H49"\nnew = "H49.22"\n'
        '[[agencies]]\nold = "000.00.00.H50"\nnew = "H50"\nvalid_to = 2025-06-30\n'
    )
    own = read_conversions(tmp_path)
    assert own.new_code("000.00.22.H49", TODAY) == "H49.22"
    assert own.old_code("H49.22", TODAY) == "000.00.22.H49"
    assert [own.new_code("000.00.00.H50", day) for day in (BEFORE, TODAY)] == ["H50", None]


def test_the_table_has_the_63_provinces_of_before_the_merger() -> None:
    """DOS-7."""
    table = read_provinces()
    codes = [one.code for one in table.provinces]
    assert codes == [f"H{number:02d}" for number in range(1, 64)]
    confirmed = [one.code for one in table.provinces if one.confirmed]
    assert confirmed == ["H26", "H30", "H37", "H38", "H41", "H49", "H50", "H55"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("H45", "Phú Yên"),  # not Quảng Trị, whose cards begin with 045
        ("H50", "Quảng Trị"),
        ("H46", "Quảng Bình"),
        ("H29", "Thành phố Hồ Chí Minh"),
        ("H63", "Yên Bái"),
    ],
)
def test_a_merged_provinces_code_is_known_until_the_merger(code: str, name: str) -> None:
    """DOS-8: whether H46 or H50 is the new Quảng Trị's is not known, so neither is said."""
    before = read_provinces().of(code, BEFORE)
    assert before is not None
    assert before.name == name
    assert read_provinces().of(code, TODAY) is None


def test_a_province_that_stayed_keeps_its_code() -> None:
    """ADM-3: Hà Nội, Quảng Ninh and eight others."""
    table = read_provinces()
    kept = [one.code for one in table.provinces if table.of(one.code, TODAY)]
    assert kept == ["H14", "H18", "H26", "H27", "H35", "H37", "H41", "H49", "H52", "H56"]
