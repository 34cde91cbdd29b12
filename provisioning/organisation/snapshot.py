"""The units of the whole country as they were published: data of a day, shipped with the program.

`data/units.json.gz` holds the 34 provinces and 3,321 communes since 1 July 2025, with their
middles; `data/before.json.gz` what was before: 63 provinces, their districts and communes, and what
each commune became. NOTICE says whose work that is.
"""

import gzip
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from provisioning.organisation.units import Level, Unit

REFORM = date(2025, 7, 1)
EARLIEST = date.min
"""The first day of what was before: the data does not say since when."""
_T = TypeVar("_T")

_Province = tuple[str, str, str, float, float]
_Commune = tuple[str, str, str, str, float, float]
_Old = tuple[str, str, str]
_OldBelow = tuple[str, str, str, str]


class _Now(msgspec.Struct, frozen=True):
    date: date
    source: str
    provinces: list[_Province]
    communes: list[_Commune]


class _Before(msgspec.Struct, frozen=True):
    provinces: list[_Old]
    districts: list[_OldBelow]
    communes: list[_OldBelow]
    became: list[tuple[str, tuple[str, ...]]]


class Snapshot(msgspec.Struct, frozen=True):
    """The units since the reform, provinces first, with the day of the data and its source."""

    date: date
    source: str
    units: tuple[Unit, ...]


class Past(msgspec.Struct, frozen=True):
    """The units that ended with the reform; `became`: a commune's new codes, likeliest first."""

    units: tuple[Unit, ...]
    became: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """Return today's units; read once, in some 15 ms."""
    data = _read("units.json.gz", _Now)
    provinces = (
        Unit(
            code=code,
            level=Level.PROVINCE,
            kind=kind,
            name=name,
            since=REFORM,
            latitude=latitude,
            longitude=longitude,
        )
        for code, kind, name, latitude, longitude in data.provinces
    )
    communes = (
        Unit(
            code=code,
            level=Level.COMMUNE,
            kind=kind,
            name=name,
            parent=parent,
            since=REFORM,
            latitude=latitude,
            longitude=longitude,
        )
        for code, kind, name, parent, latitude, longitude in data.communes
    )
    return Snapshot(data.date, data.source, (*provinces, *communes))


@lru_cache(maxsize=1)
def past() -> Past:
    """Return what was before the reform; read once, when somebody asks."""
    data = _read("before.json.gz", _Before)
    return Past(
        (
            *(_ended(Level.PROVINCE, *unit) for unit in data.provinces),
            *(_ended(Level.DISTRICT, *unit) for unit in data.districts),
            *(_ended(Level.COMMUNE, *unit) for unit in data.communes),
        ),
        dict(data.became),
    )


def _ended(level: Level, code: str, kind: str, name: str, parent: str = "") -> Unit:
    return Unit(
        code=code,
        level=level,
        kind=kind,
        name=name,
        parent=parent,
        since=EARLIEST,
        until=REFORM,
    )


def _read(name: str, kind: type[_T]) -> _T:
    packed = files("provisioning.organisation").joinpath("data", name).read_bytes()
    return msgspec.json.decode(gzip.decompress(packed), type=kind)
