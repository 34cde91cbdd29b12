"""What is scanned reaches the box as what it is (ID-1), and is written down nowhere (PRI-2)."""

import os
import tty
from pathlib import Path
from typing import Self

import structlog

from devices.camera.simulated import SimulatedCameraConfig
from devices.contract.message import Health, encode
from devices.host import Equipment
from devices.hosted import DEFAULT_LIMITS, Fitted
from devices.messages import Kind, ScanKind
from devices.scanner.camera import CameraScannerConfig
from devices.scanner.serial import SerialScannerConfig
from devices.scanner.simulated import SimulatedScannerConfig
from devices.scanner.specimen import write_photograph
from devices.scanner.specimen_card import HOA, card_text
from tests.devices.boxes import box_in_memory


class SerialPort:
    """A serial port whose other end is a pseudo terminal; `path` stays, as by-id names do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends: tuple[int, ...] = ()

    def plug_in(self) -> None:
        ends = os.openpty()
        tty.setraw(ends[1])
        self._ends = ends
        self.path.symlink_to(os.ttyname(ends[1]))

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = ()

    def scan(self, text: str) -> None:
        os.write(self._ends[0], f"{text}\r\n".encode())

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()


async def test_a_serial_scanner_pulled_out_and_put_back_heals_by_itself(tmp_path: Path) -> None:
    port = SerialPort(tmp_path / "scanner")
    scanner = SerialScannerConfig(path=str(port.path)).build()
    equipment = Equipment(scanner=Fitted(scanner, "serial"))
    with port:
        async with box_in_memory(equipment, tmp_path) as user:
            await user.sees(Kind.SCANNER, Health.READY)
            port.scan("TAM-GL-261122-0007")
            await user.reads(scans=1)
            for times in (2, 3):
                port.unplug()
                await user.sees(Kind.SCANNER, Health.FAULT, "device.unplugged")
                port.plug_in()
                await user.sees(Kind.SCANNER, Health.READY)
                port.scan("TAM-GL-261122-0007")
                await user.reads(scans=times)
        assert {scan.kind for scan in user.scans} == {ScanKind.LOCAL_DOSSIER}


async def test_a_scanner_that_was_never_there_is_a_fault_and_is_found(tmp_path: Path) -> None:
    port = SerialPort(tmp_path / "scanner")
    scanner = SerialScannerConfig(path=str(port.path)).build()
    async with box_in_memory(Equipment(scanner=Fitted(scanner, "serial")), tmp_path) as user:
        await user.sees(Kind.SCANNER, Health.FAULT, "device.unplugged")
        with port:
            await user.sees(Kind.SCANNER, Health.READY)
            port.scan("https://example.vn")
            await user.reads(scans=1)


async def test_a_card_reaches_the_box_as_its_fields_and_is_written_down_nowhere(
    tmp_path: Path,
) -> None:
    inbox, faults = tmp_path / "inbox", tmp_path / "faults"
    config = SimulatedScannerConfig(inbox=str(inbox), faults_file=str(faults))
    equipment = Equipment(scanner=Fitted(config.build(), "simulated"))
    (tmp_path / "state").mkdir()
    with structlog.testing.capture_logs() as logs:
        async with box_in_memory(equipment, tmp_path / "state") as user:
            inbox.write_text(card_text(HOA) + "\n", encoding="utf-8")
            await user.reads(scans=1)
            faults.write_text("unplugged")
            await user.sees(Kind.SCANNER, Health.FAULT, "device.unplugged")
            faults.unlink()
            await user.sees(Kind.SCANNER, Health.READY)
    assert user.scans[0].card is not None
    assert user.scans[0].card.number == HOA.number
    told = b"".join(encode(status) for status in user.statuses).decode() + str(logs)
    assert logs, "there was something to log"
    for private in (HOA.number, HOA.name, HOA.address):
        assert private not in told
    assert not list((tmp_path / "state").iterdir())


async def test_a_photograph_of_a_card_at_the_camera_reaches_the_box_as_its_seven_fields(
    tmp_path: Path,
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    camera = SimulatedCameraConfig(folder=str(desk))
    scanner = CameraScannerConfig(camera=camera).build()
    equipment = Equipment(scanner=Fitted(scanner, "camera"))
    async with box_in_memory(equipment, tmp_path, limits=DEFAULT_LIMITS) as user:
        await user.sees(Kind.SCANNER, Health.READY)
        write_photograph(desk / "card.png", seed=1)
        await user.reads(scans=1)
    assert user.scans[0].kind is ScanKind.IDENTITY_CARD
    assert user.scans[0].card == HOA
