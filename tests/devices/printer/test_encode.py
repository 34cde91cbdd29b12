"""What is sent: an interpreter of five commands, written here, gets back the picture."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from devices.printer import encode
from devices.printer.raster import draw
from tests.devices.printer.samples import A_RECEIPT, differing_dots, plain


def printed(pieces: Iterable[bytes], width: int) -> Image.Image:
    """Interpret GS L, GS v 0 and ESC J; every piece must be whole commands."""
    margin, strips = 0, []
    for piece in pieces:
        at = 0
        while at < len(piece):
            if piece[at : at + 2] == b"\x1dL":
                margin = int.from_bytes(piece[at + 2 : at + 4], "little")
                at += 4
            elif piece[at : at + 2] == b"\x1bJ":
                strips.append(Image.new("1", (width, piece[at + 2]), 255))
                at += 3
            elif piece[at : at + 4] == b"\x1dv0\x00":
                stride = int.from_bytes(piece[at + 4 : at + 6], "little")
                rows = int.from_bytes(piece[at + 6 : at + 8], "little")
                data = piece[at + 8 : at + 8 + stride * rows]
                assert 0 < rows <= encode.MAX_ROWS
                assert stride > 0
                assert len(data) == stride * rows
                strip = Image.new("1", (width, rows), 255)
                strip.paste(
                    Image.frombytes("1", (stride * 8, rows), data, "raw", "1;I"), (margin, 0)
                )
                strips.append(strip)
                at += 8 + len(data)
            else:
                raise AssertionError(f"at {at}: {piece[at : at + 8].hex(' ')}")
    paper = Image.new("1", (width, sum(strip.height for strip in strips)), 255)
    tops = itertools.accumulate((strip.height for strip in strips), initial=0)
    for top, strip in zip(tops, strips, strict=False):
        paper.paste(strip, (0, top))
    return paper


@st.composite
def pictures(draw: st.DrawFn) -> Image.Image:
    width, height = 8 * draw(st.integers(1, 40)), draw(st.integers(1, 700))
    picture = Image.new("1", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    for _ in range(draw(st.integers(0, 12))):
        left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        right, bottom = draw(st.integers(left, width - 1)), draw(st.integers(top, height - 1))
        pen.rectangle((left, top, right, bottom), fill=draw(st.sampled_from((0, 255))))
    return picture


@settings(max_examples=150, deadline=None)
@given(pictures())
def test_any_picture_comes_out_dot_by_dot(picture: Image.Image) -> None:
    came_out = printed(encode.bands(picture), picture.width)
    assert came_out.height == picture.height
    assert differing_dots(came_out, picture) == 0


@settings(max_examples=50, deadline=None)
@given(pictures())
def test_trimming_never_costs_more_than_its_commands(picture: Image.Image) -> None:
    pieces = list(encode.bands(picture))
    assert sum(map(len, pieces)) <= len(encode.untrimmed(picture)) + 12 * len(pieces)


def test_white_paper_is_fed_and_not_drawn() -> None:
    white = Image.new("1", (576, 600), 255)
    assert sum(map(len, encode.bands(white))) == 9


def test_a_wide_line_touching_a_narrow_one_is_cut_apart() -> None:
    picture = Image.new("1", (576, 60), 0)
    ImageDraw.Draw(picture).rectangle((64, 30, 575, 59), fill=255)
    assert sum(map(len, encode.bands(picture))) < 0.6 * len(encode.untrimmed(picture))


def test_a_width_of_broken_bytes_is_a_bug() -> None:
    with pytest.raises(ValueError, match="whole bytes"):
        list(encode.bands(Image.new("1", (577, 8), 255)))


def test_the_last_of_a_receipt_is_a_line_that_is_missed_by_whoever_holds_the_first() -> None:
    commands = [encode.start(203), *encode.raster(draw(A_RECEIPT, 576))]
    first, last = encode.parted(commands)
    assert b"".join(first) + last == b"".join(commands)
    whole, torn = printed(commands[1:], 576), printed(first[1:], 576)
    assert differing_dots(torn, whole) > 500


def test_a_receipt_of_one_line_is_all_last() -> None:
    commands = [encode.start(203), *encode.raster(draw(plain("."), 576))]
    first, last = encode.parted(commands)
    assert (first, last) == (commands[:1], b"".join(commands[1:]))


def test_white_between_a_line_and_a_wider_one_is_fed() -> None:
    """A picture of no width is outside GS v 0's range, and its rows are lost."""
    picture = Image.new("1", (576, 60), 255)
    ink = ImageDraw.Draw(picture)
    ink.rectangle((0, 0, 400, 6), fill=0)
    ink.rectangle((0, 10, 575, 40), fill=0)
    assert differing_dots(printed(encode.bands(picture), 576), picture) == 0
