"""Corrections to the shipped units, as a province keeps them: one value of one unit since a day.

A CSV has the columns `code,field,value,since`. Fields are those of a unit: `level`, `kind`,
`name`, `parent`, `latitude`, `longitude`; and `until` (empty value), which ends the unit on that
day. A code that is not there yet needs at least a level and a name on its first day.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from devices.contract.errors import MotcuaError
from provisioning.organisation.tree import Tree, holds
from provisioning.organisation.units import Level, Unit

_COLUMNS = ["code", "field", "value", "since"]
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_MOST_ROWS = 20_000
_MOST_VALUE = 200
_MOST_PROBLEMS = 50


class Field(StrEnum):
    """What can be corrected."""

    LEVEL = "level"
    KIND = "kind"
    NAME = "name"
    PARENT = "parent"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    UNTIL = "until"


_BOUNDS = {Field.LATITUDE: 90.0, Field.LONGITUDE: 180.0}


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` on the unit's `field` is `value`."""

    code: str
    field: Field
    value: str
    since: date


class BadCorrectionsError(MotcuaError):
    """The corrections cannot be taken. `problems` names every line that is wrong."""

    code = "units.bad_corrections"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems[:_MOST_PROBLEMS])
        super().__init__("; ".join(self.problems[:5]))


def read_corrections(text: str) -> list[Correction]:
    """Return the corrections of a CSV; raises BadCorrectionsError, then none is to be taken."""
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    found: list[Correction] = []
    problems: list[str] = []
    try:
        for number, row in enumerate(rows, 1):
            if number > _MOST_ROWS:
                raise BadCorrectionsError([f"more than {_MOST_ROWS} lines"])
            if not any(cell.strip() for cell in row):
                continue
            if number == 1 and [cell.strip().lower() for cell in row] == _COLUMNS:
                continue
            try:
                found.append(_correction(row))
            except ValueError as error:
                problems.append(f"{number}: {error}")
    except csv.Error as error:
        problems.append(f"{rows.line_num}: {error}")
    if not found and not problems:
        problems.append("1: there is nothing in it")
    if problems:
        raise BadCorrectionsError(problems)
    return found


def corrected(units: Iterable[Unit], corrections: Iterable[Correction]) -> list[Unit]:
    """Return the units with the corrections in force; raises BadCorrectionsError.

    A unit's value ends the day another begins, so the day before is as it was.
    """
    versions: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        versions[unit.code].append(unit)
    changes: dict[tuple[date, str], dict[Field, str]] = defaultdict(dict)
    for one in corrections:
        changes[one.since, one.code][one.field] = one.value
    problems: list[str] = []
    for (since, code), fields in sorted(changes.items()):
        try:
            versions[code] = _changed(versions[code], code, since, fields)
        except ValueError as error:
            problems.append(f"{code} {since}: {error}")
    if problems:
        raise BadCorrectionsError(problems)
    result = [unit for of_code in versions.values() for unit in of_code]
    _check_parents(result, changes)
    return result


def _changed(versions: list[Unit], code: str, since: date, fields: dict[Field, str]) -> list[Unit]:
    before = next((unit for unit in versions if holds(unit, since)), None)
    if before is None:
        later = [unit.since for unit in versions if unit.since > since]
        if Field.UNTIL in fields or Field.LEVEL not in fields or Field.NAME not in fields:
            raise ValueError("there is no such unit on that day; a new one needs level and name")
        base = Unit(
            code=code,
            level=Level.COMMUNE,
            kind="",
            name="",
            since=since,
            until=min(later, default=None),
        )
        return [*versions, _with(base, fields)]
    rest = [unit for unit in versions if unit is not before]
    if before.since < since:
        rest.append(msgspec.structs.replace(before, until=since))
    if Field.UNTIL in fields:
        if len(fields) > 1:
            raise ValueError("a unit that ends has no other value from then on")
        return rest
    return [*rest, _with(msgspec.structs.replace(before, since=since), fields)]


def _with(unit: Unit, fields: dict[Field, str]) -> Unit:
    values: dict[str, object] = {field.value: value for field, value in fields.items()}
    if Field.LEVEL in fields:
        values["level"] = Level(fields[Field.LEVEL])
    for field in _BOUNDS:
        if field in fields:
            values[field.value] = float(fields[field]) if fields[field] else None
    return msgspec.structs.replace(unit, **values)


def _check_parents(units: list[Unit], changes: dict[tuple[date, str], dict[Field, str]]) -> None:
    """Refuse a parent that is not there, or below its own child."""
    problems = []
    for day in sorted({since for since, _ in changes}):
        tree = Tree(units, day)
        for since, code in changes:
            unit = tree.get(code) if since == day else None
            if unit is None or not unit.parent:
                continue
            path = tree.path(code)
            if unit.parent not in tree:
                problems.append(f"{code} {day}: there is no unit {unit.parent} on that day")
            elif (root := tree.get(path[0])) and root.parent in path:
                problems.append(f"{code} {day}: it would be above itself")
    if problems:
        raise BadCorrectionsError(problems)


def _correction(row: list[str]) -> Correction:
    if len(row) != len(_COLUMNS):
        raise ValueError(f"{len(row)} columns instead of {len(_COLUMNS)}")
    code, field, value, since = (cell.strip() for cell in row)
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no code")
    if field not in list(Field):
        raise ValueError(f"{field!r} is none of {', '.join(Field)}")
    _check_value(Field(field), value)
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise ValueError(f"{since!r} is no day (2026-01-31)") from None
    return Correction(code=code, field=Field(field), value=value, since=day)


def _check_value(field: Field, value: str) -> None:
    if len(value) > _MOST_VALUE or not value.isprintable():
        raise ValueError("the value is too long, or no text")
    if field is Field.LEVEL and value not in list(Level):
        raise ValueError(f"{value!r} is none of {', '.join(Level)}")
    if field is Field.NAME and not value:
        raise ValueError("a unit has a name")
    if field is Field.PARENT and value and not _CODE.fullmatch(value):
        raise ValueError(f"{value!r} is no code")
    if field is Field.UNTIL and value:
        raise ValueError("`until` has no value: the unit ends on the day of `since`")
    if field in _BOUNDS and value:
        number = float(value)
        if not -_BOUNDS[field] <= number <= _BOUNDS[field]:
            raise ValueError(f"{value} is not on the globe")
