"""Pictures cut into payloads and put together again (RFC 6184, 7741)."""

import random

import pytest

from tests.vc.rtp.pictures import PPS, SPS, h264_picture, vp8_picture
from vc.rtp import h264, vp8
from vc.rtp.egress import MAX_PAYLOAD, packetise_h264, packetise_vp8

SIZES = (1, 2, 50, 1_150, 1_158, 1_159, 1_160, 1_161, 2_318, 6_000, 28_000)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keyframe", [True, False])
def test_h264_comes_back_as_it_was(size: int, *, keyframe: bool) -> None:
    data = h264_picture(1, size, keyframe=keyframe)
    frame = packetise_h264(data, 0)
    assert max(map(len, frame.payloads)) <= MAX_PAYLOAD
    assert frame.keyframe is keyframe
    picture = h264.H264Picture()
    for payload in frame.payloads:
        picture.add(payload)
    assert picture.data() == data
    assert picture.whole
    assert picture.keyframe is keyframe


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keyframe", [True, False])
def test_vp8_comes_back_as_it_was(size: int, *, keyframe: bool) -> None:
    data = vp8_picture(1, size, keyframe=keyframe)
    frame = packetise_vp8(data, 0)
    picture = vp8.Vp8Picture()
    for payload in frame.payloads:
        picture.add(payload)
    assert picture.data() == data
    assert picture.whole
    assert (picture.keyframe, frame.keyframe) == (keyframe, keyframe)
    assert [vp8.begins(payload) for payload in frame.payloads].count(True) == 1


def test_short_start_codes_and_trailing_zeros_are_understood() -> None:
    data = b"\0\0\1" + SPS + b"\0\0\0\1" + PPS + b"\0\0\1\x65abc"
    assert list(h264.units(data)) == [SPS, PPS, b"\x65abc"]
    assert h264.is_keyframe(data)
    assert packetise_h264(data, 0).payloads[0][0] & 31 == 24  # together in one STAP-A


def test_a_picture_with_a_hole_is_not_whole() -> None:
    payloads = packetise_h264(h264_picture(1, 6_000), 0).payloads
    for missing in (0, len(payloads) - 1):
        picture = h264.H264Picture()
        for at, payload in enumerate(payloads):
            if at != missing:
                picture.add(payload)
        picture.data()
        assert not picture.whole


def test_a_vp8_descriptor_of_every_kind_is_passed_over() -> None:
    assert vp8.descriptor_size(b"\x10x") == 1
    assert vp8.descriptor_size(b"\x90\x80\x05x") == 3
    assert vp8.descriptor_size(b"\x90\x80\x85\x01x") == 4
    assert vp8.descriptor_size(b"\x90\xf0\x85\x01\x02\x03x") == 6
    assert vp8.descriptor_size(b"\x90\xf0\x85") == 0


def test_the_size_of_a_picture_is_read() -> None:
    sps = bytes.fromhex("6742c01fda014016e8400000030040000 00c83c60ca8".replace(" ", ""))
    assert h264.size(b"\0\0\0\1" + sps + b"\0\0\0\1\x65") == (1280, 720)
    assert h264.size(b"\0\0\0\1\x65") == (0, 0)
    assert vp8.size(b"\x10\0\0\x9d\x01\x2a\x80\x02\xe0\x01") == (640, 480)
    assert vp8.size(b"\x11\0\0") == (0, 0)


def test_spoilt_payloads_raise_nothing() -> None:
    chance = random.Random(1)
    for _ in range(5_000):
        payload = chance.randbytes(chance.randrange(1, 40))
        for picture in (h264.H264Picture(), vp8.Vp8Picture()):
            for _ in range(2):
                picture.add(payload)
            picture.data()
        h264.begins(payload)
        vp8.begins(payload)
        h264.size(b"\0\0\1\x67" + payload)
