"""Tables read from files (domain G-2, DOS-17)."""

from datetime import date
from pathlib import Path

import pytest

from devices.contract.config import BadConfigError
from kiosk.catalogue.tables import read_calendar, read_codes
from kiosk.domain.dossier import DEFAULT_RULES, asked_text, read_code


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


SWAPPED = """
year = 2026
announced = true
[[off]]
day = 2026-01-02
names = { vi = "Nghỉ hoán đổi" }
[[worked]]
day = 2026-01-10
instead_of = 2026-01-02
"""


def test_a_sites_own_year_replaces_the_shipped_one(tmp_path: Path) -> None:
    """DOS-18: where the swap of 2026-01-02 was made, the province says so."""
    put(tmp_path, "calendar/2026.toml", SWAPPED)
    own, shipped = read_calendar(tmp_path), read_calendar()
    friday, saturday = date(2026, 1, 2), date(2026, 1, 10)
    assert [shipped.is_working(day) for day in (friday, saturday)] == [True, False]
    assert [own.is_working(day) for day in (friday, saturday)] == [False, True]
    assert own.is_working(date(2026, 2, 17))  # the file holds whole: it forgot Tết
    assert not own.is_working(date(2027, 2, 8))


def test_a_year_not_known_yet_is_added_by_a_file(tmp_path: Path) -> None:
    put(tmp_path, "calendar/2028.toml", "year = 2028\nannounced = true\n")
    assert read_calendar(tmp_path).doubtful_years(date(2028, 1, 1), date(2028, 2, 1)) == ()


def test_a_file_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    put(tmp_path, "calendar/2026.toml", "year = 2026\nannounced = 1\nhello = 2\n")
    with pytest.raises(BadConfigError, match=r"2026\.toml: announced: .*2026\.toml: hello"):
        read_calendar(tmp_path)
    put(tmp_path, "calendar/2026.toml", "year = 2027\nannounced = true\n")
    with pytest.raises(BadConfigError, match=r"2026\.toml: year"):
        read_calendar(tmp_path)


OWN_CODES = """
[[forms]]
name = "QT"
pattern = '^(QT[0-9]{2})/([0-9]{8})/([0-9]{5})$'
valid_from = 2026-11-01
"""


def test_a_sites_own_codes_are_read_and_the_shipped_ones_no_more(tmp_path: Path) -> None:
    """DOS-1: the list of forms is configuration; a code of none is asked for as it is."""
    assert read_codes() == DEFAULT_RULES
    put(tmp_path, "codes.toml", OWN_CODES)
    rules = read_codes(tmp_path)
    known = read_code(" qt05/20261121/00042", rules)
    assert known
    assert (known.text, known.agency, known.day) == (
        "QT05/20261121/00042",
        "QT05",
        date(2026, 11, 21),
    )
    assert read_code("QT05/20261031/00042", rules) is None, "before the form held"
    assert asked_text("h49.22-261121-0042", rules) == "h49.22-261121-0042"
    assert asked_text("h49.22-261121-0042") == "H49.22-261121-0042"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[forms]]\nname = 'x'\npattern = '('", r"codes\.toml: forms.*not a regular expression"),
        ("[[forms]]\nname = 'x'\n[[form]]", r"codes\.toml: form.*pattern"),
        ("forms = 'Ã\udcff'", r"codes\.toml: not UTF-8"),
    ],
)
def test_a_bad_table_of_codes_says_where_it_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "codes.toml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BadConfigError, match=why):
        read_codes(tmp_path)
