"""The boxes' documents by version, and what each box reported of them. Blocking."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Select, bindparam, delete, func, insert, select

from provisioning.controller.database import Database
from provisioning.controller.settings.tables import DOCUMENT, REPORTED
from provisioning.desired import Document, Reported

_KEPT = 20
_IN_AT_ONCE = 400
_OLD = delete(DOCUMENT).where(
    DOCUMENT.c.box == bindparam("of"), DOCUMENT.c.version <= bindparam("last")
)


class Versioned(msgspec.Struct, frozen=True, kw_only=True):
    """A box's document; `version` only grows."""

    box: str
    version: int
    at: datetime
    document: Document


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a box reported last."""

    box: str
    at: datetime
    reported: Reported


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a box is, in numbers: the newest version, the one it judged, the one in force."""

    newest: int = 0
    judged: int = 0
    in_force: int = 0


class Documents:
    """The documents in the database; of each box the newest versions are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def contents(self) -> dict[str, tuple[int, bytes]]:
        """Return the newest version of each box and its document as `packed`."""
        with self._database.reading() as db:
            return {
                row.box: (row.version, row.document)
                for row in db.execute(_newest().order_by("box"))
            }

    def newest(self, box: str) -> Versioned | None:
        """Return a box's document, if it ever had one."""
        found = self.history(box, limit=1)
        return found[0] if found else None

    def history(self, box: str, *, limit: int = _KEPT) -> list[Versioned]:
        """Return a box's documents, newest first."""
        rows = select(DOCUMENT).where(DOCUMENT.c.box == box)
        rows = rows.order_by(DOCUMENT.c.version.desc()).limit(limit)
        with self._database.reading() as db:
            return [_versioned(row) for row in db.execute(rows).mappings()]

    def some(self, boxes: Iterable[str]) -> list[Versioned]:
        """Return the newest documents of these boxes; a few hundred at once."""
        found: list[Versioned] = []
        asked = sorted(boxes)
        for at in range(0, len(asked), _IN_AT_ONCE):
            few = asked[at : at + _IN_AT_ONCE]
            with self._database.reading() as db:
                rows = db.execute(_newest().where(DOCUMENT.c.box.in_(few))).mappings()
                found += map(_versioned, rows)
        return found

    def put(self, fresh: Iterable[tuple[str, int, bytes]], now: datetime) -> None:
        """Keep new versions: box, version, and the document as `packed`.

        Raises StorageError, also when such a version is there already; then none is kept.
        """
        rows_of = list(fresh)
        rows = [
            {"box": box, "version": version, "at": now, "document": document}
            for box, version, document in rows_of
        ]
        if not rows:
            return
        with self._database.writing() as db:
            db.execute(insert(DOCUMENT), rows)
            db.execute(_OLD, [{"of": box, "last": version - _KEPT} for box, version, _ in rows_of])

    def heard(self, box: str) -> Heard | None:
        """Return what a box reported last."""
        with self._database.reading() as db:
            row = db.execute(select(REPORTED).where(REPORTED.c.box == box)).mappings().first()
        if row is None:
            return None
        reported = msgspec.json.decode(row["reported"], type=Reported)
        return Heard(box=box, at=row["heard_at"], reported=reported)

    def hear(self, said: Iterable[tuple[str, Reported]], now: datetime) -> None:
        """Keep what boxes reported, the last of each."""
        rows = {
            box: {
                "box": box,
                "version": reported.version,
                "in_force": reported.in_force,
                "reported": msgspec.json.encode(reported),
                "heard_at": now,
            }
            for box, reported in said
        }
        with self._database.writing() as db:
            self._database.upsert(db, REPORTED, list(rows.values()))

    def standings(self) -> dict[str, Standing]:
        """Return how far every box is."""
        newest = select(DOCUMENT.c.box, func.max(DOCUMENT.c.version).label("version")).group_by(
            DOCUMENT.c.box
        )
        said = select(REPORTED.c.box, REPORTED.c.version, REPORTED.c.in_force)
        with self._database.reading() as db:
            versions = {row.box: row.version for row in db.execute(newest)}
            heard = {row.box: (row.version, row.in_force) for row in db.execute(said)}
        return {
            box: Standing(
                newest=versions.get(box, 0),
                judged=heard.get(box, (0, 0))[0],
                in_force=heard.get(box, (0, 0))[1],
            )
            for box in versions.keys() | heard.keys()
        }


def packed(document: Document) -> bytes:
    """Return a document as it is kept: two that are the same are the same bytes."""
    return msgspec.json.encode(document, order="sorted")


def _newest() -> Select[Any]:
    last = select(DOCUMENT.c.box, func.max(DOCUMENT.c.version).label("version"))
    last_of = last.group_by(DOCUMENT.c.box).subquery()
    same = (DOCUMENT.c.box == last_of.c.box) & (DOCUMENT.c.version == last_of.c.version)
    return select(DOCUMENT).join(last_of, same)


def _versioned(row: RowMapping) -> Versioned:
    fields = dict(row)
    fields["document"] = msgspec.json.decode(fields["document"], type=Document)
    return Versioned(**fields)
