"""The words of a keyboard: kinds of fields, methods of typing, keys. Pure."""

from enum import Enum, StrEnum

from kiosk.ui.keyboard.signs import Sign


class Kind(StrEnum):
    """What a field is for; it decides which characters and which method it takes."""

    NAME = "name"
    TEXT = "text"
    PLACE = "place"
    EMAIL = "email"
    CODE = "code"
    PHONE = "phone"
    NUMBER = "number"


class Method(StrEnum):
    """How Vietnamese is typed. SIGNS has a button for each tone and mark: nothing to know."""

    SIGNS = "signs"
    TELEX = "telex"
    VNI = "vni"
    RAW = "raw"


class Case(Enum):
    """Capitals: none, for the next letter, until further notice."""

    SMALL = 0
    ONCE = 1
    LOCKED = 2


class Act(Enum):
    """Keys that write nothing. DONE is the flow's own: a field takes no notice of it."""

    SHIFT = "shift"
    BACKSPACE = "backspace"
    CLEAR = "clear"
    SYMBOLS = "symbols"
    LETTERS = "letters"
    DONE = "done"


AnyKey = str | Sign | Act
"""A text is typed as it is: a letter, or a whole ending such as `@gmail.com`."""
