"""Orders on a real broker to a real agent and its devices: once, in time, whoever restarts."""

import asyncio
import gzip
import json
from concurrent.futures import Future
from contextlib import AsyncExitStack
from datetime import timedelta

import msgspec
import pytest
from PIL import Image

from devices.contract.errors import DeadlinePassedError
from devices.contract.identity import KIOSK, BoxId
from devices.contract.message import Done, encode
from devices.contract.topics import PartTopics
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from kiosk.ui.desk import InsideDesk
from kiosk.ui.picture import Exposure
from provisioning.commands import BoxIdentified, BoxTested, Diagnosis, FileSent, Reboot
from provisioning.controller.remote.asks import (
    AskDiagnosis,
    AskIdentify,
    AskLogs,
    AskReboot,
    AskRestart,
    AskScreenshot,
    AskShell,
    AskTest,
    AskTestPage,
)
from provisioning.controller.remote.orders import BoxAwayError
from provisioning.controller.remote.records import State, device_tested
from tests.provisioning.controller.remote.province import (
    BOX,
    CLOCK,
    WITHIN_S,
    Province,
    done,
    here,
    obeyed,
)
from tests.waiting import until

pytestmark = pytest.mark.real
EVERY_DEVICE = ["printer", "scanner", "panel", "speaker", "camera", "panel_io"]


async def test_every_device_is_really_exercised(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent(), box.devices():
            await here(remote)
            await until(box.has_devices, "the devices run")
            order = await obeyed(remote, AskTest(), within_s=60)
    tested = order.answer
    assert isinstance(tested, BoxTested)
    assert sorted(one.device for one in tested.devices) == sorted(EVERY_DEVICE)
    assert order.state is State.SUCCEEDED, order.text
    assert box.papers() == 1


async def test_a_self_test_without_paper_fails_and_says_why(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        (box.folder / "printer.fault").write_text("paper-out")
        async with box.agent(), box.devices():
            await here(remote)
            await until(box.has_devices, "the devices run")
            order = await obeyed(remote, AskTest(), within_s=60)
    assert (order.state, order.code) == (State.FAILED, "test.failed")
    assert order.text.startswith("printer: ")
    assert "roll is finished" in order.text
    assert isinstance(order.answer, BoxTested)
    assert sum(one.passed for one in order.answer.devices) == len(EVERY_DEVICE) - 1
    assert box.papers() == 0


async def test_who_waits_too_short_is_let_go_and_the_order_goes_on(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent(), box.devices():
            await here(remote)
            await until(box.has_devices, "the devices run")
            given = await remote.orders.give(BOX, AskTest(devices=(Kind.PRINTER,)), "ky-thuat")
            with pytest.raises(DeadlinePassedError):
                await remote.orders.ended(given.name, within_s=0)
            order = await remote.orders.ended(given.name, within_s=WITHIN_S)
            assert device_tested(order).result.passed
            assert await remote.orders.ended(given.name, within_s=0) == order, "it is over"
        assert box.papers() == 1


async def test_a_box_is_found_by_its_lamps_and_prints_who_it_is(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent(), box.devices():
            await here(remote)
            lamps = box.folder / "lamps.txt"
            await until(box.has_devices, "the devices run")
            order = await obeyed(remote, AskIdentify(seconds=3))
            assert order.answer == BoxIdentified(shown_by=("panel_io", "panel"))
            await until(lambda: "blinking" in lamps.read_text(), "the lamp blinks")
            page = await obeyed(remote, AskTestPage())
            assert page.state is State.SUCCEEDED
            assert box.papers() == 1
            await until(lambda: "blinking" not in lamps.read_text(), "the lamp is dark again")


async def test_logs_come_by_part_time_and_severity(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        box.configure()
        old = CLOCK.now() - timedelta(hours=5)
        lines = [
            {"level": level, "timestamp": at.isoformat(), "event": event}
            for level, at, event in (
                ("error", old, "long ago"),
                ("info", CLOCK.now(), "not so bad"),
                ("error", CLOCK.now(), "jam"),
            )
        ]
        log = box.folder / "logs" / "kiosk.log"
        log.write_text("".join(json.dumps(line) + "\n" for line in lines))
        async with box.agent():
            await here(remote)
            order = await obeyed(remote, AskLogs(parts=("kiosk",), severity="error"))  # type: ignore[arg-type] # as JSON has it
        sent = order.answer
        assert isinstance(sent, FileSent), order.text
        stored = remote.uploads.stored(order.name)
    assert stored.file_name.startswith(f"{BOX}-logs-")
    assert stored.size_bytes == sent.size_bytes
    read = gzip.decompress(stored.path.read_bytes()).decode().splitlines()
    assert [json.loads(json.loads(line)["text"])["event"] for line in read] == ["jam"]


async def test_the_network_is_seen_from_the_boxs_side(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent():
            await here(remote)
            order = await obeyed(remote, AskDiagnosis())
    seen = order.answer
    assert isinstance(seen, Diagnosis), order.text
    assert seen.gate.tls_ms is not None
    assert seen.gate.loss == 0
    assert seen.gate.round_trip_ms
    assert seen.clock_offset_ms is not None
    assert abs(seen.clock_offset_ms) < 2000
    assert seen.broker.text, "no TLS listener stands at 8883 in this test: said, not hidden"
    assert order.code == "network.poor"


class Glass:
    """A kiosk's glass: its pixels, or none of a private screen."""

    def __init__(self) -> None:
        self.rgba = bytes((200, 30, 30, 255)) * (320 * 200)

    def expose(self) -> Future[Exposure]:
        exposure: Future[Exposure] = Future()
        exposure.set_result(Exposure(width=320, height=200, rgba=self.rgba))
        return exposure


async def test_a_picture_of_the_kiosk_comes_and_a_dark_card_of_a_citizens(
    province: Province,
) -> None:
    glass, topics = Glass(), PartTopics(BoxId(BOX), KIOSK)
    async with province.running() as remote:
        box = province.box()
        async with (
            box.agent(),
            mqtt_bus(BusConfig(port=province.broker.port), "kiosk") as bus,
            alongside(
                InsideDesk(bus, topics.cmd, glass, CLOCK, lambda _: None).run(), name="kiosk"
            ),
        ):
            await here(remote)
            open_ = await obeyed(remote, AskScreenshot())
            glass.rgba = b""
            private = await obeyed(remote, AskScreenshot())
        seen, dark = (
            Image.open(remote.uploads.stored(one.name).path).convert("RGB")
            for one in (open_, private)
        )
    assert (open_.state, open_.text) == (State.SUCCEEDED, "")
    assert seen.getpixel((100, 100)) == (200, 30, 30)
    assert (private.state, private.text) == (State.SUCCEEDED, "private")
    assert dark.getpixel((5, 5)) == (16, 35, 63)


async def test_a_part_is_restarted(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent(), box.devices() as process:
            await here(remote)
            await until(box.has_devices, "the devices run")
            order = await obeyed(remote, AskRestart(part="devices"))
            assert order.state is State.SUCCEEDED
            async with asyncio.timeout(10):
                assert await process.wait() == 0
            unknown = await obeyed(remote, AskRestart(part="kiosk"))
    assert (unknown.state, unknown.code) == (State.REJECTED, "part.none")


async def test_a_reboot_is_done_once_and_answered_when_the_box_is_back(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        boots = box.folder / "boots"
        async with box.agent() as process:
            await here(remote)
            order = await remote.orders.give(BOX, AskReboot(), "ky-thuat")
            await until(boots.exists, "the machine goes down")
            process.kill()
            await process.wait()
        assert (await asyncio.to_thread(remote.orders.ledger.order, order.name)).open
        async with box.agent():
            ended = await done(remote, order)
    assert (ended.state, ended.answer) == (State.SUCCEEDED, Done())
    assert len(boots.read_text().split()) == 1


async def test_an_agent_killed_in_the_middle_does_not_begin_again(province: Province) -> None:
    async with province.running() as remote:
        box = province.box(speaker="pace = 10.0")
        async with box.devices():
            await until(box.has_devices, "the devices run")
            async with box.agent() as process:
                await here(remote)
                order = await remote.orders.give(BOX, AskTest(), "ky-thuat")
                await until(lambda: box.papers() == 1, "the first device was tested")
                process.kill()
                await process.wait()
            async with box.agent():
                ended = await done(remote, order)
    assert (ended.state, ended.code) == (State.FAILED, "order.interrupted")
    assert box.papers() == 1


async def test_a_controller_that_ends_in_the_middle_takes_the_order_up_again(
    province: Province,
) -> None:
    async with AsyncExitStack() as stack:
        async with province.running() as remote:
            box = province.box(speaker="pace = 2.0")
            await stack.enter_async_context(box.devices())
            await until(box.has_devices, "the devices run")
            await stack.enter_async_context(box.agent())
            await here(remote)
            order = await remote.orders.give(BOX, AskTest(), "ky-thuat")
            await until(lambda: box.papers() == 1, "it is under way")
        async with province.running() as again:
            ended = await done(again, order, within_s=60)
    assert ended.state is State.SUCCEEDED, ended.text
    assert box.papers() == 1


async def test_what_waits_for_a_box_is_done_when_it_comes_back(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent() as process:
            await here(remote)
            process.terminate()
            await until(lambda: remote.orders.here(BOX) is False, "the box is away")
        with pytest.raises(BoxAwayError):
            await remote.orders.give(BOX, AskDiagnosis(), "ky-thuat")
        order = await remote.orders.give(BOX, AskReboot(), "ky-thuat")
        other = await remote.orders.give(BOX, AskLogs(), "ky-thuat")
        await remote.orders.cancel(other.name, "ky-thuat")
        assert (await done(remote, other)).state is State.CANCELED
        async with box.agent():
            await until((box.folder / "boots").exists, "it was told")
    assert order.state is State.QUEUED


async def test_an_order_that_comes_too_late_is_not_carried_out(province: Province) -> None:
    """The record is put into the past, as a line that held it up would."""
    async with province.running() as remote:
        box = province.box()
        async with box.agent():
            await here(remote)
            order = await remote.orders.give(BOX, AskReboot(), "ky-thuat")
            await until((box.folder / "boots").exists, "the control: in time it is carried out")
        late = CLOCK.now() - timedelta(minutes=5)
        stale = msgspec.structs.replace(
            order,
            name="0" * 24,
            not_after=late,
            body=encode(Reboot(order="0" * 24, not_after=late)),
        )
        put = await asyncio.to_thread(remote.orders.ledger.put, stale, None)
    async with province.running() as again, box.agent():
        ended = await done(again, put)
    assert (ended.state, ended.code) in (
        (State.REJECTED, "order.expired"),
        (State.TIMED_OUT, "box.away"),
    )
    assert len((box.folder / "boots").read_text().split()) == 1


async def test_a_terminal_is_refused_where_the_box_does_not_allow_it(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent():
            await here(remote)
            order = await obeyed(remote, AskShell(reason="look at the clock"))
    assert (order.state, order.code) == (State.REJECTED, "shell.not_allowed")


async def test_everything_is_in_the_audit_log(province: Province) -> None:
    async with province.running() as remote:
        box = province.box()
        async with box.agent():
            await here(remote)
            await obeyed(remote, AskRestart(part="kiosk", reason="màn hình đen"))
        records = await asyncio.to_thread(remote.orders.ledger._audit.records)  # type: ignore[attr-defined] # the real log behind the port
    assert [(one.actor, one.action, one.subject) for one in records] == [
        ("ky-thuat", "agent.restart_part.ended", BOX),
        ("ky-thuat", "agent.restart_part", BOX),
    ]
    assert "màn hình đen" in records[1].detail
    assert "part.none" in records[0].detail
