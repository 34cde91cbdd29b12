"""What ingest stores and pages read: one batch, one transaction. Blocking, as `Database` says."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, insert, select, update

from devices.contract.message import encode
from provisioning.controller import queries
from provisioning.controller.database import Database
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import PartState
from provisioning.controller.intake import UNKNOWN, Entry
from provisioning.controller.marks import JournalKey, Mark, Verdict, judge
from provisioning.controller.queries import JournalFacts, StoredEvent
from provisioning.controller.tables import AUDIT, EVENT, JOURNAL, PART, TICKET
from provisioning.controller.tickets import TicketRow, after


class Kept(msgspec.Struct, frozen=True):
    """What became of a batch: every journal it touched and its mark now, and what was counted."""

    marks: dict[JournalKey, Mark]
    stored: int = 0
    duplicates: int = 0
    gaps: int = 0
    lost: int = 0
    unknown: int = 0
    boxes: frozenset[str] = frozenset()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A command asked of a part: `outcome` is asked, done, or the code of what went wrong."""

    at: datetime
    actor: str
    box: str
    part: str
    command: str
    body: bytes
    outcome: str = "asked"
    text: str = ""


class Store:
    """What boxes told: parts, journals, events, tickets; and what was asked of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, entries: Sequence[Entry], parts: Iterable[PartState], now: datetime) -> Kept:
        """Store a batch in one transaction: durable when it returns."""
        with self._database.writing() as db:
            self._put_parts(db, parts)
            return self._put_entries(db, entries, now) if entries else Kept({})

    def parts(self) -> list[PartState]:
        """Return the newest known state of every part."""
        with self._database.reading() as db:
            rows = db.execute(select(PART.c.state))
            return [msgspec.json.decode(row.state, type=PartState) for row in rows]

    def marks(self) -> dict[JournalKey, Mark]:
        """Return the journal heard last of every part, and how far it is stored."""
        with self._database.reading() as db:
            return queries.latest_marks(db)

    def events(
        self, *, box: str = "", after: int = 0, before: int = 0, limit: int = 100
    ) -> list[StoredEvent]:
        """Return events by id: upwards from `after`, or, given `before`, downwards from it."""
        with self._database.reading() as db:
            return queries.events(db, box=box, after=after, before=before, limit=limit)

    def tickets(self, day: date) -> list[TicketRow]:
        """Return the tickets of a day."""
        with self._database.reading() as db:
            return queries.tickets(db, day)

    def figures(
        self, day: date, boxes: Iterable[str] | None = None
    ) -> dict[str, dict[str, Figures]]:
        """Return the figures of a day by box and service, of all boxes or of these."""
        with self._database.reading() as db:
            return queries.figures(db, day, boxes)

    def journals(self, boxes: Iterable[str] | None = None) -> dict[str, JournalFacts]:
        """Return what is known of the journals of all boxes, or of these."""
        with self._database.reading() as db:
            return queries.journals(db, boxes)

    def asked(self, asked: Asked) -> int:
        """Write that a command is about to be asked; returns the record's number."""
        row = msgspec.structs.asdict(asked)
        with self._database.writing() as db:
            key = db.execute(insert(AUDIT).values(row)).inserted_primary_key
        return int(key[0]) if key else 0

    def answered(self, record: int, outcome: str, text: str) -> None:
        """Write what became of a command."""
        row = update(AUDIT).where(AUDIT.c.id == record).values(outcome=outcome, text=text)
        with self._database.writing() as db:
            db.execute(row)

    def asked_of(self, box: str, limit: int = 20) -> list[Asked]:
        """Return the latest commands to a box, newest first."""
        columns = [AUDIT.c[name] for name in Asked.__struct_fields__]
        rows = select(*columns).where(AUDIT.c.box == box).order_by(AUDIT.c.id.desc()).limit(limit)
        with self._database.reading() as db:
            return [Asked(**row) for row in db.execute(rows).mappings()]

    def _put_parts(self, db: Connection, parts: Iterable[PartState]) -> None:
        rows: list[dict[str, object]] = [
            {"box": p.box, "part": p.part, "state": encode(p)} for p in parts
        ]
        self._database.upsert(db, PART, rows)

    def _put_entries(self, db: Connection, entries: Sequence[Entry], now: datetime) -> Kept:
        before = queries.known_marks(db, {(str(e.topic.box), str(e.topic.part)) for e in entries})
        marks = {_key(e): before.get(_key(e)) for e in entries}
        counts = dict.fromkeys(Verdict, 0)
        new: list[Entry] = []
        for entry in entries:
            key = _key(entry)
            earlier = 0 if marks[key] else _earlier(before, key)
            verdict, marks[key] = judge(marks[key], entry.entry, earlier=earlier)
            counts[verdict] += 1
            if verdict is Verdict.STORE:
                new.append(entry)
        now_known = {key: mark for key, mark in marks.items() if mark}
        if new:
            self._put_new(db, new, {_key(e): now_known[_key(e)] for e in new}, now)
        lost = sum(m.lost - (before.get(k) or Mark(0)).lost for k, m in now_known.items())
        return Kept(
            marks=now_known,
            stored=counts[Verdict.STORE],
            duplicates=counts[Verdict.DUPLICATE],
            gaps=counts[Verdict.GAP],
            lost=lost,
            unknown=sum(1 for e in new if e.kind == UNKNOWN),
            boxes=frozenset(str(e.topic.box) for e in new),
        )

    def _put_new(
        self, db: Connection, new: list[Entry], marks: dict[JournalKey, Mark], now: datetime
    ) -> None:
        db.execute(
            self._database.insert(EVENT).on_conflict_do_nothing(),
            [_event_row(entry) for entry in new],
        )
        self._database.upsert(
            db,
            JOURNAL,
            [
                {"box": key.box, "part": key.part, "boot": key.boot}
                | {"seq": mark.seq, "lost": mark.lost, "heard_at": now}
                for key, mark in marks.items()
            ],
        )
        told = [(str(e.topic.box), e.ticket, e.entry.at) for e in new if e.ticket]
        rows = queries.known_tickets(db, {(box, t.ticket) for box, t, _ in told})
        for box, ticket, at in told:
            rows[box, ticket.ticket] = after(rows.get((box, ticket.ticket)), box, ticket, at)
        touched = {(box, ticket.ticket) for box, ticket, _ in told}
        self._database.upsert(db, TICKET, [_ticket_row(rows[key]) for key in touched])


def _key(entry: Entry) -> JournalKey:
    return JournalKey(str(entry.topic.box), str(entry.topic.part), entry.entry.boot)


def _earlier(marks: dict[JournalKey, Mark], key: JournalKey) -> int:
    """Return how far the earlier incarnations of a journal are stored."""
    same = (
        m.seq
        for k, m in marks.items()
        if (k.box, k.part) == (key.box, key.part) and k.boot < key.boot
    )
    return max(same, default=0)


def _event_row(entry: Entry) -> dict[str, object]:
    return {
        "box": entry.topic.box,
        "part": entry.topic.part,
        "boot": entry.entry.boot,
        "seq": entry.entry.seq,
        "at": entry.entry.at,
        "kind": entry.kind,
        "body": bytes(entry.entry.event),
    }


def _ticket_row(ticket: TicketRow) -> dict[str, object]:
    return msgspec.structs.asdict(ticket) | {"state": ticket.state.value}
