import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.words import folded, one_slip, shortened, without_keys, words

LETTERS = st.text("abcđêơ", max_size=6)


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("Ký", "kí"), ("quý", "quí"), ("thuỷ", "thủy"), ("KHOẺ", "khỏe")],
)
def test_two_ways_to_write_a_word_are_one(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_a_final_y_that_is_a_sound_of_its_own_stays() -> None:
    assert words("tay") != words("tai")
    assert folded("thuy") != folded("thui")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giaays", "giay"),
        ("ddaats", "dat"),
        ("huwowng", "huong"),
        ("duongwf", "duong"),
        ("soor", "so"),
        ("ddor", "do"),
        ("tw", "tu"),
        ("gia6y1", "giay"),
        ("d9a6t1", "dat"),
        ("kys", "ki"),
        ("quyeefn", "quyen"),
        ("ddangw", "dang"),
    ],
)
def test_keys_left_as_typed_are_read(typed: str, meant: str) -> None:
    assert meant in set(without_keys(typed))


@given(st.text())
def test_words_are_the_same_in_all_forms_of_unicode(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance, by its textbook."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        rows.append([i])
        for j, b in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]


@given(LETTERS, LETTERS)
def test_one_slip_is_a_distance_of_one_and_shares_a_shortened_word(one: str, other: str) -> None:
    slip = distance(one, other) == 1
    assert one_slip(one, other) == slip
    assert not slip or shortened(one) & shortened(other)
