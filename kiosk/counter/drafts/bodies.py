"""What officers see of drafts. `name` in a list is masked; only an opened draft is a person's."""

from datetime import datetime
from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Names, Request
from kiosk.counter.drafts.rows import DropReason

DraftId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]


class AcceptDraft(Request, frozen=True, kw_only=True):
    """Take it. `by_hand`: the officer knows that it goes nowhere by itself, and has printed it."""

    draft: DraftId
    by_hand: bool = False


class DropDraft(Request, frozen=True, kw_only=True):
    """Destroy it, and why."""

    draft: DraftId
    reason: DropReason


class ShowDraft(Request, frozen=True, kw_only=True):
    """Show it to its citizen on the counter's second screen."""

    draft: DraftId


class WaitingDraft(Answer, frozen=True, kw_only=True):
    """A draft in the list; `here` is whether its number is being served at this counter now."""

    id: str
    local_code: str
    number: str
    here: bool
    service_names: Names
    procedure: str
    procedure_names: Names
    name: str
    papers: int
    received_at: datetime
    expires_at: datetime


class AcceptedRow(Answer, frozen=True, kw_only=True):
    """What became of an accepted draft: `code` is the official one, empty until it is known.

    `problem` is the code of why it has not been sent, `given_up` whether nobody tries any more.
    """

    id: str
    local_code: str
    procedure_names: Names
    accepted_at: datetime
    counter: str
    by_hand: bool
    code: str
    problem: str
    given_up: bool


class DraftList(Answer, frozen=True, kw_only=True):
    """The room's whole state. `sent_on`: what is accepted goes to the one-stop system."""

    sent_on: bool
    waiting: tuple[WaitingDraft, ...]
    accepted: tuple[AcceptedRow, ...]
    unreadable: int


class OpenedPaper(Answer, frozen=True, kw_only=True):
    """A scanned paper; its pages are pictures of their own."""

    name: str
    pages: int


class OpenedDraft(Answer, frozen=True, kw_only=True):
    """A draft as the citizen prepared it."""

    draft: WaitingDraft
    case: str
    name: str
    birth: str
    sex: str
    number: str
    address: str
    phone: str
    from_card: tuple[str, ...]
    doubts: tuple[str, ...]
    papers: tuple[OpenedPaper, ...]
    missing: tuple[str, ...]
