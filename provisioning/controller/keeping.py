"""A batch of journal entries into an open transaction, whoever else stores entries beside us.

A journal's row is locked from the beginning to the end of the transaction, and rows are locked in
one order, so two workers never judge a journal at once and never wait for each other in a ring.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, update

from devices.contract.identity import BoxId, Part
from devices.contract.message import JournalEntry
from devices.contract.topics import Leaf, Topic, Way
from provisioning.controller import queries
from provisioning.controller.database import Database
from provisioning.controller.intake import UNKNOWN, Entry, read_event
from provisioning.controller.marks import JournalKey, Mark, Standing, Verdict
from provisioning.controller.tables import EVENT, JOURNAL, TICKET, WAITING
from provisioning.controller.tickets import TicketRow, after

_KEY = ("box", "part", "boot")


class Kept(msgspec.Struct, frozen=True):
    """What became of a batch: every journal it touched and its mark now, and what was counted.

    `boxes` are those whose events and tickets changed.
    """

    marks: dict[JournalKey, Mark]
    stored: int = 0
    duplicates: int = 0
    gaps: int = 0
    lost: int = 0
    unknown: int = 0
    boxes: frozenset[str] = frozenset()


def kept(database: Database, db: Connection, entries: Sequence[Entry], now: datetime) -> Kept:
    """Store the entries; those below their journal's mark become events and tickets, in order."""
    keys = [JournalKey(str(e.topic.box), str(e.topic.part), e.entry.boot) for e in entries]
    before = _locked(database, db, sorted(set(keys)), now)
    waited = _waiting(db, before)
    journals = {key: _standing(db, key, mark, waited.get(key, {})) for key, mark in before.items()}
    counts = dict.fromkeys(Verdict, 0)
    for key, entry in zip(keys, entries, strict=True):
        counts[journals[key].take(entry.entry, entry)] += 1
    passed = [entry for journal in journals.values() for entry in journal.passed]
    database.add(db, EVENT, [_event_row(entry) for entry in passed])
    _put_tickets(database, db, passed)
    _put_waiting(database, db, journals, waited)
    _put_marks(db, before, journals)
    return Kept(
        marks={key: journal.mark for key, journal in journals.items()},
        stored=counts[Verdict.STORE],
        duplicates=counts[Verdict.DUPLICATE],
        gaps=counts[Verdict.GAP],
        lost=sum(journal.mark.lost - before[key].lost for key, journal in journals.items()),
        unknown=sum(entry.kind == UNKNOWN for entry in passed),
        boxes=frozenset(str(entry.topic.box) for entry in passed),
    )


def _locked(
    database: Database, db: Connection, keys: Sequence[JournalKey], now: datetime
) -> dict[JournalKey, Mark]:
    """Return the marks of these journals, nobody else's until the transaction ends.

    To write into a row is to lock it, and the same statement makes the rows that are not there yet.
    """
    new = {"seq": 0, "lost": 0, "heard_at": now}
    touched = database.insert(JOURNAL).on_conflict_do_update(
        index_elements=_KEY, set_={"heard_at": now}
    )
    rows = db.execute(touched.returning(JOURNAL), [msgspec.structs.asdict(k) | new for k in keys])
    return {JournalKey(row.box, row.part, row.boot): Mark(row.seq, row.lost) for row in rows}


def _waiting(
    db: Connection, journals: dict[JournalKey, Mark]
) -> dict[JournalKey, dict[int, Entry]]:
    """Return what waits above the marks: mostly nothing."""
    found: dict[JournalKey, dict[int, Entry]] = {}
    for row in queries.waiting(db, {key.box for key in journals}):
        key = JournalKey(row.box, row.part, row.boot)
        topic = Topic(BoxId(row.box), Way.UP, Part(row.part), Leaf.EVENT)
        entry = JournalEntry(
            boot=row.boot, seq=row.seq, oldest=1, at=row.at, event=msgspec.Raw(row.body)
        )
        found.setdefault(key, {})[row.seq] = read_event(topic, entry)
    return found


def _standing(
    db: Connection, key: JournalKey, mark: Mark, waits: dict[int, Entry]
) -> Standing[Entry]:
    return Standing(mark, waits, earlier=0 if mark.seq else queries.earlier(db, key))


def _put_tickets(database: Database, db: Connection, passed: Sequence[Entry]) -> None:
    told = [(str(e.topic.box), e.ticket, e.entry.at) for e in passed if e.ticket]
    rows = queries.known_tickets(db, {(box, t.ticket) for box, t, _ in told})
    fresh: dict[tuple[str, str], TicketRow] = {}
    for box, ticket, at in told:
        key = (box, ticket.ticket)
        fresh[key] = after(fresh.get(key) or rows.get(key), box, ticket, at)
    database.upsert(db, TICKET, [_ticket_row(fresh[key]) for key in sorted(fresh)])


def _put_waiting(
    database: Database,
    db: Connection,
    journals: dict[JournalKey, Standing[Entry]],
    waited: dict[JournalKey, dict[int, Entry]],
) -> None:
    """Keep what waits now, and let go of what waited and was passed."""
    new, gone = [], []
    for key, journal in journals.items():
        before = waited.get(key, {})
        new += [_entry_row(journal.waits[seq]) for seq in journal.waits.keys() - before.keys()]
        gone += [_entry_row(before[seq]) for seq in before.keys() - journal.waits.keys()]
    if new:
        db.execute(database.insert(WAITING), new)
    if gone:
        db.execute(
            delete(WAITING).where(*(WAITING.c[n] == bindparam(n) for n in (*_KEY, "seq"))), gone
        )


def _put_marks(
    db: Connection, before: dict[JournalKey, Mark], journals: dict[JournalKey, Standing[Entry]]
) -> None:
    moved = [
        {f"_{name}": getattr(key, name) for name in _KEY}
        | {"seq": journal.mark.seq, "lost": journal.mark.lost}
        for key, journal in journals.items()
        if journal.mark != before[key]
    ]
    if moved:
        own = (JOURNAL.c[name] == bindparam(f"_{name}") for name in _KEY)
        db.execute(update(JOURNAL).where(*own), moved)


def _entry_row(entry: Entry) -> dict[str, object]:
    return {
        "box": entry.topic.box,
        "part": entry.topic.part,
        "boot": entry.entry.boot,
        "seq": entry.entry.seq,
        "at": entry.entry.at,
        "body": bytes(entry.entry.event),
    }


def _event_row(entry: Entry) -> dict[str, object]:
    row = _entry_row(entry)
    row["kind"] = entry.kind
    return row


def _ticket_row(ticket: TicketRow) -> dict[str, object]:
    row = msgspec.structs.asdict(ticket)
    row["state"] = str(ticket.state)
    return row
