"""Codes of agencies, in both systems, and the provinces' codes (domain DOS-4 to DOS-8).

Neither system is derived from the other: a conversion is looked up, or not made (DOS-5, DOS-8).
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.domain.dated import Dated, on

_OF_QCVN = re.compile(r"([0-9]{3})\.([0-9]{2})\.([0-9]{2})\.([A-Z][0-9]{2})")
_OF_DECISION = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{2,3})*")
_LONGEST = 35
_CENTRAL = "ABCDEFG"
_PROVINCE = "H"

LevelOne = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][0-9]{2}\Z")]


class CodeSystem(StrEnum):
    """Where a code comes from."""

    QCVN_102 = "QCVN 102:2016/BTTTT"
    DECISION_20 = "20/2020/QĐ-TTg"


class Body(StrEnum):
    """What a level-1 letter stands for (DOS-6, unsure for single codes)."""

    CENTRAL = "trung_uong"
    PROVINCE = "tinh"
    UNKNOWN = "khac"


class AgencyCode(msgspec.Struct, frozen=True):
    """A code taken apart. `levels` begin with level 1 (`H49`) and end with the last not empty."""

    text: str
    system: CodeSystem
    levels: tuple[str, ...]

    @property
    def body(self) -> Body:
        """What kind of body level 1 is."""
        letter = self.levels[0][0]
        if letter == _PROVINCE:
            return Body.PROVINCE
        return Body.CENTRAL if letter in _CENTRAL else Body.UNKNOWN


def read_agency(text: str) -> AgencyCode | None:
    """Return the code of an agency, or None when it has the form of neither system."""
    if found := _OF_QCVN.fullmatch(text):
        return AgencyCode(text, CodeSystem.QCVN_102, _without_empty(found.groups()[::-1]))
    if len(text) <= _LONGEST and _OF_DECISION.fullmatch(text):
        return AgencyCode(text, CodeSystem.DECISION_20, tuple(text.split(".")))
    return None


def _without_empty(levels: tuple[str, ...]) -> tuple[str, ...]:
    while not levels[-1].strip("0"):
        levels = levels[:-1]
    return levels


class Conversion(Dated, frozen=True, kw_only=True):
    """One agency's code in both systems, as the province says."""

    old: str
    new: str


class Conversions(Config, frozen=True, kw_only=True):
    """The province's list; nothing is shipped (§12)."""

    agencies: tuple[Conversion, ...] = ()

    def new_code(self, old: str, day: date) -> str | None:
        """Return the code of QĐ 20/2020 for one of QCVN 102, or None: it is not known."""
        return next((one.new for one in on(day, self.agencies) if one.old == old), None)

    def old_code(self, new: str, day: date) -> str | None:
        """Return the code of QCVN 102 for one of QĐ 20/2020, or None: it is not known."""
        return next((one.old for one in on(day, self.agencies) if one.new == new), None)


class Province(Dated, frozen=True, kw_only=True):
    """A province's level-1 code. `confirmed`: by a document, not only seen in use."""

    code: LevelOne
    name: str
    confirmed: bool = False


class Provinces(Config, frozen=True, kw_only=True):
    """The table of level-1 codes (DOS-7). It has nothing to do with the digits of cards."""

    provinces: tuple[Province, ...]

    def of(self, code: str, day: date) -> Province | None:
        """Return whose code it was on the day; None where that is not known (DOS-8)."""
        return next((one for one in on(day, self.provinces) if one.code == code), None)
