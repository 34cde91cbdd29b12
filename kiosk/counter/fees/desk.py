"""Asking the payment system for a kiosk: in time, and never more certain than it was told."""

import asyncio
from datetime import timedelta
from pathlib import Path

from devices.contract.clock import local_day
from devices.contract.config import BadConfigError
from kiosk.api import errors
from kiosk.api.fees import FeesOfDossier, FeeTold, PayTo
from kiosk.backoffice.errors import BackOfficeDownError
from kiosk.backoffice.payment import Payments
from kiosk.catalogue.tables import read_banks
from kiosk.counter.fees.book import FeeBook, FeeRow
from kiosk.counter.live import LiveSite
from kiosk.counter.office.office import PAYMENT, BackOffice
from kiosk.domain.dossier import asked_text
from kiosk.domain.payment import Banks

PATIENCE_S = 9.0
"""How long a citizen waits for the system at most."""
_FRESH = timedelta(seconds=2)


class FeesDesk:
    """What the room's routes ask for. Nothing of a person is in a fee."""

    def __init__(self, site: LiveSite, office: BackOffice, book: FeeBook) -> None:
        self.book = book
        self._site = site
        self._office = office
        self._pay_to = self._account()

    @property
    def connected(self) -> bool:
        """Whether there is a payment system."""
        return self._office.systems.payments is not None

    async def of_dossier(self, text: str) -> FeesOfDossier:
        """Return what is asked for the dossier of a scanned or typed code.

        While the system is away, what it said before is told as old; where it said nothing yet,
        SystemAwayError. Raises NotFoundError, NotConnectedError, RefusedThereError, StorageError.
        """
        dossier = asked_text(text, self._office.codes)
        if not dossier:
            raise errors.NotFoundError("There is no code.")
        payments = self._payments()
        try:
            rows = await self._kept_of_dossier(payments, dossier)
        except errors.SystemAwayError:
            known = await self._site.do(self.book.of_dossier, dossier)
            if not known:
                raise
            fees = tuple(self._told(row, live=False) for row in known)
        else:
            fees = tuple(self._told(row) for row in rows)
        return FeesOfDossier(dossier=dossier, fees=fees)

    async def fee(self, reference: str) -> FeeTold:
        """Return a fee that a kiosk has shown, as it stands now.

        Raises NotFoundError, NotConnectedError, RefusedThereError, StorageError.
        """
        known = await self._site.do(self.book.fee, reference)
        if timedelta() <= self._site.clock.now() - known.told_at <= _FRESH:
            return self._told(known)
        payments = self._payments()
        try:
            row = await self._kept(payments, reference)
        except errors.SystemAwayError:
            return self._told(known, live=False)
        return self._told(row)

    async def kept(self, reference: str) -> FeeTold:
        """Return a fee as it is known here, without asking. Raises NotFoundError, StorageError."""
        return self._told(await self._site.do(self.book.fee, reference))

    def _payments(self) -> Payments:
        payments = self._office.systems.payments
        if payments is None:
            raise errors.NotConnectedError
        return payments

    async def _kept_of_dossier(self, payments: Payments, dossier: str) -> list[FeeRow]:
        with self._office.asking(PAYMENT):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    fees = await payments.of_dossier(dossier)
            except TimeoutError as error:
                raise BackOfficeDownError("No answer in a citizen's time.") from error
            return await self._site.change(self.book.told, fees)

    async def _kept(self, payments: Payments, reference: str) -> FeeRow:
        with self._office.asking(PAYMENT):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    fee = await payments.fee(reference)
            except TimeoutError as error:
                raise BackOfficeDownError("No answer in a citizen's time.") from error
            return (await self._site.do(self.book.told, [fee]))[0]

    def _told(self, row: FeeRow, *, live: bool = True) -> FeeTold:
        return FeeTold(
            dossier=row.dossier,
            amount_vnd=row.amount_vnd,
            reference=row.reference,
            what=row.what,
            state=row.standing,
            confirmed_at=row.settled_at,
            told_at=row.told_at,
            live=live,
            pay_to=self._pay_to,
        )

    def _account(self) -> PayTo | None:
        told = self._site.config.fees.pay_to
        if told is None:
            return None
        day = local_day(self._site.clock.now())
        return PayTo(
            bank=told.bank,
            bank_name=_banks(self._site.config.tables_folder).name(told.bank, day),
            account=told.account,
            holder=told.holder,
        )


def _banks(own: str) -> Banks:
    """Return the site's own table of banks; the shipped one where that is damaged or missing."""
    try:
        return read_banks(Path(own) if own else None)
    except (BadConfigError, OSError):
        return read_banks()
