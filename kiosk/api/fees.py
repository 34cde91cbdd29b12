"""Fees as a kiosk shows them, and as officers reconcile them (domain PAY-5, PAY-7).

`GET /api/fees?dossier=` and `GET /api/fees/{reference}` with the site's key. For officers:
`GET /api/officer/fees?day=`, `GET /api/officer/fees.csv?day=`, `POST /api/officer/fees/confirm`,
`POST /api/officer/fees/undo`, `POST /api/officer/fees/facing`. Money is whole VND.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from kiosk.api.payments import FeeState, Reference
from kiosk.api.words import Answer, Request


class PayTo(Answer, frozen=True, kw_only=True):
    """The account that fees are paid into. `bank` is its BIN; `holder` as the bank shows it."""

    bank: str
    bank_name: str
    account: str
    holder: str


class FeeTold(Answer, frozen=True, kw_only=True):
    """A fee as the payment system told it at `told_at`; `live` is whether that is just now.

    `reference` goes into the transfer's memo. Without `pay_to` no transfer can be offered here.
    """

    dossier: str
    amount_vnd: int
    reference: str
    what: str = ""
    state: FeeState
    confirmed_at: datetime | None = None
    told_at: datetime
    live: bool = True
    pay_to: PayTo | None = None


class FeesOfDossier(Answer, frozen=True, kw_only=True):
    """What is asked for a dossier, oldest first."""

    dossier: str
    fees: tuple[FeeTold, ...]


class ActOnFee(Request, frozen=True, kw_only=True):
    """An officer says that the money has come, or takes that back."""

    reference: Reference
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ShowFee(Request, frozen=True, kw_only=True):
    """An officer shows a fee on the counter's second screen."""

    reference: Reference


class FeeOfDay(Answer, frozen=True, kw_only=True):
    """A row of the reconciliation. `by_officer` is the counter that confirmed it here, or empty."""

    reference: str
    dossier: str
    amount_vnd: int
    what: str
    state: FeeState
    shown_at: datetime
    told_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    by_officer: str = ""
    reason: str = ""


class FeesOfDay(Answer, frozen=True, kw_only=True):
    """The fees that were shown at the site's kiosks on a day, or settled on it, oldest first.

    `not_listed` earlier ones are left out of `fees`; the sums and the CSV have them.
    """

    day: date
    connected: bool
    fees: tuple[FeeOfDay, ...]
    not_listed: int = 0
    asked_vnd: int
    confirmed_vnd: int
