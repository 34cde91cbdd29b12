"""The real process, killed as a power cut does, again and again while kiosks take numbers."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec

from devices.contract.toml import as_toml
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.site import sample_config

KILLS = 8
TICKETS = 200
KIOSKS = 4


@contextlib.asynccontextmanager
async def process(config_file: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    code = "from typer import run; from kiosk.counter.main import main; run(main)"
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "--config", str(config_file)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.send_signal(signal.SIGKILL)
        await started.wait()


async def test_numbers_survive_kill_9_and_never_repeat_or_skip(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    (tmp_path / "counter.toml").write_text(as_toml(config), encoding="utf-8")
    url = f"http://127.0.0.1:{config.http.port}"
    answered: dict[str, str] = {}
    kills = 0

    async def kiosk(name: int, client: httpx.AsyncClient) -> None:
        for at in range(TICKETS // KIOSKS):
            body = {"request": f"r{at}", "kiosk": f"kiosk-{name}", "service": "ho-tich"}
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.post("/api/tickets", json=body)
                    if answer.status_code == 201:
                        break
                await asyncio.sleep(0.05)
            answered[f"{name}/{at}"] = answer.json()["number"]

    async def power_cuts(done: asyncio.Event) -> None:
        nonlocal kills
        while not done.is_set():
            async with process(tmp_path / "counter.toml"):
                before = len(answered)
                enough = TICKETS if kills >= KILLS else before + TICKETS // (KILLS + 2)
                while len(answered) < enough and not done.is_set():
                    await asyncio.sleep(0.005)
            kills += 1

    done = asyncio.Event()
    async with (
        asyncio.timeout(110),
        httpx.AsyncClient(base_url=url, timeout=5) as client,
        asyncio.TaskGroup() as group,
    ):
        cuts = group.create_task(power_cuts(done))
        await asyncio.gather(*(kiosk(name, client) for name in range(KIOSKS)))
        done.set()
        await cuts
    assert kills > KILLS
    assert sorted(answered.values()) == [f"A{serial:03d}" for serial in range(1, TICKETS + 1)]
    with Store(tmp_path / DATABASE) as store:
        entries = store.journal.pending(0, 10_000)
        issued = [msgspec.json.decode(entry.event)["number"] for entry in entries]
        assert sorted(issued) == sorted(answered.values())
        assert [entry.seq for entry in entries] == list(range(1, TICKETS + 1))
