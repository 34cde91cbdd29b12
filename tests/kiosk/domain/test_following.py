"""The code that follows a piece of feedback: unguessable, readable aloud, no dossier code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.dossier import read_code
from kiosk.domain.following import ALPHABET, ENTROPY_BYTES, following_code, read_following_code

randoms = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


@given(randoms)
def test_a_code_is_read_back_however_it_is_typed(entropy: bytes) -> None:
    code = following_code(entropy)
    plain = code.replace("-", "")
    for typed in (code, code.lower(), plain, f"  {plain[:6]} {plain[6:]} \n", ".".join(plain)):
        assert read_following_code(typed) == code


@given(randoms)
def test_a_code_is_no_dossier_code_and_has_no_letters_that_look_alike(entropy: bytes) -> None:
    """DOS-1."""
    code = following_code(entropy)
    assert read_code(code) is None
    assert read_code(code.replace("-", "")) is None
    assert not set(code) & set("0ODQ1IL2Z5S6G8BUV")
    assert len(code) == 14


@given(randoms, st.data())
def test_one_wrong_letter_and_two_swapped_neighbours_are_noticed(
    entropy: bytes, data: st.DataObject
) -> None:
    letters = list(following_code(entropy).replace("-", ""))
    at = data.draw(st.integers(0, len(letters) - 1))
    wrong = data.draw(st.sampled_from([letter for letter in ALPHABET if letter != letters[at]]))
    assert read_following_code("".join([*letters[:at], wrong, *letters[at + 1 :]])) is None
    swapped = [*letters[:at], *letters[at : at + 2][::-1], *letters[at + 2 :]]
    if swapped != letters:
        assert read_following_code("".join(swapped)) is None


def test_codes_of_neighbouring_randoms_have_nothing_of_a_serial() -> None:
    codes = {following_code(bytes(15) + bytes([number])) for number in range(200)}
    assert len(codes) == 200


@pytest.mark.parametrize("text", ["", "K7PM", "K7PM-3XWA-HT4C-X", "OOOO-IIII-LLLL", "٣" * 12])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_following_code(text) is None


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        following_code(b"1234")
