"""What the loudspeaker says (domain QUE-5 to QUE-9).

Ticket numbers are read digit by digit, counters as whole numbers; nothing of a person is ever said.
"""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from kiosk.domain.ticket import parse

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
COUNTER_MAX = 999


class Wording(StrEnum):
    """Phrases in use (QUE-5, QUE-6)."""

    CITIZEN = "cong_dan"
    GUEST = "khach_hang"
    GUEST_OF_COUNTER = "khach_hang_cua_quay"
    GUEST_WITH_TICKET = "khach_hang_so_ve"


_VIETNAMESE = {
    Wording.CITIZEN: "Xin mời công dân có số thứ tự {number} đến {counter}",
    Wording.GUEST: "Xin mời khách hàng có số thứ tự {number} đến {counter}",
    Wording.GUEST_OF_COUNTER: "Mời khách hàng có số thứ tự {number} của {counter}, đến {counter}",
    Wording.GUEST_WITH_TICKET: "Xin mời khách hàng có số vé {number}, đến {counter}",
}


class Phrases(Config, frozen=True, kw_only=True):
    """The site's way of speaking. A ticket taken in English is called in both languages."""

    wording: Wording = Wording.CITIZEN
    place: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] = "quầy"
    zero_tens: Literal["linh", "lẻ"] = "linh"
    four_after_tens: Literal["tư", "bốn"] = "tư"


def call(phrases: Phrases, number: str, counter: int, language: str = "vi") -> str:
    """Return the sentence that calls a number to a counter; languages without one get Vietnamese.

    Raises BadNumberError.
    """
    if language == "en":
        return f"Ticket {digits(number, 'en')}, please go to counter {whole_english(counter)}"
    return _VIETNAMESE[phrases.wording].format(
        number=digits(number), counter=counter_name(phrases, counter)
    )


def digits(number: str, language: str = "vi") -> str:
    """Return a ticket number read digit by digit (QUE-7): `A007` is "A không không bảy"."""
    parse(number)
    words = _ENGLISH if language == "en" else _DIGITS
    return " ".join(words[int(letter)] if letter.isdigit() else letter for letter in number)


def counter_name(phrases: Phrases, counter: int) -> str:
    """Return a counter as it is spoken: "quầy số hai"."""
    return f"{phrases.place} số {whole(phrases, counter)}"


def whole(phrases: Phrases, number: int) -> str:
    """Return 0 to 999 in words (QUE-8): 24 is "hai mươi tư", 105 "một trăm linh năm"."""
    _check(number)
    hundreds, below = divmod(number, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds else []
    if below >= 10:  # noqa: PLR2004 - ten
        words += _tens(phrases, below)
    elif hundreds and below:
        words += [phrases.zero_tens, _DIGITS[below]]
    elif not hundreds:
        words.append(_DIGITS[below])
    return " ".join(words)


def whole_english(number: int) -> str:
    """Return 0 to 999 in English words."""
    _check(number)
    hundreds, below = divmod(number, 100)
    words = [_ENGLISH[hundreds], "hundred"] if hundreds else []
    if hundreds and below:
        words.append("and")
    if below or not hundreds:
        words.append(_english_below_hundred(below))
    return " ".join(words)


def _tens(phrases: Phrases, number: int) -> list[str]:
    tens, unit = divmod(number, 10)
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit:
        after_tens = {1: "mốt", 4: phrases.four_after_tens}
        words.append("lăm" if unit == 5 else _unit(unit, after_tens if tens > 1 else {}))  # noqa: PLR2004 - five
    return words


def _unit(unit: int, changed: dict[int, str]) -> str:
    return changed.get(unit, _DIGITS[unit])


def _english_below_hundred(number: int) -> str:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return _ENGLISH[unit]
    if tens == 1:
        return _ENGLISH_TEENS[unit]
    ten = _ENGLISH_TENS[tens - 2]
    return f"{ten}-{_ENGLISH[unit]}" if unit else ten


def _check(number: int) -> None:
    if not 0 <= number <= COUNTER_MAX:
        raise ValueError(f"{number}: counters are called 0 to {COUNTER_MAX}")
