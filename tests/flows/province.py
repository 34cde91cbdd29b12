"""The demo's topology for tests: real brokers and processes, a citizen and an officer."""

import asyncio
import contextlib
import getpass
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from devices.contract.errors import DeadlinePassedError
from devices.contract.identity import DEVICES, BoxId, Part
from devices.contract.message import RefusedError
from devices.contract.topics import PartTopics
from devices.messages import PrintReceipt
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import Ask, asking
from devices.runtime.settings import BusConfig
from devices.runtime.worker import Worker
from devices.web.pin import hash_pin
from kiosk.api.queue import Site as KioskSite
from kiosk.api.queue import Ticket
from kiosk.receipt import ticket_receipt
from provisioning.demo import sample
from provisioning.demo.check.citizen import Citizen as AtTheGlass
from provisioning.demo.plan import Plan
from provisioning.demo.ports import any_ports
from provisioning.demo.run import Province, standing
from provisioning.demo.sample import BOX_A, BOX_B
from provisioning.demo.screen import free_displays
from provisioning.demo.topology import Broker, Settings, province_plan
from tests.provisioning.controller.signing_in import signed_in

T = TypeVar("T")
PATIENCE_S = 60.0


def _unchanged(plan: Plan) -> Plan:
    return plan


@contextlib.asynccontextmanager
async def whole_province(
    root: Path, *, kiosks: tuple[str, ...] = (), changed: Callable[[Plan], Plan] = _unchanged
) -> AsyncIterator["Site"]:
    """Run brokers, controller, counter server, both boxes' devices, and these boxes' kiosks.

    `changed` may give a box other devices. Yields what to do there.
    """
    ports = any_ports((BOX_A, BOX_B))
    settings = Settings(
        root=root,
        ports=ports,
        displays=dict(zip(kiosks, free_displays(), strict=False)),
        broker=Broker.MOSQUITTO,
        python=sys.executable,
        env=dict(os.environ),
        user=getpass.getuser(),
        pin_hash=hash_pin(sample.PIN),
    )
    async with (
        standing(changed(province_plan(settings))) as province,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports.counter}", timeout=5) as counter,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{ports.controller}", timeout=5) as above,
    ):
        await signed_in(above, sample.LOGIN, sample.PASSWORD)
        yield Site(province, counter, above, ports.brokers)


class Site:
    """What a test does at the site and at the province."""

    def __init__(
        self,
        province: Province,
        counter: httpx.AsyncClient,
        controller: httpx.AsyncClient,
        brokers: dict[str, int],
    ) -> None:
        self.province = province
        self.counter = counter
        self.controller = controller
        self.brokers = brokers

    @contextlib.asynccontextmanager
    async def kiosk(self, box: str) -> AsyncIterator["Citizen"]:
        """Stand beside the kiosk process on a box's bus."""
        part = Part("citizen")
        config = BusConfig(port=self.brokers[box])
        reply = PartTopics(BoxId(box), part).reply
        async with mqtt_bus(config, f"{box}-{part}") as bus, asking(bus, reply, part) as ask:
            yield Citizen(self.counter, ask, box)

    async def kill(self, name: str) -> None:
        """End a child with kill -9 and wait until its successor is in service."""
        child = self.province.children[name]
        pid = child.pid
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_S):
            while child.pid in (0, pid) or not child.is_ready:
                await asyncio.sleep(0.02)

    async def nothing_is_left_to_print(self, box: str) -> None:
        """Wait until every fresh ticket of the box is on paper."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.counter.get(f"/api/kiosks/{box}/unprinted")).json():
                await asyncio.sleep(0.05)

    async def site(self) -> KioskSite:
        """Return what the counter server tells a kiosk."""
        answer = await insist(lambda: self.counter.get("/api/site"))
        return msgspec.json.decode(answer.content, type=KioskSite)

    async def stored_events(self) -> list[dict[str, Any]]:
        """Return every event the controller has."""
        found: list[dict[str, Any]] = []
        after = 0
        while True:
            answer = await self.controller.get("/api/events", params={"after": after})
            page = answer.raise_for_status().json()
            if not page["events"]:
                return found
            found += page["events"]
            after = page["next_after"]


@contextlib.asynccontextmanager
async def at_the_glass(site: Site, box: str) -> AsyncIterator[AtTheGlass]:
    """Stand before a box's screen."""
    async with Worker("eyes") as worker:
        mirror = site.province.plan.boxes[box].mirror
        yield AtTheGlass(site.province.screens[box], mirror, worker)


class Citizen:
    """Takes numbers as a kiosk does: under a request id, asked until answered; printed as a job."""

    def __init__(self, counter: httpx.AsyncClient, ask: Ask, box: str) -> None:
        self._counter = counter
        self._ask = ask
        self._box = box

    async def _site(self) -> KioskSite:
        answer = await insist(lambda: self._counter.get("/api/site"))
        return msgspec.json.decode(answer.content, type=KioskSite)

    async def takes(self, service: str) -> Ticket:
        """Take a number, have it printed, and say so."""
        ticket = await self.takes_unprinted(service)
        await self.has_printed(ticket)
        return ticket

    async def takes_unprinted(self, service: str) -> Ticket:
        """Take a number."""
        body = {"request": uuid.uuid4().hex, "kiosk": self._box, "service": service}
        answer = await insist(lambda: self._counter.post("/api/tickets", json=body))
        return msgspec_ticket(answer)

    async def has_printed(self, ticket: Ticket) -> None:
        """Have the ticket printed as often as it takes, and tell the counter server."""
        receipt = ticket_receipt(ticket, await self._site())
        command = PrintReceipt(job=ticket.id, receipt=receipt)
        topic = PartTopics(BoxId(self._box), DEVICES).cmd
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    await self._ask(topic, command, within_s=4)
                    break
                except (DeadlinePassedError, RefusedError):
                    await asyncio.sleep(0.05)
        await insist(lambda: self._counter.post(f"/api/tickets/{ticket.id}/printed"))


class Officer:
    """Sits at a counter and serves whoever comes; signs in again when the server has forgotten."""

    def __init__(self, base_url: str, desk: str) -> None:
        headers = {"Origin": base_url.rstrip("/")}  # as a browser says
        self._http = httpx.AsyncClient(base_url=base_url, timeout=5, headers=headers)
        self._desk = desk
        self.served: list[str] = []

    async def works(self) -> None:
        """Serve for ever."""
        async with self._http:
            while True:
                if not await self._serves_one():
                    await asyncio.sleep(0.1)

    async def _serves_one(self) -> bool:
        state = await self._says("next", await self._current())
        ticket = state.get("current") if state else None
        if not ticket:
            return False
        self.served.append(ticket["number"])
        return await self._says("finish", ticket["id"]) is not None

    async def _current(self) -> str:
        try:
            answer = await self._http.get("/api/officer/state")
        except httpx.TransportError:
            return ""
        if answer.status_code == 401:
            body = {"counter": self._desk, "pin": sample.PIN}
            with contextlib.suppress(httpx.TransportError):
                await self._http.post("/api/officer/sign-in", json=body)
            return ""
        serving = answer.json().get("current") if answer.is_success else None
        return str(serving["id"]) if serving else ""

    async def _says(self, word: str, current: str) -> dict[str, Any] | None:
        try:
            answer = await self._http.post(f"/api/officer/{word}", json={"current": current})
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None


async def insist(request: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Send a request until it is answered with success; gives up after a minute."""
    last = ""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await request()
                    if answer.is_success:
                        return answer
                    last = answer.text
                except httpx.TransportError as error:
                    last = repr(error)
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"never answered: {last}") from None


def msgspec_ticket(answer: httpx.Response) -> Ticket:
    """Return an answer's body as a ticket."""
    return msgspec.json.decode(answer.content, type=Ticket)
