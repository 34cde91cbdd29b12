"""What waited to be told before 0014 is told after it."""

from datetime import timedelta

from sqlalchemy import text

from provisioning.controller.alerts.book import Book
from provisioning.controller.database import Database
from tests.provisioning.controller.alerts.boxes import T0
from tests.provisioning.controller.stores import stood_at

BEFORE = "0013"


def test_an_alert_that_waits_for_its_channel_is_told_when_it_is_due(empty_url: str) -> None:
    with stood_at(empty_url, BEFORE) as db:
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
    database = Database(empty_url)
    book = Book(database)
    assert book.due("mail:a", T0 - timedelta(seconds=1), 9) == []
    (due,) = book.due("mail:a", T0, 9)
    assert (due.tries, due.record.id, due.record.alert.within) == (3, 7, "")
    book.postponed("mail:a", T0, T0 + timedelta(minutes=1))
    assert [one.tries for one in book.due("mail:a", T0 + timedelta(minutes=1), 9)] == [4]
    database.close()
