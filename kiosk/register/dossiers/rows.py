"""What is stored of dossiers, as values. Times are in UTC."""

from datetime import date, datetime, time

import msgspec

from kiosk.domain.deadline import TimeUnit


class NumberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A code that was given out; `asked` is the hash of what was asked for."""

    code: str
    day: date
    serial: int
    client: str
    request: str
    asked: str
    given_at: datetime


class PaperRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file; `dossier` is empty until one takes it."""

    id: str
    client: str
    request: str
    sha256: str
    size: int
    media_type: str
    stored_at: datetime
    dossier: str = ""


class DossierRow(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier. `note` is for whoever asks with the code: it holds nothing of a person.

    `term_amount` in `term_unit` from `received_at` on (the day's law and time, G-2), `extra` of the
    same unit on top. `book_*` is its place in the logbook of its year of receipt.
    """

    code: str
    client: str
    request: str
    asked: str
    local_code: str = ""
    form: str
    form_name: str
    agency: str
    agency_name: str
    unit: str
    channel: int
    copies: int = 1
    state: int
    made_at: datetime
    moved_at: datetime
    received_at: datetime | None = None
    received_by: str = ""
    term_amount: int | None = None
    term_unit: TimeUnit | None = None
    cut_off: time | None = None
    extra: int = 0
    due_day: date | None = None
    ended_at: datetime | None = None
    returned_at: datetime | None = None
    book_year: int | None = None
    book_serial: int | None = None
    note: str = ""
    content_sealed: bytes


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step: who did what when, and the state and unit after it. The reason is sealed."""

    code: str
    serial: int
    at: datetime
    act: str
    state: int
    unit: str
    officer: str
    note: str = ""
    why_sealed: bytes


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the dossier: its name, how many, what kind (0 original, 1 copy, 2 electronic)."""

    name: str
    code: str = ""
    amount: int = 1
    copy: int = 0
    files: tuple[tuple[str, str], ...] = ()
    """Each with its id and name."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is a person's: sealed as a whole."""

    owner: str
    owner_kind: int = 0
    name: str = ""
    personal_id: str = ""
    born: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    handed_in_at: str = ""
    papers: tuple[PaperLine, ...] = ()
