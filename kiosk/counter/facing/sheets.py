"""What the second screen shows, as values."""

from datetime import datetime
from typing import Any

import msgspec

from kiosk.api.words import Answer, Names


class FacingSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Something officer and citizen look at together: a title, lines of label and value, a QR code.

    Whoever shows it masks what has to be masked (PRI-1): the screen shows it as it is. It is never
    stored, and never logged. A value is as it is, or in languages. `about` names the thing, so that
    `FacingScreens` can renew its sheet or take it away wherever it is.
    """

    title: Names
    pairs: tuple[tuple[Names, Names | str], ...] = ()
    note: Names = {}
    qr: str = ""
    about: str = ""

    def __repr__(self) -> str:
        return "FacingSheet(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class CalledHere(Answer, frozen=True, kw_only=True):
    """The number this counter serves. `serial` is its newest call's: a new one calls again."""

    number: str
    service_names: Names
    language: str
    serial: int


class SheetHere(Answer, frozen=True, kw_only=True):
    """The sheet, with its code as a picture (a data URL, "" for none), gone in `left_s`."""

    title: Names
    pairs: tuple[tuple[Names, Names | str], ...]
    note: Names
    picture: str
    left_s: int


class AskedHere(Answer, frozen=True, kw_only=True):
    """The visit that may be rated. `next_called`: somebody else is on the way to the counter."""

    ticket: str
    number: str
    next_called: bool


class FacingState(Answer, frozen=True, kw_only=True):
    """Everything a counter's second screen shows. `words` are the officer's, of the site's list."""

    now: datetime
    site_names: Names
    counter: str
    counter_names: Names
    desk: int
    staffed: bool
    paused: bool
    pause_names: Names
    back_at: datetime | None
    called: CalledHere | None
    words: Names
    sheet: SheetHere | None
    rate: AskedHere | None
    rating_scale: int
    notice: Names
    sample_data: bool


class FacingConsole(Answer, frozen=True, kw_only=True):
    """What the officer's console says of the second screen. `screens` are looking at this moment.

    `code` opens a screen, once, for `code_s` more seconds; "" when none was asked for.
    """

    screens: int
    opened: int
    path: str
    code: str
    code_s: int
    words: str
    sheet: Names | None
    left_s: int
