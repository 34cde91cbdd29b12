"""A counter server whose province is one simulated register, both on one clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.contract.clock import LOCAL, Clock, SystemClock
from kiosk.register.simulated import SECRET, SimulatedRegister, simulated
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.site import running, sample_config
from tests.kiosk.register.office import machine

MONDAY = datetime(2026, 7, 13, 8, 0, tzinfo=LOCAL)


class Commune:
    """The register, a client of the counter server, and a client of the register's API."""

    def __init__(
        self, register: SimulatedRegister, client: httpx.AsyncClient, api: httpx.AsyncClient
    ) -> None:
        self.register = register
        self.faults = register.faults
        self.client = client
        self.api = api


@asynccontextmanager
async def commune(
    folder: Path, clock: Clock | None = None, *, secret: str = SECRET, **changes: Any
) -> AsyncIterator[Commune]:
    """Open a commune whose every system is its own register; `changes` are the counter's."""
    told = clock or SystemClock()
    async with simulated(folder / "register", told) as register:
        office = systems_of(register, folder, secret=secret)
        config = sample_config(folder / "counter", back_office=office, **changes)
        url = register.url
        async with (
            running(config, told) as client,
            httpx.AsyncClient(base_url=url, timeout=20) as plain,
            machine(plain) as api,
        ):
            yield Commune(register, client, api)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, str(msgspec.json.decode(answer.content)["code"])
