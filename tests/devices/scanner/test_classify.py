"""Domain ID-1 row by row, and what it must not take."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.config import BadConfigError, from_document
from devices.messages import ScanKind, Scanned
from devices.scanner.classify import DOSSIER_CODES, ScanRules, classify, dossier_parts
from devices.scanner.masking import masked
from tests.devices.scanner.test_cccd import HOA

INSURANCE = (
    "DN4797912345678|4e677579e1bb856e205468e1bb8b20486f61|20/05/1990|2|"
    "5868c3a32047696f204c696e68|45 - 001|01/01/2026|31/12/2026|x"
)
DOSSIERS = ["000.00.22.H49-261121-0042", "H49.22-261121-0042", "G09.20-20260609-0092637"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("00020101021238", ScanKind.PAYMENT),
        ("https://dichvucong.gov.vn/x", ScanKind.URL),
        ("http://a", ScanKind.URL),
        *((code, ScanKind.DOSSIER) for code in DOSSIERS),
        ("TAM-K01-261121-0007", ScanKind.LOCAL_DOSSIER),
        (HOA, ScanKind.IDENTITY_CARD),
        (INSURANCE, ScanKind.HEALTH_INSURANCE),
        ("001234567890|Nguyễn Văn A|01011990|Nam|addr|01012021", ScanKind.UNKNOWN),  # ID-7
        ("H50-261121-0042", ScanKind.UNKNOWN),  # DOS-1: matches none
        ("ftp://a", ScanKind.UNKNOWN),
        ("see https://a", ScanKind.UNKNOWN),
        ("vneid:opaque", ScanKind.UNKNOWN),  # ID-9
        ("TAM-k01-261121-0007", ScanKind.UNKNOWN),
        ("", ScanKind.UNKNOWN),
        (HOA.replace("045190001234", "٠٤٥١٩٠٠٠١٢٣٤"), ScanKind.UNKNOWN),  # G-5
        ("H49.22-٢٦١١٢١-0042", ScanKind.UNKNOWN),  # G-5
        (INSURANCE.replace("|2|", "|3|"), ScanKind.UNKNOWN),
        (INSURANCE.replace("|4e6", "|4g6"), ScanKind.UNKNOWN),
    ],
)
def test_the_first_kind_that_matches_is_told(text: str, kind: ScanKind) -> None:
    assert classify(text).kind is kind


@pytest.mark.parametrize("wrapped", ["{}\r\n", "{}\n", "{}\r", "\ufeff{}", "\ufeff{}\r\n\r\n"])
def test_line_ends_and_a_byte_order_mark_are_stripped(wrapped: str) -> None:
    assert classify(wrapped.format(HOA)) == classify(HOA)
    assert classify(wrapped.format(DOSSIERS[1])).text == DOSSIERS[1]


def test_a_card_comes_as_its_fields_and_without_its_text() -> None:
    scan = classify(HOA + "|x|Cha|Mẹ")
    assert scan.text == ""
    assert scan.card is not None
    assert scan.card.name == "Nguyễn Thị Hoa"
    assert "Cha" not in repr(scan)  # ID-8


def test_each_generation_of_dossier_codes_is_taken_by_exactly_one_form() -> None:
    """DOS-1, and DOS-3: the kiosk's own number by none."""
    for code in DOSSIERS:
        assert [bool(re.fullmatch(form, code)) for form in DOSSIER_CODES].count(True) == 1
    assert dossier_parts(DOSSIERS[2]) == ("G09.20", "20260609", "0092637")
    assert dossier_parts("TAM-K01-261121-0007") == ()
    assert dossier_parts(DOSSIERS[0] + "\n") == ()


def test_the_forms_of_dossier_codes_are_configuration() -> None:
    rules = from_document({"dossier_codes": ["^QT-[0-9]{4}$"]}, ScanRules)
    assert classify("QT-0042", rules).kind is ScanKind.DOSSIER
    assert classify(DOSSIERS[0], rules).kind is ScanKind.UNKNOWN
    with pytest.raises(BadConfigError, match="not a regular expression"):
        from_document({"dossier_codes": ["("]}, ScanRules)


def test_six_part_cards_are_taken_when_the_switch_is_on() -> None:
    scan = classify(
        "001234567890|Nguyễn Văn A|01011990|Nam|addr|01012021", ScanRules(six_part_cards=True)
    )
    assert scan.kind is ScanKind.IDENTITY_CARD


@pytest.mark.parametrize(
    "text",
    [
        HOA,
        INSURANCE,
        "001234567890|Nguyễn Văn A|01011990|Nam|addr|01012021",
        "00020101021238540010A0000007270124000697042201101900012345",
        "https://x/?id=045190001234",
    ],
)
def test_a_masked_scan_shows_nothing_personal(text: str) -> None:
    """PRI-1; the unmasked scan is the negative control."""
    secrets = ("045190001234", "Nguy", "4e677579", "001234567890", "1900012345")
    scan = classify(text)
    assert any(secret in repr(scan) for secret in secrets)
    assert not any(secret in repr(masked(scan)) for secret in secrets)


def test_a_dossier_code_needs_no_mask() -> None:
    scan = classify(DOSSIERS[2])
    assert masked(scan) == scan


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(classify(text), Scanned)
    assert masked(classify(text)).kind is classify(text).kind


@given(st.sampled_from([HOA, INSURANCE, *DOSSIERS]), st.data())
def test_any_mutation_of_a_known_text_gets_an_answer(text: str, data: st.DataObject) -> None:
    letters = list(text)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(letters) - 1))
        letters[at] = data.draw(
            st.sampled_from(["", "|", "||", "\x00", "ễ", "9", "-", letters[at] * 2])
        )
    assert classify("".join(letters)).kind in ScanKind
