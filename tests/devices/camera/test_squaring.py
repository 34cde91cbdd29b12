"""Sheets: squared to their format, evenly white, and kept the way their content needs."""

import cv2
import numpy as np
import pytest

from devices.camera.page import PageFinder
from devices.camera.picture import Picture
from devices.camera.specimen import HARD, PLAIN, Scene
from devices.camera.specimen_paper import Specimen
from devices.camera.squaring import Ink, Squarer
from tests.devices.camera.desks import CARD, drawn, shot

SQUARER = Squarer(dpi=100)


def sheet(specimen: Specimen = Specimen.DECLARATION, scene: Scene = PLAIN) -> Picture:
    page = PageFinder().find(shot(scene, specimen).picture)
    assert page is not None
    return SQUARER.flattened(SQUARER.squared(shot(scene, specimen).picture, page), page.paper)


def test_a_page_has_its_formats_size() -> None:
    assert sheet().shape == (1169, 827, 3)
    assert sheet(Specimen.CARD, CARD).shape == (638, 1011, 3)  # a card gets 300 dpi


@pytest.mark.parametrize("scene", [PLAIN, HARD], ids=["plain", "hard"])
def test_a_squared_page_lies_over_the_paper_it_is_of(scene: Scene) -> None:
    original = cv2.cvtColor(cv2.resize(drawn(), (827, 1169), interpolation=cv2.INTER_AREA), 6)
    gray = SQUARER.gray(sheet(scene=scene))
    inner = np.s_[40:-40, 40:-40]
    alike = np.corrcoef(original[inner].ravel(), gray[inner].ravel())[0, 1]
    aside = np.corrcoef(original[inner].ravel(), np.roll(gray, 9, 0)[inner].ravel())[0, 1]
    assert alike > 0.6
    assert aside < alike - 0.25


def test_shadows_are_gone_and_the_paper_is_white() -> None:
    page = PageFinder().find(shot(HARD).picture)
    assert page is not None
    before = SQUARER.gray(SQUARER.squared(shot(HARD).picture, page))
    after = SQUARER.gray(sheet(scene=HARD))
    dark, even = (paper_levels(gray) for gray in (before, after))
    assert dark.min() < 0.6 * dark.max(), "the negative control: there was a shadow"
    assert even.min() > 0.9 * even.max()
    assert even.mean() > 225


def paper_levels(gray: Picture) -> np.ndarray:
    """Return the brightness of the bare paper in fields of the sheet, its rim and hands apart."""
    inner = gray[200:-200, 60:-60]
    rows, columns = inner.shape[0] // 8, inner.shape[1] // 6
    fields = inner[: rows * 8, : columns * 6].reshape(8, rows, 6, columns)
    return np.percentile(fields, 70, axis=(1, 3))


def test_text_is_black_and_white_and_a_seal_and_a_card_keep_their_colours() -> None:
    assert SQUARER.ink_of(sheet()) is Ink.BLACK
    assert SQUARER.ink_of(sheet(Specimen.CERTIFICATE)) is Ink.COLOUR
    assert SQUARER.ink_of(sheet(Specimen.CARD, CARD)) is Ink.COLOUR


def test_a_gray_photograph_keeps_its_tones() -> None:
    gray = sheet(Specimen.CERTIFICATE).mean(axis=2).astype(np.uint8)
    assert SQUARER.ink_of(np.repeat(gray[..., None], 3, 2)) is Ink.GRAY


def test_ink_is_black_on_white_and_the_sheets_rim_is_clean() -> None:
    black = SQUARER.inked(sheet())
    assert set(np.unique(black)) == {0, 255}
    assert 0.01 < (black == 0).mean() < 0.15
    assert (black[:3] == 255).all()
    assert (black[:, -3:] == 255).all()


def test_an_outline_is_drawn_into_a_copy() -> None:
    picture = shot().picture
    before = picture.copy()
    small = SQUARER.outlined(picture, shot().corners, 480)
    assert small.shape == (360, 480, 3)
    assert np.array_equal(picture, before)
    assert (np.abs(small.astype(int) - (70, 200, 40)).max(axis=2) < 40).sum() > 400
    assert SQUARER.outlined(picture, None, 4000).shape == picture.shape
