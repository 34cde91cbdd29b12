import av
import pytest

from vc.media.yuv import blank, from_rgb, part, planes


@pytest.mark.parametrize("size", [(1280, 720), (322, 182), (160, 90)])
def test_planes_are_views_of_the_frame(size: tuple[int, int]) -> None:
    frame = blank(*size)
    width, height = size
    assert [plane.shape for plane in planes(frame)] == [
        (height, width),
        (height // 2, width // 2),
        (height // 2, width // 2),
    ]
    planes(frame)[0][5, 7] = 200
    assert planes(frame)[0][5, 7] == 200


def test_a_part_is_a_view_too() -> None:
    frame = blank(64, 48)
    luma, u, v = part(planes(frame), 10, 20, 8, 6)
    luma[:], u[:], v[:] = 1, 2, 3
    assert int((planes(frame)[0] == 1).sum()) == 48
    assert int((planes(frame)[1] == 2).sum()) == int((planes(frame)[2] == 3).sum()) == 12
    assert planes(frame)[0][20, 10] == 1
    assert planes(frame)[2][10, 5] == 3


def test_other_formats_are_refused() -> None:
    with pytest.raises(ValueError, match="rgb24"):
        planes(av.VideoFrame(64, 48, "rgb24"))


@pytest.mark.parametrize("colour", ["#0d408c", "#f2b705", "#ffffff", "#000000", "#b30000"])
def test_a_colour_comes_back_as_it_went_in(colour: str) -> None:
    shown = blank(16, 16, from_rgb(colour)).to_ndarray(format="rgb24")[8, 8]
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    assert all(abs(int(one) - other) <= 3 for one, other in zip(shown, wanted, strict=True))
