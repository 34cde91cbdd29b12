"""All languages say the same things, with the same places to fill, in letters the font has."""

import dataclasses
import string
import unicodedata
from typing import Any

import pytest

from kiosk.ui.flows.all import WORDS
from kiosk.ui.state import BUILT_IN, State
from kiosk.ui.words import Words


def sentences(texts: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in dataclasses.fields(texts):  # type: ignore[arg-type]
        value = getattr(texts, field.name)
        parts = {"": value} if isinstance(value, str) else value
        found |= {f"{field.name}.{about}".rstrip("."): text for about, text in parts.items()}
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.flow)
class TestWords:
    def test_every_language_has_them_whole_and_composed(self, words: Words[Any]) -> None:
        """G-4: NFC."""
        assert set(words.built_in()) == set(BUILT_IN)
        for texts in words.built_in().values():
            for name, text in sentences(texts).items():
                assert text.strip(), name
                assert unicodedata.is_normalized("NFC", text), name

    def test_both_have_the_same_places_to_fill(self, words: Words[Any]) -> None:
        english = sentences(words.built_in()["en"])
        for name, text in sentences(words.built_in()["vi"]).items():
            assert places(text) == places(english[name]), name

    def test_no_sentence_was_left_in_the_other_language(self, words: Words[Any]) -> None:
        english = sentences(words.built_in()["en"])
        vietnamese = sentences(words.built_in()["vi"])
        assert {name for name, text in vietnamese.items() if text == english[name]} == set()

    def test_every_note_has_its_sentence(self, words: Words[Any]) -> None:
        notes = getattr(words.of(State()), "notes", {})
        kinds = {type(about) for about in notes}
        assert {about for kind in kinds for about in kind} == set(notes)
