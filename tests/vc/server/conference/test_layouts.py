"""Who is where in the composed picture."""

from collections.abc import Sequence
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given
from msgspec.structs import replace

from tests.vc.example import STARTS_AT, example_plan
from tests.vc.server.conference.meeting import CHAIR, OPERATOR, live
from vc import acts
from vc.engine.port import Tile, VideoCodec, View
from vc.media.measures import caption_height
from vc.server.conference import rules
from vc.server.conference.layouts import arrange, view_of
from vc.server.conference.places import TURN_S
from vc.state import ConferenceState, Floor, Layout, Line, Member, PaperOnShow, Phase, Site


def sources(view: View) -> list[str]:
    return [tile.source for tile in view.tiles]


def crowd(count: int, layout: Layout, *, paper: bool = False, pinned: str = "") -> ConferenceState:
    sites = tuple(Site(id=f"xa-{n}", name=f"Xã số {n}") for n in range(count))
    plan = replace(example_plan(), sites=sites, centre="xa-0", chair="xa-0-1")
    members = tuple(Member(id=one.id, name=one.name, connected=True) for one in sites)
    return ConferenceState(
        plan=plan,
        phase=Phase.LIVE,
        members=members,
        layout=layout,
        paper=PaperOnShow(paper="bao-cao", page=2) if paper else None,
        pinned=pinned,
    )


def check_tiles(view: View) -> None:
    for n, one in enumerate(view.tiles):
        assert not (one.x | one.y | one.width | one.height) & 1
        assert min(one.width, one.height) >= 32
        assert one.x + one.width <= view.width
        assert one.y + one.height <= view.height - caption_height(view.height)
        for other in view.tiles[n + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, f"{one} overlaps {other}"
    assert len(set(sources(view))) == len(view.tiles)


@given(
    count=st.integers(1, 80),
    layout=st.sampled_from(Layout),
    paper=st.booleans(),
    pinned=st.sampled_from(["", "xa-0", "xa-3"]),
    speaking=st.sampled_from(["", "xa-0", "xa-5"]),
    later=st.integers(0, 200),
    size=st.sampled_from([(1280, 720), (1920, 1080), (640, 360), (1024, 768), (854, 480)]),
)
def test_tiles_are_even_within_the_picture_and_apart(
    count: int,
    layout: Layout,
    *,
    paper: bool,
    pinned: str,
    speaking: str,
    later: int,
    size: tuple[int, int],
) -> None:
    state = crowd(count, layout, paper=paper, pinned=pinned)
    now = STARTS_AT + timedelta(seconds=later)
    for view in arrange(state, speaking, now, size=size):
        check_tiles(view)
        assert view.tiles or (view.name == "chair" and count == 1)


def test_the_check_sees_tiles_that_overlap() -> None:
    """Negative control."""
    tile = Tile(source="a", x=0, y=0, width=64, height=64)
    with pytest.raises(AssertionError):
        check_tiles(View(name="main", tiles=(tile, replace(tile, source="b", x=62))))


@pytest.mark.parametrize(
    ("count", "width"),
    [(1, 1208), (2, 640), (4, 604), (5, 426), (9, 402), (10, 320), (16, 302), (25, 240)],
)
def test_a_wall_has_the_largest_tiles_that_fit(count: int, width: int) -> None:
    (view,) = arrange(crowd(count, Layout.WALL), "", STARTS_AT)
    assert len(view.tiles) == count
    assert {tile.width for tile in view.tiles} == {width}


def seen_in_turn(state: ConferenceState, name: str, turns: int) -> list[Sequence[str]]:
    moments = [STARTS_AT + timedelta(seconds=TURN_S * n) for n in range(turns)]
    views = [{view.name: view for view in arrange(state, "", now)} for now in moments]
    return [sources(one[name]) for one in views]


def test_who_does_not_fit_on_the_wall_takes_turns_and_nobody_is_left_out() -> None:
    """VC-9: 1 + 78."""
    pages = seen_in_turn(crowd(79, Layout.WALL), "main", 4)
    assert sorted(len(page) for page in pages) == [19, 20, 20, 20]
    assert len({one for page in pages for one in page}) == 79
    strips = seen_in_turn(crowd(30, Layout.SPEAKER), "main", 4)
    assert all(page[0] == "xa-0" for page in strips)
    assert len({one for page in strips for one in page}) == 30


def test_a_lecture_shows_the_chair_to_all_and_all_to_the_chair() -> None:
    meeting = live()
    state = meeting.does(OPERATOR, acts.SetLayout(layout=Layout.LECTURE))
    views = {view.name: view for view in arrange(state, "", STARTS_AT)}
    assert sources(views["main"]) == ["trung-tam"]
    assert (views["main"].tiles[0].width, views["main"].tiles[0].height) == (1208, 680)
    assert "trung-tam" not in sources(views["chair"])
    assert len(views["chair"].tiles) == 9
    assert view_of(state, "trung-tam") == "chair"
    assert view_of(state, "gio-linh") == "main"
    state = meeting.does(OPERATOR, acts.Pin(member="gio-linh"))
    assert view_of(state, "gio-linh", VideoCodec.VP8) == "chair-vp8"
    assert view_of(state, "trung-tam") == "main"


def test_the_speaker_is_large_and_nine_others_stand_around_him() -> None:
    meeting = live()
    meeting.does(OPERATOR, acts.SetLayout(layout=Layout.SPEAKER))
    state = meeting.does(CHAIR, acts.GiveFloor(member="gio-linh"))
    (view,) = arrange(state, "gio-linh", STARTS_AT)
    first = view.tiles[0]
    assert (first.source, first.width, first.height) == ("gio-linh", 960, 544)
    assert (first.title, first.badge) == ("Huyện Gio Linh", "speaking")
    assert len(view.tiles) == 10
    assert sum(tile.width * tile.height for tile in view.tiles) == 1200 * 680
    assert all(abs(tile.width / tile.height - 16 / 9) < 0.02 for tile in view.tiles), "no bars"
    state = meeting.does(OPERATOR, acts.Pin(member="cam-lo"))
    assert sources(arrange(state, "gio-linh", STARTS_AT)[0])[0] == "cam-lo"
    meeting.does(OPERATOR, acts.Pin(member=""))
    meeting.departs("gio-linh")
    assert sources(arrange(meeting.state, "", STARTS_AT)[0])[0] == "trung-tam"


def test_content_and_papers_are_large_beside_the_speaker() -> None:
    """VC-8."""
    meeting = live()
    meeting.take(rules.shares(meeting.state, "gio-linh", meeting.now, sharing=True))
    state = meeting.does(OPERATOR, acts.StartContent(member="gio-linh"))
    (view,) = arrange(state, "dong-ha", STARTS_AT)
    assert sources(view)[:2] == ["content-gio-linh", "dong-ha"]
    assert (view.tiles[0].width, view.tiles[0].height) == (960, 680)
    assert view.tiles[0].title == "Trình chiếu: Huyện Gio Linh"
    state = meeting.does(OPERATOR, acts.ShowPaper(paper="bao-cao", page=2))
    (view,) = arrange(state, "dong-ha", STARTS_AT)
    assert (view.tiles[0].source, view.tiles[0].title) == ("paper", "Báo cáo tháng 11 – trang 2/3")


def test_badges_say_the_worst_first() -> None:
    state = crowd(5, Layout.WALL)
    spoiled = (
        replace(state.members[0], muted=False),
        replace(state.members[1], muted=False),
        replace(state.members[2], line=Line.BAD),
        replace(state.members[3], video_off=True, line=Line.BAD),
        state.members[4],
    )
    (view,) = arrange(replace(state, members=spoiled), "xa-1", STARTS_AT)
    badges = [tile.badge for tile in view.tiles]
    assert badges == ["", "speaking", "bad_line", "no_picture", "muted"]


def test_each_view_is_there_in_every_codec_asked_for() -> None:
    state = crowd(3, Layout.LECTURE)
    both = arrange(state, "", STARTS_AT, codecs=(VideoCodec.H264, VideoCodec.VP8))
    assert [(view.name, view.codec) for view in both] == [
        ("main", VideoCodec.H264),
        ("chair", VideoCodec.H264),
        ("main-vp8", VideoCodec.VP8),
        ("chair-vp8", VideoCodec.VP8),
    ]


def test_the_caption_says_the_meeting_and_its_item() -> None:
    meeting = live()
    state = meeting.does(OPERATOR, acts.SetItem(item="thao-luan"))
    (view,) = arrange(state, "", STARTS_AT)
    assert view.caption == "Hội nghị trực tuyến giao ban tháng 11 – Thảo luận"


def test_an_empty_conference_is_a_picture_without_tiles() -> None:
    for layout in Layout:
        views = arrange(replace(crowd(3, layout), members=()), "", STARTS_AT)
        assert [(view.name, view.tiles) for view in views] == [("main", ())]


def test_an_absent_holder_is_not_large() -> None:
    floor = Floor(holder="xa-1", since=STARTS_AT)
    state = replace(crowd(3, Layout.SPEAKER), floor=floor)
    gone = tuple(
        replace(one, connected=False) if one.id == "xa-1" else one for one in state.members
    )
    assert sources(arrange(replace(state, members=gone), "", STARTS_AT)[0]) == ["xa-0", "xa-2"]


def test_a_paper_that_is_no_longer_in_the_plan_is_not_shown() -> None:
    state = crowd(3, Layout.CONTENT, paper=True)
    without = replace(state, plan=replace(state.plan, papers=()))
    assert sources(arrange(without, "", STARTS_AT)[0]) == ["xa-0", "xa-1", "xa-2"]
