"""The controller as a process: killed over and over, it loses and doubles nothing."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.by import By

from devices.contract.message import Health
from devices.runtime.ports import free_port
from devices.runtime.process import load
from provisioning.controller.config import ControllerConfig
from tests.counterparts.chromium import chromium
from tests.counterparts.chromium import until as seen
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.box import box_on
from tests.provisioning.controller.saying import issued
from tests.provisioning.controller.signing_in import enter, signed_in, with_administrator
from tests.waiting import until

pytestmark = pytest.mark.real
MOTCUA = str(Path(sys.executable).with_name("motcua"))
KILLS = 5
SHORT_PATIENCE = """
const at = AbortSignal.timeout.bind(AbortSignal)
AbortSignal.timeout = () => at(1500)
"""
"""A page waits 10 s for an answer."""


def written(directory: Path, port: int, http: int, *, broker: str = "use") -> Path:
    path = directory / "controller.toml"
    path.write_text(
        f'state_dir = "{directory}/state"\n'
        f'broker.mode = "{broker}"\n'
        f"bus.port = {port}\nhttp.port = {http}\n"
    )
    return path


@asynccontextmanager
async def controller(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        MOTCUA, "controller", "--config", config, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 15)


def stored(directory: Path) -> list[int]:
    path = directory / "state" / "controller.sqlite3"
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            return [seq for (seq,) in db.execute("SELECT seq FROM event ORDER BY id")]
        except sqlite3.OperationalError:  # its tables are being made
            return []


async def answers(http: int) -> None:
    """Ask anything: whoever is not signed in is told so."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{http}/api/summary")
        assert answer.status_code == 401


async def in_service(http: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await answers(http)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


async def test_no_event_is_lost_or_doubled_when_the_controller_is_killed_over_and_over(
    tmp_path: Path,
) -> None:
    http, told = free_port(), 0
    async with RealBroker(tmp_path / "broker") as broker:
        config = written(tmp_path, broker.port, http)
        async with box_on(broker.port, tmp_path) as box:
            for _ in range(KILLS):
                async with controller(config) as process:
                    before = len(stored(tmp_path))
                    while len(stored(tmp_path)) < before + 100:
                        for _ in range(4):
                            told += 1
                            box.tell(issued(told))
                        await asyncio.sleep(0.02)
                    os.kill(process.pid, signal.SIGKILL)
            async with controller(config):
                await until(lambda: box.journal.waiting() == 0, "the journal empty", within_s=30)
    assert stored(tmp_path) == list(range(1, told + 1))


async def test_it_starts_its_own_broker_and_ends_in_order(tmp_path: Path) -> None:
    port, http = free_port(), free_port()
    config = written(tmp_path, port, http, broker="start")
    with_administrator(load(config, ControllerConfig))
    async with controller(config) as process:
        await in_service(http)
        async with (
            box_on(port, tmp_path) as box,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{http}", timeout=20) as page,
            asyncio.timeout(20),
        ):
            await signed_in(page)
            box.printer(Health.FAULT, "printer.out_of_paper")
            while (await page.get("/api/summary")).json()["faults"] != 1:
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 15) == 0
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_broker_it_started_ends_with_it_even_when_it_is_killed(tmp_path: Path) -> None:
    port, http = free_port(), free_port()
    config = written(tmp_path, port, http, broker="start")
    for _ in range(2):  # and the next start finds the port free
        async with controller(config) as process:
            await in_service(http)
            async with box_on(port, tmp_path) as box:
                await box.bus.wait_connected()
            process.kill()


async def test_a_page_of_a_controller_that_answers_nothing_says_that_it_may_be_old(
    tmp_path: Path,
) -> None:
    """The line is up and the stream open: only what is not answered tells."""
    port, http = free_port(), free_port()
    config = written(tmp_path, port, http, broker="start")
    with_administrator(load(config, ControllerConfig))
    async with controller(config) as process:
        await in_service(http)
        with chromium(tmp_path / "profile") as page:
            await asyncio.to_thread(enter, page, f"http://127.0.0.1:{http}/")
            up = partial(page.find_elements, By.CSS_SELECTOR, "#line.up")
            await asyncio.to_thread(partial(seen, up, "up"))
            page.execute_script(SHORT_PATIENCE)
            process.send_signal(signal.SIGSTOP)
            try:
                page.execute_script("refresh()")  # as every 15 s
                down = partial(page.find_elements, By.CSS_SELECTOR, "#line.down")
                await asyncio.to_thread(partial(seen, down, "down", within_s=40))
            finally:
                process.send_signal(signal.SIGCONT)
            page.execute_script("refresh()")  # its next turn
            await asyncio.to_thread(partial(seen, up, "up again", within_s=40))


async def test_a_bad_configuration_is_named_key_by_key(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('store = "oracle://x"\nbatch = 0\n[http]\nport = 99999\n')
    process = await asyncio.create_subprocess_exec(
        MOTCUA, "controller", "--config", path, "--check", stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    assert process.returncode == 78
    assert all(key in errors.decode() for key in ("store:", "batch:", "http.port:"))
