"""A field at the glass: what keys make of it, and that it tells nobody."""

import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from kiosk.ui.keyboard import telex, vni
from kiosk.ui.keyboard.keys import Act, AnyKey, Case, Kind, Method
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.keyboard.typing import Typing, field
from tests.kiosk.ui.keyboard.orders import signs_of
from tests.kiosk.ui.keyboard.spelling import syllables

KEYS: st.SearchStrategy[list[AnyKey]] = st.lists(
    st.sampled_from("aeiouydwsfrxjztnghcq 1679.-")
    | st.characters()
    | st.sampled_from(Sign)
    | st.sampled_from([act for act in Act if act is not Act.CLEAR])
)


def pressed(typing: Typing, *keys: AnyKey) -> Typing:
    for key in keys:
        typing = typing.press(key)
    return typing


def typed(text: str, kind: Kind = Kind.TEXT, method: Method = Method.RAW) -> Typing:
    return pressed(field(kind, method=method), *text)


def test_a_citizen_who_knows_no_telex_presses_letters_and_signs() -> None:
    name = pressed(field(Kind.NAME), *"nguye", Sign.HAT, *"n", Sign.TILDE, *" thi", Sign.DOT)
    assert name.text == "Nguyễn Thị"
    road = pressed(field(Kind.PLACE), *"duong", Sign.BAR, Sign.HORN, Sign.GRAVE)
    assert road.text == "Đường"
    assert pressed(field(Kind.TEXT), *"windows").text == "Windows"


def test_a_sign_pressed_twice_is_off_again_and_writes_nothing() -> None:
    for sign in Sign:
        typing = pressed(field(Kind.PLACE), *"do")
        assert pressed(typing, sign, sign).text == typing.text == "Do"
        assert pressed(typing, sign).text != "Do"
        assert pressed(field(Kind.PLACE), sign).text == ""


def test_all_14860_syllables_can_be_put_together_from_signs() -> None:
    wrong = set()
    for one in syllables():
        typing = pressed(Typing(kind=Kind.PLACE), *signs_of(one.old))
        if typing.text != one.old:
            wrong.add((one.old, typing.text))
    assert wrong == set()


@pytest.mark.parametrize(("method", "compose"), [("telex", telex.compose), ("vni", vni.compose)])
def test_a_field_makes_of_keys_what_the_method_makes(method: str, compose: object) -> None:
    assert callable(compose)
    keys = "tie61ng Vie65t, user1 12" if method == "vni" else "tieengs Vieejt, user 12"
    free = pressed(Typing(kind=Kind.TEXT, method=Method(method)), *keys)
    assert free.text == compose(keys)
    place = pressed(Typing(kind=Kind.PLACE, method=Method(method)), *keys)
    assert place.text.lower() == compose(keys, foreign="compose").lower() != free.text.lower()


def test_the_new_style_is_a_setting() -> None:
    made = pressed(field(Kind.PLACE, method=Method.TELEX, tone_style="new"), *"hoaf binhf")
    assert made.text == "Hoà Bình"


def test_backspace_takes_one_letter_with_its_signs_and_the_syllable_goes_on() -> None:
    typing = typed("dduwowngf", Kind.PLACE, Method.TELEX).backspace()
    assert typing.text == "Đườn"
    assert pressed(typing, "j").text == "Đượn"
    assert typing.backspace().backspace().text == "Đư"
    assert field(Kind.TEXT).backspace().text == ""


@given(KEYS, st.sampled_from(Kind), st.sampled_from(Method))
def test_backspace_takes_exactly_the_last_character(
    keys: list[AnyKey], kind: Kind, method: Method
) -> None:
    typing = pressed(field(kind, method=method), *keys)
    assert typing.backspace().text == typing.text[:-1]
    assert typing.by(Method.TELEX).text == typing.text
    assert typing.clear().text == ""


@given(KEYS, st.sampled_from(Kind), st.sampled_from(Method))
def test_any_keys_leave_a_text_in_nfc_that_fits(
    keys: list[AnyKey], kind: Kind, method: Method
) -> None:
    typing = field(kind, method=method, max_length=6)
    for key in keys:
        typing = typing.press(key)
        assert len(typing.text) <= 6
        assert unicodedata.is_normalized("NFC", typing.text)


def test_a_full_field_takes_no_more_letters_but_still_a_tone() -> None:
    full = pressed(field(Kind.NAME, method=Method.TELEX, max_length=3), *"hoan")
    assert full.text == "Hoa"
    assert pressed(full, "f").text == "Hòa"


def test_a_field_takes_only_what_its_kind_is_made_of() -> None:
    assert typed("Lan 3 @ Thị-Hoa", Kind.NAME).text == "Lan   Thị-Hoa"
    assert typed("Lan.Anh @Gmail.com", Kind.EMAIL).text == "lan.anh@gmail.com"
    assert typed("h49.12-25 0701/x", Kind.CODE).text == "H49.12-250701X"
    assert typed("+84 905x", Kind.PHONE).text == "84905"
    assert typed("12,5", Kind.NUMBER).text == "125"
    assert typed("a\n\u0301\x00b").text == "Ab"


@pytest.mark.parametrize("kind", [Kind.EMAIL, Kind.CODE, Kind.PHONE, Kind.NUMBER])
def test_codes_and_addresses_are_never_composed(kind: Kind) -> None:
    typing = field(kind, method=Method.TELEX)
    assert typing.method is Method.RAW
    assert pressed(typing, *"aadds1", Sign.HAT).by(Method.VNI).text in ("aadds1", "AADDS1", "1")


def test_capitals_come_by_themselves_where_they_are_due() -> None:
    assert typed("lê thị-hoa", Kind.NAME).text == "Lê Thị-Hoa"
    assert typed("đường hỏng. đèn tắt", Kind.TEXT).text == "Đường hỏng. Đèn tắt"


def test_shift_is_for_a_letter_then_for_all_then_off() -> None:
    typing = typed("a").press(Act.SHIFT)
    assert typing.case is Case.ONCE
    assert typing.press("b").press("c").text == "ABc"
    locked = typing.press(Act.SHIFT)
    assert pressed(locked, *"bcd").text == "ABCD"
    assert pressed(locked, Act.SHIFT, "b").text == "Ab"


def test_a_suggestion_fills_the_field() -> None:
    assert typed("hu", Kind.PLACE).filled("Hướng Hóa").text == "Hướng Hóa"
    assert typed("lan", Kind.EMAIL).press("@gmail.com").text == "lan@gmail.com"
    assert field(Kind.CODE, max_length=4).filled("H49 12x").text == "H491"


@pytest.mark.parametrize("method", Method)
def test_a_field_tells_nobody_what_was_typed(method: Method) -> None:
    secret = field(Kind.TEXT, method=method).filled("Bệnh án ").press("HIV").press("x")
    empty = field(Kind.TEXT, method=method)
    out = io.StringIO()
    Console(file=out).print(secret, secret.last, {"page": [secret]})
    for told in (repr(secret), f"{secret}", repr([secret.last]), out.getvalue()):
        assert not {"Bệnh", "án", "HIV", "x"} & set(re.findall(r"\w+", told))
    assert (repr(secret), repr(secret.last)) == (repr(empty), repr(empty.last))
    assert "HIV" in secret.text
