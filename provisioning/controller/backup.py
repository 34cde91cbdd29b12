"""The store as a file, and back: SQLite's online backup, or PostgreSQL's own programs.

A backup is of one moment, taken while the store is written to. To bring one back the controller
must be stopped.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import URL, inspect, make_url

from devices.contract.errors import MotcuaError
from provisioning.controller.database import Database, known_revisions

_WITHIN_S = 3_600.0
_POSTGRESQL = Path("/usr/lib/postgresql")  # Debian keeps the programs off the PATH


class BackupError(MotcuaError):
    """The backup could not be taken or brought back; nothing was changed."""

    code = "store.backup"


def backup(url: str, target: Path) -> None:
    """Write the store as it is now into a new file; raises BackupError, StorageError."""
    if target.exists():
        raise BackupError(f"{target} is there already")
    source = make_url(url)
    with _beside(target) as part:
        if source.get_backend_name() == "sqlite":
            _backup_sqlite(_path(source), part)
        else:
            with _libpq(source) as where:
                _run("pg_dump", "--format=custom", "--no-owner", f"--file={part}", where)


def restore(url: str, source: Path, *, force: bool = False) -> None:
    """Make the store what it was; raises BackupError.

    Refuses a file that is damaged or of a newer version of this program, and, unless forced, a
    store that holds anything.
    """
    target = make_url(url)
    sqlite = target.get_backend_name() == "sqlite"
    revision = _revision_sqlite(source) if sqlite else _revision_postgresql(source)
    if revision not in known_revisions():
        raise BackupError(f"{source} is of a newer version of this program ({revision})")
    if not force and _is_there(target):
        raise BackupError("the store is there already: --force replaces it")
    if sqlite:
        path = _path(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(path) as part:
            shutil.copyfile(source, part)
            for rest in ("-wal", "-shm"):
                path.with_name(path.name + rest).unlink(missing_ok=True)
    else:
        with _libpq(target) as where:
            how = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
            _run("pg_restore", *how, "--exit-on-error", f"--dbname={where}", str(source))
    Database(url).close()  # of an older version: up to date now


def _backup_sqlite(path: Path, part: Path) -> None:
    if not path.exists():
        raise BackupError(f"there is no store at {path}")
    with (
        _sqlite_refused(),
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(part)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole in itself


def _revision_sqlite(source: Path) -> str:
    if not source.is_file():
        raise BackupError(f"{source} is no file")
    with (
        _sqlite_refused(),
        contextlib.closing(
            sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        ) as db,
    ):
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise BackupError(f"{source} is damaged: {found}")
        return str(db.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _revision_postgresql(source: Path) -> str:
    if not source.is_file():
        raise BackupError(f"{source} is no file")
    script = _run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source))
    rows = script.partition("FROM stdin;\n")[2]
    return rows.partition("\n")[0]


def _is_there(target: URL) -> bool:
    if target.get_backend_name() == "sqlite":
        return _path(target).exists()
    with Database.unmigrated(target) as db:
        return bool(inspect(db).get_table_names())


def _path(url: URL) -> Path:
    return Path(url.database or "")


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a file beside the target that takes its place when it is whole, on the disk."""
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupError(f"{target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _libpq(url: URL) -> Iterator[str]:
    """Yield the address for PostgreSQL's programs; no password is on the command line."""
    plain = url.set(drivername="postgresql", password=None)
    with tempfile.NamedTemporaryFile("w", prefix="motcua-", encoding="utf-8") as passwords:
        if url.password:  # made readable by us alone
            password = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
            passwords.write(f"*:*:*:*:{password}\n")
            passwords.flush()
            plain = plain.update_query_dict({"passfile": passwords.name})
        yield plain.render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> str:
    found = sorted(_POSTGRESQL.glob(f"*/bin/{program}"), reverse=True)
    path = str(found[0]) if found else shutil.which(program)
    if not path:
        raise BackupError(f"{program} is missing: apt-get install postgresql-client")
    try:
        ended = subprocess.run(
            [path, *arguments], check=False, capture_output=True, text=True, timeout=_WITHIN_S
        )
    except subprocess.TimeoutExpired as error:
        raise BackupError(f"{program}: not done in {_WITHIN_S:g} s") from error
    if ended.returncode:
        raise BackupError(f"{program}: {_last(ended.stderr.splitlines())}")
    return ended.stdout


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else "failed"


@contextlib.contextmanager
def _sqlite_refused() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"SQLite: {error}") from error
