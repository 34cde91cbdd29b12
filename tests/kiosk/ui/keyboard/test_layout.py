"""Where keys lie: measured on the panels of the house, for every keyboard there is."""

from importlib.util import find_spec
from itertools import chain, combinations
from pathlib import Path

import pytest
from PIL import ImageFont

from devices.contract.config import BadConfigError, from_document
from kiosk.ui.config import GlassConfig, KioskConfig
from kiosk.ui.keyboard.keys import Act, Kind, Method
from kiosk.ui.keyboard.layout import Desk, desk, every_field, fits, shape, widths
from kiosk.ui.keyboard.rows import Shape, rows
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.keyboard.suggestions import addresses, places
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.pictograms import NAMES
from kiosk.ui.state import Access
from kiosk.ui.theme import CAPITAL, Rect, metrics
from provisioning.organisation.snapshot import snapshot

LYING = GlassConfig(width=1280, height=800, px_per_mm=5.88)  # 10.1"
STANDING = GlassConfig(width=1080, height=1920, px_per_mm=4.03)  # 21.5"
NARROW = GlassConfig(width=1080, height=1920, px_per_mm=5.56)  # 15.6"
PANELS = pytest.mark.parametrize("glass", [LYING, STANDING, NARROW], ids=["10", "21", "15"])
REACH = pytest.mark.parametrize(
    "access", [Access(), Access(low=True), Access(low=True, large=True)]
)
SHAPES = pytest.mark.parametrize("kind_of_panel", [Shape.TEN, Shape.EIGHT])


def apart(one: Rect, other: Rect) -> bool:
    beside = one.x + one.w <= other.x + 0.01 or other.x + other.w <= one.x + 0.01
    return beside or one.y + one.h <= other.y + 0.01 or other.y + other.h <= one.y + 0.01


def desks(glass: GlassConfig, access: Access) -> list[Desk]:
    sizes = metrics(glass, access)
    return [desk(widths(typing, shape(glass)), sizes) for typing in every_field()]


@PANELS
@REACH
def test_every_key_is_20_mm_and_none_lies_on_another(glass: GlassConfig, access: Access) -> None:
    assert fits(glass)
    for one in desks(glass, access):
        places = [one.head, one.field, *chain(*one.keys)]
        for at in (one.head, *chain(*one.keys)):
            assert min(at.w, at.h) >= 20 * glass.px_per_mm - 0.01
        assert all(apart(a, b) for a, b in combinations(places, 2))
        assert all(at.x >= 0 and at.x + at.w <= glass.width for at in places)
        assert all(at.y >= 0 and at.y + at.h <= glass.height for at in places)


def test_whoever_sits_has_all_of_it_in_the_lower_part_of_a_standing_panel() -> None:
    for usual, low in zip(
        desks(STANDING, Access()), desks(STANDING, Access(low=True)), strict=True
    ):
        assert low.head.y + low.head.h <= STANDING.height * 0.62
        assert min(at.y for at in chain(*low.keys)) < min(at.y for at in chain(*usual.keys))


def test_ten_keys_stand_side_by_side_on_10_inches_and_eight_where_they_must() -> None:
    assert (shape(LYING), shape(STANDING), shape(NARROW)) == (Shape.TEN, Shape.TEN, Shape.EIGHT)


def test_a_panel_that_is_too_small_is_said_to_be() -> None:
    assert not fits(GlassConfig(width=800, height=480, px_per_mm=5.26))  # 7"
    assert not fits(GlassConfig(width=480, height=480, px_per_mm=20))
    assert not fits(GlassConfig(width=1280, height=480, px_per_mm=5.88))


def test_a_kiosk_does_not_start_on_a_panel_where_nobody_can_type() -> None:
    """Said whole, before anything runs; a larger panel of the same pixels is well."""
    small = {"box": "ki-ot-1", "glass": {"width": 1024, "height": 600, "px_per_mm": 5.88}}
    with pytest.raises(BadConfigError, match=r'glass: .* 20 mm, and 1024 x 600 .* \(7\.9"\)'):
        from_document(small, KioskConfig)
    large = small | {"glass": {"width": 1280, "height": 800, "px_per_mm": 5.88}}
    assert fits(from_document(large, KioskConfig).glass)


@SHAPES
def test_all_rows_of_a_keyboard_are_equally_wide(kind_of_panel: Shape) -> None:
    for typing in every_field():
        widths = {sum(key.width for key in row) for row in rows(typing, kind_of_panel)}
        assert widths <= {10.0} or widths <= {8.0} or widths <= {3.0}


def keys(typing: Typing, kind_of_panel: Shape) -> set[object]:
    pages = (typing, typing.press(Act.SYMBOLS))
    return {key.does for page in pages for row in rows(page, kind_of_panel) for key in row}


@SHAPES
@pytest.mark.parametrize("method", Method)
def test_every_letter_digit_and_sign_can_be_reached(kind_of_panel: Shape, method: Method) -> None:
    there = keys(field(Kind.TEXT, method=method), kind_of_panel)
    usual = {*"abcdefghijklmnopqrstuvwxyz0123456789 .,-/"}
    assert usual | {Act.SHIFT, Act.BACKSPACE, Act.DONE} <= there
    assert not (set(Sign) - there if method is Method.SIGNS else set(Sign) & there)


@SHAPES
def test_what_codes_addresses_and_numbers_take_can_be_reached(kind_of_panel: Shape) -> None:
    letters, digits = {*"abcdefghijklmnopqrstuvwxyz"}, {*"0123456789"}
    ways = {Act.BACKSPACE, Act.DONE}
    assert keys(field(Kind.CODE), kind_of_panel) == letters | digits | ways | {*".-"}
    assert letters | digits | ways | {*"@._-+%"} <= keys(field(Kind.EMAIL), kind_of_panel)
    for kind in (Kind.PHONE, Kind.NUMBER):
        assert keys(field(kind), kind_of_panel) == digits | ways


def test_keys_show_the_capitals_they_would_write() -> None:
    def labels(typing: Typing) -> set[str]:
        return {key.label for row in rows(typing, Shape.TEN) for key in row}

    name = field(Kind.NAME)
    assert {"A", "ĂƠƯ", "Đ"} <= labels(name)
    assert {"a", "ăơư", "đ"} <= labels(name.press("a"))
    assert "A" in labels(field(Kind.CODE).press("a"))


@PANELS
def test_every_label_has_room_on_its_key_in_capitals_of_6_1_mm(glass: GlassConfig) -> None:
    kivy = find_spec("kivy")
    assert kivy
    roboto = Path(str(kivy.origin)).parent / "data" / "fonts" / "Roboto-Bold.ttf"
    font = ImageFont.truetype(str(roboto), round(6.1 / CAPITAL * glass.px_per_mm))
    for typing in every_field():
        for capital in (typing, typing.press(Act.SHIFT)):
            caps = chain(*rows(capital, shape(glass)))
            places = chain(*desk(widths(capital, shape(glass)), metrics(glass)).keys)
            for key, at in zip(caps, places, strict=True):
                assert bool(key.label) != bool(key.icon)
                assert font.getlength(key.label) <= at.w, key
                assert not key.icon or key.icon in NAMES


def test_ends_of_addresses_are_offered() -> None:
    assert addresses("lan")[0] == "lan@gmail.com"
    assert addresses("lan@y") == ("lan@yahoo.com",)
    assert addresses("lan@gmail.com") == addresses("") == addresses("a@b@") == ()


def test_places_are_offered_without_accents_too() -> None:
    names = sorted({unit.name for unit in snapshot().units if unit.parent})
    assert places("dakr", names) == ("Đakrông",)
    assert set(places("huong l", names)) == {"Hướng Lập"}
    assert places("Hướng L", names)[0] == "Hướng Lập"
    assert places("", names) == places("zzz", names) == ()
    assert len(places("a", names)) == 3
