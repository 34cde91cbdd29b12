"""A province with nobody in it yet."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.remote.province import Province


@pytest.fixture
async def province(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Province]:
    (tmp_path / "broker").mkdir()
    async with RealBroker(tmp_path / "broker") as broker:
        yield Province(tmp_path, sqlite_url, broker)
