"""Fees and notices: asked once, confirmed once, reconciled by day. Blocking."""

from datetime import date, datetime, time, timedelta

import msgspec
from msgspec.structs import replace

from devices.contract.clock import LOCAL, Clock, local_day
from kiosk.api.payments import AskFee, FeeState, PaymentNotice
from kiosk.register.errors import BadRequestError
from kiosk.register.payments.errors import FeeSettledError, NoSuchFeeError, ReferenceTakenError
from kiosk.register.payments.rows import FeeRow, NoticeRow, Outcome
from kiosk.register.store import Store

_ROWS_OF_A_PAGE = 500
_DAY = timedelta(days=1)
YEARS = range(2000, 3000)
"""Of days that money is kept of."""


class DayOfMoney(msgspec.Struct, frozen=True, kw_only=True):
    """A local day: fees asked or settled on it, and what banks told for it."""

    day: date
    fees: list[FeeRow]
    notices: list[NoticeRow]

    @property
    def confirmed_vnd(self) -> int:
        """What was confirmed on the day."""
        return sum(
            fee.amount_vnd
            for fee in self.fees
            if fee.state is FeeState.CONFIRMED
            and fee.settled_at
            and local_day(fee.settled_at) == self.day
        )

    @property
    def told_vnd(self) -> int:
        """What banks told to have come on the day."""
        return sum(notice.amount_vnd for notice in self.notices)

    @property
    def to_look_at(self) -> list[NoticeRow]:
        """Money that no fee, or no pending one, was asked for."""
        odd = (Outcome.UNMATCHED, Outcome.TWICE)
        return [notice for notice in self.notices if notice.outcome in odd]


class Cashbook:
    """Everything that is done with fees, in transactions of the store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def ask(self, fee: AskFee, who: str) -> FeeRow:
        """Ask a fee; the same dossier, amount and reference is the same fee (PAY-5).

        Money that was told before the fee was asked is matched now. Raises ReferenceTakenError.
        """
        with self._store.transaction():
            known = self._fee(fee.reference)
            if known is None:
                row = FeeRow(
                    reference=fee.reference,
                    dossier=fee.dossier,
                    amount_vnd=fee.amount_vnd,
                    what=fee.what,
                    state=FeeState.PENDING,
                    asked_at=self._clock.now(),
                    asked_by=who,
                )
                self._store.add("fees", row)
                self._match_earlier(row)
                return self.fee(row.reference)
            if (known.dossier, known.amount_vnd) != (fee.dossier, fee.amount_vnd):
                raise ReferenceTakenError
            return known

    def fee(self, reference: str) -> FeeRow:
        """Return the fee of this reference; raises NoSuchFeeError."""
        row = self._fee(reference)
        if row is None:
            raise NoSuchFeeError
        return row

    def of_dossier(self, dossier: str) -> list[FeeRow]:
        """Return the fees of a dossier, oldest first."""
        where = f"WHERE dossier = ? ORDER BY asked_at LIMIT {_ROWS_OF_A_PAGE}"
        return self._store.rows(FeeRow, "fees", where, dossier)

    def settle(self, reference: str, state: FeeState, officer: str) -> FeeRow:
        """Confirm or cancel a pending fee; raises NoSuchFeeError, FeeSettledError."""
        if state is FeeState.PENDING:
            raise BadRequestError
        with self._store.transaction():
            if self.fee(reference).state is not FeeState.PENDING:
                raise FeeSettledError
            return self._settled(reference, state, f"officer:{officer}", "")

    def told(self, notice: PaymentNotice, sender: str) -> NoticeRow:
        """Take a notice whose sender is known. A repeated one changes nothing (PAY-5)."""
        with self._store.transaction():
            where = "WHERE sender = ? AND transaction_id = ?"
            known = self._store.row(NoticeRow, "notices", where, sender, notice.transaction)
            if known:
                return known
            row = NoticeRow(
                sender=sender,
                transaction_id=notice.transaction,
                dossier=notice.dossier,
                reference=notice.reference,
                amount_vnd=notice.amount_vnd,
                paid_at=notice.paid_at,
                told_at=self._clock.now(),
                outcome=Outcome.UNMATCHED,
            )
            row = replace(row, outcome=self._outcome(row))
            self._store.add("notices", row)
            return row

    def day(self, day: date) -> DayOfMoney:
        """Return a local day's fees and notices, oldest first; raises BadRequestError."""
        if day.year not in YEARS:
            raise BadRequestError
        first = datetime.combine(day, time(), LOCAL)
        last = first + _DAY
        fees = self._store.rows(
            FeeRow,
            "fees",
            "WHERE asked_at >= ? AND asked_at < ? OR settled_at >= ? AND settled_at < ?"
            " ORDER BY asked_at",
            *(first, last, first, last),
        )
        where = "WHERE paid_at >= ? AND paid_at < ? ORDER BY paid_at"
        notices = self._store.rows(NoticeRow, "notices", where, first, last)
        return DayOfMoney(day=day, fees=fees, notices=notices)

    def pending(self) -> list[FeeRow]:
        """Return what is asked and not settled, oldest first."""
        where = f"WHERE state = ? ORDER BY asked_at LIMIT {_ROWS_OF_A_PAGE}"
        return self._store.rows(FeeRow, "fees", where, FeeState.PENDING)

    def waiting(self) -> int:
        """Return how many fees are pending."""
        count = self._store.value("SELECT COUNT(*) FROM fees WHERE state = ?", FeeState.PENDING)
        return int(count)

    def _fee(self, reference: str) -> FeeRow | None:
        return self._store.row(FeeRow, "fees", "WHERE reference = ?", reference)

    def _match_earlier(self, fee: FeeRow) -> None:
        """Match what was told of a fee before it was known; the first notice settles it."""
        where = "WHERE reference = ? AND outcome = ? ORDER BY told_at"
        notices = self._store.rows(NoticeRow, "notices", where, fee.reference, Outcome.UNMATCHED)
        for notice in notices:
            self._store.run(
                "UPDATE notices SET outcome = ? WHERE sender = ? AND transaction_id = ?",
                *(self._outcome(notice), notice.sender, notice.transaction_id),
            )

    def _outcome(self, notice: NoticeRow) -> Outcome:
        fee = self._fee(notice.reference)
        asked = fee and fee.amount_vnd == notice.amount_vnd
        if not fee or not asked or notice.dossier not in ("", fee.dossier):
            return Outcome.UNMATCHED
        if fee.state is FeeState.PENDING:
            who = f"bank:{notice.sender}"
            self._settled(fee.reference, FeeState.CONFIRMED, who, notice.transaction_id)
            return Outcome.CONFIRMED
        if fee.state is FeeState.CONFIRMED and not fee.transaction_id:
            self._store.run(
                "UPDATE fees SET transaction_id = ? WHERE reference = ?",
                *(notice.transaction_id, fee.reference),
            )
            return Outcome.AGREED
        return Outcome.TWICE

    def _settled(self, reference: str, state: FeeState, who: str, transaction: str) -> FeeRow:
        self._store.run(
            "UPDATE fees SET state = ?, settled_at = ?, settled_by = ?, transaction_id = ?"
            " WHERE reference = ?",
            *(state, self._clock.now(), who, transaction, reference),
        )
        return self.fee(reference)
