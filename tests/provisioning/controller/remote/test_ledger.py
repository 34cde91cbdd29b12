"""Old orders go, a little at a time; what has not ended stays, and so does the audit log."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import insert

from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.records import OrderRecord, State
from provisioning.controller.remote.tables import COMMAND
from tests.provisioning.controller.remote.province import BOX, CLOCK
from tests.provisioning.controller.saying import T0

A_DAY = timedelta(days=1)
DAYS = 365


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database, CLOCK)


@pytest.fixture
def ledger(database: Database, audit: Audit) -> Ledger:
    return Ledger(database, audit)


def order(number: int, *, day: int = 0, state: State = State.SUCCEEDED) -> OrderRecord:
    at = T0 + day * A_DAY
    return OrderRecord(
        name=f"{number:024x}",
        box=BOX,
        kind="agent.test",
        body=b"",
        actor="ky-thuat",
        state=state,
        asked_at=at,
        not_after=at,
        due_at=at,
    )


def test_a_mountain_of_orders_goes_in_small_steps(database: Database, ledger: Ledger) -> None:
    waits = ledger.put(order(5_000, state=State.QUEUED), None)
    rows = [msgspec.structs.asdict(order(number)) for number in range(1_200)]
    for row in rows:
        del row["id"]
    with database.writing() as db:
        db.execute(insert(COMMAND), rows)
    young = ledger.put(order(5_001, day=1), None)
    now = T0 + DAYS * A_DAY + timedelta(seconds=1)
    steps = []
    while gone := ledger.forget_some(now, days=DAYS):
        steps.append(gone)
    assert sum(steps) == len(rows)
    assert max(steps) <= 500
    assert ledger.of_box(BOX) == [young, waits]


def test_the_audit_log_keeps_what_was_forgotten(ledger: Ledger, audit: Audit) -> None:
    ledger.put(order(1), None)
    assert ledger.forget_some(T0 + 2 * DAYS * A_DAY, days=DAYS) == 1
    assert ledger.of_box(BOX) == []
    assert [record.action for record in audit.records()] == ["agent.test"]
