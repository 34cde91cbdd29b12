"""What an ESC/POS printer answers to DLE EOT 1 to 4 (Epson Command Reference, "DLE EOT")."""

from enum import StrEnum

import msgspec

from devices.contract.errors import DeviceError

ASKED = (1, 2, 3, 4)
_FIXED_MASK, _FIXED = 0x93, 0x12  # every answer is 0xx1xx10


class Condition(StrEnum):
    """What a person would say of the printer; see `Status.condition` for which comes first."""

    READY = "ready"
    PAPER_NEAR_END = "paper near end"
    PAPER_OUT = "paper out"
    COVER_OPEN = "cover open"
    OFFLINE = "offline"
    CUTTER_STUCK = "cutter stuck"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class GarbledStatusError(DeviceError):
    """What came back is not an ESC/POS printer's status: a wrong speed, or another device."""

    code = "printer.garbled"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The four answers, as facts."""

    offline: bool
    cover_open: bool
    paper_out: bool
    paper_near_end: bool
    cutter_stuck: bool
    broken: bool

    @property
    def condition(self) -> Condition:
        """The one thing to mend first: an open cover comes before paper, it hides the sensor."""
        facts = (
            (self.broken, Condition.BROKEN),
            (self.cover_open, Condition.COVER_OPEN),
            (self.cutter_stuck, Condition.CUTTER_STUCK),
            (self.paper_out, Condition.PAPER_OUT),
            (self.offline, Condition.OFFLINE),
            (self.paper_near_end, Condition.PAPER_NEAR_END),
        )
        return next((condition for true, condition in facts if true), Condition.READY)


def is_status(byte: int) -> bool:
    """Return whether the byte is formed like an answer to DLE EOT (XON and XOFF are not)."""
    return byte & _FIXED_MASK == _FIXED


def is_processed(byte: int) -> bool:
    """Return whether the byte has the fixed bits of an answer to GS r 1: 0xx0xxxx."""
    return byte & 0x90 == 0


def decode(answers: bytes) -> Status:
    """Return the answers to DLE EOT 1, 2, 3 and 4, in this order; raises GarbledStatusError."""
    if len(answers) != len(ASKED) or not all(map(is_status, answers)):
        raise GarbledStatusError(f"{answers.hex(' ')} is not an ESC/POS printer's status")
    printer, cause, error, roll = answers
    return Status(
        offline=bool(printer & 0x08),
        cover_open=bool(cause & 0x04),
        paper_out=bool(cause & 0x20 or roll & 0x60),
        paper_near_end=bool(roll & 0x0C),
        cutter_stuck=bool(error & 0x08),
        broken=bool(error & 0x20),
    )
