"""Domain DOS-1 to DOS-3: codes as scanned and as typed."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.config import BadConfigError, from_document
from kiosk.domain.dossier import (
    LOCAL_FORM,
    BadLocalCodeError,
    CodeRules,
    DossierCode,
    asked_text,
    local_code,
    read_code,
)

OF_2018 = "000.00.22.H49-261121-0042"
OF_2020 = "H49.22-261121-0042"
OF_2026 = "G09.20-20260609-0092637"
LOCAL = "TAM-K01-261121-0007"

days = st.dates(date(2018, 1, 1), date(2099, 12, 31))
agencies = st.from_regex(r"[A-Z][0-9]{2}(\.[0-9]{2,3}){1,4}", fullmatch=True)
digits = st.text("0123456789", min_size=4, max_size=4)
codes_of_2018 = st.builds(
    "{}-{:%y%m%d}-{}".format,
    st.from_regex(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}", fullmatch=True),
    days,
    digits,
)
codes_of_2020 = st.builds("{}-{:%y%m%d}-{}".format, agencies, days, digits)
codes_of_2026 = st.builds("{}-{:%Y%m%d}-{}012".format, agencies, days, digits)
codes = st.one_of(codes_of_2018, codes_of_2020, codes_of_2026)


@pytest.mark.parametrize(
    ("text", "agency", "day", "serial", "form"),
    [
        (OF_2018, "000.00.22.H49", date(2026, 11, 21), "0042", "2018"),
        (OF_2020, "H49.22", date(2026, 11, 21), "0042", "2020"),
        (OF_2026, "G09.20", date(2026, 6, 9), "0092637", "2026"),
        (LOCAL, "K01", date(2026, 11, 21), "0007", LOCAL_FORM),
    ],
)
def test_each_generation_is_taken_apart(
    text: str, agency: str, day: date, serial: str, form: str
) -> None:
    """DOS-1, DOS-3: the examples of the table."""
    assert read_code(text) == DossierCode(text, agency, day, serial, form)


def test_a_code_of_no_form_is_opaque_and_still_asked_for() -> None:
    """DOS-1: `H50-261121-0042` matches none, and is never rejected."""
    assert read_code("H50-261121-0042") is None
    assert asked_text("  H50-261121-0042\r\n") == "H50-261121-0042"
    assert asked_text("Sổ 12/2026") == "Sổ 12/2026"
    assert asked_text("h49.22-261121-0042") == OF_2020


@given(codes)
def test_exactly_one_form_takes_a_code_and_none_the_local_one(code: str) -> None:
    """DOS-1, DOS-3."""
    taking = [form for form in CodeRules().forms if re.fullmatch(form.pattern, code)]
    assert len(taking) == 1
    found = read_code(code)
    assert found is not None
    assert (found.text, found.form) == (code, taking[0].name)
    assert not found.is_local


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), days, st.integers(1, 9999))
def test_a_kiosks_own_number_is_local_and_of_no_official_form(
    kiosk: str, day: date, serial: int
) -> None:
    """DOS-3."""
    try:
        code = local_code(kiosk, day, serial)
    except BadLocalCodeError:
        assert not re.search(r"[A-Z0-9]", kiosk.upper())
        return
    assert read_code(code.text) == code
    assert code.is_local
    assert re.fullmatch(r"TAM-[A-Z0-9]+-[0-9]{6}-[0-9]{4}", code.text)
    assert not any(re.fullmatch(form.pattern, code.text) for form in CodeRules().forms)


def test_a_kiosk_numbers_from_one_to_9999_a_day() -> None:
    assert local_code("kiosk-1", date(2026, 11, 21), 7).text == "TAM-KIOSK1-261121-0007"
    for serial in (0, 10_000):
        with pytest.raises(BadLocalCodeError):
            local_code("kiosk-1", date(2026, 11, 21), serial)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("h49.22-261121-0042", OF_2020),
        ("  H49.22 - 261121 - 0042 ", OF_2020),
        ("h49 22 261121 0042", OF_2020),
        ("H49.22\u2013261121\u20130042", OF_2020),  # dashes of a word processor
        ("H49,22/261121/0042", OF_2020),
        ("H49222611210042", OF_2020),  # 22-611 and 226-112 are no days
        ("000.00.22.h49-261121-0042", OF_2018),
        ("0000022H492611210042", OF_2018),
        ("g09 20 20260609 0092637", OF_2026),
        ("\ufeffG09.20-20260609-0092637\r\n", OF_2026),
        ("\uff27\uff10\uff19.20-20260609-0092637", OF_2026),  # full-width letters of a keyboard
        ("tam k01 261121 0007", LOCAL),
        ("tamk012611210007", LOCAL),
    ],
)
def test_a_code_typed_without_care_is_mended(typed: str, meant: str) -> None:
    found = read_code(typed)
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize(
    "typed",
    [
        "G09202026060900 92637x",
        "G09202026060 90092637",  # a blank where no code has a separator
        "G0920202606090092637",  # also G09.20.20-260609-0092637
        "H49.22-261121",
        "H49.22-269921-00",
        "TAM-K-01-261121-0007",
        "٤٩٢٢",
        "",
        "-",
        "H49.22-261121-0042" + "0" * 80,
    ],
)
def test_what_may_mean_several_codes_or_none_stays_opaque(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize("text", ["H49.22-٢٦١١٢١-0042", "H49.22-261121-००४२"])
def test_digits_of_other_scripts_make_no_code(text: str) -> None:
    """G-5."""
    assert read_code(text) is None


@given(codes, st.sampled_from([" ", ".", "-", "/"]))
def test_separators_of_the_wrong_kind_are_put_right(code: str, kind: str) -> None:
    for typed in (re.sub(r"[.-]", kind, code), re.sub(r"[.-]", kind, code.lower())):
        found = read_code(typed)
        assert found is not None
        assert found.text == code


@given(codes)
def test_a_code_without_separators_is_read_right_or_not_at_all(code: str) -> None:
    found = read_code(re.sub(r"[.-]", "", code))
    assert found is None or found.text == code


@given(st.text(max_size=120))
def test_any_text_gets_an_answer(text: str) -> None:
    found = read_code(text)
    if found:
        assert read_code(found.text) == found
        assert asked_text(text) == found.text
    assert len(asked_text(text)) <= 80


def test_a_day_that_is_none_is_told_and_refuses_nothing() -> None:
    found = read_code("H49.22-269921-0042")
    assert found is not None
    assert found.day is None


def test_forms_are_dated_configuration() -> None:
    """DOS-1, G-2: a form has an end and another a beginning; a site may have its own."""
    rules = from_document(
        {
            "forms": [
                {
                    "name": "old",
                    "pattern": "^(QT)-([0-9]{6})-([0-9]{4})$",
                    "valid_to": "2026-11-20",
                },
                {"name": "new", "pattern": "^(Q[A-Z])-([0-9]{6})-([0-9]+)$"},
                {"name": "bare", "pattern": "^[0-9]{5}$"},
            ]
        },
        CodeRules,
    )
    forms = {
        text: found.form
        for text in ("QT-261120-0001", "QT-261121-0001")
        if (found := read_code(text, rules))
    }
    assert forms == {"QT-261120-0001": "old", "QT-261121-0001": "new"}
    assert read_code("00042", rules) == DossierCode("00042", "", None, "", "bare")
    assert read_code(OF_2018, rules) is None
    with pytest.raises(BadConfigError, match="not a regular expression"):
        from_document({"forms": [{"name": "x", "pattern": "("}]}, CodeRules)
