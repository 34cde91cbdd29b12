"""The audit log's chain: whole, and any change of it found."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from devices.contract.clock import SimulatedClock
from devices.contract.errors import StorageError
from devices.runtime.alongside import alongside
from devices.runtime.worker import Worker
from provisioning.controller.accounts.anchors import anchors
from provisioning.controller.accounts.audit import Audit, Looked
from provisioning.controller.accounts.chain import GENESIS, AuditRecord, linked
from provisioning.controller.accounts.tables import HEAD, RECORD
from provisioning.controller.database import Database

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(T0)


@pytest.fixture
def audit(database: Database, clock: SimulatedClock) -> Audit:
    log = Audit(database, clock)
    for number in range(1, 6):
        log.write("quan-tri", "box.accepted", f"gio-linh-{number}", "sê-ri 10000000")
        clock.move(timedelta(hours=1))
    return log


def test_a_chain_nobody_touched_is_whole(audit: Audit) -> None:
    verdict = audit.verify()
    assert (verdict.records, verdict.broken_at) == (5, None)


def test_the_hash_is_what_anybody_can_work_out() -> None:
    """sha256 of 32 zero bytes and the canonical JSON, worked out with sha256sum."""
    record = linked(
        GENESIS,
        number=1,
        at="2026-11-22T01:00:00.000000+00:00",
        actor="a",
        action="b",
        subject="c",
        detail="",
    )
    assert record.hash == "fc8b9bfdcaeb2523eecc89fc0bf69aa9d63e367936b0ffb54e4913d7194a7521"


@pytest.mark.parametrize(
    "changed", [{"detail": "khác"}, {"actor": "ai-do"}, {"at": "2026-11-22T04:00:00.000001+00:00"}]
)
def test_a_changed_record_is_the_first_break(
    audit: Audit, database: Database, changed: dict[str, str]
) -> None:
    with database.writing() as db:
        db.execute(update(RECORD).where(RECORD.c.id == 3).values(changed))
    assert audit.verify().broken_at == 3


def test_a_record_that_was_taken_out_is_missed(audit: Audit, database: Database) -> None:
    with database.writing() as db:
        db.execute(delete(RECORD).where(RECORD.c.id == 2))
    assert audit.verify().broken_at == 2


def test_an_end_that_was_cut_off_is_missed(audit: Audit, database: Database) -> None:
    with database.writing() as db:
        db.execute(delete(RECORD).where(RECORD.c.id == 5))
    verdict = audit.verify()
    assert (verdict.broken_at, verdict.why) == (5, "the end is cut off")


def test_a_chain_forged_from_the_start_does_not_fit_the_days_anchor(
    audit: Audit, database: Database
) -> None:
    audit.anchor(date(2026, 11, 22))
    before = GENESIS
    with database.writing() as db:
        for row in db.execute(select(RECORD).order_by(RECORD.c.id)).mappings().all():
            old = AuditRecord(**row)
            forged = linked(
                before,
                number=old.id,
                at=old.at,
                actor="ai-do",
                action=old.action,
                subject=old.subject,
                detail=old.detail,
            )
            values = {"actor": forged.actor, "hash": forged.hash}
            db.execute(update(RECORD).where(RECORD.c.id == old.id).values(values))
            before = forged.hash
        db.execute(update(HEAD).values(hash=before))
    assert audit.verify().why == "a day's anchor says otherwise"


async def test_a_broken_chain_is_told_in_the_log_itself_each_day(
    audit: Audit, database: Database, clock: SimulatedClock
) -> None:
    with database.writing() as db:
        db.execute(update(RECORD).where(RECORD.c.id == 3).values(actor="ai-do"))
    async with Worker("checking") as worker, alongside(anchors(audit, worker, clock), name="day"):
        async with asyncio.timeout(20):
            while not await worker.do(audit.records, Looked(action="audit.broken")):
                await asyncio.sleep(0.01)
    assert audit.records(limit=1)[0].subject == "record 3"


def test_a_record_goes_with_the_deed_it_is_of(audit: Audit) -> None:
    heard: list[str] = []
    audit.listen(lambda record: heard.append(record.action))
    with pytest.raises(StorageError), audit.writing("a", "box.retired", "b") as db:
        db.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")
    assert (audit.verify().records, heard) == (5, [])
    audit.write("a", "box.retired", "b")
    assert (audit.verify().records, heard) == (6, ["box.retired"])


def test_writers_beside_each_other_make_one_chain(url: str) -> None:
    logs = [Database(url) for _ in range(3)]

    def writes(database: Database) -> None:
        log = Audit(database)
        for number in range(10):
            log.write("a", "settings.changed", str(number))

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(writes, logs))
    verdict = Audit(logs[0]).verify()
    for each in logs:
        each.close()
    assert (verdict.records, verdict.broken_at) == (30, None)


def test_records_are_found_by_who_what_whom_and_when(audit: Audit) -> None:
    audit.write("ky-thuat", "box.retired", "gio-linh-1")
    assert [one.id for one in audit.records(limit=2)] == [6, 5]
    assert [one.id for one in audit.records(before=3)] == [2, 1]
    assert [one.id for one in audit.records(Looked(actor="ky-thuat"))] == [6]
    assert [one.id for one in audit.records(Looked(subject="gio-linh-1"))] == [6, 1]
    assert [one.id for one in audit.records(Looked(action="box.ret"))] == [6]
    assert audit.records(Looked(action="box%")) == []
    span = Looked(since=T0 + timedelta(hours=1), until=T0 + timedelta(hours=3))
    assert [one.id for one in audit.records(span)] == [3, 2]


def test_any_text_is_kept_as_a_database_can(audit: Audit) -> None:
    audit.write("a\0b", "x" * 300, "\ud800" + "ố" * 5000, "ố" * 5000)
    newest = audit.records(limit=1)[0]
    assert (len(newest.action), len(newest.subject), len(newest.detail)) == (64, 200, 2000)
    assert audit.verify().broken_at is None
