"""Papers and cards before the camera: how many are found and read, how exactly, what it costs."""

import resource
import time
from collections.abc import Callable
from functools import cache

import numpy as np
from msgspec.structs import replace

from bench.table import Table, percentile
from devices.camera.page import PageFinder
from devices.camera.picture import Picture
from devices.camera.quads import ordered, size_mm
from devices.camera.specimen import HARD, HELD, PALE, PLAIN, Scene, photograph
from devices.camera.specimen_paper import FORMATS, Specimen, draw_paper
from devices.camera.squaring import Squarer
from devices.scan.binding import Sheet, as_g4, as_jpeg, bound
from devices.scanner import specimen as cards
from devices.scanner.decode import (
    as_gray,
    lit,
    read_symbols,
    read_with_zbar,
    read_with_zxing,
    sharpened,
)
from devices.scanner.specimen_card import HOA, card_text

PAPERS, EMPTY, CARDS = 40, 12, 10
_RIGHT_PX = 8.0
_SHEETS = (Specimen.DECLARATION, Specimen.CERTIFICATE, Specimen.SLIP)
_SCENES: dict[str, tuple[Scene, tuple[Specimen, ...]]] = {
    "wood, a shadow, 3 things": (PLAIN, _SHEETS),
    "the same, 2 hands on the paper": (HELD, _SHEETS),
    "tilted 18°, turned 25°, deep shadow, 7 things, hand, noise": (HARD, _SHEETS),
    "a dark desk, 2 hands": (replace(HELD, desk="dark"), _SHEETS),
    "a white desk": (PALE, _SHEETS),
    "an ID-1 card": (replace(PLAIN, fills=0.35), (Specimen.CARD,)),
}
_FAIR = cards.Degradation(blur_px=0.8, perspective=0.03, turn_deg=12, glare=0.3, noise=4, shade=0.3)
_CARDS = {
    "fair": _FAIR,
    "blur 2.0 px": replace(_FAIR, blur_px=2.0),
    "blur 2.6 px": replace(_FAIR, blur_px=2.6),
    "tilt 0.12, turned 60°": replace(_FAIR, perspective=0.12, turn_deg=60),
    "glare": replace(_FAIR, glare=1.0),
    "2.7 px a module": replace(_FAIR, share=0.40),
    "2.0 px a module": replace(_FAIR, share=0.30),
    "light 0.15": replace(_FAIR, light=0.15),
    "light 0.07": replace(_FAIR, light=0.07),
    "hard: blur 2.2, tilt, glare, noise, shade": cards.HARD,
}


@cache
def _drawn(specimen: Specimen) -> Picture:
    return draw_paper(specimen)


def measure_papers() -> Table:
    """Return how well pages are found, and what a page of each kind weighs."""
    finder = PageFinder()
    rows = [_found(finder, name, *of) for name, of in _SCENES.items()]
    imagined = sum(
        finder.find(photograph(None, seed=seed, scene=scene).picture) is not None
        for seed in range(EMPTY)
        for scene in (PLAIN, HARD, PALE)
    )
    return Table(
        title="Papers under the camera",
        how=(
            f"{PAPERS} synthetic photographs of 1600 x 1200 px a row: sample papers in true"
            " perspective. Found: all four corners within"
            f" {_RIGHT_PX:g} px; the error is that of the worst corner of each page found. CPU ms a"
            " picture, all cores together, format and flaws judged too. Format: A4 (and A5, which"
            " without a scale is the same) or card told rightly."
            f" On {EMPTY * 3} desks without paper {imagined} pages were imagined."
            f" {_weights()}"
        ),
        head=("", "found", "format", "corner error px, p50 / p95", "CPU ms"),
        rows=tuple(rows),
    )


def _found(
    finder: PageFinder, name: str, scene: Scene, kinds: tuple[Specimen, ...]
) -> tuple[str, ...]:
    errors, formats, cost = [], 0, []
    for seed in range(PAPERS):
        kind = kinds[seed % len(kinds)]
        shot = photograph(_drawn(kind), seed=seed, scene=scene)
        began = time.process_time()
        page = finder.find(shot.picture)
        cost.append((time.process_time() - began) * 1000)
        if page is None:
            continue
        error = float(np.hypot(*(page.corners - ordered(shot.corners)).T).max())
        if error <= _RIGHT_PX:
            errors.append(error)
            formats += _is_as_large(page.paper, page.shape, kind)
    return (
        name,
        f"{len(errors)} of {PAPERS}",
        f"{formats} of {len(errors)}",
        f"{percentile(errors, 0.5):.1f} / {percentile(errors, 0.95):.1f}",
        f"{percentile(cost, 0.5):.0f}",
    )


def _is_as_large(paper: object, shape: float, kind: Specimen) -> bool:
    del shape
    seen = {"a5": "a4"}.get(FORMATS[kind], str(FORMATS[kind]))
    return str(paper) == seen


def _weights() -> str:
    """Return what one page weighs as each ink, and what making it costs."""
    finder, squarer = PageFinder(), Squarer()
    shot = photograph(_drawn(Specimen.DECLARATION), seed=1, scene=PLAIN)
    page = finder.find(shot.picture)
    assert page is not None
    began = time.process_time()
    sheet = squarer.flattened(squarer.squared(shot.picture, page), page.paper)
    ink = squarer.ink_of(sheet)
    ms = (time.process_time() - began) * 1000
    width, height = size_mm(page.paper, page.shape)
    kinds: dict[str, Callable[[], bytes]] = {
        "black (G4)": lambda: as_g4(squarer.inked(sheet)),
        "gray (JPEG)": lambda: as_jpeg(squarer.gray(sheet)),
        "colour (JPEG)": lambda: as_jpeg(sheet),
    }
    sizes = ", ".join(
        f"{name} {len(bound([Sheet(make(), width, height)])) / 1000:.0f} kB"
        for name, make in kinds.items()
    )
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"An A4 page of text at 200 dpi as a PDF: {sizes}; `auto` takes {ink}. Squared, flattened"
        f" and judged in {ms:.0f} CPU ms. The measuring process peaked at {rss} MB."
    )


def measure_cards() -> Table:
    """Return how many degraded cards each reader reads."""
    readers: dict[str, Callable[[Picture], list[str]]] = {
        "zxing-cpp": read_with_zxing,
        "sharpened": lambda gray: read_with_zxing(sharpened(lit(gray))),
        "zbar": read_with_zbar,
        "the chain": read_symbols,
    }
    want, wrong = [card_text(HOA)], 0
    rows = []
    for name, how in _CARDS.items():
        right, cost = dict.fromkeys(readers, 0), []
        for seed in range(CARDS):
            gray = as_gray(cards.photograph(seed=100 + seed, how=how))
            for reader, read in readers.items():
                began = time.process_time()
                texts = read(gray)
                if reader == "the chain":
                    cost.append((time.process_time() - began) * 1000)
                right[reader] += texts == want
                wrong += texts not in ([], want)
        rows.append((name, *map(str, right.values()), f"{percentile(cost, 0.5):.0f}"))
    blank = [as_gray(cards.photograph(None, seed=seed)) for seed in range(EMPTY)]
    began = time.process_time()
    imagined = sum(bool(read_symbols(gray)) for gray in blank)
    ms = (time.process_time() - began) * 1000 / EMPTY
    return Table(
        title="Cards before the camera",
        how=(
            f"{CARDS} photographs of a specimen card (QR of 7 fields, 17 mm) a row, 1600 x 1200 px,"
            " degraded by our own generator; how many each reader reads rightly, and the chain's"
            f" CPU ms (median). Read wrongly by any: {wrong}. Desks without a card: {imagined} of"
            f" {EMPTY} imagined, {ms:.0f} ms each."
        ),
        head=("", *readers, "CPU ms"),
        rows=tuple(rows),
    )
