"""Two hundred tickets while everything is killed in turn: none lost or doubled, no event missing.

Every test has the whole topology: two boxes' brokers bridged to the province's, real processes.
"""

import asyncio
import contextlib
import functools
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.contract.clock import local_day
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.scanner.decode import read_symbols
from kiosk.api.queue import Ticket
from kiosk.ui.flows.number.pages import ChooseService, TakeNumber
from provisioning.demo import sample
from provisioning.demo.check.citizen import Citizen as AtTheGlass
from provisioning.demo.check.report import MissedError
from provisioning.demo.sample import BOX_A, BOX_B
from tests.flows.province import (
    PATIENCE_S,
    Citizen,
    Officer,
    Site,
    at_the_glass,
    msgspec_ticket,
    whole_province,
)
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.soak, pytest.mark.timeout(400)]

SERVICES = [service.id for service in sample.SERVICES]
TICKETS = 200
VICTIMS = (
    "province.controller",
    f"{BOX_A}.kiosk",
    f"{BOX_A}.counter",
    f"{BOX_A}.devices",
    f"{BOX_A}.broker",
    "province.broker",
    f"{BOX_B}.devices",
    f"{BOX_B}.kiosk",
    f"{BOX_B}.broker",
)


@contextlib.asynccontextmanager
async def two_kiosks(site: Site) -> AsyncIterator[tuple[Citizen, Citizen]]:
    async with site.kiosk(BOX_A) as one, site.kiosk(BOX_B) as two:
        yield one, two


async def take_many(
    kiosks: tuple[Citizen, ...],
    count: int,
    taken: list[Ticket],
    door: asyncio.Semaphore | None = None,
) -> None:
    """Let two citizens at each kiosk take numbers, one after the other, as the door lets them."""
    left = iter(range(count))

    async def stand_in_line(kiosk: Citizen) -> None:
        for at in left:
            if door:
                await door.acquire()
            ticket = await kiosk.takes(SERVICES[at % len(SERVICES)])
            taken.append(ticket)

    async with asyncio.TaskGroup() as group:
        for kiosk in kiosks:
            group.create_task(stand_in_line(kiosk))
            group.create_task(stand_in_line(kiosk))


def on_paper(site: Site) -> Counter[str]:
    """Count the papers of each ticket's code, read back from their QR symbols."""
    papers = Counter[str]()
    for box in site.province.plan.boxes.values():
        for picture in sorted(box.paper.glob("*.png")):
            image = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
            if image is None:
                continue  # torn: its printer's process was killed in the middle
            texts = read_symbols(image.astype(np.uint8))
            papers.update(text.rpartition("/")[2] for text in texts)
    return papers


async def touches_all_day(glass: AtTheGlass, got: asyncio.Event) -> None:
    """Take numbers at the real screen, whatever happens to it; `got` one is told."""
    while True:
        with contextlib.suppress(MissedError):
            await glass.goes_home()
            await glass.touches(ChooseService(service=SERVICES[0]))
            await glass.touches(TakeNumber())
            await glass.comes_to("Issued", within_s=10)
            got.set()


async def ticket_of(site: Site, code: str) -> Ticket:
    answer = await site.counter.get(f"/api/tickets/by-code/{code}")
    return msgspec_ticket(answer.raise_for_status())


async def until_stored(site: Site, kind: str, count: int) -> list[str]:
    """Wait until the controller has so many events of a kind; return their tickets."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            events = await site.stored_events()
            tickets = [json.loads(e["body"])["ticket"] for e in events if e["kind"] == kind]
            if len(tickets) >= count:
                return tickets
            await asyncio.sleep(0.2)


def assert_numbers_are_whole(tickets: list[Ticket]) -> None:
    """No number lost or doubled: each service's run from 1 on each day without a gap."""
    runs: dict[tuple[date, str], list[int]] = {}
    for ticket in tickets:
        run = (local_day(ticket.issued_at), ticket.number[:-3])
        runs.setdefault(run, []).append(int(ticket.number[-3:]))
    for run, numbers in runs.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), run


async def assert_the_province_has_all(site: Site, tickets: list[Ticket], served: int) -> None:
    ids = sorted(ticket.id for ticket in tickets)
    assert sorted(await until_stored(site, "ticket.issued", len(ids))) == ids
    assert sorted(await until_stored(site, "ticket.printed", len(ids))) == ids
    assert len(set(await until_stored(site, "ticket.served", served))) >= served
    answer = await site.controller.get(f"/api/boxes/{BOX_A}")
    assert answer.json()["lost_events"] == 0


async def test_nothing_is_lost_or_doubled_while_every_process_is_killed_in_turn(
    tmp_path: Path,
) -> None:
    async with (
        whole_province(tmp_path, kiosks=(BOX_A, BOX_B)) as site,
        two_kiosks(site) as kiosks,
        at_the_glass(site, BOX_A) as glass,
    ):
        officer = Officer(str(site.counter.base_url), "quay-1")
        got = asyncio.Event()
        touching = touches_all_day(glass, got)
        async with alongside(officer.works(), touching, name="officer and citizen"):
            tickets: list[Ticket] = []
            async with asyncio.TaskGroup() as group:
                door = asyncio.Semaphore(0)
                group.create_task(take_many(kiosks, TICKETS, tickets, door))
                group.create_task(kill_in_turn(site, tickets, door))
            await asyncio.wait_for(got.wait(), PATIENCE_S)
            await until(lambda: bool(officer.served), "somebody served", within_s=PATIENCE_S)
        assert len(tickets) == TICKETS
        await site.nothing_is_left_to_print(BOX_A)
        await site.nothing_is_left_to_print(BOX_B)
        papers = on_paper(site)
        taken = {ticket.code for ticket in tickets}
        assert taken <= set(papers)
        tickets += [await ticket_of(site, code) for code in set(papers) - taken]
        assert len(tickets) > TICKETS, "nobody got a number at the glass"
        assert_numbers_are_whole(tickets)
        doubled = [code for code, count in papers.items() if count > 1]
        assert len(doubled) <= sum(name.endswith("devices") for name in VICTIMS)
        await assert_the_province_has_all(site, tickets, len(set(officer.served)))


def _has(taken: list[Ticket], count: int) -> bool:
    return len(taken) >= count


async def kill_in_turn(site: Site, taken: list[Ticket], door: asyncio.Semaphore) -> None:
    """Let a portion of the citizens in, and kill the next victim while they take their numbers."""
    portion = TICKETS // len(VICTIMS)
    for at, name in enumerate(VICTIMS):
        for _ in range(portion):
            door.release()
        begun = at * portion + 1
        await until(functools.partial(_has, taken, begun), f"{begun} taken", within_s=100)
        await site.kill(name)
    for _ in range(TICKETS):
        door.release()


async def test_a_line_that_is_down_for_the_whole_run_costs_nothing(tmp_path: Path) -> None:
    async with whole_province(tmp_path) as site, two_kiosks(site) as kiosks:
        for line in site.province.lines.values():
            line.cut()
        tickets: list[Ticket] = []
        await take_many(kiosks, TICKETS, tickets)
        assert_numbers_are_whole(tickets)
        assert await site.stored_events() == []
        for line in site.province.lines.values():
            line.mend()
        await assert_the_province_has_all(site, tickets, 0)


async def test_a_roll_that_ends_in_mid_run_keeps_every_number_and_reprints_at_most_one(
    tmp_path: Path,
) -> None:
    async with whole_province(tmp_path) as site, site.kiosk(BOX_A) as kiosk:
        box = site.province.plan.boxes[BOX_A]
        tickets: list[Ticket] = []
        await take_many((kiosk,), 8, tickets)
        box.faults[Kind.PRINTER].write_text("paper-out")
        waiting = asyncio.create_task(take_many((kiosk,), 8, tickets))
        await until_told(site, BOX_A, "printer", "printer.out_of_paper")
        box.faults[Kind.PRINTER].write_text("")
        await waiting
        await until_told(site, BOX_A, "printer", "")
        assert_numbers_are_whole(tickets)
        papers = on_paper(site)
        assert set(papers) == {ticket.code for ticket in tickets}
        assert sum(papers.values()) <= len(tickets) + 1


async def test_an_unplugged_scanner_is_told_to_the_province_and_heals_by_itself(
    tmp_path: Path,
) -> None:
    async with whole_province(tmp_path) as site:
        fault = site.province.plan.boxes[BOX_B].faults[Kind.SCANNER]
        fault.write_text("unplugged")
        await until_told(site, BOX_B, "scanner", "device.unplugged")
        fault.write_text("")
        await until_told(site, BOX_B, "scanner", "")
        assert site.province.children[f"{BOX_B}.devices"].deaths == 0


async def until_told(site: Site, box: str, device: str, code: str) -> None:
    """Wait until the controller tells this code of a device; empty when all is well."""
    seen: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        while code not in seen:
            answer = await site.controller.get(f"/api/boxes/{box}")
            seen = [
                found["report"]["code"]
                for found in (answer.json()["state"]["devices"] if answer.is_success else [])
                if found["report"]["name"] == device
            ]
            await asyncio.sleep(0.05)
