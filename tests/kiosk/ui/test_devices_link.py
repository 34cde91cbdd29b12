"""What the kiosk makes of its box's devices, and of nonsense on their topics."""

import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from devices.chip.messages import ACCESS, ChipProgress
from devices.contract.identity import DEVICES, KIOSK, BoxId
from devices.contract.message import (
    Connection,
    DeviceReport,
    Health,
    LinkState,
    PartStatus,
    encode,
)
from devices.contract.topics import PartTopics
from devices.messages import ScanKind, Scanned
from devices.printer.port import OutOfPaperError
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.memory_bus import MemoryBroker
from devices.runtime.requests import asking
from kiosk.ui.devices_link import GONE, DevicesLink, NotPrintedError, devices_seen
from kiosk.ui.events import DevicesSeen, Event
from kiosk.ui.flows.chip.pages import ChipSeen
from kiosk.ui.world import ChipState, PrinterState, ScannerState
from tests.kiosk.ui.site import CARD, SITE, ticket
from tests.waiting import until

BOX = BoxId("gio-linh-1")
TOPICS = PartTopics(BOX, DEVICES)
WELL = DevicesSeen(printer=PrinterState.READY, scanner=ScannerState.READY)
BARE = DevicesSeen(printer=PrinterState.NONE, scanner=ScannerState.NONE)


def report(kind: str, health: Health = Health.READY, code: str = "") -> DeviceReport:
    since = datetime(2026, 11, 23, tzinfo=UTC)
    return DeviceReport(
        name=kind, kind=kind, driver="simulated", health=health, code=code, since=since
    )


def status(*reports: DeviceReport) -> PartStatus:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return PartStatus(boot=1, seq=1, at=at, health=Health.READY, devices=reports)


ALL_WELL = status(report("printer"), report("scanner"))


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        (ALL_WELL, WELL),
        (status(), BARE),
        (status(report("scanner")), replace(WELL, printer=PrinterState.NONE)),
        (
            status(report("printer", Health.WARNING), report("scanner", Health.FAULT)),
            DevicesSeen(printer=PrinterState.READY, scanner=ScannerState.FAULT),
        ),
        (
            status(report("printer", Health.FAULT, OutOfPaperError.code)),
            DevicesSeen(printer=PrinterState.NO_PAPER, scanner=ScannerState.NONE),
        ),
        (
            status(report("printer", Health.FAULT, "device.mute")),
            DevicesSeen(printer=PrinterState.FAULT, scanner=ScannerState.NONE),
        ),
    ],
)
def test_a_status_is_what_a_citizen_must_know(told: PartStatus, seen: DevicesSeen) -> None:
    assert devices_seen(told) == seen


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Bus, DevicesLink, list[Event]]]:
    broker, heard = MemoryBroker(), list[Event]()
    async with (
        broker.connect() as bus,
        broker.connect() as other,
        asking(bus, PartTopics(BOX, KIOSK).reply, KIOSK) as ask,
    ):
        link = DevicesLink(bus, ask, BOX, print_within_s=0.2)
        async with alongside(link.watch(heard.append), name="devices"):
            yield other, link, heard


async def tell(bus: Bus, topic: str, payload: bytes, *, retain: bool = True) -> None:
    await bus.publish(Packet(topic=topic, payload=payload, qos=1, retain=retain))


async def test_devices_that_were_lost_are_back_when_they_say_so() -> None:
    async with listening() as (bus, _, heard):
        await tell(bus, TOPICS.status, encode(ALL_WELL))
        await until(lambda: heard[-1:] == [WELL], "devices")
        await tell(bus, TOPICS.conn, encode(Connection(state=LinkState.LOST, boot=1)))
        await until(lambda: heard[-1] == GONE, "their loss")
        await tell(bus, TOPICS.conn, encode(Connection(state=LinkState.READY, boot=2)))
        await until(lambda: heard[-1] == WELL, "their return")


async def test_a_loss_does_not_break_what_a_box_never_had() -> None:
    async with listening() as (bus, _, heard):
        await tell(bus, TOPICS.status, encode(status(report("scanner"))))
        await tell(bus, TOPICS.conn, encode(Connection(state=LinkState.LOST, boot=1)))
        lost = DevicesSeen(printer=PrinterState.NONE, scanner=ScannerState.FAULT)
        await until(lambda: heard[-1:] == [lost], "their loss")


async def test_a_chip_reader_is_told_when_it_changes_and_its_progress_as_it_comes() -> None:
    by_pace = replace(report("chip"), facts={ACCESS: "pace"})
    async with listening() as (bus, _, heard):
        for told in (status(), status(by_pace), status(by_pace)):
            await tell(bus, TOPICS.status, encode(told))
        progress = ChipProgress(percent=40)
        await tell(bus, TOPICS.signal, encode(progress), retain=False)
        await until(lambda: progress in heard, "progress")
        ready = ChipSeen(chip=ChipState.READY, takes_can=True)
        assert [one for one in heard if isinstance(one, ChipSeen)] == [ready]
        await tell(bus, TOPICS.conn, encode(Connection(state=LinkState.LOST, boot=1)))
        await until(lambda: heard[-1] == ChipSeen(chip=ChipState.FAULT), "its loss")


async def test_what_was_scanned_is_not_kept_until_the_next_word_comes() -> None:
    """PRI-2: between two statuses a minute passes."""
    card = encode(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    packet = Packet(topic=TOPICS.signal, payload=card)
    at_first = sys.getrefcount(packet)
    async with listening() as (bus, _, heard):
        await bus.publish(packet)
        await until(lambda: len(heard) == 1, "the card")
        assert sys.getrefcount(packet) == at_first


async def test_ten_thousand_nonsensical_payloads_change_nothing() -> None:
    rng = random.Random(7)
    scanned = encode(Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD))
    good = (encode(ALL_WELL), scanned, encode(Connection(state=LinkState.READY, boot=1)))
    topics = (TOPICS.status, TOPICS.signal, TOPICS.conn)
    async with listening() as (bus, _, heard):
        for _ in range(10_000):
            payload = bytearray(rng.choice(good))
            for _ in range(rng.randint(1, 8)):
                payload[rng.randrange(len(payload))] = rng.randrange(256)
            payload = payload[: rng.randint(0, len(payload))] if rng.random() < 0.5 else payload
            await tell(bus, rng.choice(topics), bytes(payload), retain=False)
        await tell(bus, TOPICS.conn, good[2])
        await tell(bus, TOPICS.status, good[0])
        await tell(bus, TOPICS.signal, scanned, retain=False)
        card = Scanned(kind=ScanKind.IDENTITY_CARD, card=CARD)
        await until(lambda: heard[-2:] == [WELL, card], "sense again", within_s=30)


async def test_a_ticket_nobody_prints_is_told_within_the_deadline() -> None:
    async with listening() as (_, link, _heard):
        with pytest.raises(NotPrintedError) as caught:
            await link.print_ticket(ticket(), SITE)
        assert caught.value.printer is PrinterState.FAULT
