"""What a page is taken for, and what can be wrong with it. Pure."""

from enum import StrEnum


class PaperFormat(StrEnum):
    """What format a page is taken for."""

    A4 = "a4"
    A5 = "a5"
    CARD = "card"
    OTHER = "other"


class Flaw(StrEnum):
    """What is wrong with a page as the camera sees it, for the citizen to put right."""

    BLURRED = "blurred"
    NOT_WHOLE = "not_whole"
    TOO_DARK = "too_dark"


SIZES_MM = {
    PaperFormat.A4: (210.0, 297.0),
    PaperFormat.A5: (148.0, 210.0),
    PaperFormat.CARD: (53.98, 85.6),
}
"""ISO 216 and ISO/IEC 7810 ID-1: the short side and the long one."""
