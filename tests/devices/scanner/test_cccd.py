"""Golden vectors of domain 1.2 to 1.4."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanner.cccd import describe_number, parse_card
from devices.scanner.masking import mask_card, mask_number
from devices.scanner.provinces import BIRTH_PROVINCES

HOA = (
    "045190001234|197123456|Nguyễn Thị Hoa|20051990|Nữ|Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị|15042022"
)


def card_text(**changed: str) -> str:
    fields = dict(
        zip(
            ("number", "old", "name", "birth", "sex", "address", "issued"),
            HOA.split("|"),
            strict=True,
        )
    )
    return "|".join((fields | changed).values())


def warnings_of(text: str, *, six_parts: bool = False) -> tuple[str, ...]:
    card = parse_card(text, six_parts=six_parts)
    assert card is not None
    return card.warnings


def test_the_seven_fields_come_out_as_written_and_without_a_warning() -> None:
    card = parse_card(HOA)
    assert card is not None
    assert card.number == "045190001234"
    assert card.old_number == "197123456"
    assert card.name.encode() == "Nguyễn Thị Hoa".encode()  # ID-6
    assert (card.birth, card.sex, card.issued) == ("20051990", "Nữ", "15042022")
    assert card.address == "Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị"
    assert card.warnings == ()


def test_the_old_number_may_be_empty_and_its_field_stays() -> None:
    card = parse_card(card_text(old=""))
    assert card is not None
    assert (card.old_number, card.name, card.warnings) == ("", "Nguyễn Thị Hoa", ())


def test_a_name_in_capitals_without_diacritics_is_a_name() -> None:
    assert warnings_of("001090123456|012345678|NGUYEN VAN A|01011990|Nam|...|15042021") == ()


def test_six_parts_are_no_card_unless_the_switch_is_on() -> None:
    text = "001234567890|Nguyễn Văn A|01011990|Nam|addr|01012021"
    assert parse_card(text) is None  # ID-7
    assert warnings_of(text, six_parts=True) == ("six_parts", "birth_year_mismatch:2034:1990")


@pytest.mark.parametrize("parts", [7, 8, 11, 15])
def test_parts_after_the_seventh_change_nothing(parts: int) -> None:
    """ID-8: they are of third persons."""
    card = parse_card(HOA + "|Nguyễn Văn Cha" * (parts - 7))
    assert card == parse_card(HOA)
    assert "Cha" not in repr(card)


@pytest.mark.parametrize("birth", ["20051990", "00001990", "00051990", "1990"])
def test_a_birth_of_which_day_or_month_is_unknown_is_kept_raw(birth: str) -> None:
    """ID-4."""
    card = parse_card(card_text(birth=birth))
    assert card is not None
    assert (card.birth, card.warnings) == (birth, ())


@pytest.mark.parametrize("birth", ["31021990", "00131990", "20001990", "99991990"])
def test_a_day_that_no_calendar_has_is_a_warning(birth: str) -> None:
    """ID-3."""
    assert warnings_of(card_text(birth=birth)) == ("birth_not_a_day",)


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({"sex": "Nam"}, ("sex_mismatch:Nữ:Nam",)),  # ID-10
        ({"sex": "Female"}, ("sex_unreadable",)),
        ({"birth": "20051991"}, ("birth_year_mismatch:1990:1991",)),
        ({"number": "003190001234"}, ("province_unknown:003",)),
        ({"issued": "31022022"}, ("issued_not_a_day",)),
        ({"issued": "2022"}, ("issued_not_a_day",)),
        ({"name": " "}, ("name_missing",)),
        ({"old": "19712"}, ("old_number_unreadable",)),  # ID-11
        ({"old": "٠٤٥١٩٠٠٠١"}, ("old_number_unreadable",)),  # G-5
    ],
)
def test_what_contradicts_itself_is_a_warning_and_never_a_refusal(
    changed: dict[str, str], warnings: tuple[str, ...]
) -> None:
    assert warnings_of(card_text(**changed)) == warnings


def test_a_decomposed_text_comes_out_composed() -> None:
    """G-4: output is NFC, and Nữ is Nữ however it was typed."""
    decomposed = unicodedata.normalize("NFD", "Nữ")
    assert decomposed != "Nữ"
    card = parse_card(card_text(sex=decomposed))
    assert card is not None
    assert (card.sex, card.warnings) == ("Nữ", ())


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "04519000123"},
        {"number": "٠٤٥١٩٠٠٠١٢٣٤"},  # G-5
        {"number": "045190001234\n"},
        {"birth": "20/05/1990"},  # ID-7: middleware's dates
        {"birth": "٢٠٠٥١٩٩٠"},
        {"issued": ""},
    ],
)
def test_what_is_not_on_a_card_makes_it_no_card(changed: dict[str, str]) -> None:
    assert parse_card(card_text(**changed)) is None


@pytest.mark.parametrize(
    ("number", "province", "sex", "year", "serial"),
    [
        ("045190001234", "Quảng Trị", "Nữ", 1990, "001234"),
        ("001090123456", "Hà Nội", "Nam", 1990, "123456"),
        ("001234567890", "Hà Nội", "Nam", 2034, "567890"),
        ("003934567890", "", "Nữ", 2334, "567890"),
        ("091090123456", "Kiên Giang", "Nam", 1990, "123456"),  # ADM-5: not An Giang, unit 91
        ("044190123456", "Quảng Bình", "Nữ", 1990, "123456"),  # nor Quảng Trị, unit 44
    ],
)
def test_a_number_tells_province_sex_and_year(
    number: str, province: str, sex: str, year: int, serial: str
) -> None:
    facts = describe_number(number)
    assert facts is not None
    assert (facts.prefix, facts.province) == (number[:3], province)
    assert (facts.sex, facts.birth_year, facts.serial) == (sex, year, serial)


def test_other_scripts_digits_are_no_number() -> None:
    """G-5."""
    assert describe_number("٠٤٥١٩٠٠٠١٢٣٤") is None


def test_the_table_has_the_63_prefixes_of_the_law() -> None:
    assert len(BIRTH_PROVINCES) == len(set(BIRTH_PROVINCES.values())) == 63
    assert BIRTH_PROVINCES["024"] == "Bắc Giang"
    assert "023" not in BIRTH_PROVINCES
    assert BIRTH_PROVINCES["077"] == "Bà Rịa - Vũng Tàu"


def test_a_number_is_masked_as_the_rule_shows() -> None:
    """PRI-1."""
    assert mask_number("045190001234") == "0451******34"
    assert mask_number("197123456") == "*******56"
    assert mask_number("7") == "*"
    assert mask_number("") == ""


def test_a_masked_card_tells_no_number_name_day_or_address() -> None:
    card = parse_card(HOA)
    assert card is not None
    shown = mask_card(card)
    assert (shown.name, shown.birth, shown.issued) == ("N***** T** H**", "****1990", "****2022")
    for secret in ("045190001234", "197123456", "Nguyễn", "2005", "Gio Linh"):
        assert secret not in repr(shown)


@given(st.text())
def test_no_text_makes_the_parser_fail(text: str) -> None:
    card = parse_card(text, six_parts=True)
    assert card is None or len(card.number) == 12


@given(st.data())
def test_a_card_with_bytes_changed_is_a_card_or_none(data: st.DataObject) -> None:
    raw = bytearray(HOA.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    card = parse_card(raw.decode(errors="replace"), six_parts=data.draw(st.booleans()))
    if card is not None:
        assert re.fullmatch("[0-9]{12}", card.number)
        assert mask_card(card).number.count("*") == 6
