"""Lines: measured by the engine, judged, told, and alarmed about in the part's status."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.identity import CONFERENCE, BoxId
from devices.contract.message import Health, JournalEntry, PartStatus, decode
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
from tests.vc.example import STARTS_AT, example_plan
from tests.vc.server.hall import console, done, hall_config, open_plan, running, state_where
from tests.vc.server.room_twin import room_twin
from tests.waiting import until
from vc.engine.port import LegFigures, Levels
from vc.engine.simulated import SimulatedEngine
from vc.messages import LineFigures
from vc.server.conference.rules import begin
from vc.server.lines import Lines
from vc.state import Line, Member

SITE = "dong-ha"
GOOD = LineFigures(bitrate_kbps=1500, fps=25, round_trip_ms=20, width=1280, height=720)
BAD = LineFigures(bitrate_kbps=900, fps=20, round_trip_ms=20, loss_percent=12.0)


def said(seq: int, **figures: float) -> PartStatus:
    return PartStatus(boot=1, seq=seq, at=STARTS_AT, health=Health.READY, figures=figures)


@pytest.mark.real
async def test_a_bad_line_is_an_alarm_before_anybody_complains(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    async with RealBroker(folder) as broker:
        config = hall_config(tmp_path, bus=BusConfig(port=broker.port))
        engine = SimulatedEngine()
        topics = PartTopics(BoxId(config.box), CONFERENCE)
        statuses: list[PartStatus] = []
        events: list[bytes] = []

        async def listen() -> None:
            async with (
                mqtt_bus(BusConfig(port=broker.port), "reader") as bus,
                bus.listen(topics.status, topics.event) as inbox,
            ):
                async for packet in inbox:
                    if packet.topic == topics.status:
                        statuses.append(decode(packet.payload, PartStatus))
                    else:
                        events.append(bytes(decode(packet.payload, JournalEntry).event))

        async with (
            running(config, engine),
            console(config) as chair,
            room_twin(broker.port, f"{SITE}-room") as room,
        ):
            reader = asyncio.create_task(listen())
            await open_plan(chair)
            await state_where(
                chair, lambda now: any(x.connected for x in now.members), "the room is inside"
            )
            await room.tell(said(1, echo_db=5.0))
            await done(chair, "set_muted", member=SITE, muted=False)
            leg = next(iter(engine.legs))

            def measure(line: LineFigures) -> None:
                engine.tell(Levels(dbfs={SITE: -30.0}))
                engine.tell(
                    LegFigures(leg=leg, source=SITE, up=line, down=GOOD, audio_up=LineFigures())
                )

            measure(GOOD)
            await state_where(chair, lambda now: now.member(SITE).line is Line.GOOD, "good")
            for _ in range(6):
                measure(BAD)
            await state_where(chair, lambda now: now.member(SITE).line is Line.BAD, "bad")
            await until(lambda: any("line_alarm" in str(one) for one in events), "the event")
            await until(
                lambda: bool(statuses) and any(one.name == SITE for one in statuses[-1].devices),
                "the status",
            )
            report = next(one for one in statuses[-1].devices if one.name == SITE)
            assert statuses[-1].health is Health.WARNING
            assert report.kind == "line"
            assert report.facts["site"] == "Thành phố Đông Hà"
            assert report.facts["alarms"] == "echo.strong line.loss"
            assert report.text == "Thành phố Đông Hà: Có tiếng vọng. Mất gói tin."
            assert statuses[-1].figures["worst_loss_percent"] == BAD.loss_percent
            await room.tell(said(2, echo_db=40.0))

            async def measure_good() -> None:
                while True:
                    measure(GOOD)
                    await asyncio.sleep(0.05)

            mending = asyncio.create_task(measure_good())
            await state_where(chair, lambda now: now.member(SITE).line is Line.GOOD, "good again")
            await until(lambda: statuses[-1].health is Health.READY, "no alarm any more")
            mending.cancel()
            reader.cancel()


def test_nobody_is_blamed_for_sending_no_more_than_is_shown() -> None:
    member = Member(id=SITE, name="Đông Hà", connected=True)
    slow = msgspec.structs.replace(GOOD, fps=8)
    figures = LegFigures(leg="1", source=SITE, up=slow, down=slow, audio_up=LineFigures())

    def judged(lines: Lines) -> tuple[Line, tuple[str, ...]]:
        for _ in range(20):
            line = lines.measured(member, "", figures)
        state = msgspec.structs.replace(begin(example_plan()), members=(member,))
        return line, lines.live(state).members[SITE].alarms

    clock = SimulatedClock(STARTS_AT)
    assert judged(Lines(clock, fps=8)) == (Line.GOOD, ())
    line, alarms = judged(Lines(clock, fps=25))
    assert line is not Line.GOOD
    assert alarms
