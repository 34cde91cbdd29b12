"""Domain PAY-5 and the table of banks (§4.2)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.tables import read_banks
from kiosk.domain.payment import Bank, Banks, PaymentKey

keys = st.builds(PaymentKey, st.text(max_size=30), st.integers(0), st.text(max_size=30))


@given(keys, keys)
def test_notices_have_the_same_key_when_all_three_are_the_same(
    one: PaymentKey, other: PaymentKey
) -> None:
    """PAY-5: dossier, amount and reference."""
    assert (one.text == other.text) == (one == other)
    assert one.text == PaymentKey(one.dossier, one.amount, one.reference).text
    assert one.text.isalnum()


@pytest.mark.parametrize(
    ("code", "name"), [("970405", "Agribank"), ("970436", "Vietcombank"), ("970441", "VIB")]
)
def test_a_bank_is_named_by_its_bin(code: str, name: str) -> None:
    assert read_banks().name(code, date(2026, 11, 21)) == name


def test_a_bank_not_in_the_table_is_named_by_its_number() -> None:
    assert read_banks().name("999999", date(2026, 11, 21)) == "999999"


def test_a_banks_name_has_its_days() -> None:
    """G-2."""
    banks = Banks(
        banks=(
            Bank(bin="970406", name="DongA", valid_to=date(2024, 12, 31)),
            Bank(bin="970406", name="Vikki", valid_from=date(2025, 1, 1)),
        )
    )
    names = [banks.name("970406", day) for day in (date(2024, 12, 31), date(2025, 1, 1))]
    assert names == ["DongA", "Vikki"]
