import msgspec
import pytest

from tests.vc.example import example_plan
from vc.engine.focus.video_stage import Stage, looks, spots
from vc.engine.focus.video_views import Views
from vc.engine.port import Tile, VideoCodec, View
from vc.media.measures import caption_height
from vc.media.titles import Missing
from vc.media.yuv import blank, planes
from vc.server.conference.places import Place, around, beside, grid

WALL = View(
    name="main",
    tiles=(
        Tile(source="dong-ha", x=0, y=0, width=640, height=360, title="Đông Hà"),
        Tile(source="dakrong", x=640, y=0, width=640, height=360, title="Đakrông"),
    ),
)
NUMBERS = {"main": 1, "guests": 2, "dong-ha": 11, "dakrong": 12}


def tiles(places: tuple[Place, ...]) -> tuple[Tile, ...]:
    return tuple(
        Tile(source=f"s{n}", x=one.x, y=one.y, width=one.width, height=one.height)
        for n, one in enumerate(places)
    )


@pytest.mark.parametrize("count", [1, 2, 4, 9, 10, 16, 25])
def test_no_tile_reaches_into_the_caption_and_none_into_another(count: int) -> None:
    area = Place(0, 0, 1280, 720)
    for places in (grid(count, area), around(count, area), beside(count, area)):
        view = View(name="main", tiles=tiles(places), caption=example_plan().title)
        drawn = spots(view)
        taken = [[False] * 640 for _ in range(360)]
        for spot in drawn:
            assert spot.y + spot.height <= 720 - caption_height(720)
            for row in range(spot.y // 2, (spot.y + spot.height) // 2):
                for column in range(spot.x // 2, (spot.x + spot.width) // 2):
                    assert not taken[row][column]
                    taken[row][column] = True


def test_without_a_caption_tiles_are_drawn_where_they_are_told() -> None:
    (first, second) = spots(WALL)
    assert (first.x, first.y, first.width, first.height) == (0, 0, 640, 360)
    assert (second.x, second.title) == (640, "Đakrông")


def test_an_unknown_badge_of_a_newer_server_is_no_badge() -> None:
    odd = msgspec.structs.replace(WALL.tiles[0], badge="dancing")
    assert spots(msgspec.structs.replace(WALL, tiles=(odd,)))[0].badge.value == ""


def test_what_comes_is_drawn_and_what_is_missing_is_a_card() -> None:
    stage = Stage(WALL, NUMBERS)
    assert stage.draw(11, blank(640, 360, (200, 128, 128)))
    assert not stage.draw(99, blank(640, 360))
    luma = planes(stage.frame)[0]
    assert luma[180, 320] == 200
    stage.refresh(lambda slot: Missing.LOST if slot == 11 else Missing.NONE_YET, lambda _: None)
    assert luma[20:340, 20:620].max() > 220, "the name, in white"
    assert luma[20:70, 20:620].max() < 120, "on a calm ground"


def test_a_source_that_is_back_is_shown_again() -> None:
    stage = Stage(WALL, NUMBERS)
    picture = blank(640, 360, (200, 128, 128))
    stage.refresh(lambda _: Missing.LOST, lambda _: None)
    stage.refresh(lambda _: None, lambda _: picture)
    assert planes(stage.frame)[0][180, 320] == 200


def test_a_picture_that_was_taken_off_the_wall_stays_off() -> None:
    off = msgspec.structs.replace(WALL.tiles[0], badge="no_picture")
    stage = Stage(msgspec.structs.replace(WALL, tiles=(off, WALL.tiles[1])), NUMBERS)
    assert stage.slots == {12}, "nor is it decoded for nothing"
    assert not stage.draw(11, blank(640, 360, (200, 128, 128)))
    stage.refresh(lambda _: None, lambda _: blank(640, 360, (200, 128, 128)))
    assert planes(stage.frame)[0][40, 100] < 120


@pytest.mark.parametrize(
    "view",
    [
        View(name="main", width=0, height=0),
        View(name="main", tiles=(Tile(source="x", x=1200, y=0, width=320, height=180),)),
        View(name="main", tiles=(Tile(source="x", x=0, y=0, width=0, height=180),)),
    ],
)
def test_a_view_that_cannot_be_drawn_is_refused(view: View) -> None:
    with pytest.raises(ValueError, match=r"view|Spot"):
        Stage(view, NUMBERS)


def test_views_of_equal_looks_are_composed_once() -> None:
    views = Views()
    guests = msgspec.structs.replace(WALL, name="guests", codec=VideoCodec.VP8)
    views.arrange((WALL, guests), NUMBERS, 0)
    assert len(views.outputs) == 2
    assert len(list(views.stages)) == 1
    assert looks(WALL, NUMBERS) != looks(WALL, {**NUMBERS, "dakrong": 13})


def test_a_new_arrangement_keeps_the_encoder_and_a_new_size_does_not() -> None:
    views = Views()
    views.arrange((WALL,), NUMBERS, 0)
    (first,) = views.outputs
    larger = msgspec.structs.replace(WALL, tiles=WALL.tiles[:1])
    views.arrange((larger,), NUMBERS, 0)
    (second,) = views.outputs
    assert second.encoder is first.encoder
    assert second.stage is not first.stage
    views.arrange((msgspec.structs.replace(larger, bitrate_kbps=800),), NUMBERS, 0)
    (third,) = views.outputs
    assert third.encoder is not first.encoder
    assert third.stage is second.stage


def test_a_refused_arrangement_changes_nothing() -> None:
    views = Views()
    views.arrange((WALL,), NUMBERS, 0)
    before = views.outputs
    bad = View(name="guests", tiles=(Tile(source="x", x=1200, y=0, width=320, height=180),))
    with pytest.raises(ValueError, match="Spot"):
        views.arrange((WALL, bad), NUMBERS, 0)
    assert views.outputs == before
