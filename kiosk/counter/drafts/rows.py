"""A draft as the database knows it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kiosk.api.words import Id
from kiosk.backoffice.outbox import Outstanding


class DraftState(StrEnum):
    """How far a draft is; only of a waiting one is there anything to open."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    EXPIRED = "expired"


class DropReason(StrEnum):
    """Why a draft was dropped. There is no free text: it might hold what is of a person."""

    NOT_NEEDED = "not_needed"
    WRONG_PAPERS = "wrong_papers"
    NO_SHOW = "no_show"
    TWICE = "twice"
    WITHDRAWN = "withdrawn"
    UNREADABLE = "unreadable"


BY_OFFICERS = (
    DropReason.NOT_NEEDED,
    DropReason.WRONG_PAPERS,
    DropReason.NO_SHOW,
    DropReason.TWICE,
)


class SentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk says beside the sealed parcel; `ticket` is a code or a number, or empty."""

    kiosk: Id
    request: Id
    key: str
    service: Id
    procedure: Id
    papers: int
    language: str
    ticket: str = ""


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """One draft."""

    id: str
    kiosk: str
    request: str
    local_code: str | None
    mark: str
    day: date
    serial: int
    ticket: str
    joined: bool
    service: str
    procedure: str
    papers: int
    key_id: str
    state: DraftState
    reason: str
    by_hand: bool
    counter: str
    received_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class AcceptedDraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """An accepted draft, its official code ("" while it has none), and what of it still waits."""

    draft: DraftRow
    ended_at: datetime
    code: str
    waits: Outstanding | None
