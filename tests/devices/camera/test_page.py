"""Pages on synthetic desks: found where they are, and what is wrong with them has a name."""

import numpy as np
import pytest
from msgspec.structs import replace

from devices.camera.page import Page, PageFinder
from devices.camera.paper import Flaw, PaperFormat
from devices.camera.picture import Picture
from devices.camera.quads import ordered
from devices.camera.specimen import HARD, PALE, PLAIN, Scene, Shot
from devices.camera.specimen_paper import Specimen
from tests.devices.camera.desks import CARD, SCENES, SIZE, as_seen, empty, shot

PAPERS = (Specimen.DECLARATION, Specimen.CERTIFICATE, Specimen.SLIP)
SURE = ("plain", "held", "hard", "dark desk")


@pytest.fixture(scope="module")
def finder() -> PageFinder:
    return PageFinder()


def found(finder: PageFinder, taken: Shot) -> Page:
    page = finder.find(taken.picture)
    assert page is not None
    assert off_px(page, taken) < 4
    return page


def off_px(page: Page, taken: Shot) -> float:
    return float(np.hypot(*(page.corners - ordered(taken.corners)).T).max())


@pytest.mark.parametrize("name", SURE)
def test_a_page_is_found_to_the_pixel_with_shadows_things_and_hands_about(
    finder: PageFinder, name: str
) -> None:
    for seed, specimen in enumerate(PAPERS):
        page = found(finder, shot(SCENES[name], specimen, seed))
        assert page.paper is as_seen(specimen)
        assert Flaw.NOT_WHOLE not in page.flaws
        assert Flaw.TOO_DARK not in page.flaws


def test_white_paper_on_a_white_desk_is_mostly_found_and_never_wrong_by_a_little(
    finder: PageFinder,
) -> None:
    pages = [
        (finder.find(shot(PALE, seed=seed).picture), shot(PALE, seed=seed)) for seed in range(4)
    ]
    right = [page for page, taken in pages if page and off_px(page, taken) < 4]
    assert len(right) >= 3


def test_a_card_is_told_from_a_sheet_by_its_proportions(finder: PageFinder) -> None:
    for seed in range(2):
        assert found(finder, shot(CARD, Specimen.CARD, seed)).paper is PaperFormat.CARD


@pytest.mark.parametrize("name", SCENES)
def test_an_empty_desk_has_no_page(finder: PageFinder, name: str) -> None:
    """The negative control: neither books nor cups nor shadows are papers."""
    for seed in range(3):
        assert finder.find(empty(SCENES[name], seed)) is None


def test_a5_is_told_from_a4_where_the_desks_width_is_known() -> None:
    lies = replace(PLAIN, fills=0.6, tilt_deg=0.0)
    taken = shot(lies, Specimen.SLIP)
    long_px = float(np.hypot(*(taken.corners[2] - taken.corners[1])))
    small, large = (PageFinder(desk_width_mm=SIZE[0] / long_px * mm) for mm in (210, 297))
    assert found(small, taken).paper is PaperFormat.A5
    assert found(large, taken).paper is PaperFormat.A4


@pytest.mark.parametrize(
    ("scene", "flaw"),
    [
        (replace(PLAIN, shift=(0.0, 0.2)), Flaw.NOT_WHOLE),
        (replace(PLAIN, shift=(0.42, 0.0)), Flaw.NOT_WHOLE),
        (replace(PLAIN, light=0.25, noise=2.0), Flaw.TOO_DARK),
        (replace(PLAIN, blur_px=3.0), Flaw.BLURRED),
    ],
    ids=["below", "aside", "dark", "blurred"],
)
def test_what_is_wrong_has_a_name(finder: PageFinder, scene: Scene, flaw: Flaw) -> None:
    page = finder.find(shot(scene).picture)
    assert page is not None
    assert page.flaws == (flaw,)


def test_nothing_is_wrong_with_a_page_that_lies_well(finder: PageFinder) -> None:
    assert found(finder, shot()).flaws == ()


def test_noise_is_no_sharpness(finder: PageFinder) -> None:
    page = finder.find(shot(replace(PLAIN, blur_px=3.0, noise=10.0)).picture)
    assert page is not None
    assert page.flaws == (Flaw.BLURRED,)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_of_nothing_has_no_page(finder: PageFinder, level: int) -> None:
    assert finder.find(np.full((480, 640, 3), level, np.uint8)) is None


@pytest.mark.parametrize("size", [(160, 120), (90, 640), (3000, 40)])
def test_pictures_of_odd_sizes_do_no_harm(finder: PageFinder, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (*size, 3)).astype(np.uint8)
    finder.find(noise)


def test_the_same_picture_gives_the_same_page(finder: PageFinder) -> None:
    one, other = (finder.find(shot(HARD).picture) for _ in range(2))
    assert one is not None
    assert other is not None
    assert np.array_equal(one.corners, other.corners)


def test_finding_leaves_the_picture_as_it_was(finder: PageFinder) -> None:
    picture: Picture = shot().picture.copy()
    finder.find(picture)
    assert np.array_equal(picture, shot().picture)
