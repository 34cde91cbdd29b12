"""Tests of single devices from before 0013 stand among the orders, in time, with their answer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from provisioning.commands import BoxTested, TestBox
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.remote.asks import AskTestPage, order_of
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.records import OrderRecord, State, device_tested
from tests.provisioning.controller.remote.province import CLOCK
from tests.provisioning.controller.saying import T0
from tests.provisioning.controller.stores import stood_at

BOX = "box-1"
A_MINUTE = timedelta(minutes=1)


def before(url: str) -> Database:
    """Return a database of 0012 that has a test, an order, a test, an order and more tests."""
    with stood_at(url, "0012") as db:
        for minute, device, outcome, words in (
            (1, "printer", "done", "Đã in."),
            (3, "speaker", "failed", "Không nghe thấy."),
            (5, "camera", "device.none", "This box has no camera."),
            (6, "scanner", "asked", ""),
        ):
            _asked(db, minute, device, outcome, words)
        for minute in (2, 4):
            _ordered(db, minute)
        db.commit()
    return Database(url)


def _asked(db: Connection, minute: int, device: str, outcome: str, words: str) -> None:
    row = {
        "at": (T0 + minute * A_MINUTE).replace(tzinfo=None),
        "body": f'{{"type":"devices.test","device":"{device}"}}'.encode(),
        "outcome": outcome,
        "words": words,
    }
    db.execute(
        text(
            "INSERT INTO audit (at, actor, box, part, command, body, outcome, text) VALUES "
            "(:at, 'ky-thuat@::1', 'box-1', 'devices', 'devices.test', :body, :outcome, :words)"
        ),
        row,
    )


def _ordered(db: Connection, minute: int) -> None:
    at = (T0 + minute * A_MINUTE).replace(tzinfo=None)
    db.execute(
        text(
            "INSERT INTO command (name, box, kind, body, actor, reason, keeps, state, code, text, "
            "reply, asked_at, not_after, due_at) VALUES (:name, 'box-1', 'agent.test_page', "
            ":none, 'ky-thuat', '', :no, 'succeeded', '', '', :none, :at, :at, :at)"
        ),
        {"name": f"order-{minute}", "none": b"", "no": False, "at": at},
    )


@pytest.fixture
def ledger(empty_url: str) -> Iterator[Ledger]:
    database = before(empty_url)
    yield Ledger(database, Audit(database, CLOCK))
    database.close()


def test_the_list_of_a_box_stays_in_time(ledger: Ledger) -> None:
    records = ledger.of_box(BOX)
    minutes = [(record.asked_at - T0) // A_MINUTE for record in records]
    assert minutes == [6, 5, 4, 3, 2, 1]
    assert [record.name for record in records if record.kind == "agent.test_page"] == [
        "order-4",
        "order-2",
    ]
    assert len({record.id for record in records}) == len(records)


def test_what_came_of_a_test_is_read_as_of_any_other(ledger: Ledger) -> None:
    silent, none, mute, printed = (r for r in ledger.of_box(BOX) if r.kind == "agent.test")
    assert (printed.state, mute.state) == (State.SUCCEEDED, State.FAILED)
    assert (none.state, none.code) == (State.REJECTED, "device.none")
    assert (silent.state, silent.code) == (State.TIMED_OUT, "request.deadline")
    assert isinstance(printed.order, TestBox)
    assert printed.order.devices == ("printer",)
    assert isinstance(printed.answer, BoxTested)
    assert device_tested(printed).result.text == "Đã in."
    assert (mute.code, mute.actor) == ("test.failed", "ky-thuat@::1")
    assert not ledger.open()


def test_a_new_order_is_the_newest(ledger: Ledger) -> None:
    now = CLOCK.now()
    order = order_of(AskTestPage(), "f" * 24, now, now)
    record = OrderRecord(
        name=order.order,
        box=BOX,
        kind="agent.test_page",
        body=b"",
        actor="ky-thuat",
        asked_at=now,
        not_after=now,
        due_at=now,
    )
    kept = ledger.put(record, None)
    assert ledger.of_box(BOX)[0] == kept
