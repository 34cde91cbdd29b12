import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from kiosk.catalogue.files import BadCatalogueError, read_folders
from tests.kiosk.catalogue.folders import HEAD, folder, procedure

DAY = date(2026, 11, 23)


def problems(*folders: Path) -> dict[str, str]:
    with pytest.raises(BadCatalogueError) as refused:
        read_folders(folders)
    return {problem.key: problem.text for problem in refused.value.problems}


def test_everything_that_is_wrong_is_said_at_once_with_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    place = folder(
        tmp_path,
        {
            "a.toml": procedure("1.00119"),
            "b.toml": procedure("1.000656").replace("ho-tich", "ho-khau"),
            "c.toml": procedure("1.000894", name="").replace("names", "nams"),
            "d.toml": "code = ",
            "sub/e.toml": procedure("1.004873", "colour = 1"),
        },
    )
    (place / "f.toml").write_bytes(b'code = "\xff"')
    told = problems(place)
    assert set(told) == {
        "a.toml: code",
        "b.toml: sector",
        "c.toml: nams",
        "c.toml: names",
        "d.toml",
        "sub/e.toml: colour",
        "f.toml",
    }
    assert told["b.toml: sector"] == "'ho-khau' is no sector"


def test_one_procedure_has_one_version_a_day_whatever_agency_its_code_names(tmp_path: Path) -> None:
    files = {
        "old.toml": procedure(more="valid_to = 2027-03-01"),
        "new.toml": procedure("1.001193.000.00.00.H50", more="valid_from = 2027-03-01"),
    }
    told = problems(folder(tmp_path / "double", files))
    assert told == {
        "new.toml: code": "1.001193 is in old.toml too, and both hold from 2027-03-01 to 2027-03-01"
    }
    files["new.toml"] = files["new.toml"].replace("2027-03-01", "2027-03-02")
    both = read_folders([folder(tmp_path / "right", files)])
    codes = [both.procedure("1.001193", day) for day in (date(2027, 3, 1), date(2027, 3, 2))]
    assert [row and row.code for row in codes] == ["1.001193", "1.001193.000.00.00.H50"]


def test_a_provinces_folder_lies_over_what_is_below(tmp_path: Path) -> None:
    below = folder(
        tmp_path / "below",
        {
            "a1.toml": procedure(more="valid_to = 2026-12-31"),
            "a2.toml": procedure(more="valid_from = 2027-01-01", name="Khai sinh mới"),
            "b.toml": procedure("1.000656", name="Khai tử"),
            "c.toml": procedure("1.000894", name="Kết hôn"),
        },
    )
    head = 'withdrawn = ["1.000656"]\n' + HEAD.replace("Hộ tịch", "Tư pháp, hộ tịch")
    own = procedure("1.001193.000.00.00.H50", name="Khai sinh của tỉnh")
    above = folder(tmp_path / "above", {"catalogue.toml": head, "own.toml": own})
    whole = read_folders([below, above])
    assert [row.name("vi") for row in whole.procedures] == ["Kết hôn", "Khai sinh của tỉnh"]
    assert [sector.names["vi"] for sector in whole.sectors] == ["Tư pháp, hộ tịch"]


def test_a_day_has_its_procedures_and_the_sectors_they_are_in(tmp_path: Path) -> None:
    more = '\n[[sectors]]\nid = "dat-dai"\nnames = { vi = "Đất đai" }\n'
    land = procedure("1.013831", 'service = "dat"\nvalid_to = 2026-12-31').replace(
        '"ho-tich"', '"dat-dai"'
    )
    files = {"catalogue.toml": HEAD + more, "a.toml": procedure(), "dat.toml": land}
    whole = read_folders([folder(tmp_path, files)])
    today, later = whole.on(DAY), whole.on(date(2027, 1, 1))
    assert [sector.id for sector in today.sectors] == ["ho-tich", "dat-dai"]
    assert [sector.id for sector in later.sectors] == ["ho-tich"]
    assert [row.code for row in today.of_sector("dat-dai")] == ["1.013831"]
    assert [row.code for row in today.of_service("dat")] == ["1.013831"]
    assert later.procedure("1.013831", date(2027, 1, 1)) is None
    assert today.sector("dat-dai")
    assert later.sector("dat-dai") is None


def test_text_is_taken_in_one_form_and_files_of_windows_too(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", procedure()).replace("\n", "\r\n")
    place = folder(tmp_path, {})
    (place / "a.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_folders([place]).procedures[0].name("vi") == "Đăng ký khai sinh"


def test_a_folder_that_is_not_there_and_a_file_too_large_are_said(tmp_path: Path) -> None:
    huge = folder(tmp_path / "huge", {"a.toml": procedure() + "#" * 300_000})
    assert problems(huge) == {"a.toml": "is larger than 256 kB"}
    gone = tmp_path / "gone"
    assert problems(gone) == {str(gone): f"{gone} is no folder"}


def test_a_sector_twice_or_without_a_name_is_refused(tmp_path: Path) -> None:
    head = HEAD + HEAD.replace("vi", "en")
    told = problems(folder(tmp_path, {"catalogue.toml": head}))
    assert "sectors.ho-tich: 'vi' is missing; sectors: 'ho-tich' is there twice" in "".join(
        told.values()
    )


def checked(place: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk.catalogue", "--check", str(place), *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_check_counts_a_right_folder_and_names_what_is_wrong(tmp_path: Path) -> None:
    right = checked(folder(tmp_path / "right", {"a.toml": procedure()}), "--alone")
    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout == "1 procedures in 1 sectors; today 1, of them 0 of the sample\n"
    wrong = checked(folder(tmp_path / "wrong", {"a.toml": procedure("1.1")}))
    assert (wrong.returncode, wrong.stdout) == (78, "")
    assert wrong.stderr.startswith("a.toml: code: ")
