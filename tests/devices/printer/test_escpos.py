"""ESC/POS printers that do not answer: a file, a mute one, and configurations that are refused."""

import asyncio
import contextlib
import os
import tty
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import serial

from devices.contract.config import BadConfigError, Config, from_document
from devices.contract.errors import MuteError, UnpluggedError
from devices.contract.message import Health
from devices.printer import encode
from devices.printer.drivers import PrinterConfig
from devices.printer.escpos import EscposConfig, encoded
from devices.printer.lines import SerialWireConfig, UsbWireConfig
from devices.printer.port import UnconfirmedError
from devices.printer.raster import draw
from devices.printer.simulated import SimulatedPrinterConfig
from devices.printer.wires import FileWireConfig, StalledError, TcpWireConfig
from tests.devices.printer.samples import A_RECEIPT


class Box(Config, frozen=True, kw_only=True):
    printer: PrinterConfig


@contextlib.asynccontextmanager
async def answering(answers: dict[bytes, bytes]) -> AsyncIterator[TcpWireConfig]:
    """Serve a printer that answers these questions, each a command of its own, and no others."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(answers.get(data, b""))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield TcpWireConfig(host="127.0.0.1", port=server.sockets[0].getsockname()[1])


STATUS = {encode.ask(question): b"\x12" for question in (1, 2, 3, 4)}


async def test_a_mute_printer_is_a_fault_and_never_plenty_of_paper() -> None:
    async with answering({}) as wire:
        printer = EscposConfig(wire=wire, answer_within_s=0.1).build()
        with pytest.raises(MuteError):
            await printer.open()


async def test_a_printer_that_falls_silent_is_mute_at_the_next_look() -> None:
    answers = dict(STATUS)
    async with (
        answering(answers) as wire,
        EscposConfig(wire=wire, answer_within_s=1.0).build() as printer,
    ):
        assert (await printer.check()).health is Health.READY
        answers.clear()
        with pytest.raises(MuteError):
            await printer.check()
        with pytest.raises(MuteError):
            await printer.print(A_RECEIPT)


async def test_another_devices_babble_is_no_answer() -> None:
    babble = {encode.ask(question): b"HTTP/1.1 400\r\n" for question in (1, 2, 3, 4)}
    async with answering(babble) as wire:
        printer = EscposConfig(wire=wire, answer_within_s=0.1).build()
        with pytest.raises(MuteError):
            await printer.open()


async def test_a_receipt_whose_end_is_not_confirmed_is_not_taken_for_printed() -> None:
    async with answering(dict(STATUS)) as wire:
        config = EscposConfig(wire=wire, finish_within_s=0.2, answer_within_s=1.0)
        async with config.build() as printer:
            with pytest.raises(UnconfirmedError) as failed:
                await printer.print(A_RECEIPT)
            assert failed.value.begun


async def test_a_confirmation_lost_on_its_way_is_asked_for_again() -> None:
    answers = {**STATUS, encode.ASK_PROCESSED: b"\0"}  # the first comes with the last line
    async with (
        answering(answers) as wire,
        EscposConfig(wire=wire, answer_within_s=1.0).build() as printer,
    ):
        await printer.print(A_RECEIPT)


async def test_a_printer_without_gs_r_is_confirmed_by_its_status() -> None:
    async with answering(dict(STATUS)) as wire:
        config = EscposConfig(wire=wire, confirm="status")
        async with config.build() as printer:
            await printer.print(A_RECEIPT)


async def test_a_file_gets_the_bytes_and_its_state_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "paper.bin"
    config = EscposConfig(wire=FileWireConfig(path=str(path)))
    async with config.build() as printer:
        state = await printer.check()
        assert (state.health, state.code) == (Health.WARNING, "printer.status_unknown")
        await printer.print(A_RECEIPT)
        await printer.print(A_RECEIPT)
    once = b"".join(encoded(draw(A_RECEIPT, 576), config)) + encode.CUT
    assert path.read_bytes() == once * 2


async def test_a_file_in_no_folder_is_unplugged(tmp_path: Path) -> None:
    wire = FileWireConfig(path=str(tmp_path / "none" / "paper.bin"))
    with pytest.raises(UnpluggedError):
        await EscposConfig(wire=wire).build().open()


async def test_a_serial_port_that_is_not_there_is_unplugged(tmp_path: Path) -> None:
    wire = SerialWireConfig(path=str(tmp_path / "ttyUSB0"))
    with pytest.raises(UnpluggedError, match="ttyUSB0"):
        await EscposConfig(wire=wire).build().open()


async def test_a_speed_that_the_serial_port_does_not_have_is_no_bug(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_port: serial.Serial, baud: int) -> None:
        raise ValueError(f"Failed to set custom baud rate ({baud})")  # pyserial's, on such a port

    monkeypatch.setattr(serial.Serial, "_set_special_baudrate", refuse)  # a pty has every speed
    master, slave = os.openpty()
    wire = SerialWireConfig(path=os.ttyname(slave), baud=12_345).connect()
    with pytest.raises(UnpluggedError, match="12345"):
        await wire.open()
    await wire.close()
    os.close(slave)
    os.close(master)


@pytest.mark.parametrize("kind", [UsbWireConfig, SerialWireConfig])
async def test_a_printer_that_takes_no_data_is_mute_and_does_not_hold_the_process(
    kind: type[UsbWireConfig] | type[SerialWireConfig],
) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    wire = kind(path=os.ttyname(slave), stall_s=0.2).connect()
    await wire.open()
    with pytest.raises(StalledError):
        await wire.write(bytes(1_000_000))
    await wire.close()
    os.close(slave)
    os.close(master)


def test_a_configuration_chooses_the_driver_and_the_wire() -> None:
    document = {"printer": {"driver": "escpos", "wire": {"by": "tcp", "host": "10.0.0.9"}}}
    box = from_document(document, Box)
    assert box.printer == EscposConfig(wire=TcpWireConfig(host="10.0.0.9", port=9100))
    twin = from_document({"printer": {"driver": "simulated"}}, Box)
    assert twin.printer == SimulatedPrinterConfig()


def test_every_error_of_a_configuration_is_named_with_its_key() -> None:
    document = {
        "printer": {
            "driver": "escpos",
            "wire": {"by": "serial", "baud": 7},
            "paper_dots": 575,
            "qr": "laser",
        }
    }
    with pytest.raises(BadConfigError) as refused:
        from_document(document, Box)
    keys = {problem.key for problem in refused.value.problems}
    expected = {"printer.wire.baud", "printer.wire.path", "printer.paper_dots", "printer.qr"}
    assert keys == expected


def test_a_configuration_survives_being_written_down() -> None:
    config = EscposConfig(wire=TcpWireConfig(host="10.0.0.9"))
    again = msgspec.convert(msgspec.json.decode(msgspec.json.encode(config)), EscposConfig)
    assert again == config
