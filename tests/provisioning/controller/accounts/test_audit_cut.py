"""The audit log's oldest records go in time; its chain goes on, and any other cut is found."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from devices.contract.clock import SimulatedClock
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.chain import AuditRecord
from provisioning.controller.accounts.tables import ANCHOR, CUT_HERE, RECORD
from provisioning.controller.database import Database

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
UNTOLD = "no record says that the beginning was cut"


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(T0)


@pytest.fixture
def audit(database: Database, clock: SimulatedClock) -> Audit:
    """Return a log of ten days, a record and an anchor each."""
    log = Audit(database, clock)
    for number in range(10):
        log.write("quan-tri", "box.accepted", f"gio-linh-{number}")
        log.anchor(date(2026, 11, 22) + number * A_DAY)
        clock.move(A_DAY)
    return log


def test_a_chain_that_was_cut_in_time_is_whole(audit: Audit) -> None:
    head = audit.verify().head
    assert audit.cut(T0 + 4 * A_DAY) == 4
    verdict = audit.verify()
    assert (verdict.broken_at, verdict.records, verdict.cut.last) == (None, 6 + 1, 4)
    (told,) = audit.records(limit=1)
    assert (told.actor, told.action, told.subject) == ("controller", "audit.cut", "records 1-4")
    assert verdict.cut_at == told.at
    assert verdict.cut.hash in told.detail
    assert verdict.head != head
    assert audit.cut(T0 + 4 * A_DAY) == 0, "once"


def test_a_cut_is_followed_by_others_until_its_own_record_goes(
    audit: Audit, clock: SimulatedClock
) -> None:
    for day in (2, 3, 7, 10):
        audit.cut(T0 + day * A_DAY)
        assert audit.verify().broken_at is None
    clock.move(A_DAY)
    assert audit.cut(clock.now()) == 4, "the records of the cuts so far"
    verdict = audit.verify()
    assert (verdict.broken_at, verdict.records, verdict.cut.last) == (None, 1, 14)


def test_a_listener_hears_of_a_cut(audit: Audit) -> None:
    heard: list[AuditRecord] = []
    audit.listen(heard.append)
    audit.cut(T0 + A_DAY)
    assert [one.subject for one in heard] == ["records 1-1"]


def test_a_mountain_is_cut_a_little_at_a_time(database: Database, clock: SimulatedClock) -> None:
    audit = Audit(database, clock)
    for _ in range(510):
        audit.write("a", "b", "c")
    clock.move(A_DAY)
    before = clock.now()
    assert [audit.cut(before) for _ in range(3)] == [500, 10, 0]
    assert audit.verify().broken_at is None


def test_a_record_of_a_wrong_clock_is_as_old_as_those_after_it(
    database: Database, clock: SimulatedClock
) -> None:
    audit = Audit(database, clock)
    for at in (0, 9_999, 1, -9_999, 2):
        clock.set(T0 + at * A_DAY)
        audit.write("a", "b", f"{at}")
    clock.set(T0 + 100 * A_DAY)
    assert audit.cut(T0 + timedelta(hours=1)) == 1, "the one of the future waits for the next"
    assert audit.cut(T0 + timedelta(days=1, hours=1)) == 3
    assert [one.subject for one in audit.records()] == ["records 2-4", "records 1-1", "2"]
    assert audit.verify().broken_at is None


@pytest.mark.parametrize("moved", [1, 3])
def test_records_taken_out_without_a_word_are_missed(
    audit: Audit, database: Database, moved: int
) -> None:
    audit.cut(T0 + 4 * A_DAY)
    with database.writing() as db:
        db.execute(delete(RECORD).where(RECORD.c.id <= 4 + moved))
    assert audit.verify().broken_at == 5


def test_a_cut_that_somebody_wrote_down_aside_is_found(audit: Audit, database: Database) -> None:
    taken = audit.records(before=5, limit=1)[0]
    with database.writing() as db:
        db.execute(delete(RECORD).where(RECORD.c.id <= 4))
        db.execute(delete(ANCHOR).where(ANCHOR.c.last < 4))
        row = {"one": 1, "last": 4, "hash": taken.hash, "record": 10}
        database.upsert(db, CUT_HERE, [row])
    verdict = audit.verify()
    assert (verdict.broken_at, verdict.why) == (4, UNTOLD)


def test_a_cut_that_is_not_as_its_record_says_is_found(audit: Audit, database: Database) -> None:
    audit.cut(T0 + 4 * A_DAY)
    fifth = audit.records(before=6, limit=1)[0]
    with database.writing() as db:
        db.execute(update(CUT_HERE).values(last=5, hash=fifth.hash))
        db.execute(delete(RECORD).where(RECORD.c.id <= 5))
    assert audit.verify().why == UNTOLD
    with database.writing() as db:
        db.execute(delete(CUT_HERE))
    assert audit.verify().broken_at == 1


def test_of_a_broken_chain_nothing_is_cut(audit: Audit, database: Database) -> None:
    with database.writing() as db:
        db.execute(update(RECORD).where(RECORD.c.id == 3).values(actor="ai-do"))
    assert audit.cut(T0 + 2 * A_DAY) == 2, "below the break"
    assert audit.cut(T0 + 5 * A_DAY) == 0
    assert audit.verify().broken_at == 3


def test_an_anchor_at_the_cut_holds(audit: Audit, database: Database) -> None:
    audit.cut(T0 + 4 * A_DAY)
    with database.reading() as db:
        assert db.execute(ANCHOR.select()).all()[0].last == 4
    assert audit.verify().broken_at is None
    with database.writing() as db:
        db.execute(update(ANCHOR).where(ANCHOR.c.last == 4).values(hash="0" * 64))
    assert audit.verify().why == "a day's anchor says otherwise"


def test_the_command_says_whether_the_chain_is_whole(sqlite_url: str, tmp_path: Path) -> None:
    config = tmp_path / "controller.toml"
    config.write_text(f'state_dir = "{tmp_path}/state"\nstore = "{sqlite_url}"\n')
    database = Database(sqlite_url)
    clock = SimulatedClock(T0)
    audit = Audit(database, clock)
    for _ in range(3):
        audit.write("a", "b", "c")
        clock.move(A_DAY)
    audit.cut(T0 + A_DAY)

    def verified() -> subprocess.CompletedProcess[str]:
        motcua = (sys.executable, "-m", "provisioning.cli", "audit", "verify")
        return subprocess.run(
            (*motcua, "--config", str(config)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    done = verified()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"whole: 3 records, the end is {audit.verify().head}" in done.stdout
    assert "up to 1, as record 4 says" in done.stdout
    with database.writing() as db:
        db.execute(delete(RECORD).where(RECORD.c.id == 2))
    database.close()
    broken = verified()
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "broken at record 2: changed or taken out" in broken.stderr
