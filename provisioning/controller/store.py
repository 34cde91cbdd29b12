"""What ingest stores and pages read: one batch, one transaction. Blocking, as `Database` says."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, select

from devices.contract.message import encode
from provisioning.controller import queries
from provisioning.controller.database import Database
from provisioning.controller.figures import Figures
from provisioning.controller.fleet import PartState
from provisioning.controller.intake import Entry
from provisioning.controller.keeping import Kept, kept
from provisioning.controller.marks import JournalKey, Mark
from provisioning.controller.queries import JournalFacts, StoredEvent
from provisioning.controller.tables import PART, SHARED_GROUP
from provisioning.controller.tickets import TicketRow


class Store:
    """What boxes told: parts, journals, events, tickets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, entries: Sequence[Entry], parts: Iterable[PartState], now: datetime) -> Kept:
        """Store a batch in one transaction: durable when it returns."""
        with self._database.writing() as db:
            self._put_parts(db, parts)
            return kept(self._database, db, entries, now) if entries else Kept({})

    def group(self) -> str:
        """Return the name by which whoever works on this database shares the boxes' events.

        A secret: mosquitto 2.0 deals shared messages also to a box that names the group.
        """
        made = self._database.insert(SHARED_GROUP).values(id=1, name=secrets.token_hex(16))
        with self._database.writing() as db:
            db.execute(made.on_conflict_do_nothing())
            return str(db.execute(select(SHARED_GROUP.c.name)).scalar_one())

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

    def _put_parts(self, db: Connection, parts: Iterable[PartState]) -> None:
        rows: list[dict[str, object]] = [
            {"box": p.box, "part": p.part, "state": encode(p)} for p in parts
        ]
        self._database.upsert(db, PART, rows)
