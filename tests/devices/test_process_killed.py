"""The device process as systemd runs it: killed in mid-print, and ended in order."""

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.contract.message import Health
from devices.messages import Kind, PrintReceipt
from devices.receipt import Receipt, Text
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
from tests.devices.boxes import BOX, User, user_on
from tests.waiting import until

pytestmark = pytest.mark.real

_RUN = "import typer; from devices.main import main; typer.run(main)"
_END_S = 10


class DeviceProcess:
    """`motcua devices` with a slow simulated printer."""

    def __init__(self, folder: Path, port: int) -> None:
        self.paper = folder / "paper"
        self._config = folder / "box.toml"
        self._config.write_text(
            f'box = "{BOX}"\nstate_dir = "{folder}/state"\nbus = {{ port = {port} }}\n'
            f'[printer]\ndriver = "simulated"\nfolder = "{self.paper}"\nprint_s = 1.0\n'
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _RUN, "--config", str(self._config)),
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def receipts(self) -> int:
        return len(list(self.paper.glob("*.png")))


@asynccontextmanager
async def a_box(folder: Path) -> AsyncIterator[tuple[DeviceProcess, User]]:
    (folder / "broker").mkdir()
    async with (
        RealBroker(folder / "broker") as broker,
        mqtt_bus(BusConfig(port=broker.port), "user") as bus,
        user_on(bus) as user,
    ):
        yield DeviceProcess(folder, broker.port), user


def job(name: str) -> PrintReceipt:
    return PrintReceipt(job=name, receipt=Receipt(blocks=(Text(text=name),)))


async def test_killed_in_mid_print_it_loses_no_receipt_and_doubles_none(tmp_path: Path) -> None:
    async with a_box(tmp_path) as (box, user):
        async with box.running() as process:
            await user.sees(Kind.PRINTER, Health.READY)
            await user.ask(job("j1"))
            asked = asyncio.ensure_future(user.ask(job("j2"), within_s=60))
            await until(lambda: begun(tmp_path / "state") == 2, "the second job is begun")
            process.kill()
            await process.wait()
        assert box.receipts() == 1
        async with box.running():
            assert not (await asked).already, "the same question, answered by the new process"
            assert (await user.ask(job("j1"))).already
            assert (await user.ask(job("j2"))).already
        assert box.receipts() == 2


async def test_told_to_end_it_ends_in_order(tmp_path: Path) -> None:
    async with a_box(tmp_path) as (box, user), box.running() as process:
        await user.sees(Kind.PRINTER, Health.READY)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_END_S):
            assert await process.wait() == 0


def begun(state: Path) -> int:
    """Return how many jobs the book holds, read beside its owner."""
    uri = f"file:{state}/print-jobs.sqlite?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as book:
        return int(book.execute("SELECT COUNT(*) FROM job").fetchone()[0])
