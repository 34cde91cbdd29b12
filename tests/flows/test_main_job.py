"""The main job on real input: a photographed card in; paper, voice and the province's row out."""

import asyncio
import dataclasses
import functools
import json
import wave
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from devices.config import DevicesConfig
from devices.contract.config import parse_toml
from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import decode
from devices.contract.toml import as_toml
from devices.contract.topics import PartTopics
from devices.messages import ScanKind, Scanned
from devices.printer.escpos import EscposConfig
from devices.printer.raster import draw
from devices.printer.wires import TcpWireConfig
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from devices.scanner.decode import read_symbols
from devices.scanner.specimen import write_photograph
from devices.scanner.specimen_card import HOA
from kiosk.api.queue import Ticket
from kiosk.receipt import ticket_receipt
from kiosk.ui.flows.number.pages import ChooseService, OpenScan, TakeNumber
from kiosk.ui.mirror import Mirrored
from provisioning.demo.plan import Plan
from provisioning.demo.sample import BOX_A, BOX_B
from tests.counterparts.emupos import Emupos, emupos_running
from tests.devices.printer.samples import differing_dots
from tests.flows.province import PATIENCE_S, Officer, Site, at_the_glass, whole_province
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

SERVICE = "ho-tich"


@pytest.fixture
def emupos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emupos]:
    with emupos_running(tmp_path_factory.mktemp("emupos")) as running:
        yield running


def with_real_printer(plan: Plan, port: int) -> Plan:
    """Give box B an ESC/POS printer behind TCP in the place of its twin."""
    path = next(path for path in plan.files if path.match(f"{BOX_B}/devices.toml"))
    config = parse_toml(plan.files[path], DevicesConfig)
    printer = EscposConfig(wire=TcpWireConfig(host="127.0.0.1", port=port))
    changed = as_toml(msgspec.structs.replace(config, printer=printer))
    return dataclasses.replace(plan, files={**plan.files, path: changed})


async def scanned_at(site: Site, box: str, heard: list[Scanned]) -> None:
    """Keep what the box's scanner tells."""
    topic = PartTopics(BoxId(box), DEVICES).signal
    config = BusConfig(port=site.brokers[box])
    async with mqtt_bus(config, "ears") as bus, bus.listen(topic) as inbox:
        while True:
            heard.append(decode((await inbox.get()).payload, Scanned))


async def newest_ticket(site: Site, picture: Path) -> Ticket:
    """Return the ticket whose address is the QR on a paper."""
    texts = read_symbols(np.asarray(Image.open(picture).convert("L")))
    assert len(texts) == 1
    answer = await site.counter.get(f"/api/tickets/by-code/{texts[0].rpartition('/')[2]}")
    ticket = msgspec.json.decode(answer.content, type=Ticket)
    assert texts == [ticket.url]
    return ticket


async def test_a_photographed_card_becomes_paper_a_spoken_call_and_a_row_at_the_province(
    tmp_path: Path, emupos: Emupos
) -> None:
    def changed(plan: Plan) -> Plan:
        return with_real_printer(plan, emupos.port)

    heard: list[Scanned] = []
    async with (
        whole_province(tmp_path, kiosks=(BOX_B,), changed=changed) as site,
        at_the_glass(site, BOX_B) as citizen,
        alongside(scanned_at(site, BOX_B, heard), name="ears"),
    ):
        await citizen.comes_to("Home", within_s=30)
        await citizen.touches(ChooseService(service=SERVICE))
        await citizen.touches(OpenScan())
        await citizen.comes_to("ScanCard")
        cards = site.province.plan.boxes[BOX_B].cards
        await asyncio.to_thread(write_photograph, cards / "card.jpg", seed=11)
        await citizen.comes_to("Confirm", within_s=20)
        assert "0451******34" in citizen.text(), "PRI-1"
        assert HOA.number not in citizen.text()
        assert [(one.kind, one.card) for one in heard] == [(ScanKind.IDENTITY_CARD, HOA)]

        await citizen.touches(TakeNumber())
        await citizen.comes_to("Issued")
        await until(lambda: len(emupos.pictures()) == 1, "paper from the printer", within_s=20)
        ticket = await newest_ticket(site, emupos.pictures()[0])
        drawn = draw(ticket_receipt(ticket, await site.site()), 576).whole()
        assert differing_dots(emupos.pictures()[0], drawn) == 0

        officer = Officer(str(site.counter.base_url), "quay-2")
        async with alongside(officer.works(), name="officer"):
            said = site.province.plan.boxes[BOX_A].world / "said"
            await until(lambda: any(said.glob("*.wav")), "the call", within_s=30)
            await assert_told_to_the_province(site, ticket)
        first = min(said.glob("*.wav"))
        seconds, loudness = await asyncio.to_thread(heard_in, first)
        assert seconds > 2
        assert loudness > 0.02
        assert on_disk(tmp_path, HOA.number, HOA.name, HOA.address) == [], "PRI-2"
        assert on_disk(tmp_path, ticket.number), "the search finds nothing at all"


def heard_in(path: Path) -> tuple[float, float]:
    """Return a WAV's length in seconds and its root mean square, 1 being full scale."""
    with wave.open(str(path)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / 32768
        return sound.getnframes() / sound.getframerate(), float(np.sqrt(np.mean(samples**2)))


async def assert_told_to_the_province(site: Site, ticket: Ticket) -> None:
    wanted = {"ticket.issued", "ticket.printed", "ticket.called", "ticket.served"}
    async with asyncio.timeout(PATIENCE_S):
        while True:
            bodies = [json.loads(event["body"]) for event in await site.stored_events()]
            rows = {body["type"]: body for body in bodies if body.get("ticket") == ticket.id}
            if wanted <= set(rows):
                break
            await asyncio.sleep(0.1)
    assert rows["ticket.issued"]["kiosk"] == BOX_B
    assert rows["ticket.called"]["counter"] == "quay-2"


def on_disk(root: Path, *words: str) -> list[Path]:
    """Return the files that hold a word; the photograph itself and drawn papers are pictures."""
    looked = (path for path in root.rglob("*") if path.is_file())
    texts = (path for path in looked if path.suffix not in (".jpg", ".png", ".wav"))
    return [path for path in texts if any(word.encode() in path.read_bytes() for word in words)]


PHASES = ("Confirm", "Taking", "Issued")


async def test_a_kiosk_killed_at_any_moment_of_a_number_prints_each_once_when_it_is_back(
    tmp_path: Path,
) -> None:
    """The touch, the asking, the paper: whatever was committed is printed, and only once."""
    async with (
        whole_province(tmp_path, kiosks=(BOX_A,)) as site,
        at_the_glass(site, BOX_A) as citizen,
    ):
        for phase in PHASES:
            await citizen.comes_to("Home", within_s=30)
            await citizen.touches(ChooseService(service=SERVICE))
            await citizen.touches(TakeNumber())
            await citizen.reads(phase, functools.partial(has_reached, phase))
            await site.kill(f"{BOX_A}.kiosk")
        await citizen.comes_to("Home", within_s=30)
        await site.nothing_is_left_to_print(BOX_A)
        issued = await issued_numbers(site)
        assert issued == [f"B{at:03}" for at in range(1, len(issued) + 1)]
        assert issued, "the glass of the last round said Issued"
        papers = [await newest_ticket(site, paper) for paper in papers_of(site, BOX_A)]
        assert sorted(ticket.number for ticket in papers) == issued


def has_reached(phase: str, glass: Mirrored) -> bool:
    return glass.screen.name in PHASES[PHASES.index(phase) :]


def papers_of(site: Site, box: str) -> list[Path]:
    return sorted(site.province.plan.boxes[box].paper.glob("[0-9]*.png"))


async def issued_numbers(site: Site) -> list[str]:
    """Return the numbers the counter server gave, as soon as the province has all."""
    waiting = (await site.site()).services
    given = sum(service.waiting for service in waiting)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            bodies = [json.loads(event["body"]) for event in await site.stored_events()]
            issued = [body["number"] for body in bodies if body["type"] == "ticket.issued"]
            if len(issued) == given:
                return sorted(issued)
            await asyncio.sleep(0.05)
