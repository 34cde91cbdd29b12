"""Cards that are blurred, far away, dark or shining: what each step of the chain is there for."""

from functools import cache

import pytest
from msgspec.structs import replace

from devices.camera.picture import Picture
from devices.scanner.decode import (
    as_gray,
    busiest,
    lit,
    read_symbols,
    read_with_zbar,
    read_with_zxing,
)
from devices.scanner.specimen import Degradation, photograph
from devices.scanner.specimen_card import HOA, card_text

FAIR = Degradation(blur_px=0.8, perspective=0.03, turn_deg=12, glare=0.3, noise=4, shade=0.3)
HARDER = {
    "blurred": replace(FAIR, blur_px=2.6),
    "far away": replace(FAIR, share=0.30),
    "dark": replace(FAIR, light=0.07),
}
EASIER = {
    "tilted": replace(FAIR, perspective=0.12, turn_deg=60),
    "shining": replace(FAIR, glare=1.0),
    "half as large": replace(FAIR, share=0.40),
}
SEEDS = range(100, 103)


@cache
def taken(how: Degradation, seed: int) -> Picture:
    return as_gray(photograph(seed=seed, how=how))


def read_by(read: object, how: Degradation) -> int:
    """Return how many are read; fails when one is read wrongly."""
    assert callable(read)
    texts = [read(taken(how, seed)) for seed in SEEDS]
    assert all(found in ([], [card_text(HOA)]) for found in texts)
    return sum(map(len, texts))


@pytest.mark.parametrize("name", EASIER)
def test_zxing_alone_reads_cards_that_are_a_little_degraded(name: str) -> None:
    assert read_by(read_with_zxing, EASIER[name]) >= 2
    assert read_by(read_symbols, EASIER[name]) == len(SEEDS)


@pytest.mark.parametrize("name", HARDER)
def test_the_chain_reads_cards_that_zxing_and_zbar_do_not(name: str) -> None:
    alone = max(read_by(read, HARDER[name]) for read in (read_with_zxing, read_with_zbar))
    assert read_by(read_symbols, HARDER[name]) >= max(2, alone + 1)


def test_what_is_busy_like_a_code_is_looked_for_and_wood_is_not() -> None:
    """The negative control: a desk without a card costs no second look."""
    assert busiest(as_gray(photograph(None, seed=1))) is None
    part = busiest(taken(FAIR, 100))
    assert part is not None
    assert read_with_zxing(part) == [card_text(HOA)]
    assert busiest(part[:10, :10]) is None


def test_a_picture_that_is_light_enough_is_left_as_it_is() -> None:
    assert lit(taken(FAIR, 100)) is taken(FAIR, 100)
    assert lit(taken(HARDER["dark"], 100)).max() == 255
