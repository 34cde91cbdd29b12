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
import msgspec

from devices.contract.message import tag_of
from devices.runtime.settings import BusConfig
from devices.web.pin import hash_pin
from provisioning.broker import province_config
from provisioning.demo import sample as office
from provisioning.demo.child import ChildPlan
from provisioning.demo.conference import sample
from provisioning.demo.conference.topology import ConferencePlanner, ConferenceSettings
from provisioning.demo.plan import Layer, Plan
from provisioning.demo.ports import free_ports
from provisioning.demo.run import Province, standing
from vc.acts import Act, Role
from vc.endpoint.probe import AnyLine, read_probe
from vc.server.api import Session, SignIn
from vc.state import ConferenceState

T = TypeVar("T")
PATIENCE_S = 60.0


@contextlib.asynccontextmanager
async def whole_conference(
    root: Path, *, apart: bool = False, **changed: Any
) -> AsyncIterator["Centre"]:
    """Run broker, server and ten rooms; yields the chair's seat, the conference already open.

    `apart`: a process for each room. `changed` are fields of `ConferenceSettings`.
    """
    broker, http = free_ports(2)
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
            await centre.signs_in(Role.OPERATOR)
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


class Centre:
    """The chair's and the operator's seat."""

    def __init__(
        self, province: Province, client: httpx.AsyncClient, planner: ConferencePlanner
    ) -> None:
        self.province = province
        self.client = client
        self.planner = planner

    def saw(self, site: str) -> list[AnyLine]:
        """Return what a site's room sent and received so far, when it was told to write it."""
        return read_probe(self.planner.probe(site))

    async def signs_in(self, role: Role) -> Session:
        """Sit down as chair or operator."""
        body = msgspec.to_builtins(SignIn(role=role, pin=office.PIN, name="Người thử"))
        return msgspec.convert(await self._posts("/api/sign-in", body), Session)

    async def opens(self) -> None:
        """Open the sample conference: rooms are called."""
        await self._posts(f"/api/conferences/{sample.CONFERENCE}/open", None)

    async def acts(self, act: Act) -> None:
        """Do something in the conference."""
        body = {"type": tag_of(type(act)), **msgspec.to_builtins(act)}  # type: ignore[arg-type]  # tagged alike
        await self._posts("/api/acts", body)

    async def state(self) -> ConferenceState:
        """Return the conference as it is."""
        answer = await self.client.get("/api/state")
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=ConferenceState)

    async def sees(self, what: str, holds: Callable[[ConferenceState], bool]) -> ConferenceState:
        """Wait until the state is so."""

        async def look() -> ConferenceState | None:
            state = await self.state()
            return state if holds(state) else None

        return await until(what, look)

    async def _posts(self, path: str, body: Any) -> Any:
        answer = await self.client.post(path, json=body)
        if answer.is_error:
            raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()


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
