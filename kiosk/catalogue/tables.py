"""Tables of law and practice, read from files: what is shipped, and what a site puts in its stead.

A site's folder is laid out as `kiosk/data`; a file there replaces the shipped one of the same name.
All raise BadConfigError (every problem, with the file's name) and OSError.
"""

from pathlib import Path
from typing import TypeVar

from devices.contract.config import BadConfigError, Config, Problem, parse_toml
from kiosk.domain.agency import Conversions, Provinces
from kiosk.domain.calendar import (
    BaseList,
    CalendarYear,
    Saturdays,
    WorkCalendar,
    calendar_of,
)
from kiosk.domain.dossier import CodeRules
from kiosk.domain.forms import Forms
from kiosk.domain.payment import Banks

C = TypeVar("C", bound=Config)

SHIPPED = Path(__file__).parent.parent / "data"
_YEARS = "[0-9][0-9][0-9][0-9].toml"


def read_calendar(own: Path | None = None) -> WorkCalendar:
    """Return the calendar of all years that have a file, and Saturday mornings (DOS-17).

    Years without one, or with a forecast, are told by `WorkCalendar.doubtful_years`.
    """
    files = {path.name: path for folder in _folders(own) for path in folder.glob(_YEARS)}
    years = {name: _read(path, CalendarYear) for name, path in sorted(files.items())}
    if misnamed := [name for name, year in years.items() if name != f"{year.year}.toml"]:
        raise BadConfigError(
            tuple(Problem(f"{name}: year", "is not the one of the name") for name in misnamed)
        )
    saturdays = _table("calendar/saturdays.toml", Saturdays, own)
    base = _table("calendar/base.toml", BaseList, own)
    return calendar_of(base, years.values(), saturdays.mornings)


def read_banks(own: Path | None = None) -> Banks:
    """Return the banks that a VietQR may name (§4.2)."""
    return _table("banks.toml", Banks, own)


def read_provinces(own: Path | None = None) -> Provinces:
    """Return the provinces' level-1 codes (DOS-7)."""
    return _table("provinces.toml", Provinces, own)


def read_conversions(own: Path | None = None) -> Conversions:
    """Return the agencies' codes in both systems; none, unless the site has a list (DOS-8)."""
    return _table("conversions.toml", Conversions, own)


def read_forms(own: Path | None = None) -> Forms:
    """Return the numbered forms (DOS-10)."""
    return _table("forms.toml", Forms, own)


def read_codes(own: Path | None = None) -> CodeRules:
    """Return the forms of dossier codes (DOS-1)."""
    return _table("codes.toml", CodeRules, own)


def _folders(own: Path | None) -> list[Path]:
    return [folder / "calendar" for folder in (SHIPPED, own) if folder]


def _table(name: str, kind: type[C], own: Path | None) -> C:
    return _read(own / name if own and (own / name).exists() else SHIPPED / name, kind)


def _read(path: Path, kind: type[C]) -> C:
    try:
        return parse_toml(path.read_text(encoding="utf-8"), kind)
    except BadConfigError as error:
        raise BadConfigError(
            tuple(Problem(f"{path.name}: {one.key}", one.text) for one in error.problems)
        ) from error
    except UnicodeDecodeError as error:
        raise BadConfigError((Problem(path.name, f"not UTF-8: {error.reason}"),)) from error
