"""A real PostgreSQL of the test run's own: on a Unix socket only, by an unprivileged user."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import psycopg
import pytest

from provisioning.controller.database import Database

_USER = "motcua"
_TEMPLATE = "migrated"
_WITHIN_S = 30.0
_DEBIAN = "/usr/lib/postgresql"
# Of a test that is over nothing need be kept: not for power cuts.
FLEETING = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
_SMALL = ("shared_buffers=16MB", "max_connections=60", "autovacuum=off", "jit=off")


class Cluster:
    """A running PostgreSQL: `fresh()` gives a test a database whose tables are all there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count(1)

    def url(self, name: str) -> str:
        """Return where the controller finds a database."""
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._directory}"

    @contextlib.contextmanager
    def fresh(self, template: str = _TEMPLATE) -> Iterator[str]:
        """Yield the address of a database that is dropped at the end."""
        name = f"test_{next(self._numbers)}"
        self.do(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY file_copy')  # the quicker
        try:
            yield self.url(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")

    def do(self, statement: str) -> None:
        """Carry out a statement of the cluster's owner."""
        where = f"host={self._directory} user={_USER} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as db:
            db.execute(statement.encode())


@contextlib.contextmanager
def cluster(settings: Sequence[str] = FLEETING) -> Iterator[Cluster]:
    """Run a PostgreSQL until the end of the block, or of this process if that is killed."""
    server, initdb = _program("postgres"), _program("initdb")
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    directory = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    try:
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        data = str(directory / "data")
        new = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={_USER}")
        _as(owner, [initdb, "-D", data, *new]).wait(_WITHIN_S)
        given = [f"-c{setting}" for setting in (*settings, *_SMALL)]
        listening = ["-c", "listen_addresses=", "-k", str(directory)]
        running = _as(owner, [server, "-D", data, *listening, *given])
        try:
            yield _ready(Cluster(directory), running)
        finally:
            running.send_signal(signal.SIGINT)  # at once, however many are connected
            try:
                running.wait(_WITHIN_S)
            finally:
                running.kill()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _ready(started: Cluster, running: subprocess.Popen[bytes]) -> Cluster:
    """Return the cluster once it answers and the tables that every test begins with are made."""
    until = time.monotonic() + _WITHIN_S
    while True:
        try:
            started.do(f"CREATE DATABASE {_TEMPLATE}")
            break
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > until:
                pytest.fail("PostgreSQL did not start")
            time.sleep(0.02)
    Database(started.url(_TEMPLATE)).close()
    return started


def _as(owner: pwd.struct_passwd, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a program that ends when we do, also when we are killed."""
    whose: list[str] = []
    if os.geteuid() == 0:
        whose = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return subprocess.Popen(
        ["setpriv", *whose, "--pdeathsig=INT", *command],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _program(name: str) -> str:
    places = sorted(Path(_DEBIAN).glob("*/bin"), reverse=True)
    if found := shutil.which(name, path=os.pathsep.join(map(str, places))) or shutil.which(name):
        return found
    pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
