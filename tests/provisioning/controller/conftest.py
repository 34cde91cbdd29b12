"""A database for every room's suite: each test runs on SQLite and on a real PostgreSQL.

A suite that is about something else (pages, say) needs one of them:

    @pytest.fixture
    def url(sqlite_url: str) -> str:
        return sqlite_url
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.controller.database import Database
from tests.counterparts.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite whose tables are all there: copying it is faster than making it anew."""
    path = tmp_path_factory.mktemp("migrated") / "controller.sqlite3"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    shutil.copy(migrated, tmp_path)
    return f"sqlite:///{tmp_path / migrated.name}"


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    with postgres.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def url(request: pytest.FixtureRequest) -> str:
    """Name a database with all tables and nothing in them."""
    asked: str = request.getfixturevalue(
        "sqlite_url" if request.param == "sqlite" else "postgres_url"
    )
    return asked


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name a database with nothing in it, not even tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/old.sqlite3"
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    with postgres.fresh("template1") as fresh:
        yield fresh


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()
