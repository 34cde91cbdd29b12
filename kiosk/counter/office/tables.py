"""The tables of law and the catalogue as this site has them. Blocking.

A site's own files that are damaged stop no queue: what is shipped, or what was good last, holds
then, and the province is told.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from devices.contract.config import BadConfigError, Problem
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.shelf import CatalogueConfig, Shelf
from kiosk.catalogue.tables import read_calendar, read_codes
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.dossier import CodeRules

T = TypeVar("T")
_KEPT = "catalogue.json"


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """What holds here, and what is wrong with the site's own files."""

    calendar: WorkCalendar
    codes: CodeRules
    catalogue: Catalogue
    bad_tables: tuple[Problem, ...] = ()
    bad_catalogue: tuple[Problem, ...] = ()


def read_law(tables_folder: str, catalogue: CatalogueConfig, state_dir: Path) -> Law:
    """Return what holds; never raises for what lies in the site's own folders."""
    shelved = Shelf(catalogue, state_dir / _KEPT).read()
    calendar, bad_days = _held(read_calendar, tables_folder)
    codes, bad_codes = _held(read_codes, tables_folder)
    return Law(
        calendar=calendar,
        codes=codes,
        catalogue=shelved.catalogue,
        bad_tables=(*bad_days, *bad_codes),
        bad_catalogue=shelved.problems,
    )


def _held(read: Callable[[Path | None], T], folder: str) -> tuple[T, tuple[Problem, ...]]:
    """Return the site's own table, or the shipped one and what is wrong with the site's."""
    try:
        return read(Path(folder) if folder else None), ()
    except BadConfigError as error:
        return read(None), error.problems
    except OSError as error:
        return read(None), (Problem(folder, str(error)),)
