"""A database for every room's suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.controller.database import Database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/controller.sqlite3"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()
