"""The whole device process, as its root builds it, on a real mosquitto."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.config import DevicesConfig
from devices.contract.identity import DEVICES
from devices.contract.message import (
    Connection,
    Description,
    Health,
    LinkState,
    M,
    decode,
)
from devices.display.simulated import SimulatedPanelConfig
from devices.main import build
from devices.messages import Kind, PrintReceipt, Say, ScanKind, ShowOnPanel, TestDevice
from devices.printer.simulated import SimulatedPrinterConfig
from devices.receipt import Receipt, Text
from devices.runtime.alongside import alongside
from devices.runtime.bus import Inbox
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from devices.scanner.simulated import SimulatedScannerConfig
from devices.speaker.simulated import SimulatedSpeakerConfig
from tests.counterparts.mosquitto import RealBroker
from tests.devices.boxes import BOX, TOPICS, User, user_on
from tests.waiting import until

pytestmark = pytest.mark.real


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[RealBroker]:
    (tmp_path / "broker").mkdir()
    async with RealBroker(tmp_path / "broker") as broker:
        yield broker


def a_config(folder: Path, port: int) -> DevicesConfig:
    return DevicesConfig(
        box=BOX,
        site="Xã Gio Linh",
        state_dir=str(folder / "state"),
        bus=BusConfig(port=port),
        printer=SimulatedPrinterConfig(
            folder=str(folder / "paper"), faults_file=str(folder / "printer.fault")
        ),
        scanner=SimulatedScannerConfig(inbox=str(folder / "scans")),
        panel=SimulatedPanelConfig(file=str(folder / "panel")),
        speaker=SimulatedSpeakerConfig(folder=str(folder / "calls")),
    )


@asynccontextmanager
async def running(config: DevicesConfig) -> AsyncIterator[User]:
    ready = asyncio.Event()
    process = build(config)(ready.set)
    async with (
        mqtt_bus(config.bus, "user") as bus,
        user_on(bus) as user,
        alongside(process, name=DEVICES),
    ):
        await ready.wait()
        yield user


def print_job(job: str) -> PrintReceipt:
    return PrintReceipt(job=job, receipt=Receipt(blocks=(Text(text="A007"),)))


async def test_the_main_flow_and_a_fault_on_a_real_broker(
    tmp_path: Path, broker: RealBroker
) -> None:
    async with running(a_config(tmp_path, broker.port)) as user:
        await user.sees(Kind.PRINTER, Health.READY)
        assert not (await user.ask(print_job("j1"))).already
        assert (await user.ask(print_job("j1"))).already
        assert (await user.ask(Say(text="Xin mời công dân"))).seconds > 0
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        (tmp_path / "scans").write_text("TAM-GL-261122-0007\n")
        await user.reads(scans=1)
        assert user.scans[0].kind is ScanKind.LOCAL_DOSSIER

        assert (await user.ask_from_province(TestDevice(device=Kind.PRINTER))).result.passed
        assert await user.refusal_by_province(print_job("j2")) == "command.not_allowed"

        (tmp_path / "printer.fault").write_text("paper-out")
        await user.sees(Kind.PRINTER, Health.FAULT, "printer.out_of_paper")
        assert await user.refusal(print_job("j2")) == "printer.out_of_paper"
        (tmp_path / "printer.fault").unlink()
        await user.sees(Kind.PRINTER, Health.READY)
        assert await user.refusal(print_job("j2")) == ""
    assert len(list((tmp_path / "paper").glob("*.png"))) == 3, "two jobs and one test ticket"
    assert len(list((tmp_path / "calls").glob("*.wav"))) == 1
    assert (tmp_path / "panel").read_text() == "A007 2\n"


async def boot_above(boot: int, user: User) -> int:
    """Wait for a status of a later boot, past what is retained of an earlier one."""
    await until(
        lambda: bool(user.statuses) and user.statuses[-1].boot > boot, f"a boot above {boot} tells"
    )
    return user.statuses[-1].boot


async def test_after_a_restart_no_job_is_printed_again_and_the_boot_number_is_higher(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = a_config(tmp_path, broker.port)
    newest = 0
    for already in (False, True):
        async with running(config) as user:
            assert (await user.ask(print_job("j1"))).already is already
            newest = await boot_above(newest, user)
    assert len(list((tmp_path / "paper").glob("*.png"))) == 1


async def test_it_works_before_the_broker_does_and_after_the_broker_was_killed(
    tmp_path: Path, broker: RealBroker
) -> None:
    await broker.kill()
    async with running(a_config(tmp_path, broker.port)) as user:
        for job in ("j1", "j2"):
            await broker.start()
            assert not (await user.ask(print_job(job))).already
            await broker.kill()
        await broker.start()
        user.statuses.clear()
        await user.sees(Kind.PRINTER, Health.READY)
        assert (await user.ask(print_job("j2"))).already


async def test_it_says_what_it_is_and_that_it_rests_when_told_to_end(
    tmp_path: Path, broker: RealBroker
) -> None:
    config = a_config(tmp_path, broker.port)
    async with mqtt_bus(config.bus, "watcher") as bus, bus.listen(TOPICS.conn) as births:
        async with running(config), bus.listen(TOPICS.desc) as descriptions:
            description = await read(descriptions, Description)
            assert description.drivers == {
                Kind.PRINTER: "simulated",
                Kind.SCANNER: "simulated",
                Kind.PANEL: "simulated",
                Kind.SPEAKER: "simulated",
            }
            assert "printer.print_receipt" in description.commands
            assert (await read(births, Connection)).state is LinkState.READY
        assert (await read(births, Connection)).state is LinkState.SLEEPING


async def read(inbox: Inbox, kind: type[M]) -> M:
    async with asyncio.timeout(20):
        return decode((await inbox.get()).payload, kind)
