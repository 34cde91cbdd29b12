"""docs/screens is of this code: it has a picture of every situation, and lists no other."""

import re
from pathlib import Path

import pytest
from PIL import Image

from kiosk.ui.flows.all import FLOWS as ALL_FLOWS
from tests.kiosk.screens import index
from tests.kiosk.screens.album import FLOWS, GUIDE_PAGES, STANDING_PAGES, Shot, shots

ALBUM = Path("docs/screens")
GUIDES = Path("docs/vi")
MOST_BYTES = 12_000_000
ANEW = "make screens"


@pytest.fixture(scope="module")
def every() -> tuple[Shot, ...]:
    return tuple(shots())


def test_every_situation_has_its_picture_and_the_index_lists_no_other(
    every: tuple[Shot, ...],
) -> None:
    wanted = set(index.files_of(every))
    there = {file.relative_to(ALBUM).as_posix() for file in ALBUM.rglob("*.png")}
    assert there == wanted, ANEW
    listed = set(re.findall(r"\(([^)]+\.png)\)", (ALBUM / index.NAME).read_text("utf-8")))
    assert {file for file in wanted if not file.startswith("guide/")} == listed, ANEW
    assert sum(file.stat().st_size for file in ALBUM.rglob("*.png")) < MOST_BYTES


def test_every_flow_is_told_and_what_is_shown_elsewhere_is_there(every: tuple[Shot, ...]) -> None:
    flows = {type(flow).__module__.split(".")[-2] for flow in ALL_FLOWS}
    assert flows <= set(FLOWS)
    assert {shot.flow for shot in every} == set(FLOWS)
    names = [shot.name for shot in every]
    assert len(names) == len(set(names)), "two situations of one name"
    assert {*STANDING_PAGES, *GUIDE_PAGES} <= set(names)


def test_what_guides_show_and_link_to_is_there() -> None:
    missing = [
        (guide.name, link)
        for guide in GUIDES.glob("*.md")
        for link in re.findall(r"\]\(([^)#:]+)\)", guide.read_text("utf-8"))
        if not (GUIDES / link).exists()
    ]
    assert missing == []


def test_a_picture_is_small_and_has_four_looks() -> None:
    with Image.open(ALBUM / "home" / "home.png") as picture:
        assert picture.mode == "P"
        assert picture.width > 2 * 400
        assert picture.height > 2 * 250
