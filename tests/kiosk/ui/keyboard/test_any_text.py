"""What holds for every text that keys can make."""

import unicodedata
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.keyboard import telex, vni
from kiosk.ui.keyboard.composing import is_letter
from kiosk.ui.keyboard.strokes import Foreign, resumed
from kiosk.ui.keyboard.syllable import ToneStyle, parts, spelled
from tests.kiosk.ui.keyboard.orders import ORDERS, Method, keys_of
from tests.kiosk.ui.keyboard.spelling import Written, syllables

ANYTHING = st.text() | st.text("aeioudwsfrxjznghctqpy0123456789 .AEDWS")
STYLES: st.SearchStrategy[ToneStyle] = st.sampled_from(["old", "new"])
FOREIGN: st.SearchStrategy[Foreign] = st.sampled_from(["give_back", "compose"])
WORDS = tuple(syllables())


@given(ANYTHING, STYLES, FOREIGN)
def test_any_keys_make_a_text_in_nfc(keys: str, style: ToneStyle, foreign: Foreign) -> None:
    for compose in (telex.compose, vni.compose):
        made = compose(keys, tone_style=style, foreign=foreign)
        assert unicodedata.is_normalized("NFC", made)
        assert len(made) <= len(unicodedata.normalize("NFC", keys))


@given(ANYTHING, st.characters(max_codepoint=0x7F))
def test_a_key_changes_nothing_before_the_last_syllable(keys: str, key: str) -> None:
    """The last syllable is the run of letters (and, with VNI, digits) at the end of the keys."""
    for compose, digits in ((telex.compose, False), (vni.compose, True)):
        end = len(keys)
        while end and (is_letter(keys[end - 1]) or (digits and keys[end - 1] in "0123456789")):
            end -= 1
        before = compose(keys[:end])
        assert compose(keys).startswith(before)
        assert compose(keys + key).startswith(before)


@given(st.text("bcghklmnpqtvy BCGHIU.,-!àộ"))
def test_a_text_without_a_key_of_telex_is_what_it_was(text: str) -> None:
    assert telex.compose(text) == unicodedata.normalize("NFC", text)


@given(st.text("abcdefghijklmnopqrstuvwxyz ABCDEFGH.,àộ"))
def test_a_text_without_a_digit_is_what_it_was_with_vni(text: str) -> None:
    assert vni.compose(text) == unicodedata.normalize("NFC", text)


@given(st.sampled_from(WORDS), st.sampled_from("sfrxj"), STYLES)
def test_a_tone_pressed_twice_leaves_its_key_as_a_letter(
    word: Written, tone: str, style: ToneStyle
) -> None:
    plain = word.plain
    keys = keys_of(plain, "telex")
    made = telex.compose(keys + tone + tone, tone_style=style, foreign="compose")
    assert made == plain + tone


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(ORDERS)), max_size=8))
def test_the_keys_of_words_make_the_words(words: list[tuple[Written, str]]) -> None:
    methods: tuple[tuple[Method, Callable[[str], str]], ...] = (
        ("telex", telex.compose),
        ("vni", vni.compose),
    )
    text = " ".join(word.old for word, _ in words)
    for method, compose in methods:
        keys = " ".join(keys_of(word.old, method, order) for word, order in words)
        assert compose(keys) == text


@given(st.sampled_from(WORDS), STYLES)
def test_a_syllable_that_is_taken_up_again_is_the_same(word: Written, style: ToneStyle) -> None:
    written = word.old if style == "old" else word.new
    again = resumed(written)
    assert spelled(again.letters, again.tone, style) == written
    assert "".join(parts(written)) == written
