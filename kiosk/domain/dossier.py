"""Dossier codes as they are read (domain DOS-1 to DOS-3). Official ones are never made here.

The states are in `dossier_state.py`.
"""

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from devices.scanner.classify import DOSSIER_CODES, LOCAL_DOSSIER_CODE
from devices.scanner.classify import LONGEST_DOSSIER_CODE as LONGEST_CODE
from kiosk.domain.dated import Dated
from kiosk.domain.typed_code import readings, tidied

LOCAL_FORM = "tam"
LAST_LOCAL_SERIAL = 9999
_FULL_DAY = 8


class CodeForm(Dated, frozen=True, kw_only=True):
    """One form of official codes.

    `pattern` is a regular expression of the whole code. Its last group is the serial, the one
    before it the day, those before that the agency. A code of a day on which the form does not
    hold is not of this form (G-2).
    """

    name: str
    pattern: str

    def __post_init__(self) -> None:
        """Refuse what is no regular expression, and days in the wrong order (ValueError)."""
        super().__post_init__()
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {self.pattern!r}: {error}") from error


class CodeRules(Config, frozen=True, kw_only=True):
    """The forms, tried in order (DOS-1)."""

    forms: tuple[CodeForm, ...] = tuple(
        CodeForm(name=name, pattern=pattern)
        for name, pattern in zip(("2018", "2020", "2026"), DOSSIER_CODES, strict=True)
    )


DEFAULT_RULES = CodeRules()


class DossierCode(msgspec.Struct, frozen=True):
    """A code taken apart. `day` is None when its digits are no day of the calendar.

    `form` is the name of the `CodeForm`, or `LOCAL_FORM`: then `agency` is the kiosk's mark.
    """

    text: str
    agency: str
    day: date | None
    serial: str
    form: str

    @property
    def is_local(self) -> bool:
        """Whether it is a kiosk's own number, to be replaced by the server's (DOS-3)."""
        return self.form == LOCAL_FORM


class BadLocalCodeError(MotcuaError):
    """The kiosk's name has no letter or digit that a code can hold, or its serials are used up."""

    code = "dossier.bad_local_code"


def read_code(text: str, rules: CodeRules = DEFAULT_RULES) -> DossierCode | None:
    """Return the code that a scanner read or a person typed, in its proper spelling.

    Lower case, blanks, other dashes and missing separators are mended where only one code can be
    meant. None is no refusal: the text is then opaque, and `asked_text` goes to the server.
    """
    cleaned = tidied(text)
    if len(cleaned) > LONGEST_CODE:
        return None
    for spelling in (cleaned, cleaned.upper()):
        if exact := _read(spelling, rules):
            return exact
    for group in readings(cleaned):
        meant = {code.text: code for code in _dated(group, rules)}
        if meant:
            return meant.popitem()[1] if len(meant) == 1 else None
    return None


def asked_text(text: str, rules: CodeRules = DEFAULT_RULES) -> str:
    """Return what the server is asked for: the code, or the opaque text without outer blanks."""
    known = read_code(text, rules)
    return known.text if known else tidied(text)[:LONGEST_CODE]


def local_code(kiosk: str, day: date, serial: int) -> DossierCode:
    """Return a kiosk's own number of the local day, `TAM-KIOSK1-261121-0007` (DOS-3).

    Of the kiosk's name only ASCII letters and digits stay, so names of one site must differ in
    these. Raises BadLocalCodeError.
    """
    mark = re.sub(r"[^A-Z0-9]", "", kiosk.upper())
    if not mark or not 1 <= serial <= LAST_LOCAL_SERIAL:
        raise BadLocalCodeError
    number = f"{serial:04d}"
    return DossierCode(f"TAM-{mark}-{day:%y%m%d}-{number}", mark, day, number, LOCAL_FORM)


def _dated(texts: Iterator[str], rules: CodeRules) -> Iterator[DossierCode]:
    for text in texts:
        code = _read(text, rules)
        if code and code.day:
            yield code


def _read(text: str, rules: CodeRules) -> DossierCode | None:
    if found := re.fullmatch(LOCAL_DOSSIER_CODE, text):
        mark, day, serial = found.groups()
        return DossierCode(text, mark, _day(day), serial, LOCAL_FORM)
    for form in rules.forms:
        if found := re.fullmatch(form.pattern, text, re.ASCII):
            *agency, digits, serial = ("", "", *(group or "" for group in found.groups()))
            day = _day(digits)
            if day is None or form.holds_on(day):
                return DossierCode(text, ".".join(filter(None, agency)), day, serial, form.name)
    return None


def _day(digits: str) -> date | None:
    """Return the day of `YYMMDD` or `YYYYMMDD`."""
    try:
        return date.fromisoformat(digits if len(digits) == _FULL_DAY else f"20{digits}")
    except ValueError:
        return None
