"""Serial numbers, claims and words: the same wherever they are typed or compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.claims import (
    CLAIM_BYTES,
    BadClaimError,
    shown_words,
    spelled,
    tidy_claim,
    tidy_serial,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("7f000001", "lusab-babad"),  # the examples of arXiv:0901.4016
        ("3f54dcc1", "gutih-tugad"),
        ("8c62c18d", "mudof-sakat"),
    ],
)
def test_bytes_are_spelled_as_the_paper_spells_them(number: str, words: str) -> None:
    assert spelled(bytes.fromhex(number)) == words


@given(st.binary(min_size=CLAIM_BYTES, max_size=CLAIM_BYTES))
def test_a_claim_we_make_is_one_however_it_is_typed(secret: bytes) -> None:
    claim = spelled(secret)
    assert tidy_claim(f" {claim.upper()} \n") == claim
    assert len(claim.split("-")) == CLAIM_BYTES // 2


@given(st.binary(min_size=2, max_size=2), st.binary(min_size=2, max_size=2))
def test_other_bytes_are_other_words(one: bytes, other: bytes) -> None:
    assert (spelled(one) == spelled(other)) == (one == other)


def test_a_serial_number_is_the_same_in_any_case() -> None:
    assert tidy_serial(" 1000 0000A3B4 ") == "10000000a3b4"


@pytest.mark.parametrize("text", ["", "-a", "a" * 65, "số", "a/b", "a\0b"])
def test_what_is_no_serial_number_is_refused(text: str) -> None:
    with pytest.raises(BadClaimError):
        tidy_serial(text)


@pytest.mark.parametrize("text", ["", "short", "x" * 129, "mật khẩu mật khẩu mật khẩu"])
def test_what_is_no_claim_is_refused(text: str) -> None:
    with pytest.raises(BadClaimError):
        tidy_claim(text)


def test_the_words_on_both_sides_are_the_same_and_of_that_box_alone() -> None:
    claim = "lusab-babad-gutih-tugad"
    words = shown_words("ABC", claim.upper(), b"key")
    assert words == shown_words("abc", claim, b"key")
    others = {shown_words("abd", claim, b"key"), shown_words("abc", claim + "x", b"key")}
    assert words not in others | {shown_words("abc", claim, b"yek")}
