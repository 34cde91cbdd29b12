"""The machine-readable zone of identity cards (ICAO 9303-5, TD1), and the key made of it. Pure.

Nothing here shows itself in a `repr`: a log may not hold a citizen's number by accident.
"""

import re
from dataclasses import dataclass

from devices.chip.errors import BadAnswerError

TD1_LINE, TD1_LINES = 30, 3
NUMBER, BIRTH, EXPIRY, COMPOSITE = "number", "birth", "expiry", "composite"

_LETTERS = re.compile(r"[A-Z0-9<]*")
_WEIGHTS = (7, 3, 1)
_NUMBER_LETTERS = 9
_FILLER = "<"


@dataclass(frozen=True, slots=True, repr=False)
class MrzKey:
    """What is printed on a card and opens its chip.

    `number` is the document number (up to 9 letters and digits) or a 12-digit personal number,
    whose last 9 digits are the document number of a CCCD (domain 1.5, practice). Dates are YYMMDD;
    a card without an end carries 991231.
    """

    number: str
    birth: str
    expiry: str

    @property
    def information(self) -> bytes:
        """The letters the key is made of, each field with its check digit (ICAO 9303-11 §4.3.3)."""
        number = self.number[-_NUMBER_LETTERS:].ljust(_NUMBER_LETTERS, _FILLER)
        fields = (number, self.birth, self.expiry)
        return "".join(field + check_digit(field) for field in fields).encode("ascii")


@dataclass(frozen=True, slots=True, repr=False)
class Td1:
    """A zone of three lines, as it says. Dates are YYMMDD.

    `wrong_checks` names the check digits that do not fit; that is for the officer, no refusal.
    """

    code: str
    issuer: str
    number: str
    optional: str
    birth: str
    sex: str
    expiry: str
    nationality: str
    surname: str
    given_names: str
    wrong_checks: tuple[str, ...]


def check_digit(field: str) -> str:
    """Return the check digit of a field of A-Z, 0-9 and `<` (ICAO 9303-3 §4.9)."""
    total = sum(_value(letter) * _WEIGHTS[at % 3] for at, letter in enumerate(field))
    return str(total % 10)


def parse_td1(text: str) -> Td1:
    """Return the zone of 90 letters, with or without line ends; raises BadAnswerError."""
    letters = text.replace("\r", "").replace("\n", "")
    if len(letters) != TD1_LINE * TD1_LINES or not _LETTERS.fullmatch(letters):
        raise BadAnswerError("The machine-readable zone is not one of an identity card (TD1).")
    first, second, third = (letters[at : at + TD1_LINE] for at in range(0, 90, TD1_LINE))
    number, number_check, optional = _long_number(first[5:14], first[14], first[15:])
    checks = {
        NUMBER: (number, number_check),
        BIRTH: (second[:6], second[6]),
        EXPIRY: (second[8:14], second[14]),
        COMPOSITE: (first[5:] + second[:7] + second[8:15] + second[18:29], second[29]),
    }
    surname, _, given = third.partition(2 * _FILLER)
    return Td1(
        code=_plain(first[:2]),
        issuer=_plain(first[2:5]),
        number=_plain(number),
        optional=_plain(optional),
        birth=second[:6],
        sex=_plain(second[7]),
        expiry=second[8:14],
        nationality=_plain(second[15:18]),
        surname=_words(surname),
        given_names=_words(given),
        wrong_checks=tuple(
            name for name, (field, digit) in checks.items() if check_digit(field) != digit
        ),
    )


def _long_number(number: str, check: str, optional: str) -> tuple[str, str, str]:
    """Return number, its check digit and the rest (ICAO 9303-5 §4.2.2.1 note j)."""
    more, filler, rest = optional.partition(_FILLER)
    if check != _FILLER or not filler or not more:
        return number, check, optional
    return number + more[:-1], more[-1], rest


def _value(letter: str) -> int:
    if letter == _FILLER:
        return 0
    return int(letter, 36)


def _plain(field: str) -> str:
    return field.rstrip(_FILLER)


def _words(field: str) -> str:
    return field.strip(_FILLER).replace(_FILLER, " ")
