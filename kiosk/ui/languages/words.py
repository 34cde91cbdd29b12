"""The words of a pack held against the Vietnamese ones: keys, places to fill, letters."""

import string
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from devices.contract.config import Problem
from devices.lettering import script_of
from kiosk.ui.words import Words

_LATIN = "LATIN"
_Given = Mapping[str, Mapping[str, str | Mapping[str, str]]]


def flat(given: _Given) -> dict[str, dict[str, str]]:
    """Return the words by flow and key (`notes.card_read`), composed (domain G-4)."""
    return {flow: dict(_flat(keys)) for flow, keys in given.items()}


def judge(
    words: Mapping[str, Mapping[str, str]], known: Collection[Words[Any]], scripts: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong with the words: each flow and key that nobody says, and each sentence."""
    sentences = {each.flow: each.keys() for each in known}
    for flow, keys in words.items():
        if flow not in sentences:
            yield Problem(f"words.{flow}", f"is none of: {', '.join(sorted(sentences))}")
            continue
        for key, text in keys.items():
            at = f"words.{flow}.{key}"
            if key not in sentences[flow]:
                yield Problem(at, "no such key")
            else:
                yield from _sentence(at, text, sentences[flow][key])
            yield from letters(at, text, scripts)


def letters(at: str, text: str, scripts: Collection[str]) -> Iterator[Problem]:
    """Yield what of a text cannot be written: control characters, scripts without a face."""
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
        yield Problem(at, "holds characters that are no text")
    used = {script_of(letter) for letter in text if letter.isalpha() and not letter.isascii()}
    for script in sorted(used - {_LATIN, *scripts}):
        yield Problem(at, f"is in {script} letters, which no face writes; give one in [faces]")


def _flat(keys: Mapping[str, str | Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for key, value in keys.items():
        if isinstance(value, str):
            yield key, unicodedata.normalize("NFC", value)
        else:
            yield from ((f"{key}.{name}", text) for name, text in _flat(value))


def _sentence(at: str, text: str, vietnamese: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(at, "is empty; leave it out, and it is said in Vietnamese")
        return
    try:
        found = _places(text)
    except ValueError as error:
        yield Problem(at, f"its braces are wrong: {error}")
        return
    if found != (wanted := _places(vietnamese)):
        said = [", ".join(sorted("{" + place + "}" for place in each)) for each in (wanted, found)]
        yield Problem(at, f"must have the places {said[0] or 'none'}, and has {said[1] or 'none'}")


def _places(text: str) -> set[str]:
    """Return the places to fill, each with all that stands in its braces."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        for _, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    }
