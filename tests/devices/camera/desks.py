"""Photographs of papers on desks, each taken once for all tests."""

from functools import cache

import msgspec

from devices.camera.paper import PaperFormat
from devices.camera.picture import Picture
from devices.camera.specimen import HARD, HELD, PALE, PLAIN, Scene, Shot, photograph
from devices.camera.specimen_paper import FORMATS, Specimen, draw_paper

SIZE = (1200, 900)
SCENES = {
    "plain": PLAIN,
    "held": HELD,
    "hard": HARD,
    "pale": PALE,
    "dark desk": msgspec.structs.replace(HELD, desk="dark"),
}
CARD = msgspec.structs.replace(PLAIN, fills=0.4)


@cache
def drawn(specimen: Specimen = Specimen.DECLARATION) -> Picture:
    return draw_paper(specimen)


@cache
def shot(scene: Scene = PLAIN, specimen: Specimen = Specimen.DECLARATION, seed: int = 0) -> Shot:
    return photograph(drawn(specimen), seed=seed, scene=scene, size=SIZE)


@cache
def empty(scene: Scene, seed: int) -> Picture:
    return photograph(None, seed=seed, scene=scene, size=SIZE).picture


def as_seen(specimen: Specimen) -> PaperFormat:
    """Return the format without a known scale, where A5 is taken for A4."""
    return PaperFormat.A4 if FORMATS[specimen] is PaperFormat.A5 else FORMATS[specimen]
