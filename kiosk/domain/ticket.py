"""Ticket numbers (domain QUE-4): what is printed, shown and called.

A number is a group (a letter but U, or a field digit 1-9) and the group's serial of the day in
three digits: `A007`, `1007`. A priority ticket has a `U` in front: `UA008`. Both kinds share the
group's one serial, so the digits alone never name two people. After 999 the serial goes on in four
digits (`A1000`, `11000`): longer, and so never the same as an earlier one. After 9999 no more are
given that day.
"""

import re

import msgspec

from devices.contract.errors import MotcuaError

PREFIX_PATTERN = r"^[A-TV-Z1-9]\Z"
NUMBER_PATTERN = r"^U?[A-TV-Z1-9](?:[0-9]{3}|[1-9][0-9]{3})\Z"
LAST_SERIAL = 9999

_NUMBER = re.compile(r"^(U?)([A-TV-Z1-9])([0-9]{3}|[1-9][0-9]{3})\Z")
_PREFIX = re.compile(PREFIX_PATTERN)


class NumbersExhaustedError(MotcuaError):
    """The group has given out all its numbers of today."""

    code = "queue.numbers_exhausted"


class BadNumberError(MotcuaError):
    """The text is not a ticket number."""

    code = "queue.bad_number"


class TicketNumber(msgspec.Struct, frozen=True, order=True):
    """A number taken apart. `serial` counts the group's tickets of the local day, from 1."""

    prefix: str
    serial: int
    priority: bool = False

    def __str__(self) -> str:
        return f"{'U' if self.priority else ''}{self.prefix}{self.serial:03d}"


def given(prefix: str, serial: int, *, priority: bool) -> TicketNumber:
    """Return the number of the group's `serial`-th ticket.

    Raises NumbersExhaustedError, and BadNumberError when the prefix is no group's.
    """
    if not _PREFIX.match(prefix) or serial < 1:
        raise BadNumberError(f"{prefix!r} and {serial} make no number")
    if serial > LAST_SERIAL:
        raise NumbersExhaustedError
    return TicketNumber(prefix, serial, priority)


def parse(text: str) -> TicketNumber:
    """Take a number apart; raises BadNumberError."""
    found = _NUMBER.match(text)
    if not found or not int(found[3]):
        raise BadNumberError(f"{text!r} is not a ticket number")
    return TicketNumber(found[2], int(found[3]), bool(found[1]))
