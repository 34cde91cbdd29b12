from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc.media import timecode
from vc.media.sitter import Sitter
from vc.media.yuv import blank, part, planes


@given(st.integers(0, 2**24 - 1), st.sampled_from([(1280, 720), (640, 360), (854, 480)]))
def test_a_number_is_read_back(number: int, size: tuple[int, int]) -> None:
    frame = blank(*size)
    timecode.stamp(frame, number)
    assert timecode.read(planes(frame)[0]) == number


def test_a_number_wraps_at_24_bits() -> None:
    frame = blank(640, 360)
    timecode.stamp(frame, 2**24 + 7)
    assert timecode.read(planes(frame)[0]) == 7


@pytest.mark.parametrize("value", [16, 128, 235])
def test_a_plain_picture_has_no_number(value: int) -> None:
    assert timecode.read(planes(blank(640, 360, (value, 128, 128)))[0]) is None


def test_noise_has_no_number() -> None:
    random = np.random.default_rng(7)
    for _ in range(200):
        assert timecode.read(random.integers(0, 256, (360, 640), dtype=np.uint8)) is None


def test_a_single_wrong_block_pair_is_noticed() -> None:
    frame = blank(640, 360)
    timecode.stamp(frame, 0x123456)
    luma = planes(frame)[0]
    first_pair = luma[16:48, 192:208]
    first_pair[:] = 252 - first_pair  # the bit and its complement change places
    assert timecode.read(luma) is None


def test_a_picture_too_small_has_no_number() -> None:
    assert timecode.read(planes(blank(64, 36))[0]) is None


def composed(source: Iterator[av.VideoFrame], kbps: int) -> Iterator[list[int | None]]:
    """Show every frame in ten tiles of 320 x 180 in 720p, and read what came through x264."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = 1280, 720, "yuv420p"
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    context.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "x264-params": f"bitrate={kbps}:vbv-maxrate={kbps}:vbv-bufsize={kbps // 5}",
    }
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    tiles = [(320 * (n % 4), 240 * (n // 4), 320, 180) for n in range(10)]
    canvas = blank(1280, 720)
    for turn, frame in enumerate(source):
        for tile in tiles:
            for plane, place in zip(planes(frame), part(planes(canvas), *tile), strict=True):
                size = place.shape[1], place.shape[0]
                cv2.resize(plane, size, dst=place, interpolation=cv2.INTER_LINEAR)
        canvas.pts = turn
        for packet in context.encode(canvas):
            for shown in decoder.decode(packet):
                yield [timecode.read(planes(shown)[0], tile) for tile in tiles]


def test_it_survives_scaling_by_four_and_half_of_a_conferences_bit_rate() -> None:
    sitter = Sitter(2, 1280, 720, 50)

    def filmed() -> Iterator[av.VideoFrame]:
        for number in range(50):
            frame = sitter.frame(number)
            timecode.stamp(frame, number << 12 | number)
            yield frame

    assert list(composed(filmed(), 750)) == [[n << 12 | n] * 10 for n in range(50)]


def test_what_coding_has_spoilt_is_not_misread() -> None:
    random = np.random.default_rng(3)

    def snow() -> Iterator[av.VideoFrame]:
        for number in range(50):
            frame = blank(1280, 720)
            planes(frame)[0][:] = random.integers(0, 256, (720, 1280), dtype=np.uint8)
            timecode.stamp(frame, number * 331)
            yield frame

    for number, seen in enumerate(composed(snow(), 300)):
        assert set(seen) <= {None, number * 331}
