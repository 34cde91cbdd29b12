"""The house for every test of its door; pages need one database."""

from collections.abc import AsyncIterator

import httpx
import pytest

from provisioning.controller.database import Database
from tests.provisioning.controller.accounts.house import House, house


@pytest.fixture
async def built(database: Database) -> AsyncIterator[House]:
    async with house(database) as one:
        yield one


@pytest.fixture
async def outside(built: House) -> AsyncIterator[httpx.AsyncClient]:
    async with built.browser() as client:
        yield client
