"""Units and sites, effective-dated (domain ADM-1 to ADM-9). Pure.

A unit is a province, a district (0 or 1 level of them, by date) or a commune; its code is text with
leading zeros. What a unit is called, what it is and whose it is holds between two days.
"""

from datetime import date
from enum import StrEnum

import msgspec


class Level(StrEnum):
    """Where in the tree a unit is."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OFFICE = "office"  # a department or another body without a territory


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit from `since` to the day before `until`; `parent` is a code, empty at the root.

    `kind` is the type as it is written before the name (`xã`, `phường`, `tỉnh`); `latitude` and
    `longitude` are degrees (WGS 84) of its middle.
    """

    code: str
    level: Level
    kind: str
    name: str
    parent: str = ""
    since: date
    until: date | None = None
    latitude: float | None = None
    longitude: float | None = None


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place with boxes: one-stop counters, a meeting room."""

    code: str
    name: str
    unit: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
