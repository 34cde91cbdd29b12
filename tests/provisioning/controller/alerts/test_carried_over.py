"""What waited to be told before 0014 is told after it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import alembic.command
import alembic.config
import pytest
from sqlalchemy import text

from provisioning.controller.alerts.book import Book
from provisioning.controller.database import Database
from tests.counterparts.postgres import Cluster
from tests.provisioning.controller.alerts.boxes import T0

BEFORE = "0013"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/old.sqlite3"
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    with postgres.fresh("template1") as fresh:
        yield fresh


def test_an_alert_that_waits_for_its_channel_is_told_when_it_is_due(url: str) -> None:
    with Database.unmigrated(url) as db:
        config = alembic.config.Config()
        config.set_main_option("script_location", "provisioning.controller:migrations")
        config.attributes["connection"] = db
        alembic.command.upgrade(config, BEFORE)
        moments = {"then": T0.replace(tzinfo=None), "body": b"[]"}
        db.execute(
            text(
                "INSERT INTO alert (id, kind, place, subject, severity, since, value, code, text, "
                "boxes, raised_at, acknowledged_by, note) VALUES "
                "(7, 'disk', 'box-1', '', 'warning', :then, 1, '', '', :body, :then, '', '')"
            ),
            moments,
        )
        db.execute(
            text(
                "INSERT INTO alert_outbox (alert, channel, what, tries, due_at) VALUES "
                "(7, 'mail:a', 'raised', 3, :then)"
            ),
            {"then": moments["then"]},
        )
        db.commit()
    database = Database(url)
    book = Book(database)
    assert book.due("mail:a", T0 - timedelta(seconds=1), 9) == []
    (due,) = book.due("mail:a", T0, 9)
    assert (due.tries, due.record.id, due.record.alert.within) == (3, 7, "")
    book.postponed("mail:a", T0, T0 + timedelta(minutes=1))
    assert [one.tries for one in book.due("mail:a", T0 + timedelta(minutes=1), 9)] == [4]
    database.close()
