"""What makes two notices of a payment the same, and which banks there are (domain PAY-5, §4.2)."""

from datetime import date
from hashlib import sha256
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.domain.dated import Dated, on


class PaymentKey(msgspec.Struct, frozen=True):
    """A payment: a repeated notice with the same three changes nothing (PAY-5). Amount in VND."""

    dossier: str
    amount: int
    reference: str

    @property
    def text(self) -> str:
        """The key as 64 hexadecimal digits, fit for the header `Idempotency-Key`."""
        return sha256(msgspec.json.encode((self.dossier, self.amount, self.reference))).hexdigest()


class Bank(Dated, frozen=True, kw_only=True):
    """A bank of NAPAS: its BIN and the name people know."""

    bin: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")]
    name: str


class Banks(Config, frozen=True, kw_only=True):
    """The published table. A BIN may have had several names, in turn."""

    banks: tuple[Bank, ...]

    def name(self, code: str, day: date) -> str:
        """Return the bank's name on the day, or the BIN itself when it is not in the table."""
        return next((bank.name for bank in on(day, self.banks) if bank.bin == code), code)
