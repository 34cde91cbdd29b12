"""One suite sees both boards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.devices.board.rigs import BOTH, Rig


@pytest.fixture(params=BOTH)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    async with request.param(tmp_path / "board") as made:
        yield made
