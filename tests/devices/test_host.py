"""The host over twins on a bus in memory: healing, the desk, and what the status says meanwhile."""

import asyncio
import random
from pathlib import Path

import pytest

from devices.contract.message import Health, encode
from devices.display.simulated import SimulatedPanelConfig
from devices.faults import BrokenTwinError
from devices.host import Equipment
from devices.hosted import Fitted, Limits
from devices.messages import Kind, PrintReceipt, RotateOnPanel, Say, ShowOnPanel, TestDevice
from devices.printer.simulated import SimulatedPrinter, SimulatedPrinterConfig
from devices.receipt import Receipt, Text
from devices.speaker.simulated import SimulatedSpeaker, SimulatedSpeakerConfig
from tests.devices.boxes import box_in_memory
from tests.waiting import until

A_RECEIPT = Receipt(blocks=(Text(text="A007"),))


def print_job(job: str) -> PrintReceipt:
    return PrintReceipt(job=job, receipt=A_RECEIPT)


class Twins:
    """The twins of a box, each with its file of faults."""

    def __init__(self, folder: Path, *, print_s: float = 0.0, pace: float = 0.0) -> None:
        self._folder = folder
        self.printer = SimulatedPrinter(
            SimulatedPrinterConfig(faults_file=self._file(Kind.PRINTER), print_s=print_s)
        )
        self.speaker = SimulatedSpeaker(
            SimulatedSpeakerConfig(faults_file=self._file(Kind.SPEAKER), pace=pace)
        )
        self.panel = SimulatedPanelConfig(faults_file=self._file(Kind.PANEL)).build()
        for twin in (self.printer, self.speaker, self.panel):
            twin.check_every_s = 0.05  # type: ignore[misc]  # a real one is asked once a second

    def _file(self, kind: Kind) -> str:
        return str(self._folder / f"{kind}.fault")

    def fault(self, kind: Kind, word: str) -> None:
        Path(self._file(kind)).write_text(word)

    @property
    def equipment(self) -> Equipment:
        return Equipment(
            printer=Fitted(self.printer, "simulated"),
            speaker=Fitted(self.speaker, "simulated"),
            panel=Fitted(self.panel, "simulated"),
        )


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path)


async def test_a_box_in_order_says_so_and_does_what_it_is_asked(
    twins: Twins, tmp_path: Path
) -> None:
    async with box_in_memory(twins.equipment, tmp_path) as user:
        for kind in (Kind.PRINTER, Kind.SPEAKER, Kind.PANEL):
            await user.sees(kind, Health.READY)
        assert not (await user.ask(print_job("j1"))).already
        assert (await user.ask(Say(text="Xin mời"))).seconds > 0
        await user.ask(ShowOnPanel(number="A007", counter="2"))
    assert list(twins.printer.printed) == [A_RECEIPT]
    assert list(twins.speaker.said) == ["Xin mời"]
    assert twins.panel.lit == ("A007", "2")


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        (Kind.PRINTER, print_job("j1")),
        (Kind.SPEAKER, Say(text="Xin mời")),
        (Kind.PANEL, ShowOnPanel(number="A007", counter="2")),
    ],
)
async def test_a_device_unplugged_and_plugged_in_again_heals_by_itself(
    twins: Twins, tmp_path: Path, kind: Kind, command: PrintReceipt | Say | ShowOnPanel
) -> None:
    async with box_in_memory(twins.equipment, tmp_path) as user:
        await user.sees(kind, Health.READY)
        for _ in range(2):
            twins.fault(kind, "unplugged")
            await user.sees(kind, Health.FAULT, "device.unplugged")
            assert user.statuses[-1].health is Health.FAULT
            assert await user.refusal(command) == "device.unplugged"
            twins.fault(kind, "")
            await user.sees(kind, Health.READY)
        assert await user.refusal(command) == ""
        assert user.statuses[-1].health is Health.READY


async def test_a_healed_panel_shows_the_last_call_again(twins: Twins, tmp_path: Path) -> None:
    async with box_in_memory(twins.equipment, tmp_path) as user:
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        twins.fault(Kind.PANEL, "unplugged")
        await user.sees(Kind.PANEL, Health.FAULT, "device.unplugged")
        assert await user.refusal(ShowOnPanel(number="A008", counter="1")) == "device.unplugged"
        twins.fault(Kind.PANEL, "")
        await user.sees(Kind.PANEL, Health.READY)
        assert twins.panel.lit == ("A008", "1"), "the newest call, though it was refused"


async def test_texts_pass_over_the_panel_also_after_it_was_away(
    twins: Twins, tmp_path: Path
) -> None:
    texts = ("Trung tâm Phục vụ hành chính công", "Giờ làm việc 07:30-11:30")
    async with box_in_memory(twins.equipment, tmp_path) as user:
        await user.sees(Kind.PANEL, Health.READY)
        await user.ask(RotateOnPanel(texts=texts))
        assert twins.panel.passing == texts
        twins.fault(Kind.PANEL, "unplugged")
        await user.sees(Kind.PANEL, Health.FAULT, "device.unplugged")
        twins.fault(Kind.PANEL, "")
        await user.sees(Kind.PANEL, Health.READY)
        assert twins.panel.passing == texts


async def test_a_hung_device_does_not_delay_the_others(twins: Twins, tmp_path: Path) -> None:
    forever = Limits(open_s=60, check_s=60)
    async with box_in_memory(twins.equipment, tmp_path, limits=forever) as user:
        twins.fault(Kind.SPEAKER, "hung")
        async with asyncio.TaskGroup() as group:
            saying = group.create_task(user.ask(Say(text="Xin mời")))
            assert not (await user.ask(print_job("j1"))).already
            await user.ask(ShowOnPanel(number="A007", counter="2"))
            assert not saying.done()
            twins.fault(Kind.SPEAKER, "")
    assert list(twins.speaker.said) == ["Xin mời"]


async def test_a_device_that_hangs_is_told_mute(twins: Twins, tmp_path: Path) -> None:
    async with box_in_memory(twins.equipment, tmp_path) as user:
        twins.fault(Kind.SPEAKER, "hung")
        await user.sees(Kind.SPEAKER, Health.FAULT, "device.mute")
        assert await user.refusal(Say(text="Xin mời")) == "device.mute"
        await user.sees(Kind.PRINTER, Health.READY)
        twins.fault(Kind.SPEAKER, "")
        await user.sees(Kind.SPEAKER, Health.READY)


async def test_a_bug_in_a_driver_ends_the_process(twins: Twins, tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with box_in_memory(twins.equipment, tmp_path) as user:
            twins.fault(Kind.PANEL, "broken")
            await until(lambda: False, "the process goes on")
            del user
    assert caught.group_contains(BrokenTwinError)


async def test_an_empty_roll_is_a_fault_that_refuses_and_heals(
    twins: Twins, tmp_path: Path
) -> None:
    async with box_in_memory(twins.equipment, tmp_path) as user:
        twins.fault(Kind.PRINTER, "paper-out")
        await user.sees(Kind.PRINTER, Health.FAULT, "printer.out_of_paper")
        assert await user.refusal(print_job("j1")) == "printer.out_of_paper"
        twins.fault(Kind.PRINTER, "")
        await user.sees(Kind.PRINTER, Health.READY)
        assert not (await user.ask(print_job("j1"))).already
    assert len(twins.printer.printed) == 1


async def test_a_command_for_a_device_the_box_does_not_have_is_refused(tmp_path: Path) -> None:
    async with box_in_memory(Equipment(), tmp_path) as user:
        commands = (
            print_job("j1"),
            Say(text="Xin mời"),
            ShowOnPanel(),
            TestDevice(device=Kind.CAMERA),
        )
        assert [await user.refusal(command) for command in commands] == ["device.none"] * 4
        await until(lambda: bool(user.statuses), "a box of nothing has a status")
        assert user.statuses[-1].health is Health.READY


async def test_sentences_are_said_in_the_order_they_came_and_too_many_are_refused(
    tmp_path: Path,
) -> None:
    twins = Twins(tmp_path, pace=0.5)
    async with box_in_memory(twins.equipment, tmp_path, limits=Limits(waiting=2)) as user:
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(user.refusal(Say(text=f"số {at}", language="vi")))
                for at in range(8)
            ]
        codes = [task.result() for task in asked]
    said = [f"số {at}" for at, code in enumerate(codes) if code == ""]
    assert list(twins.speaker.said) == said
    assert codes[:2] == ["", ""]
    assert set(codes[3:]) == {"busy"}


async def test_the_province_may_test_a_device_and_print_nothing(
    twins: Twins, tmp_path: Path
) -> None:
    async with box_in_memory(twins.equipment, tmp_path) as user:
        for kind in (Kind.PRINTER, Kind.SPEAKER, Kind.PANEL):
            tested = await user.ask_from_province(TestDevice(device=kind))
            assert tested.device is kind
            assert tested.result.passed
        printed = len(twins.printer.printed)
        for command in (print_job("j1"), Say(text="Xin mời"), ShowOnPanel()):
            assert await user.refusal_by_province(command) == "command.not_allowed"
    assert len(twins.printer.printed) == printed == 1
    assert len(twins.speaker.said) == 1


async def test_garbage_on_the_desks_does_nothing_and_kills_nothing(
    twins: Twins, tmp_path: Path
) -> None:
    valid = encode(print_job("j1"))
    chance = random.Random(7)
    pieces = [valid[:end] for end in range(len(valid))]
    noise = [chance.randbytes(chance.randrange(200)) for _ in range(300)]
    shapes = [b"{}", b"null", b"[" * 20_000, b'{"type":7}', b'{"type":"speaker.say","text":""}']
    async with box_in_memory(twins.equipment, tmp_path) as user:
        for payload in pieces + noise + shapes:
            await user.send(payload)
        assert not twins.printer.printed
        assert not twins.speaker.said
        assert not (tmp_path / "print-jobs.sqlite").exists()
        assert not (await user.ask(print_job("j1"))).already
        await user.sees(Kind.PRINTER, Health.READY)
