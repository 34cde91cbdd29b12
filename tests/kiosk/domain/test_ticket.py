import re

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from kiosk.domain.ticket import BadNumberError, NumbersExhaustedError, given, parse

PREFIXES = st.sampled_from("ABCDEFGHIJKLMNOPQRSTVWXYZ123456789")


def test_numbers_are_a_group_and_three_digits_with_u_for_priority() -> None:
    """QUE-4."""
    assert str(given("A", 1, priority=False)) == "A001"
    assert str(given("A", 1, priority=True)) == "UA001"
    assert str(given("1", 1, priority=True)) == "U1001"


@over(prefix=PREFIXES, serial=st.integers(1, 999), priority=st.booleans())
def test_the_first_999_numbers_of_a_group_have_the_form_of_the_rule(
    prefix: str, serial: int, *, priority: bool
) -> None:
    """QUE-4, its pattern word for word."""
    text = str(given(prefix, serial, priority=priority))
    assert re.match(r"^U?(?:[A-TV-Z][0-9]{3}|[1-9][0-9]{3})$", text)


@over(prefix=PREFIXES, serial=st.integers(1, 9999), priority=st.booleans())
def test_a_number_read_back_is_the_same_number(prefix: str, serial: int, *, priority: bool) -> None:
    number = given(prefix, serial, priority=priority)
    assert parse(str(number)) == number


def test_no_two_tickets_of_a_day_share_a_number() -> None:
    every = {
        str(given(prefix, serial, priority=priority))
        for prefix in "AB19"
        for serial in range(1, 10_000)
        for priority in (False, True)
    }
    assert len(every) == 4 * 9999 * 2


def test_after_999_the_serial_goes_on_in_four_digits_and_ends_at_9999() -> None:
    assert str(given("A", 1000, priority=False)) == "A1000"
    assert str(given("1", 1000, priority=False)) == "11000"
    assert str(given("A", 9999, priority=False)) == "A9999"
    with pytest.raises(NumbersExhaustedError):
        given("A", 10_000, priority=False)


@pytest.mark.parametrize(
    "text", ["U001", "UU001", "A01", "A000", "A0999", "a001", "A001\n", "٠٠٠١", "A٠٠١", "", "0001"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """QUE-4 and G-5: `U001` is no ticket, other scripts' digits are no digits."""
    with pytest.raises(BadNumberError):
        parse(text)


@pytest.mark.parametrize("prefix", ["U", "a", "0", "", "AB", "Đ"])
def test_no_group_uses_a_letter_outside_the_rule(prefix: str) -> None:
    with pytest.raises(BadNumberError):
        given(prefix, 1, priority=False)
