"""What officers do to dossiers, each a transaction with its step in the history. Blocking."""

from datetime import date, time

import msgspec

from devices.contract.clock import Clock, local_day
from kiosk.catalogue.catalogue import Catalogue
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.deadline import Duration, TimeUnit, due, pauses_of
from kiosk.domain.dossier_state import Clock as StateClock
from kiosk.domain.dossier_state import StateCode, state_of
from kiosk.domain.forms import FormKind
from kiosk.register.config import OfficerConfig, RegisterConfig, Role
from kiosk.register.dossiers.acts import RULES, Act, Note, allowed, leading
from kiosk.register.dossiers.errors import (
    MovedMeanwhileError,
    NotPrintableError,
    ReasonMissingError,
    StepRefusedError,
)
from kiosk.register.dossiers.forms import printable
from kiosk.register.dossiers.rows import DossierRow, PaperRow, StepRow
from kiosk.register.dossiers.shelf import Shelf
from kiosk.register.errors import NotAllowedError, NotFoundError
from kiosk.register.store import Store

_ENDED = (StateCode.DONE, StateCode.WITHDRAWN, StateCode.NOT_ACCEPTED)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why: for the office, and what whoever asks with the code may read (no personal data)."""

    why: str = ""
    note: str = ""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """How long it takes, and until when receipt counts for the day; nothing without a unit."""

    amount: int | None = None
    unit: TimeUnit | None = None
    cut_off: time | None = None


class Desk:
    """The officers' side of every dossier. `seen` is the number of steps the officer saw.

    Everything raises NotFoundError, and MovedMeanwhileError when there are more steps by now.
    """

    def __init__(
        self,
        config: RegisterConfig,
        store: Store,
        shelf: Shelf,
        *,
        catalogue: Catalogue,
        calendar: WorkCalendar,
        clock: Clock,
    ) -> None:
        self._config = config
        self._store = store
        self._shelf = shelf
        self._catalogue = catalogue
        self._calendar = calendar
        self._clock = clock

    def usual_term(self, form: str) -> Term:
        """Return the time of a procedure as the catalogue of today has it."""
        procedure = self._catalogue.procedure(form, local_day(self._clock.now()))
        if procedure is None or procedure.time is None:
            return Term()
        told = procedure.time
        return Term(amount=told.amount, unit=TimeUnit(told.unit.value), cut_off=told.cut_off)

    def accept(
        self, officer: OfficerConfig, code: str, seen: int, term: Term, reason: Reason
    ) -> DossierRow:
        """Receive a dossier: from now on it is in the logbook, and its time runs."""
        with self._store.transaction():
            row = self._seen(code, seen)
            now = self._clock.now()
            year = local_day(now).year
            sql = "SELECT COALESCE(MAX(book_serial), 0) + 1 FROM dossiers WHERE book_year = ?"
            row = self._shelf.change(
                row,
                received_at=now,
                received_by=officer.name,
                unit=officer.unit,
                book_year=year,
                book_serial=int(self._store.value(sql, year)),
                term_amount=term.amount if term.unit else None,
                term_unit=term.unit,
                cut_off=term.cut_off,
            )
            return self._move(row, Act.ACCEPT, officer.name, reason)

    def carry_out(
        self, officer: OfficerConfig, code: str, seen: int, act: Act, reason: Reason
    ) -> DossierRow:
        """Move a dossier; raises StepRefusedError, ReasonMissingError, NotAllowedError."""
        if RULES[act].head and officer.role is not Role.HEAD:
            raise NotAllowedError
        if act is Act.ACCEPT:
            term = self.usual_term(self._shelf.known(code).form)
            return self.accept(officer, code, seen, term, reason)
        with self._store.transaction():
            return self._move(self._seen(code, seen), act, officer.name, reason)

    def reported(self, code: str, state: int, unit: str, who: str, reason: Reason) -> DossierRow:
        """Move a dossier as a system of the office reports it; the same state again is no step.

        Only what an officer here has received moves (DOS-9). Raises StepRefusedError.
        """
        with self._store.transaction():
            row = self._shelf.known(code)
            if row.state == state:
                return row
            act = leading(row.state, state)
            if row.received_at is None:
                raise StepRefusedError("An officer must receive it first.")
            if unit and self._config.unit(unit):
                row = self._shelf.change(row, unit=unit)
            return self._move(row, act, who, reason)

    def hand_over(
        self, officer: OfficerConfig, code: str, seen: int, unit: str, reason: Reason
    ) -> DossierRow:
        """Give a dossier to another unit. Raises StepRefusedError for one that has ended."""
        with self._store.transaction():
            row = self._seen(code, seen)
            if self._config.unit(unit) is None or unit == row.unit:
                raise NotFoundError("There is no such other unit.")
            if row.state in _ENDED or row.state == StateCode.HANDED_OVER:
                raise StepRefusedError
            row = self._shelf.change(row, unit=unit, moved_at=self._clock.now())
            self._write(row, Note.HANDED_OVER, officer.name, reason)
            return row

    def extend(
        self, officer: OfficerConfig, code: str, seen: int, extra: int, reason: Reason
    ) -> DossierRow:
        """Give a dossier more time, once (Mẫu 04, DOS-12): so many more of its unit's days.

        Raises NotAllowedError, ReasonMissingError, StepRefusedError.
        """
        if officer.role is not Role.HEAD:
            raise NotAllowedError
        if not reason.why:
            raise ReasonMissingError
        with self._store.transaction():
            row = self._seen(code, seen)
            running = state_of(row.state).clock in (StateClock.RUNS, StateClock.PAUSED)
            if row.extra or row.due_day is None or not running or extra < 1:
                raise StepRefusedError
            row = self._shelf.change(row, extra=extra, moved_at=self._clock.now())
            row = self._shelf.change(row, due_day=self._due(row))
            self._write(row, Note.EXTENDED, officer.name, reason)
            return row

    def printed(self, officer: OfficerConfig, code: str, form: FormKind) -> StepRow:
        """Write down that an officer prints a form; raises NotPrintableError (DOS-9)."""
        with self._store.transaction():
            row = self._shelf.known(code)
            if form not in printable(row):
                raise NotPrintableError
            return self._shelf.note(
                row, Note.PRINTED, officer=officer.name, unit=row.unit, why=form.value
            )

    def paper(self, code: str, paper: str) -> PaperRow:
        """Return a paper of a dossier; raises NotFoundError."""
        where = "WHERE id = ? AND dossier = ?"
        found = self._store.row(PaperRow, "papers", where, paper, code)
        if found is None:
            raise NotFoundError("The dossier has no such paper.")
        return found

    def _move(self, row: DossierRow, act: Act, who: str, reason: Reason) -> DossierRow:
        rule = RULES[act]
        if act not in allowed(row.state, head=True, received=row.received_at is not None):
            raise StepRefusedError
        if rule.reasoned and not reason.why:
            raise ReasonMissingError
        now = self._clock.now()
        row = self._shelf.change(row, state=int(rule.after), moved_at=now, note=reason.note)
        if rule.after in _ENDED:
            row = self._shelf.change(row, ended_at=now)
        if act is Act.RETURN:
            row = self._shelf.change(row, returned_at=now)
        if act is Act.REOPEN:
            row = self._shelf.change(row, ended_at=None)
        self._write(row, act, who, reason)
        if act in (Act.ACCEPT, Act.RESUME, Act.REOPEN):
            row = self._shelf.change(row, due_day=self._due(row))
        return row

    def _write(self, row: DossierRow, act: Act | Note, who: str, reason: Reason) -> None:
        self._shelf.note(row, act, officer=who, unit=row.unit, why=reason.why, note=reason.note)

    def _due(self, row: DossierRow) -> date | None:
        if row.received_at is None or row.term_amount is None:
            return None
        counted = due(
            row.received_at,
            Duration(amount=row.term_amount + row.extra, unit=row.term_unit),
            self._calendar,
            row.cut_off,
            pauses_of((step.state, step.at) for step in self._shelf.steps(row.code)),
        )
        return counted.day if counted else None

    def _seen(self, code: str, seen: int) -> DossierRow:
        row = self._shelf.known(code)
        sql = "SELECT COUNT(*) FROM steps WHERE code = ? AND act <> ?"
        if int(self._store.value(sql, row.code, Note.PRINTED)) != seen:
            raise MovedMeanwhileError
        return row
