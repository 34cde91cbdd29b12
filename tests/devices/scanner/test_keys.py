"""Recorded key events of keyboard-mode scanners become text again."""

import unicodedata

import pytest
from evdev import ecodes
from hypothesis import given
from hypothesis import strategies as st

from devices.scanner.keys import ENTER, PRESSED, RELEASED, KeyDecoder
from tests.devices.scanner.test_cccd import HOA

ALT, SHIFT = ecodes.KEY_LEFTALT, ecodes.KEY_LEFTSHIFT
US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ "
US_SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>? '
NAMES = [
    "GRAVE",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "0",
    "MINUS",
    "EQUAL",
    "Q",
    "W",
    "E",
    "R",
    "T",
    "Y",
    "U",
    "I",
    "O",
    "P",
    "LEFTBRACE",
    "RIGHTBRACE",
    "BACKSLASH",
    "A",
    "S",
    "D",
    "F",
    "G",
    "H",
    "J",
    "K",
    "L",
    "SEMICOLON",
    "APOSTROPHE",
    "Z",
    "X",
    "C",
    "V",
    "B",
    "N",
    "M",
    "COMMA",
    "DOT",
    "SLASH",
    "SPACE",
]
KEYS = {letter: ecodes.ecodes[f"KEY_{name}"] for letter, name in zip(US, NAMES, strict=True)}
SHIFTED = {
    letter: ecodes.ecodes[f"KEY_{name}"] for letter, name in zip(US_SHIFTED, NAMES, strict=True)
}

Events = list[tuple[int, int]]


def tap(code: int) -> Events:
    return [(code, PRESSED), (code, RELEASED)]


def alt(number: str) -> Events:
    pad = [event for digit in number for event in tap(ecodes.ecodes[f"KEY_KP{digit}"])]
    return [(ALT, PRESSED), *pad, (ALT, RELEASED)]


def typed(text: str) -> Events:
    """Return what a scanner types: what the US layout lacks as ALT + the code point."""
    events: Events = []
    for letter in text:
        if letter in KEYS:
            events += tap(KEYS[letter])
        elif letter in SHIFTED:
            events += [(SHIFT, PRESSED), *tap(SHIFTED[letter]), (SHIFT, RELEASED)]
        else:
            events += alt(str(ord(letter)))
    return events


def read(events: Events) -> list[str]:
    decoder = KeyDecoder()
    return [scan for code, value in events if (scan := decoder.feed(code, value))]


def test_the_whole_us_layout_comes_back() -> None:
    assert read(typed(US + US_SHIFTED) + tap(ENTER[0])) == [US + US_SHIFTED]


def test_a_card_comes_back_with_its_diacritics() -> None:
    """ID-6: ALT + code point."""
    assert read(typed(HOA) + tap(ecodes.KEY_KPENTER)) == [HOA]


def test_a_letter_sent_as_utf_8_bytes_comes_back() -> None:
    events = [event for byte in "Nữ".encode() for event in alt(f"0{byte}")]
    assert read(events + tap(ENTER[0])) == ["Nữ"]


def test_a_letter_sent_as_windows_code_comes_back() -> None:
    assert read(typed("H") + alt("0224") + tap(ENTER[0])) == ["Hà"]


def test_repeats_and_caps_lock_are_understood() -> None:
    events = [*tap(ecodes.KEY_CAPSLOCK), (KEYS["a"], PRESSED), (KEYS["a"], 2), *tap(KEYS["1"])]
    assert read(events + tap(ENTER[0])) == ["A1"]


def test_two_scans_come_apart_and_an_empty_one_is_none() -> None:
    enter = tap(ENTER[0])
    assert read(typed("a") + enter + enter + typed("b") + enter) == ["a", "b"]


def test_keys_that_fall_silent_are_a_scan() -> None:
    decoder = KeyDecoder()
    for code, value in typed("abc"):
        assert decoder.feed(code, value) is None
    assert decoder.flush() == "abc"
    assert decoder.flush() is None


@pytest.mark.parametrize("number", ["55357", "9999999", "1114112"])
def test_numbers_that_are_no_letter_are_marked(number: str) -> None:
    assert read(alt(number) + tap(ENTER[0])) == ["\ufffd"]


@given(st.text(st.characters(min_codepoint=256, exclude_categories=["C"]), min_size=1, max_size=20))
def test_any_letters_survive(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert read(typed(text) + tap(ENTER[0])) == [text]


@given(st.lists(st.tuples(st.integers(0, 767), st.integers(0, 2))))
def test_no_keys_make_the_decoder_fail(events: Events) -> None:
    for scan in read(events):
        assert scan.encode()
