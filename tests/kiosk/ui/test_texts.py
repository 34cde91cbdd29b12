"""Both languages say the same things, with the same places to fill, in letters the font has."""

import dataclasses
import string
import unicodedata

import pytest

from kiosk.ui.state import LANGUAGES, About
from kiosk.ui.texts import ENGLISH, TEXTS, VIETNAMESE, Texts


def sentences(texts: Texts) -> dict[str, str]:
    plain = {
        field.name: getattr(texts, field.name)
        for field in dataclasses.fields(texts)
        if field.name != "notes"
    }
    return plain | {f"notes.{about}": text for about, text in texts.notes.items()}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_of_the_screen_has_its_texts() -> None:
    assert set(TEXTS) == set(LANGUAGES)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_every_sentence_is_there_and_composed(texts: Texts) -> None:
    """G-4: NFC."""
    assert set(texts.notes) == set(About)
    for name, text in sentences(texts).items():
        assert text.strip(), name
        assert unicodedata.is_normalized("NFC", text), name


def test_both_languages_have_the_same_places_to_fill() -> None:
    english = sentences(ENGLISH)
    for name, text in sentences(VIETNAMESE).items():
        assert places(text) == places(english[name]), name


def test_no_sentence_was_left_in_the_other_language() -> None:
    english = sentences(ENGLISH)
    same = {name for name, text in sentences(VIETNAMESE).items() if text == english[name]}
    assert same == set()
