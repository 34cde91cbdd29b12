"""The soak of `bench.soak`, small: every kind of session once, and that its looks would see."""

import base64
import unicodedata
from pathlib import Path

import msgspec
import pytest

from bench.soak.errands import ERRANDS
from bench.soak.marks import (
    CARD,
    NAME,
    PAGE,
    SECRET,
    SENT,
    WORDS,
    Trace,
    marked_paper,
    reads,
    traces,
)
from bench.soak.measured import MOST_MB, driven, every_kind
from bench.soak.sessions import Soak
from bench.soak.site import CONTROLLER, standing_office
from bench.soak.watched import HOARDS

A_SHEET = 20
"""Widgets and textures that a screen has, and more: one that stays is seen."""
WAYS = {
    "composed": NAME.encode(),
    "decomposed": unicodedata.normalize("NFD", NAME).encode(),
    "capitals": NAME.upper().encode(),
    "without accents": b"dang thi vet la",
    "UTF-16": NAME.encode("utf-16-le"),
    "JSON": msgspec.json.encode({"name": NAME}),
    "hex": NAME.encode().hex().encode(),
    "base64": base64.b64encode(f"x{CARD}".encode()),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_found_however_it_lies_somewhere(way: str) -> None:
    assert SECRET.found(b"\x00 before " + WAYS[way] + b" after") >= {NAME}


def test_somebody_else_is_no_mark_and_a_picture_is_one() -> None:
    other = "Nguyễn Thị Hoa, Thôn 2, Xã Gio Linh, 0912000111".encode()
    assert SECRET.found(other) == WORDS.found(other) == set()
    assert SECRET.found(b"%PDF-1.7 " + other) == {"a PDF"}


def test_the_marked_paper_can_be_read_and_an_empty_one_cannot() -> None:
    paper = marked_paper()
    assert reads(paper)
    assert not reads(paper[:300].copy())
    assert PAGE not in CARD


def test_what_may_lie_somewhere_is_searched_for_the_rest(tmp_path: Path) -> None:
    (tmp_path / "register").mkdir()
    for place in ("register/book.sqlite", "counter.sqlite"):
        (tmp_path / place).write_text(f"{NAME} {SENT}")
    allowed = {tmp_path / "register": None}
    found = set(traces(tmp_path, allowed))
    assert found == {Trace("counter.sqlite", NAME), Trace("counter.sqlite", SENT)}


@pytest.mark.real
@pytest.mark.timeout(600)
async def test_nothing_of_a_citizen_is_left_by_any_kind_of_session(tmp_path: Path) -> None:
    async with standing_office(tmp_path, without=CONTROLLER) as office:
        await driven(office, _lives_them_all)


def _lives_them_all(soak: Soak) -> None:
    figures = soak.figures
    every_kind(soak, pulled=("devices",))
    soak.measure()
    for errand in ("number by card", "prepared dossier"):
        soak.session(errand, "back")
    soak.measure()
    soak.look()
    assert set(figures.errands) == set(ERRANDS)
    assert figures.lost == []
    assert figures.traces == []
    (_, first), (_, last) = figures.seen
    assert last.widgets < first.widgets + A_SHEET
    assert last.textures < first.textures + A_SHEET
    assert soak.kiosk_seen(deep=True).found == {}
    _a_hoard_is_noticed(soak)
    _a_line_in_a_log_is_noticed(soak)
    control = soak.interrupted()
    assert control.sees, control
    soak.look()
    assert figures.traces == []


def _a_hoard_is_noticed(soak: Soak) -> None:
    hoards = soak.office.root / HOARDS
    hoards.touch()
    soak.session("prepared dossier", "finished")
    hoards.unlink()
    soak.measure()
    held = [parts["kiosk"] for _, parts in soak.figures.memory]
    assert held[-1] - held[-2] > MOST_MB


def _a_line_in_a_log_is_noticed(soak: Soak) -> None:
    log = soak.office.child("counter").log
    before = log.read_bytes()
    with log.open("a", encoding="utf-8") as lines:
        lines.write(f'{{"event": "debugging", "name": "{NAME}"}}\n')
    soak.session("number", "back")
    assert soak.figures.traces == [Trace(f"logs/{log.name}", NAME)]
    soak.figures.traces.clear()
    log.write_bytes(before)
