import random
from dataclasses import replace

import av
import numpy as np
import pytest

from vc.media.clip import SMALL, Clip
from vc.media.compose import Canvas, Spot
from vc.media.sitter import Sitter
from vc.media.video import (
    MAX_BYTES,
    BrokenPictureError,
    Codec,
    Decoder,
    Encoder,
    H264Encoder,
    TooLargePictureError,
    Vp8Encoder,
)
from vc.media.yuv import blank, planes

IDR_BYTES = 30_000
MUTATIONS = 10_000


def busy(seed: int, width: int = 1280, height: int = 720) -> av.VideoFrame:
    """Snow: nothing is harder to code."""
    generator = np.random.default_rng(seed)
    frame = blank(width, height)
    for plane in planes(frame):
        plane[:] = generator.integers(0, 256, plane.shape, dtype=np.uint8)
    return frame


def drifting(step: int, width: int = 1280, height: int = 720) -> av.VideoFrame:
    frame = blank(width, height)
    across = np.linspace(0, 12, width)[None, :] + step / 9
    down = np.linspace(0, 9, height)[:, None]
    planes(frame)[0][:] = 120 + 90 * np.sin(across) * np.cos(down)
    return frame


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return Clip.make(tmp_path_factory.mktemp("clips"), replace(SMALL, seconds=2))


CODERS: list[tuple[type[H264Encoder] | type[Vp8Encoder], Codec]] = [
    (H264Encoder, "h264"),
    (Vp8Encoder, "vp8"),
]


@pytest.mark.parametrize(("coder", "codec"), CODERS)
def test_every_picture_comes_out_at_once_and_as_it_went_in(
    coder: type[H264Encoder] | type[Vp8Encoder], codec: Codec
) -> None:
    encoder, decoder = coder(640, 360, 25, 800), Decoder(codec)
    for step in range(30):
        frame = drifting(step, 640, 360)
        (shown,) = decoder.decode(encoder.encode(frame).data)
        error = planes(shown)[0].astype(int) - planes(frame)[0]
        assert (error**2).mean() < 60


@pytest.mark.parametrize(("coder", "codec"), CODERS)
def test_a_keyframe_is_made_when_it_is_wanted_and_else_only_at_the_start(
    coder: type[H264Encoder] | type[Vp8Encoder], codec: Codec
) -> None:
    encoder = coder(640, 360, 25, 800)
    made = [encoder.encode(drifting(n, 640, 360), keyframe=n in (40, 41)) for n in range(300)]
    assert [n for n, one in enumerate(made) if one.keyframe] == [0, 40, 41]
    late = Decoder(codec)
    assert late.decode(made[40].data), "whoever comes late begins at any keyframe"


def test_an_idr_carries_its_parameter_sets_and_is_constrained_baseline() -> None:
    encoder = H264Encoder(1280, 720, 25, 1500)
    encoder.encode(drifting(0))
    idr = encoder.encode(drifting(1), keyframe=True).data
    kinds = [part[0] & 31 for part in idr.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]]
    assert kinds[0] == 7
    assert kinds[1] == 8
    assert kinds[-1] == 5
    profile, constraints, level = idr.split(b"\0\0\1\x67")[1][:3]
    assert profile == 66
    assert constraints & 0x40
    assert level == 31


@pytest.mark.parametrize(
    ("size", "kbps", "most"),
    [((640, 360), 700, 14_000), ((1280, 720), 1500, IDR_BYTES), ((1920, 1080), 3000, 60_000)],
)
def test_no_idr_is_larger_than_016_s_of_the_line_however_busy_the_picture(
    size: tuple[int, int], kbps: int, most: int
) -> None:
    encoder = H264Encoder(*size, 25, kbps)
    snow = [busy(seed, *size) for seed in range(3)]
    sizes = []
    for step in range(120):
        frame = snow[step % 3] if step % 40 < 30 else drifting(step, *size)
        made = encoder.encode(frame, keyframe=step % 30 == 15 or step in (31, 32))
        if made.keyframe:
            sizes.append(len(made.data))
    assert len(sizes) == 7
    assert max(sizes) <= most


def test_an_idr_of_a_wall_is_at_most_30_kb_in_vp8_too() -> None:
    """Of snow it is not: VP8's coarsest steps are finer than H.264's."""
    canvas = Canvas(1280, 720, "Hội nghị trực tuyến giao ban tháng 11")
    sitters = [Sitter(seed, 320, 180, 50) for seed in range(12)]
    encoder, sizes = Vp8Encoder(1280, 720, 25, 1500), []
    for step in range(40):
        for place, sitter in enumerate(sitters):
            spot = Spot(320 * (place % 4), 180 * (place // 4), 320, 180, f"Xã số {place}")
            canvas.show(sitter.frame(step), spot)
        made = encoder.encode(canvas.frame, keyframe=step % 20 == 19)
        if made.keyframe:
            sizes.append(len(made.data))
    assert len(sizes) == 3
    assert max(sizes) <= IDR_BYTES


def test_the_bit_rate_is_kept_however_busy_the_picture() -> None:
    encoder = H264Encoder(1280, 720, 25, 1500)
    made = [encoder.encode(busy(step % 7), keyframe=step % 25 == 0) for step in range(100)]
    assert sum(len(one.data) for one in made) * 8 / 4 <= 1_650_000


def test_the_frame_may_be_drawn_on_again_after_encoding() -> None:
    canvas = blank(640, 360, (60, 128, 128))
    encoder, decoder = H264Encoder(640, 360, 25, 800), Decoder("h264")
    first = encoder.encode(canvas)
    planes(canvas)[0][:] = 200
    second = encoder.encode(canvas)
    shown = [round(planes(decoder.decode(one.data)[0])[0].mean()) for one in (first, second)]
    assert abs(shown[0] - 60) <= 2
    assert abs(shown[1] - 200) <= 6


def test_the_size_may_change_in_the_middle() -> None:
    decoder = Decoder("h264")
    for width, height in ((640, 360), (1280, 720), (320, 180)):
        encoder: Encoder = H264Encoder(width, height, 25, 500)
        (shown,) = decoder.decode(encoder.encode(drifting(1, width, height)).data)
        assert (shown.width, shown.height) == (width, height)


@pytest.mark.parametrize(("coder", "codec"), CODERS)
def test_an_absurd_size_is_refused(
    coder: type[H264Encoder] | type[Vp8Encoder], codec: Codec
) -> None:
    made = coder(1280, 720, 25, 500).encode(drifting(1))
    with pytest.raises((BrokenPictureError, TooLargePictureError)):
        Decoder(codec, max_pixels=640 * 360).decode(made.data)
    assert Decoder(codec, max_pixels=1280 * 720).decode(made.data)


def test_a_picture_of_too_many_bytes_is_not_even_tried() -> None:
    with pytest.raises(TooLargePictureError):
        Decoder("h264").decode(bytes(MAX_BYTES + 1))


@pytest.mark.parametrize("codec", ["h264", "vp8"])
def test_what_needs_a_lost_keyframe_is_broken(codec: Codec) -> None:
    encoder: Encoder = (H264Encoder if codec == "h264" else Vp8Encoder)(640, 360, 25, 500)
    made = [encoder.encode(drifting(n, 640, 360), keyframe=n == 5) for n in range(7)]
    decoder = Decoder(codec)
    with pytest.raises(BrokenPictureError):
        decoder.decode(made[1].data)
    assert decoder.decode(made[5].data), "an IDR mends it"


@pytest.mark.parametrize("codec", ["h264", "vp8"])
def test_ten_thousand_spoilt_pictures_kill_nothing(codec: Codec, clip: Clip) -> None:
    if codec == "h264":
        units = [unit.data for unit in clip.units[:40]]
    else:
        encoder = Vp8Encoder(640, 360, 25, 500)
        units = [encoder.encode(drifting(n, 640, 360)).data for n in range(40)]
    chance = random.Random(4)
    decoder = Decoder(codec, max_pixels=1280 * 720)
    broken = shown = 0
    for turn in range(MUTATIONS):
        data = bytearray(units[0] if chance.random() < 0.1 else chance.choice(units))
        spoil(data, chance)
        try:
            shown += len(decoder.decode(bytes(data)))
        except (BrokenPictureError, TooLargePictureError):
            broken += 1
        if turn % 500 == 499:
            decoder = Decoder(codec, max_pixels=1280 * 720)
    assert broken > 100, "the spoiling spoils"
    assert shown > 100, "and not everything"
    assert Decoder(codec).decode(units[0])


def spoil(data: bytearray, chance: random.Random) -> None:
    match chance.randrange(4):
        case 0:
            for _ in range(chance.randint(1, 20)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case 1:
            del data[chance.randrange(len(data)) :]
        case 2:
            at = chance.randrange(min(60, len(data)))
            data[at] ^= 1 << chance.randrange(8)
        case _:
            at = chance.randrange(len(data))
            data[at:at] = chance.randbytes(chance.randint(1, 100))


def test_the_clip_decodes(clip: Clip) -> None:
    decoder = Decoder("h264")
    assert sum(len(decoder.decode(unit.data)) for unit in clip.units) == len(clip.units)
