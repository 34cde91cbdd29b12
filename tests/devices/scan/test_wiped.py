"""Nothing of a scanned page is left anywhere: after the wipe, an end in order, and a kill."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from io import BufferedReader
from pathlib import Path

import pytest

from devices.camera.specimen_paper import Specimen
from devices.contract.message import Health
from devices.contract.toml import as_toml
from devices.messages import Kind
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from devices.scan.messages import CapturePage, FinishScan, PreviewPage, WipeScan
from tests.counterparts.mosquitto import RealBroker
from tests.devices.boxes import BOX, User, user_on
from tests.devices.scan.places import SCAN, Desk, files, in_memory

pytestmark = pytest.mark.real

_RUN = "import typer; from devices.main import main; typer.run(main)"
_END_S = 15
_SLICE = 48


class Box:
    """`motcua devices` that scans into memory, everything else of it below one folder."""

    def __init__(self, root: Path, scans: Path, port: int) -> None:
        self.desk = Desk(root)
        self.root = root
        self.scans = scans
        self.log = root / "log"
        self._config = root / "box.toml"
        self._config.write_text(
            f'box = "{BOX}"\nstate_dir = "{root}/state"\nlog_level = "debug"\n'
            f'bus = {{ port = {port} }}\n[scans]\nfolder = "{scans}"\n[camera]\n'
            + as_toml(self.desk.camera)
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _RUN, "--config", str(self._config)), stderr=log
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def scan(self, user: User) -> "Scanned":
        """Scan a page, bind it, and return what one would look for."""
        await user.sees(Kind.CAMERA, Health.READY)
        self.desk.lay(Specimen.CERTIFICATE)
        async with asyncio.timeout(20):
            while not (await user.ask(PreviewPage(scan=SCAN))).found:
                pass
        await user.ask(CapturePage(scan=SCAN))
        await user.ask(FinishScan(scan=SCAN))
        self.desk.clear()
        return Scanned(self.scans)


class Scanned:
    """The bytes of a scan's files, and the files themselves held open, as the memory has them."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self.slices: set[bytes] = set()
        self.held: list[BufferedReader] = []
        for name in files(folder):
            data = (folder / name).read_bytes()
            self.held.append(self._stack.enter_context((folder / name).open("rb")))
            starts = range(len(data) // 4, len(data) - _SLICE, max(1, len(data) // 40))
            self.slices |= {data[at : at + _SLICE] for at in starts}
        self.slices = {each for each in self.slices if len(set(each)) > 16}

    def found_below(self, *folders: Path) -> list[str]:
        """Return the files in which anything of the scan is."""
        return [
            str(path)
            for path in everything(*folders)
            if (data := path.read_bytes()) and any(each in data for each in self.slices)
        ]

    def is_zeros(self) -> bool:
        with self._stack:
            return all(not file.read().strip(b"\0") for file in self.held)


def everything(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


@asynccontextmanager
async def a_box(root: Path) -> AsyncIterator[tuple[Box, User]]:
    (root / "broker").mkdir()
    with in_memory() as scans:
        async with (
            RealBroker(root / "broker") as broker,
            mqtt_bus(BusConfig(port=broker.port), "user") as bus,
            user_on(bus) as user,
        ):
            yield Box(root, scans, broker.port), user


async def test_after_the_wipe_nothing_is_found_in_memory_files_and_logs(tmp_path: Path) -> None:
    async with a_box(tmp_path) as (box, user), box.running():
        scanned = await box.scan(user)
        assert len(scanned.slices) > 60
        assert len(scanned.found_below(box.scans)) == 4, "the negative control: it was all there"
        assert scanned.found_below(tmp_path) == [], "never on the disk, not even meanwhile"
        await user.ask(WipeScan(scan=SCAN))
        assert scanned.is_zeros()
        assert scanned.found_below(box.scans, tmp_path) == []
        assert files(box.scans) == []
        assert box.log.stat().st_size > 0
        assert SCAN not in box.log.read_text()


async def test_told_to_end_in_the_middle_of_a_scan_it_wipes_first(tmp_path: Path) -> None:
    async with a_box(tmp_path) as (box, user), box.running() as process:
        scanned = await box.scan(user)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_END_S):
            assert await process.wait() == 0
        assert scanned.is_zeros()
        assert files(box.scans) == []


async def test_killed_in_the_middle_of_a_scan_the_next_start_wipes(tmp_path: Path) -> None:
    async with a_box(tmp_path) as (box, user):
        async with box.running() as process:
            scanned = await box.scan(user)
            process.kill()
            await process.wait()
        assert len(scanned.found_below(box.scans)) == 4, "the negative control: it was left there"
        async with box.running():
            seen = len(user.statuses)
            async with asyncio.timeout(_END_S):
                while len(user.statuses) == seen:
                    await asyncio.sleep(0.02)
            await user.sees(Kind.CAMERA, Health.READY)
            assert scanned.is_zeros()
            assert files(box.scans) == []
