from pathlib import Path

import pytest

from devices.contract.afar import judge_afar
from kiosk.catalogue.shelf import CatalogueConfig, Shelf, Shelved, Source
from tests.kiosk.catalogue.folders import folder, procedure


def codes(shelved: Shelved) -> list[str]:
    return [row.code for row in shelved.catalogue.procedures]


def test_a_damaged_file_leaves_the_last_good_catalogue_also_after_a_restart(tmp_path: Path) -> None:
    place = folder(tmp_path / "in", {"a.toml": procedure()})
    config, kept = CatalogueConfig(folder=str(place), sample=False), tmp_path / "kept.json"
    shelf = Shelf(config, kept)
    assert codes(shelf.read()) == ["1.001193"]
    folder(place, {"a.toml": procedure("1.1"), "b.toml": procedure("1.000656")})
    for same in (shelf, Shelf(config, kept)):
        damaged = same.read()
        assert (codes(damaged), damaged.source) == (["1.001193"], Source.LAST_GOOD)
        assert [problem.key for problem in damaged.problems] == ["a.toml: code"]
    folder(place, {"a.toml": procedure("1.000894")})
    mended = shelf.read()
    assert (codes(mended), mended.source) == (["1.000656", "1.000894"], Source.FOLDERS)
    assert mended.problems == ()


def test_without_a_good_one_ever_there_is_none_and_nothing_is_made_up(tmp_path: Path) -> None:
    config = CatalogueConfig(folder=str(tmp_path / "gone"))
    (tmp_path / "kept.json").write_bytes(b'{"procedures": [{')
    for shelf in (Shelf(config), Shelf(config, tmp_path / "kept.json")):
        nothing = shelf.read()
        assert (codes(nothing), nothing.source) == ([], Source.NOWHERE)
        assert nothing.problems


def test_where_nothing_can_be_kept_the_catalogue_serves_and_that_is_said(tmp_path: Path) -> None:
    shelf = Shelf(CatalogueConfig(), tmp_path / "no" / "kept.json")
    for shelved in (shelf.read(), shelf.read()):
        assert len(shelved.catalogue.procedures) == 21
        assert shelved.source is Source.FOLDERS
        assert "not kept" in shelved.problems[0].text


def test_the_last_good_catalogue_of_other_folders_says_nothing_of_these(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert Shelf(CatalogueConfig(), kept).read().source is Source.FOLDERS
    own = CatalogueConfig(folder=str(tmp_path / "gone"), sample=False)
    assert Shelf(own, kept).read().source is Source.NOWHERE


@pytest.mark.parametrize(
    ("place", "right"),
    [
        ("", True),
        ("/var/lib/motcua/danh-muc", True),
        ("/etc", False),
        ("/var/lib/motcua/../../etc", False),
        ("danh-muc", False),
    ],
)
def test_from_afar_only_a_place_for_such_data_may_be_named(place: str, *, right: bool) -> None:
    assert (judge_afar(CatalogueConfig(folder=place), trials=False) == []) == right
