"""What only a real interpreter of ESC/POS can judge."""

import os
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from devices.contract.errors import (
    DeviceError,
    MuteError,
    StorageError,
    TakenError,
    UnpluggedError,
)
from devices.contract.message import Health
from devices.printer import encode
from devices.printer.dialogue import Dialogue
from devices.printer.escpos import EscposConfig, EscposPrinter
from devices.printer.jobs import JobBook
from devices.printer.port import CoverOpenError, OutOfPaperError, Printer
from devices.printer.raster import Drawing, Symbol, draw
from devices.printer.wires import TcpWireConfig, Wire
from kiosk.receipt import ticket_receipt
from kiosk.sample import SAMPLE_SITE, sample_ticket, write_sample_ticket
from tests.counterparts.emupos import Emupos
from tests.devices.printer.conftest import WIRES, running, serial, tcp
from tests.devices.printer.samples import A_RECEIPT, URL, differing_dots, plain
from tests.waiting import until

pytestmark = pytest.mark.real


class TrippingWire:
    """A wire on which something happens as soon as so many bytes have passed."""

    def __init__(self, wire: Wire, after_bytes: int, happens: Callable[[], None]) -> None:
        self._wire = wire
        self._left = after_bytes
        self._happens = happens

    @property
    def answers(self) -> bool:
        return self._wire.answers

    async def open(self) -> None:
        await self._wire.open()

    async def write(self, data: bytes) -> None:
        armed = self._left > 0
        self._left -= len(data)
        await self._wire.write(data)
        if armed and self._left <= 0:
            self._happens()

    async def read(self, within_s: float) -> bytes:
        return await self._wire.read(within_s)

    async def close(self) -> None:
        await self._wire.close()


def symbol_square(drawing: Drawing) -> tuple[int, int, int, int]:
    top = 0
    for piece in drawing.pieces:
        if isinstance(piece, Symbol):
            side = piece.picture.width
            left = (drawing.width - side) // 2
            return left, top, left + side - 1, top + side - 1
        top += piece.picture.height
    raise AssertionError("no symbol")


def texts(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


async def test_a_native_qr_reads_back_and_nothing_beside_it_differs(emupos: Emupos) -> None:
    async with EscposConfig(wire=tcp(emupos), qr="native").build() as printer:
        await printer.print(A_RECEIPT)
    paper = Image.open(emupos.pictures()[-1])
    drawing = draw(A_RECEIPT, 576)
    assert texts(paper) == [URL]
    square, drawn = symbol_square(drawing), drawing.whole()
    for picture in (paper, drawn):
        ImageDraw.Draw(picture).rectangle(square, fill=255)
    assert differing_dots(paper, drawn) == 0


async def test_a_qr_drawn_by_us_reads_back(emupos: Emupos) -> None:
    async with EscposConfig(wire=tcp(emupos)).build() as printer:
        await printer.print(A_RECEIPT)
    assert texts(Image.open(emupos.pictures()[-1])) == [URL]


async def test_another_receipt_does_differ(emupos: Emupos) -> None:
    """Negative control of the comparison."""
    other = ticket_receipt(sample_ticket(number="A013"), SAMPLE_SITE)
    async with EscposConfig(wire=tcp(emupos)).build() as printer:
        await printer.print(other)
    right = draw(other, 576).whole()
    wrong = draw(ticket_receipt(sample_ticket(number="A012"), SAMPLE_SITE), 576).whole()
    assert differing_dots(emupos.pictures()[-1], right) == 0
    assert differing_dots(emupos.pictures()[-1], wrong) > 0


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_ticket_takes_at_most_45_hundredths_of_the_full_rasters_bytes(
    emupos: Emupos, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = ticket_receipt(sample_ticket(language=language), SAMPLE_SITE)
    async with EscposConfig(wire=tcp(emupos)).build() as printer:
        await printer.print(receipt)
    drawing = draw(receipt, 576)
    assert differing_dots(emupos.pictures()[-1], drawing.whole()) == 0
    full = len(encode.untrimmed(drawing.whole()))
    trimmed = sum(map(len, encode.raster(drawing)))
    native = sum(map(len, encode.native(drawing)))
    with capsys.disabled():
        shares = f"{trimmed / full:.3f} trimmed, {native / full:.3f} with a native QR"
        print(f"\nticket ({language}): {full} bytes in full; {shares}")  # noqa: T201 - the figure
    assert trimmed <= 0.45 * full
    assert native < trimmed


async def test_the_sample_tickets_bytes_are_its_picture(emupos: Emupos, tmp_path: Path) -> None:
    out = tmp_path / "ticket.bin"
    write_sample_ticket(out)
    before = len(emupos.pictures())
    wire = tcp(emupos).connect()
    await wire.open()
    await wire.write(out.read_bytes())
    dialogue = Dialogue(wire, answer_within_s=2)
    await dialogue.ask_processed()
    assert await dialogue.processed(within_s=5)
    await until(lambda: len(emupos.pictures()) > before, "a picture of the sample ticket")
    await wire.close()
    assert differing_dots(emupos.pictures()[-1], Image.open(f"{out}.png")) == 0


@pytest.mark.parametrize("after_bytes", [40, 4_000, 12_000])
async def test_paper_out_in_mid_print_is_noticed_and_the_ticket_is_printed_again_once(
    emupos: Emupos, tmp_path: Path, after_bytes: int
) -> None:
    before = len(emupos.pictures())
    book, job = JobBook(tmp_path / "jobs.db"), "xa-mau-20261123-A012"
    config = EscposConfig(wire=tcp(emupos))
    wire = TrippingWire(config.wire.connect(), after_bytes, lambda: emupos.fault_set("paper-out"))

    async def ask(printer: Printer) -> None:
        if not book.is_done(job):
            book.begin(job)
            await printer.print(A_RECEIPT)
            book.done(job)

    async with EscposPrinter(config, wire) as printer:
        with pytest.raises(OutOfPaperError) as failed:
            await ask(printer)
        assert failed.value.begun
        assert (await printer.check()).code == "printer.out_of_paper"
        emupos.mend()
        for _ in range(5):
            await ask(printer)
    came_out = emupos.pictures()[before:]
    drawn = draw(A_RECEIPT, 576).whole()
    assert differing_dots(came_out[-1], drawn) == 0
    assert len(came_out) <= 2, "the piece and the whole one"
    book.close()


async def test_an_error_after_the_last_dot_is_not_taken_for_printed(emupos: Emupos) -> None:
    config = EscposConfig(wire=tcp(emupos))
    whole = sum(map(len, encode.raster(draw(A_RECEIPT, 576))))
    wire = TrippingWire(config.wire.connect(), whole, lambda: emupos.fault_set("cover-open"))
    async with EscposPrinter(config, wire) as printer:
        with pytest.raises(DeviceError) as failed:
            await printer.print(A_RECEIPT)
    assert failed.value.code == "printer.cover_open"


async def test_a_receipt_held_in_its_last_moment_is_asked_after_and_comes_out_once(
    emupos: Emupos,
) -> None:
    before = len(emupos.pictures())

    async def somebody_opens_the_cover() -> None:
        emupos.fault_set("cover-open")

    async with EscposConfig(wire=tcp(emupos)).build() as printer:
        with pytest.raises(CoverOpenError):
            await printer.print(A_RECEIPT, name="a", before_last=somebody_opens_the_cover)
        with pytest.raises(CoverOpenError):
            await printer.came_out("a")
        emupos.mend()
        assert await printer.came_out("a")
        assert not await printer.came_out("b")
    (came_out,) = emupos.pictures()[before:]
    assert differing_dots(came_out, draw(A_RECEIPT, 576).whole()) == 0


async def test_what_cannot_be_noted_before_its_last_moment_is_a_piece_at_most(
    emupos: Emupos,
) -> None:
    before = len(emupos.pictures())

    async def the_disk_is_full() -> None:
        raise StorageError

    async with EscposConfig(wire=tcp(emupos)).build() as printer:
        with pytest.raises(StorageError):
            await printer.print(A_RECEIPT, before_last=the_disk_is_full)
        await printer.print(plain("A013"))
    piece, whole = emupos.pictures()[before:]
    with Image.open(piece) as torn:
        assert torn.height <= draw(A_RECEIPT, 576).whole().height - 20, "a line is missing"
    assert differing_dots(whole, draw(plain("A013"), 576).whole()) == 0


@pytest.mark.parametrize("wire", ["serial", "usb"])
async def test_a_printer_left_in_the_middle_of_a_picture_listens_again(
    emupos: Emupos, wire: str
) -> None:
    """The device process was killed between two bytes of a band; the line was not."""
    config = EscposConfig(wire=WIRES[wire](emupos), answer_within_s=1)
    torn = config.wire.connect()
    await torn.open()
    await torn.write(b"\x1b@\x1dv0\x00\x48\x00\x38\x00" + b"\xaa" * 700)
    with pytest.raises(MuteError):
        await Dialogue(torn, answer_within_s=0.3).condition()
    await torn.close()
    async with config.build() as printer:
        assert (await printer.check()).health is Health.READY
        await printer.print(A_RECEIPT)
    assert differing_dots(emupos.pictures()[-1], draw(A_RECEIPT, 576).whole()) == 0


async def test_a_printer_that_goes_away_is_unplugged_and_heals_when_it_is_back(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as emulator:
        printers = [
            EscposConfig(wire=wire(emulator), answer_within_s=2).build() for wire in (tcp, serial)
        ]
        for printer in printers:
            await printer.open()
            assert (await printer.check()).health is Health.READY
    for printer in printers:
        with pytest.raises(UnpluggedError):
            await printer.print(A_RECEIPT)
        with pytest.raises(UnpluggedError):
            await printer.check()
        await printer.close()
        with pytest.raises(UnpluggedError):
            await printer.open()
    with running(tmp_path, port=emulator.port) as emulator:
        for printer in printers:
            async with printer:
                await printer.print(A_RECEIPT)
        assert len(emulator.pictures()) == 2


@pytest.mark.parametrize("wire", WIRES)
async def test_a_printer_unplugged_in_mid_print_is_an_error_and_not_a_receipt(
    tmp_path: Path, wire: str
) -> None:
    with running(tmp_path) as emulator:
        config = EscposConfig(wire=WIRES[wire](emulator))
        unplug = TrippingWire(config.wire.connect(), 3_000, lambda: os.kill(emulator.pid, SIGKILL))
        async with EscposPrinter(config, unplug) as printer:
            with pytest.raises(UnpluggedError):
                await printer.print(A_RECEIPT)
        assert emulator.pictures() == []


async def test_a_serial_port_in_use_is_refused_to_a_second_program(emupos: Emupos) -> None:
    config = EscposConfig(wire=serial(emupos))
    async with config.build():
        with pytest.raises(TakenError):
            await config.build().open()


async def test_narrow_paper_is_drawn_and_printed_narrow(emupos: Emupos) -> None:
    config = EscposConfig(wire=tcp(emupos), paper_dots=384)
    async with config.build() as printer:
        await printer.print(A_RECEIPT)
    assert differing_dots(emupos.pictures()[-1], draw(A_RECEIPT, 384).whole()) == 0


async def test_nothing_listening_is_unplugged() -> None:
    wire = TcpWireConfig(host="127.0.0.1", port=1)
    with pytest.raises(UnpluggedError):
        await EscposConfig(wire=wire).build().open()
