"""A whole conference for tests: the province's broker, the server's processes, rooms."""

import asyncio
import contextlib
import getpass
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from devices.runtime.settings import BusConfig
from devices.web.pin import hash_pin
from provisioning.broker import province_config
from provisioning.demo import sample as office
from provisioning.demo.child import ChildPlan
from provisioning.demo.conference.desk import Desk, DeskRefusedError
from provisioning.demo.conference.topology import ConferencePlanner, ConferenceSettings
from provisioning.demo.plan import Layer, Plan
from provisioning.demo.ports import free_ports
from provisioning.demo.run import Province, standing
from vc.acts import Role
from vc.endpoint.probe import AnyLine, read_probe
from vc.server.api import SignIn
from vc.state import ConferenceState

T = TypeVar("T")
PATIENCE_S = 60.0


@contextlib.asynccontextmanager
async def whole_conference(
    root: Path, *, apart: bool = False, broker: int = 0, **changed: Any
) -> AsyncIterator["Centre"]:
    """Run broker, server and ten rooms; yields the chair's seat, the conference already open.

    `apart`: a process for each room. `broker`: its port, else any. `changed` are fields of
    `ConferenceSettings`.
    """
    free, http = free_ports(2)
    broker = broker or free
    settings = ConferenceSettings(
        root=root / "conference",
        port=http,
        bus=BusConfig(port=broker),
        python=sys.executable,
        env=dict(os.environ),
        pin_hash=hash_pin(office.PIN),
        begins=datetime.now(UTC),
    )
    planner = ConferencePlanner(replace(settings, **changed))
    async with standing(_plan(root, planner, broker, apart=apart)) as province:
        headers = {"Origin": planner.link}  # as the console's page would
        async with httpx.AsyncClient(base_url=planner.link, headers=headers, timeout=10) as client:
            centre = Centre(province, client, planner)
            await centre.signs_in(SignIn(role=Role.CHAIR, pin=office.PIN, name="Chủ tọa thử"))
            await centre.opens()
            yield centre


def _plan(root: Path, planner: ConferencePlanner, broker: int, *, apart: bool) -> Plan:
    store = root / "broker"
    config = store / "mosquitto.conf"
    text = f"user {getpass.getuser()}\n{province_config(port=broker, directory=store)}"
    mosquitto = ChildPlan("broker", ("mosquitto", "-c", str(config)), dict(os.environ))
    return Plan(
        layers=(
            Layer("broker", (mosquitto,)),
            Layer("server", (planner.server,)),
            Layer("rooms", (planner.centre, *(planner.apart if apart else (planner.sites,)))),
        ),
        lines=(),
        files={config: text, **planner.files},
        directories=(store,),
        logs=root / "logs",
    )


class Centre(Desk):
    """The chair's seat, and eyes on the rooms."""

    def __init__(
        self, province: Province, client: httpx.AsyncClient, planner: ConferencePlanner
    ) -> None:
        super().__init__(client)
        self.province = province
        self.client = client
        self.planner = planner

    def saw(self, site: str) -> list[AnyLine]:
        """Return what a site's room sent and received so far, when it was told to write it."""
        return read_probe(self.planner.probe(site))

    async def sees(self, what: str, holds: Callable[[ConferenceState], bool]) -> ConferenceState:
        """Wait until the state is so."""

        async def look() -> ConferenceState | None:
            with contextlib.suppress(DeskRefusedError):  # the server may be on its way back
                state = await self.state()
                return state if holds(state) else None
            return None

        return await until(what, look)


async def until(
    what: str, look: Callable[[], Awaitable[T | None]], within_s: float = PATIENCE_S
) -> T:
    """Return what `look` sees as soon as it is something."""
    try:
        async with asyncio.timeout(within_s):
            while (seen := await look()) is None:
                await asyncio.sleep(0.05)
            return seen
    except TimeoutError as error:
        raise AssertionError(f"within {within_s:g} s never: {what}") from error


def connected(state: ConferenceState) -> set[str]:
    """Return the members whose sessions stand."""
    return {one.id for one in state.members if one.connected}
