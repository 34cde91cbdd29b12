"""What is stored of fees and notices. Times are in UTC, money in VND."""

from datetime import datetime
from enum import StrEnum

import msgspec

from kiosk.api.payments import FeeState
from kiosk.register.schema import Tables

TABLES: Tables = {
    "payments": (
        """
        CREATE TABLE fees (
            reference TEXT PRIMARY KEY,
            dossier TEXT NOT NULL,
            amount_vnd INTEGER NOT NULL,
            what TEXT NOT NULL,
            state TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            asked_by TEXT NOT NULL,
            settled_at TEXT,
            settled_by TEXT NOT NULL,
            transaction_id TEXT NOT NULL
        );
        CREATE INDEX fees_by_dossier ON fees (dossier);
        CREATE INDEX fees_by_settling ON fees (settled_at);
        CREATE TABLE notices (
            sender TEXT NOT NULL,
            transaction_id TEXT NOT NULL,
            dossier TEXT NOT NULL,
            reference TEXT NOT NULL,
            amount_vnd INTEGER NOT NULL,
            paid_at TEXT NOT NULL,
            told_at TEXT NOT NULL,
            outcome TEXT NOT NULL,
            PRIMARY KEY (sender, transaction_id)
        );
        CREATE INDEX notices_by_time ON notices (paid_at)
        """,
    )
}


class Outcome(StrEnum):
    """What became of a notice."""

    CONFIRMED = "confirmed"
    AGREED = "agreed"
    """An officer had confirmed it before."""
    UNMATCHED = "unmatched"
    """No fee of this reference and amount is asked yet; it is matched when one is."""
    TWICE = "twice"
    """The fee was paid before, or is cancelled: the money has to go back."""


class FeeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fee. `settled_by` is `officer:ID` or `bank:ID`, empty while it is pending."""

    reference: str
    dossier: str
    amount_vnd: int
    what: str
    state: FeeState
    asked_at: datetime
    asked_by: str
    settled_at: datetime | None = None
    settled_by: str = ""
    transaction_id: str = ""


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, by the sender's own name of the transfer."""

    sender: str
    transaction_id: str
    dossier: str
    reference: str
    amount_vnd: int
    paid_at: datetime
    told_at: datetime
    outcome: Outcome
