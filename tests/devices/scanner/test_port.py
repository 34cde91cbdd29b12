"""What every scanner owes, over real ttys, the camera path and the twin."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract.errors import DeviceError, UnpluggedError
from devices.contract.message import Health
from devices.scanner.port import Scanner
from tests.devices.scanner.rigs import RIGS, FileRig, Rig, SerialRig
from tests.devices.scanner.test_cccd import HOA

WITHIN_S = 10.0


@pytest.fixture(params=RIGS, ids=lambda rig: rig.__name__)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made: Rig = request.param(tmp_path)
    yield made
    made.clear()


async def scanned(scanner: Scanner, count: int = 1) -> list[str]:
    """Return the next scans, within 10 s."""
    texts: list[str] = []
    async with asyncio.timeout(WITHIN_S):
        async for text in scanner.scans():
            texts.append(text)
            if len(texts) == count:
                return texts
    raise AssertionError("the stream ended by itself")


async def test_a_card_arrives_byte_for_byte(rig: Rig) -> None:
    """ID-6."""
    async with rig.scanner:
        rig.present(HOA)
        assert await scanned(rig.scanner) == [HOA]


async def test_scans_come_in_their_order(rig: Rig) -> None:
    async with rig.scanner:
        for text in ("H49.22-261121-0042", "https://a.vn/ữ", HOA):
            rig.present(text)
        expected = ["H49.22-261121-0042", "https://a.vn/ữ", HOA]
        assert await scanned(rig.scanner, 3) == expected


async def test_a_ready_scanner_says_so_and_passes_its_test(rig: Rig) -> None:
    async with rig.scanner:
        assert (await rig.scanner.check()).health is Health.READY
        assert (await rig.scanner.self_test()).passed


async def test_pulling_the_plug_ends_the_stream_by_name(rig: Rig) -> None:
    async with rig.scanner:
        reading = asyncio.create_task(scanned(rig.scanner))
        await asyncio.sleep(0)
        rig.unplug()
        with pytest.raises(UnpluggedError):
            await reading
        with pytest.raises(UnpluggedError):
            await rig.scanner.check()


async def test_a_scanner_that_is_not_there_does_not_open(rig: Rig) -> None:
    rig.unplug()
    with pytest.raises(UnpluggedError):
        await rig.scanner.open()


async def test_plugged_in_again_it_works_under_the_same_path(rig: Rig) -> None:
    async with rig.scanner:
        rig.unplug()
        with pytest.raises(UnpluggedError):
            await scanned(rig.scanner)
    rig.plug()
    async with rig.scanner:
        rig.present(HOA)
        assert await scanned(rig.scanner) == [HOA]


async def test_closing_twice_is_no_matter(rig: Rig) -> None:
    await rig.scanner.open()
    await rig.scanner.close()
    await rig.scanner.close()


@pytest.fixture
def serial(tmp_path: Path) -> Iterator[SerialRig]:
    made = SerialRig(tmp_path)
    yield made
    made.clear()


async def test_a_scanner_without_line_end_is_read_when_it_falls_silent(serial: SerialRig) -> None:
    async with serial.scanner:
        serial.send(HOA.encode())
        assert await scanned(serial.scanner) == [HOA]


async def test_garbage_on_the_line_is_a_warning_until_the_next_good_scan(serial: SerialRig) -> None:
    async with serial.scanner:
        serial.send(b"\xff\xfe\x81\r\n")
        serial.present("a")
        serial.send(b"\xff\xc3\r\n")
        assert await scanned(serial.scanner) == ["a"]
        async with asyncio.timeout(WITHIN_S):
            while (await serial.scanner.check()).code != "scanner.garbled":
                await asyncio.sleep(0.01)
        serial.present("b")
        assert await scanned(serial.scanner) == ["b"]
        assert (await serial.scanner.check()).health is Health.READY


async def test_a_port_that_is_taken_does_not_open(serial: SerialRig) -> None:
    other = serial.config.build()
    async with serial.scanner:
        with pytest.raises(UnpluggedError):
            await other.open()
    async with other:
        assert (await other.check()).health is Health.READY


async def test_more_scans_than_anyone_reads_drop_the_oldest(serial: SerialRig) -> None:
    async with serial.scanner:
        for number in range(20):
            serial.present(f"n{number}")
        async with asyncio.timeout(WITHIN_S):
            while (await serial.scanner.check()).facts["dropped_scans"] != 4:
                await asyncio.sleep(0.01)
        assert (await scanned(serial.scanner, 16))[0] == "n4"


async def test_a_twin_on_order_garbles_diacritics(tmp_path: Path) -> None:
    """ID-6: as a scanner in the wrong mode does."""
    rig = FileRig(tmp_path)
    rig.faults.write_text("garbled")
    async with rig.scanner:
        rig.present(HOA)
        rig.present("plain")
        assert await scanned(rig.scanner) == ["plain"]


async def test_a_twin_reads_an_inbox_that_was_begun_anew(tmp_path: Path) -> None:
    rig = FileRig(tmp_path)
    rig.present("of yesterday")
    async with rig.scanner:
        rig.inbox.unlink()
        rig.present("a")
        assert await scanned(rig.scanner) == ["a"]


async def test_a_fault_nobody_knows_is_named(tmp_path: Path) -> None:
    rig = FileRig(tmp_path)
    rig.faults.write_text("tired")
    with pytest.raises(DeviceError, match="tired"):
        await rig.scanner.open()
