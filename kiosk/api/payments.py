"""Fees and what banks tell of them (domain §4.3, PAY-5).

Paths, below the system's base address; they ask for a bearer token: `GET /fees/{reference}`,
`GET /fees?dossier=` (oldest first), `POST /fees` (with `Idempotency-Key`). `POST /notices` is
signed instead (`webhook-*` headers, Standard Webhooks). Money is whole VND.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Request

Vnd = Annotated[int, msgspec.Meta(ge=1, le=9_999_999_999_999)]
Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9 ]{1,25}(?!\n)$")]
"""What stands in the transfer's memo (PAY-3)."""
DossierText = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class FeeState(StrEnum):
    """A fee is pending until the back office says otherwise, whatever a phone's screen shows."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class AskFee(Request, frozen=True, kw_only=True):
    """Ask a fee for a dossier. The same dossier, amount and reference is the same fee."""

    dossier: DossierText
    amount_vnd: Vnd
    reference: Reference
    what: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Fee(Answer, frozen=True, kw_only=True):
    """A fee and its state. `confirmed_by` is `officer` or `bank`, empty while it is pending.

    `what` is what it is for, in the words of who asked it.
    """

    dossier: str
    amount_vnd: int
    reference: str
    what: str = ""
    state: FeeState
    asked_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str = ""


class PaymentNotice(Answer, frozen=True, kw_only=True):
    """A bank, or the province's platform, says that money has come.

    `transaction` is its own name of the transfer.
    """

    dossier: Annotated[str, msgspec.Meta(max_length=64)] = ""
    amount_vnd: Vnd
    reference: Reference
    transaction: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    paid_at: datetime


class NoticeTaken(Answer, frozen=True, kw_only=True):
    """What the notice changed. `matched` is false when no fee of that amount is asked."""

    matched: bool
    state: FeeState | None = None
