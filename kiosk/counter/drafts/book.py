"""Drafts and what becomes of them, each step a transaction with its event. Blocking."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from devices.contract.clock import LOCAL, Clock, local_day
from kiosk.api import errors
from kiosk.api.drafts import DraftGoneError, DraftsFullError, TicketOverError
from kiosk.api.queue import TakeTicket
from kiosk.backoffice.outbox import Outbox
from kiosk.backoffice.systems import DOSSIER
from kiosk.counter.drafts.config import DraftsConfig
from kiosk.counter.drafts.rows import (
    AcceptedDraftRow,
    DraftRow,
    DraftState,
    DropReason,
    SentDraft,
)
from kiosk.counter.rows import Row
from kiosk.counter.store import Store
from kiosk.counter.tickets import Tickets
from kiosk.domain.dossier import LAST_LOCAL_SERIAL, local_code
from kiosk.domain.steps import OPEN
from kiosk.messages import (
    DraftAccepted,
    DraftDropped,
    DraftExpired,
    DraftOpened,
    DraftReceived,
)

_FIELDS = DraftRow.__struct_fields__
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM drafts "  # noqa: S608 - our own words


class DraftBook:
    """The drafts of a site. A draft belongs to a number, and is served where that number is."""

    def __init__(
        self, config: DraftsConfig, store: Store, tickets: Tickets, outbox: Outbox, clock: Clock
    ) -> None:
        self._config = config
        self._store = store
        self._tickets = tickets
        self._outbox = outbox
        self._clock = clock

    def known(self, kiosk: str, request: str) -> DraftRow | None:
        """Return what became of a request; raises DraftGoneError when it was withdrawn."""
        row = self._one("WHERE kiosk = ? AND request = ?", kiosk, request)
        if row and row.reason == DropReason.WITHDRAWN:
            raise DraftGoneError
        return row

    def has(self, draft: str) -> bool:
        """Return whether the database has taken a draft."""
        return self._one("WHERE id = ?", draft) is not None

    def room(self) -> None:
        """Raise DraftsFullError when too many wait."""
        waiting = self._store.value("SELECT COUNT(*) FROM drafts WHERE state = 'waiting'")
        if int(waiting) >= self._config.most_waiting:
            raise DraftsFullError

    def receive(self, draft: str, sent: SentDraft) -> DraftRow:
        """Keep that a parcel is here, with its number; the same request is one draft.

        Raises DraftGoneError, TicketOverError, SiteClosedError, ServiceClosedError, NotFoundError,
        StorageError; then nothing is kept.
        """
        now = self._clock.now()
        with self._store.transaction():
            if known := self.known(sent.kiosk, sent.request):
                return known
            self.room()
            ticket = self._joined(sent.ticket, now) if sent.ticket else self._given(sent)
            day = local_day(now)
            code = local_code(sent.kiosk, day, self._next_serial(sent.kiosk, day))
            row = DraftRow(
                id=draft,
                kiosk=sent.kiosk,
                request=sent.request,
                local_code=code.text,
                mark=code.agency,
                day=day,
                serial=int(code.serial),
                ticket=ticket.id,
                joined=bool(sent.ticket),
                service=ticket.service,
                procedure=sent.procedure,
                papers=sent.papers,
                key_id=sent.key,
                state=DraftState.WAITING,
                reason="",
                by_hand=False,
                counter="",
                received_at=now,
                expires_at=self.expires_at(now),
                ended_at=None,
            )
            self._add(row)
            event = DraftReceived(
                draft=code.text,
                service=row.service,
                procedure=row.procedure,
                kiosk=row.kiosk,
                ticket=ticket.id,
                papers=row.papers,
            )
            self._store.journal.append(event, now)
            return row

    def expires_at(self, now: datetime) -> datetime:
        """Return until when a draft of now is kept."""
        if self._config.keep_min:
            return now + timedelta(minutes=self._config.keep_min)
        return datetime.combine(local_day(now) + timedelta(days=1), time(), LOCAL)

    def waiting(self) -> list[DraftRow]:
        """Return what waits and whose time is not over, oldest first."""
        return self._rows(
            "WHERE state = 'waiting' AND expires_at > ? ORDER BY received_at", self._clock.now()
        )

    def one(self, draft: str) -> DraftRow:
        """Return a draft, whatever became of it; raises NotFoundError."""
        row = self._one("WHERE id = ?", draft)
        if row is None:
            raise errors.NotFoundError("There is no such draft.")
        return row

    def one_waiting(self, draft: str) -> DraftRow:
        """Return a draft that waits; raises DraftGoneError, NotFoundError."""
        row = self.one(draft)
        if row.state is not DraftState.WAITING or row.expires_at <= self._clock.now():
            raise DraftGoneError
        return row

    def ticket(self, row: DraftRow) -> Row | None:
        """Return the number a draft belongs to."""
        return self._store.ticket(row.ticket)

    def accepted_today(self) -> list[AcceptedDraftRow]:
        """Return what was accepted since local midnight and how far it is, newest first."""
        rows = self._rows(
            "WHERE state = 'accepted' AND ended_at >= ? ORDER BY ended_at DESC", self._midnight()
        )
        return [
            AcceptedDraftRow(
                draft=row,
                ended_at=row.ended_at,
                code=self.official(row.local_code or ""),
                waits=self._outbox.standing(DOSSIER, row.local_code or ""),
            )
            for row in rows
            if row.ended_at
        ]

    def official(self, local: str) -> str:
        """Return the official code of a kiosk's own number, empty while it has none (DOS-3)."""
        sql = "SELECT code FROM dossier_codes WHERE local_code = ?"
        return str(self._store.value(sql, local) or "")

    def opened(self, draft: str, counter: str) -> None:
        """Keep that a counter looks into a draft.

        Raises DraftGoneError, NotFoundError, StorageError, JournalFullError.
        """
        with self._store.transaction():
            event = DraftOpened(**_about(self.one_waiting(draft)), counter=counter)
            self._store.journal.append(event, self._clock.now())

    def accept(self, draft: str, counter: str, content: bytes | None) -> DraftRow:
        """End a draft as accepted; its `content` waits in the outbox from now on.

        Without content the officer has taken it over by hand. Raises DraftGoneError, NotFoundError,
        BusyError, StorageError; then it still waits.
        """
        with self._store.transaction():
            row = self._end(self.one_waiting(draft), DraftState.ACCEPTED, counter=counter)
            if content is None:
                self._store.run("UPDATE drafts SET by_hand = 1 WHERE id = ?", draft)
            else:
                self._outbox.put(DOSSIER, row.local_code or "", content)
            event = DraftAccepted(**_about(row), counter=counter, sent_on=content is not None)
            self._store.journal.append(event, self._clock.now())
            return row

    def drop(self, draft: str, counter: str, reason: DropReason) -> DraftRow:
        """End a draft; raises DraftGoneError, NotFoundError, StorageError."""
        with self._store.transaction():
            return self._drop(self.one_waiting(draft), counter, reason)

    def withdraw(self, kiosk: str, request: str) -> str:
        """End a citizen's own draft and return its id; one still on its way is refused later.

        The number it was given goes with it: nobody has heard of that either.
        What an officer has accepted stays accepted. Raises StorageError.
        """
        now = self._clock.now()
        with self._store.transaction():
            row = self._one("WHERE kiosk = ? AND request = ?", kiosk, request)
            if row is None:
                draft = f"withdrawn-{kiosk}-{request}"
                self._store.run(
                    "INSERT INTO drafts (id, kiosk, request, day, state, reason, received_at,"
                    " expires_at, ended_at) VALUES (?, ?, ?, ?, 'dropped', ?, ?, ?, ?)",
                    *(draft, kiosk, request, local_day(now), DropReason.WITHDRAWN.value),
                    *(now, now, now),
                )
                return draft
            if row.state is DraftState.WAITING:
                self._drop(row, "", DropReason.WITHDRAWN)
                if not row.joined:
                    self._tickets.take_back(row.ticket)
            return row.id

    def expire(self) -> list[str]:
        """End the drafts whose time is over; return their ids."""
        now = self._clock.now()
        with self._store.transaction():
            rows = self._rows("WHERE state = 'waiting' AND expires_at <= ?", now)
            for row in rows:
                self._end(row, DraftState.EXPIRED)
                self._store.journal.append(DraftExpired(**_about(row)), now)
            return [row.id for row in rows]

    def drop_unreadable(self, key_id: str) -> int:
        """End the drafts that this key does not open; return how many."""
        with self._store.transaction():
            rows = self._rows("WHERE state = 'waiting' AND key_id <> ?", key_id)
            for row in rows:
                self._drop(row, "", DropReason.UNREADABLE)
            return len(rows)

    def forget(self, keep_days: int) -> None:
        """Forget what became of drafts of earlier days than the latest ones with any."""
        today = local_day(self._clock.now())
        with self._store.transaction():
            self._store.run(
                "DELETE FROM drafts WHERE state <> 'waiting' AND day <> ? AND day NOT IN"
                " (SELECT DISTINCT day FROM drafts WHERE day <> ? ORDER BY day DESC LIMIT ?)",
                *(today, today, keep_days - 1),
            )

    def figures(self) -> dict[str, float]:
        """Return the counts for the part's status: today's are what ended since local midnight."""
        counts = {
            (state, reason == DropReason.UNREADABLE): count
            for state, reason, count in self._store.all(
                "SELECT state, CASE reason WHEN 'unreadable' THEN reason ELSE '' END, COUNT(*)"
                " FROM drafts WHERE ended_at >= ? AND local_code IS NOT NULL GROUP BY 1, 2",
                self._midnight(),
            )
        }
        waiting = self._store.value("SELECT COUNT(*) FROM drafts WHERE state = 'waiting'")
        return {
            "drafts_waiting": float(waiting),
            "drafts_accepted_today": float(counts.get(("accepted", False), 0)),
            "drafts_dropped_today": float(counts.get(("dropped", False), 0)),
            "drafts_expired_today": float(counts.get(("expired", False), 0)),
            "drafts_unreadable_today": float(counts.get(("dropped", True), 0)),
        }

    def _midnight(self) -> datetime:
        return datetime.combine(local_day(self._clock.now()), time(), LOCAL)

    def _given(self, sent: SentDraft) -> Row:
        return self._tickets.give(
            TakeTicket(
                request=f"draft.{sent.request}"[:64],
                kiosk=sent.kiosk,
                service=sent.service,
                language=sent.language,
            )
        )

    def _joined(self, named: str, now: datetime) -> Row:
        """Return the number that the citizen has, by its code or as printed."""
        row = self._store.by_code(named) or self._store.by_number(named, local_day(now))
        if row is None or row.day != local_day(now):
            raise errors.NotFoundError("There is no such number today.")
        if row.state not in OPEN:
            raise TicketOverError
        return row

    def _next_serial(self, kiosk: str, day: date) -> int:
        mark = local_code(kiosk, day, LAST_LOCAL_SERIAL).agency
        sql = "SELECT COALESCE(MAX(serial), 0) + 1 FROM drafts WHERE mark = ? AND day = ?"
        return int(self._store.value(sql, mark, day))

    def _drop(self, row: DraftRow, counter: str, reason: DropReason) -> DraftRow:
        ended = self._end(row, DraftState.DROPPED, counter=counter, reason=reason)
        event = DraftDropped(**_about(row), counter=counter, reason=reason)
        self._store.journal.append(event, self._clock.now())
        return ended

    def _end(
        self, row: DraftRow, state: DraftState, *, counter: str = "", reason: str = ""
    ) -> DraftRow:
        now = self._clock.now()
        self._store.run(
            "UPDATE drafts SET state = ?, counter = ?, reason = ?, ended_at = ? WHERE id = ?",
            *(state.value, counter, str(reason), now, row.id),
        )
        return msgspec.structs.replace(
            row, state=state, counter=counter, reason=str(reason), ended_at=now
        )

    def _add(self, row: DraftRow) -> None:
        marks = ", ".join("?" * len(_FIELDS))
        values = [getattr(row, name) for name in _FIELDS]
        self._store.run(
            f"INSERT INTO drafts ({', '.join(_FIELDS)}) VALUES ({marks})",  # noqa: S608 - our words
            *(str(value) if isinstance(value, DraftState) else value for value in values),
        )

    def _one(self, where: str, *values: object) -> DraftRow | None:
        rows = self._rows(where, *values)
        return rows[0] if rows else None

    def _rows(self, where: str, *values: object) -> list[DraftRow]:
        found: Sequence[tuple[object, ...]] = self._store.all(_SELECT + where, *values)
        return [
            msgspec.convert(dict(zip(_FIELDS, row, strict=True)), DraftRow, strict=False)
            for row in found
        ]


def _about(row: DraftRow) -> dict[str, str]:
    return {"draft": row.local_code or "", "service": row.service, "procedure": row.procedure}
