"""The machine-readable zone, and the key that opens a chip."""

import pytest

from devices.chip import bac
from devices.chip.errors import BadAnswerError
from devices.chip.mrz import COMPOSITE, NUMBER, MrzKey, check_digit, parse_td1
from tests.devices.chip.icao import D_KEY, D_SEED

VECTOR = "IDVNM1900012342045190001234<<<\n9005204F3005202VNM<<<<<<<<<<<1\n" + (
    "NGUYEN<<THI<HOA".ljust(30, "<")
)


def test_the_domains_card_is_read_and_its_check_digits_fit() -> None:
    zone = parse_td1(VECTOR)
    assert (zone.code, zone.issuer, zone.number, zone.optional) == (
        "ID",
        "VNM",
        "190001234",
        "045190001234",
    )
    assert (zone.birth, zone.sex, zone.expiry, zone.nationality) == ("900520", "F", "300520", "VNM")
    assert (zone.surname, zone.given_names) == ("NGUYEN", "THI HOA")
    assert zone.wrong_checks == ()


@pytest.mark.parametrize(
    ("field", "digit"),
    [("190001234", "2"), ("900520", "4"), ("300520", "2"), ("520727", "3"), ("AB2134<<<", "5")],
)
def test_check_digits_are_those_of_domain_and_standard(field: str, digit: str) -> None:
    assert check_digit(field) == digit


def test_the_sex_is_covered_by_no_check_digit() -> None:
    """Domain 1.5: that contradiction is found against the number, not here."""
    assert parse_td1(VECTOR.replace("F300", "M300")).wrong_checks == ()


def test_a_wrong_letter_is_named_by_the_field_it_is_in() -> None:
    assert parse_td1(VECTOR.replace("VNM190", "VNM191")).wrong_checks == (NUMBER, COMPOSITE)


def test_a_number_longer_than_nine_goes_on_behind_its_field() -> None:
    """ICAO 9303-5 §4.2.2.1 note j."""
    line = "I<UTOD23145890<7349<<<<<<<<<<<"
    zone = parse_td1(line + "3407127M9507122UTO<<<<<<<<<<<2" + "STEVENSON<<PETER<JOHN<<<<<<<<<")
    assert zone.number == "D23145890734"
    assert zone.wrong_checks == ()


@pytest.mark.parametrize("text", ["", VECTOR[:-1], VECTOR.lower(), VECTOR.replace("<", " ")])
def test_what_is_no_zone_of_three_lines_is_refused(text: str) -> None:
    with pytest.raises(BadAnswerError):
        parse_td1(text)


@pytest.mark.parametrize("number", ["190001234", "045190001234"])
def test_a_card_opens_with_its_document_number_or_its_personal_number(number: str) -> None:
    key = MrzKey(number, "900520", "300520")
    assert bac.seed(key).hex() == "5f67f8c3c14d0a1a837386eb4e7bb1e1"  # domain 1.5


def test_the_standards_card_has_the_standards_seed() -> None:
    assert bac.seed(D_KEY) == D_SEED


def test_nothing_printed_on_a_card_shows_itself_in_a_log() -> None:
    shown = repr((MrzKey("190001234", "900520", "300520"), parse_td1(VECTOR)))
    for private in ("190001234", "900520", "NGUYEN", "HOA"):
        assert private not in shown
