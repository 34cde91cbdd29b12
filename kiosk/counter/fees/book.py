"""Fees and acts, kept. Blocking, on the store's thread.

Dossier, amount and reference are one fee: told again with the same state nothing changes (PAY-5).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from devices.contract.clock import Clock, local_day
from kiosk.api.errors import NotFoundError
from kiosk.api.payments import Fee, FeeState
from kiosk.backoffice.errors import BadAnswerError
from kiosk.counter.fees.errors import FeeSettledError, NotConfirmedHereError, ReasonMissingError
from kiosk.counter.lived import LivedDays
from kiosk.counter.store import Store

_FEES = (
    "SELECT fees.reference, dossier, amount_vnd, what, state, confirmed_at, confirmed_by, told_at,"
    " shown_at, act.confirmed, act.counter, act.reason, act.at FROM fees LEFT JOIN fee_acts act"
    " ON act.turn = (SELECT MAX(turn) FROM fee_acts a WHERE a.reference = fees.reference)"
)


class FeeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fee with the latest act of an officer; `act` is None while there is none."""

    reference: str
    dossier: str
    amount_vnd: int
    what: str
    state: FeeState
    confirmed_at: datetime | None
    confirmed_by: str
    told_at: datetime
    shown_at: datetime
    act: bool | None
    act_by: str | None
    act_reason: str | None
    act_at: datetime | None

    @property
    def standing(self) -> FeeState:
        """The fee's state: the system's word, or an officer's where the system still waits."""
        by_officer = self.state is FeeState.PENDING and bool(self.act)
        return FeeState.CONFIRMED if by_officer else self.state

    @property
    def settled_at(self) -> datetime | None:
        """When it was confirmed, by whoever did."""
        if self.state is FeeState.CONFIRMED:
            return self.confirmed_at
        return self.act_at if self.standing is FeeState.CONFIRMED else None


class FeeBook:
    """What the site's kiosks have shown; forgotten `keep_days` after it was last looked at."""

    def __init__(self, store: Store, clock: Clock, *, keep_days: int) -> None:
        self._store = store
        self._clock = clock
        self._lived = LivedDays(store, clock)
        self._keep_days = keep_days

    def told(self, fees: Sequence[Fee]) -> list[FeeRow]:
        """Keep what the payment system said just now, and return it as it stands.

        Raises BadAnswerError when a reference is said of another dossier or amount than before.
        """
        now = self._clock.now()
        with self._store.transaction():
            self._forget()
            return [self._kept(fee, now) for fee in fees]

    def fee(self, reference: str) -> FeeRow:
        """Return a fee that a kiosk has shown; raises NotFoundError."""
        rows = self._rows("WHERE fees.reference = ?", reference)
        if not rows:
            raise NotFoundError("No kiosk has shown this fee.")
        return rows[0]

    def of_dossier(self, dossier: str) -> list[FeeRow]:
        """Return what was shown of a dossier, oldest first."""
        return self._rows("WHERE dossier = ? ORDER BY shown_at", dossier)

    def of_day(self, day: date) -> list[FeeRow]:
        """Return what was shown on a local day, or confirmed here on it, oldest first.

        What is looked at on several days is of each of them.
        """
        where = (
            "WHERE EXISTS (SELECT 1 FROM fee_looks l WHERE l.reference = fees.reference"
            " AND l.day = ?) OR EXISTS (SELECT 1 FROM fee_acts a WHERE"
            " a.reference = fees.reference AND a.day = ?) ORDER BY shown_at, fees.rowid"
        )
        return self._rows(where, day, day)

    def confirm(self, reference: str, counter: str, reason: str) -> FeeRow:
        """Keep that an officer saw the money; again changes nothing.

        Raises NotFoundError, FeeSettledError.
        """
        with self._store.transaction():
            row = self.fee(reference)
            if row.state is FeeState.CANCELLED:
                raise FeeSettledError
            if row.standing is FeeState.CONFIRMED:
                return row
            return self._acted(reference, counter, reason, confirmed=True)

    def undo(self, reference: str, counter: str, reason: str) -> FeeRow:
        """Take an officer's confirmation back; again changes nothing.

        Raises NotFoundError, ReasonMissingError, NotConfirmedHereError.
        """
        if not reason.strip():
            raise ReasonMissingError
        with self._store.transaction():
            row = self.fee(reference)
            if row.act is None or row.state is not FeeState.PENDING:
                raise NotConfirmedHereError
            return self._acted(reference, counter, reason, confirmed=False) if row.act else row

    def _kept(self, fee: Fee, now: datetime) -> FeeRow:
        known = self._rows("WHERE fees.reference = ?", fee.reference)
        if known and (known[0].dossier, known[0].amount_vnd) != (fee.dossier, fee.amount_vnd):
            raise BadAnswerError("A reference was said of two fees.")
        self._store.run(
            "INSERT INTO fees (reference, dossier, amount_vnd, what, state, confirmed_at,"
            " confirmed_by, told_at, shown_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (reference) DO UPDATE SET what = excluded.what, state = excluded.state,"
            " confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by,"
            " told_at = excluded.told_at",
            *(fee.reference, fee.dossier, fee.amount_vnd, fee.what, fee.state.value),
            *(fee.confirmed_at, fee.confirmed_by, now, now),
        )
        sql = "INSERT OR IGNORE INTO fee_looks (reference, day) VALUES (?, ?)"
        self._store.run(sql, fee.reference, local_day(now))
        return self.fee(fee.reference)

    def _acted(self, reference: str, counter: str, reason: str, *, confirmed: bool) -> FeeRow:
        now = self._clock.now()
        self._store.run(
            "INSERT INTO fee_acts (reference, confirmed, counter, reason, at, day)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(reference, int(confirmed), counter, reason.strip(), now, local_day(now)),
        )
        return self.fee(reference)

    def _rows(self, where: str, *values: object) -> list[FeeRow]:
        return [_row(row) for row in self._store.all(f"{_FEES} {where}", *values)]

    def _forget(self) -> None:
        before = self._lived.first_kept(self._keep_days)
        if not self._store.run("DELETE FROM fee_looks WHERE day < ?", before):
            return
        for table in ("fee_acts", "fees"):
            sql = f"DELETE FROM {table} WHERE reference NOT IN (SELECT reference FROM fee_looks)"  # noqa: S608 - our own words
            self._store.run(sql)


def _row(row: tuple[Any, ...]) -> FeeRow:
    told = dict(zip(FeeRow.__struct_fields__, row, strict=True))
    told["act"] = None if told["act"] is None else bool(told["act"])
    return msgspec.convert(told, FeeRow, strict=False)
