"""Rows put in by the thousand are stored as rows put in one by one."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from provisioning.controller.database import Database
from provisioning.controller.tables import EVENT, PART, TICKET

HANOI = timezone(timedelta(hours=7))
KNOWN: dict[str, Any] = {
    "ticket": "t1",
    "number": "A001",
    "day": date(2026, 11, 20),
    "service": "hộ tịch's 100 %s",
    "state": "waiting",
    "issued_at": datetime(2026, 11, 20, 9, 0, 0, 25, tzinfo=HANOI),
    "printed": True,
    "waited_s": 0.1,
    "served_s": None,
    "rating": 3,
    "rating_scale": None,
}
HEARD: dict[str, Any] = {
    "part": "counter",
    "boot": 2**41,
    "seq": 2**53 - 1,
    "at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    "kind": "unknown",
    "body": b"\x00\xff%s",
}


@pytest.mark.parametrize("row", [KNOWN, HEARD], ids=["ticket", "event"])
def test_many_rows_are_stored_as_one_is(database: Database, row: dict[str, Any]) -> None:
    table = TICKET if row is KNOWN else EVENT
    with database.writing() as db:
        db.execute(insert(table), [{"box": "one", **row}])
        database.add(db, table, [{"box": "two", **row}, {"box": "three", **row}])
        names = ", ".join(row)
        raw = text(f"SELECT {names} FROM {table.name}")  # noqa: S608 - names of our own columns
        one, two, three = db.execute(raw).all()
        assert one == two == three
        read = db.execute(select(*(table.c[name] for name in row))).mappings().all()
        assert [dict(found) for found in read] == [row] * 3


def test_what_is_there_is_left_or_replaced_as_asked(database: Database) -> None:
    def rows(*states: bytes) -> list[dict[str, Any]]:
        return [
            {"box": f"box-{at}", "part": "p", "state": state} for at, state in enumerate(states)
        ]

    with database.writing() as db:
        database.add(db, PART, rows(b"old"))
        database.add(db, PART, rows(b"new", b"new"))
        states = select(PART.c.state).order_by(PART.c.box)
        assert db.execute(states).scalars().all() == [b"old", b"new"]
        database.upsert(db, PART, rows(b"newest", b"newest"))
        assert db.execute(states).scalars().all() == [b"newest", b"newest"]


def test_no_rows_are_no_statement(database: Database) -> None:
    with database.writing() as db:
        database.add(db, PART, [])
        database.upsert(db, PART, [])
        assert db.execute(select(PART)).all() == []


def test_rows_of_other_names_are_other_statements(database: Database) -> None:
    """A column that is left out has its default, whatever was put in before."""
    row = {name: value for name, value in KNOWN.items() if name != "rating"}
    with database.writing() as db:
        database.upsert(db, TICKET, [{"box": "one", **KNOWN}])
        database.upsert(db, TICKET, [{"box": "two", **row}])
        ratings = db.execute(select(TICKET.c.rating).order_by(TICKET.c.box)).scalars().all()
    assert ratings == [3, None]
