"""What boxes say, for the tests: short makers of real messages."""

from datetime import UTC, date, datetime

import msgspec

from devices.contract.identity import BoxId, Part
from devices.contract.message import (
    Connection,
    DeviceReport,
    Event,
    Health,
    JournalEntry,
    LinkState,
    PartStatus,
    encode,
)
from devices.contract.topics import PartTopics
from kiosk.messages import TicketCalled, TicketIssued
from provisioning.controller.intake import Arrived

T0 = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
DAY = date(2026, 11, 20)


def topics(box: str = "box-1", part: str = "counter") -> PartTopics:
    return PartTopics(BoxId(box), Part(part))


def issued(number: int, *, service: str = "ho-tich", day: date = DAY) -> TicketIssued:
    return TicketIssued(
        ticket=f"t{number}",
        number=f"A{number:03}",
        day=day,
        service=service,
        kiosk="box-1",
        priority_class="thuong",
        language="vi",
    )


def called(
    number: int, waited_s: float, *, service: str = "ho-tich", day: date = DAY
) -> TicketCalled:
    return TicketCalled(
        ticket=f"t{number}",
        number=f"A{number:03}",
        day=day,
        service=service,
        counter="1",
        waited_s=waited_s,
    )


def entry(
    seq: int,
    event: Event | bytes | None = None,
    *,
    oldest: int = 1,
    boot: int = 7,
    at: datetime = T0,
) -> JournalEntry:
    body = event if isinstance(event, bytes) else encode(event or issued(seq))
    return JournalEntry(boot=boot, seq=seq, oldest=oldest, at=at, event=msgspec.Raw(body))


def event_arrives(one: JournalEntry, box: str = "box-1", part: str = "counter") -> Arrived:
    return Arrived(topics(box, part).event, encode(one))


def connection(state: LinkState = LinkState.READY, boot: int = 1) -> Connection:
    return Connection(state=state, boot=boot)


def printer(health: Health = Health.READY, code: str = "", text: str = "") -> DeviceReport:
    return DeviceReport(
        name="printer",
        kind="printer",
        driver="simulated",
        health=health,
        code=code,
        text=text,
        since=T0,
        facts={"paper_mm": 80.0},
    )


def status(seq: int = 1, *devices: DeviceReport, boot: int = 1, at: datetime = T0) -> PartStatus:
    worst = max((d.health for d in devices), key=list(Health).index, default=Health.READY)
    return PartStatus(boot=boot, seq=seq, at=at, health=worst, devices=devices)
