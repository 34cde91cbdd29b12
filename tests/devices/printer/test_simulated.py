"""The twin fails the way printers fail, on order."""

import asyncio
from pathlib import Path

import pytest

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.printer.port import CoverOpenError, OutOfPaperError
from devices.printer.simulated import SimulatedPrinterConfig
from tests.devices.printer.samples import A_RECEIPT


async def test_a_receipt_is_refused_whole_when_the_roll_is_finished() -> None:
    async with SimulatedPrinterConfig(receipts_left=0).build() as printer:
        with pytest.raises(OutOfPaperError) as refused:
            await printer.print(A_RECEIPT)
        assert not refused.value.begun
        assert list(printer.printed) == []
        assert printer.pieces == 0


async def test_a_roll_that_ends_in_the_middle_leaves_a_piece_and_a_new_roll_prints() -> None:
    async with SimulatedPrinterConfig(receipts_left=1.5).build() as printer:
        await printer.print(A_RECEIPT)
        with pytest.raises(OutOfPaperError) as failed:
            await printer.print(A_RECEIPT)
        assert failed.value.begun
        assert (len(printer.printed), printer.pieces) == (1, 1)
        assert (await printer.check()).code == "printer.out_of_paper"
        printer.put_roll(None)
        await printer.print(A_RECEIPT)
        assert len(printer.printed) == 2


async def test_a_mute_printer_is_a_fault_and_never_plenty_of_paper(tmp_path: Path) -> None:
    faults = tmp_path / "fault"
    async with SimulatedPrinterConfig(faults_file=str(faults)).build() as printer:
        faults.write_text("mute")
        with pytest.raises(MuteError):
            await printer.check()
        with pytest.raises(MuteError):
            await printer.print(A_RECEIPT)
        faults.write_text("")
        await printer.print(A_RECEIPT)


async def test_an_unplugged_printer_can_be_opened_when_it_is_back(tmp_path: Path) -> None:
    faults = tmp_path / "fault"
    faults.write_text("unplugged")
    printer = SimulatedPrinterConfig(faults_file=str(faults)).build()
    with pytest.raises(UnpluggedError):
        await printer.open()
    faults.unlink()
    async with printer:
        await printer.print(A_RECEIPT)


async def test_a_cover_opened_in_mid_print_leaves_a_piece(tmp_path: Path) -> None:
    faults = tmp_path / "fault"
    config = SimulatedPrinterConfig(faults_file=str(faults), print_s=0.2)
    async with config.build() as printer:
        printing = asyncio.ensure_future(printer.print(A_RECEIPT))
        await asyncio.sleep(0)  # it runs up to its first wait: printing has begun
        faults.write_text("cover-open")
        with pytest.raises(CoverOpenError) as failed:
            await printing
        assert failed.value.begun
        assert printer.pieces == 1


async def test_an_order_that_is_no_fault_is_named(tmp_path: Path) -> None:
    faults = tmp_path / "fault"
    async with SimulatedPrinterConfig(faults_file=str(faults)).build() as printer:
        faults.write_text("paper-jam")
        with pytest.raises(DeviceError, match="paper-jam"):
            await printer.check()


async def test_pictures_are_numbered_on_from_those_there(tmp_path: Path) -> None:
    (tmp_path / "0041.png").write_bytes(b"an older one")
    async with SimulatedPrinterConfig(folder=str(tmp_path)).build() as printer:
        await printer.print(A_RECEIPT)
    assert (tmp_path / "0042.png").exists()


async def test_a_folder_that_cannot_be_written_is_a_device_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with SimulatedPrinterConfig(folder=str(tmp_path / "file")).build() as printer:
        with pytest.raises(DeviceError):
            await printer.print(A_RECEIPT)
