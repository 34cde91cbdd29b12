"""`motcua store`: backups under write load are whole; nothing is replaced unasked; stores move."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from devices.contract.clock import SystemClock
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.backup import BackupError, backup, restore
from provisioning.controller.copying import NotEmptyError, copy
from provisioning.controller.database import Database
from provisioning.controller.intake import Entry, judged
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.records import OrderRecord
from provisioning.controller.store import Store
from provisioning.controller.store_command import main
from tests.counterparts.postgres import Cluster
from tests.provisioning.controller.saying import DAY, T0, entry, event_arrives

BATCH = 20


def tell(store: Store, first: int, last: int) -> None:
    found = [judged(event_arrives(entry(seq))) for seq in range(first, last + 1)]
    store.keep([one for one in found if isinstance(one, Entry)], [], T0)


def is_whole(store: Store) -> int:
    """Check that events, tickets and the mark are of one moment; return how many events."""
    (mark,) = store.marks().values()
    assert [e.seq for e in store.events(limit=10**6)] == list(range(1, mark.seq + 1))
    assert len(store.tickets(DAY)) == mark.seq
    return mark.seq


@contextmanager
def written_to(url: str) -> Iterator[threading.Event]:
    """Write without a pause; the event is set once much is written."""
    begun, enough = threading.Event(), threading.Event()

    def write() -> None:
        database = Database(url)
        store = Store(database)
        first = 1
        while not enough.is_set():
            tell(store, first, first + BATCH - 1)
            first += BATCH
            if first > 10 * BATCH:
                begun.set()
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield begun
    finally:
        enough.set()
        writer.join()


def test_a_backup_under_write_load_is_whole_when_it_is_brought_back(
    url: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    with written_to(url) as begun:
        assert begun.wait(20)
        backup(url, file)
    grown = Database(url)
    after = is_whole(Store(grown))
    grown.close()
    restore(url, file, force=True)
    database = Database(url)
    then = is_whole(Store(database))
    assert 10 * BATCH <= then <= after
    tell(Store(database), then + 1, then + 1)  # and life goes on
    assert is_whole(Store(database)) == then + 1
    database.close()


def test_a_store_that_is_there_is_replaced_only_by_force(
    url: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    tell(Store(database), 1, 5)
    backup(url, file)
    tell(Store(database), 6, 6)
    with pytest.raises(BackupError, match="--force"):
        restore(url, file)
    assert is_whole(Store(database)) == 6
    with pytest.raises(BackupError, match="there already"):
        backup(url, file)


def test_a_backup_of_a_newer_version_is_refused(url: str, tmp_path: Path) -> None:
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    backup(url, tmp_path / "backup")
    with pytest.raises(BackupError, match="newer"):
        restore(url, tmp_path / "backup", force=True)


def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    url: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    tell(Store(database), 1, 5)
    backup(url, file)
    whole = file.read_bytes()
    for cut in (0, 100, len(whole) // 2):
        file.write_bytes(whole[:cut])
        with pytest.raises(BackupError):
            restore(url, file, force=True)
    assert is_whole(Store(database)) == 5


@pytest.mark.real
def test_a_store_moves_from_sqlite_to_postgresql_and_back(
    sqlite_url: str, postgres: Cluster, tmp_path: Path
) -> None:
    with postgres.fresh("template1") as postgres_url:
        _moved(Database(sqlite_url), postgres_url, f"sqlite:///{tmp_path}/back.sqlite3")


def _order(body: bytes) -> OrderRecord:
    return OrderRecord(
        name="0" * 24,
        box="box-1",
        kind="agent.test",
        body=body,
        actor="a",
        asked_at=T0,
        not_after=T0,
        due_at=T0,
    )


def _moved(small: Database, postgres_url: str, back_url: str) -> None:
    tell(Store(small), 1, 40)
    signed = Ledger(small, Audit(small, SystemClock())).put(_order(b"\0\xff"), None)
    copied = copy(small, postgres_url)
    grown = Database(postgres_url)
    assert (copied["event"], copied["ticket"], copied["command"]) == (40, 40, 1)
    assert Store(grown).events() == Store(small).events()
    assert Ledger(grown, Audit(grown, SystemClock())).of_box("box-1") == [signed]
    with pytest.raises(NotEmptyError):
        copy(small, postgres_url)
    tell(Store(grown), 41, 42)  # numbered above what was copied
    assert is_whole(Store(grown)) == 42
    copy(grown, back_url)
    back = Database(back_url)
    assert is_whole(Store(back)) == 42
    for one in (small, grown, back):
        one.close()


def test_the_command_says_what_it_did_or_why_not(tmp_path: Path) -> None:
    config = tmp_path / "controller.toml"
    config.write_text(f'state_dir = "{tmp_path}/state"\n')
    file = str(tmp_path / "backup")

    def motcua(*words: str) -> tuple[int, str]:
        app = typer.Typer()
        app.command()(main)
        ended = CliRunner().invoke(app, [*words, "--config", str(config)])
        return ended.exit_code, ended.output

    assert motcua("backup", "--to", file)[0] == 1  # there is no store yet
    assert motcua("migrate") == (0, "up to date\n")
    assert motcua("backup", "--to", file) == (0, f"backed up: {file}\n")
    assert motcua("restore", "--from", file) == (
        1,
        "the store is there already: --force replaces it\n",
    )
    assert motcua("restore", "--from", file, "--force") == (0, f"restored: {file}\n")
    assert motcua("copy")[0] == 2
