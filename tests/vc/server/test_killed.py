"""The real process, killed as a power cut does, while people act: nothing told is lost."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from devices.contract.toml import as_toml
from tests.vc.server.hall import OPERATOR_PIN, PLAN, hall_config
from vc.server.conference.facts import CheckedIn
from vc.server.main import DATABASE
from vc.server.store import Store

KILLS = 4
SPEECHES = 60


@contextlib.asynccontextmanager
async def process(config_file: Path) -> AsyncIterator[None]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "provisioning.cli", "conference", "--config", str(config_file)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.send_signal(signal.SIGKILL)
        await started.wait()


async def test_what_was_answered_is_there_after_kill_9(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    (tmp_path / "conference.toml").write_text(as_toml(config), encoding="utf-8")
    answered: list[str] = []

    async def operator(client: httpx.AsyncClient) -> None:
        await persist(client, "/api/sign-in", {"role": "operator", "pin": OPERATOR_PIN}, 201)
        await persist(client, f"/api/conferences/{PLAN.id}/open", {}, 200)
        delegates = [one.id for site in PLAN.sites for one in site.delegates]
        for at in range(SPEECHES):
            act = {"type": "check_in", "delegate": delegates[at % 20], "present": at % 40 < 20}
            await persist(client, "/api/acts", act, 200)
            answered.append(f"{act['delegate']} {act['present']}")

    async def persist(client: httpx.AsyncClient, path: str, body: object, status: int) -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.post(path, json=body)
                if answer.status_code == status:
                    return
                assert answer.status_code in (429, 503), answer.text
            await asyncio.sleep(0.05)

    async def power_cuts(done: asyncio.Event) -> None:
        for kill in range(KILLS + 1):
            async with process(tmp_path / "conference.toml"):
                enough = SPEECHES * (kill + 1) / (KILLS + 1)
                while len(answered) < enough and not done.is_set():
                    await asyncio.sleep(0.005)

    done = asyncio.Event()
    headers = {"Origin": config.public_url}
    async with (
        asyncio.timeout(110),
        httpx.AsyncClient(base_url=config.public_url, headers=headers, timeout=5) as client,
        asyncio.TaskGroup() as group,
    ):
        cuts = group.create_task(power_cuts(done))
        await operator(client)
        done.set()
        await cuts
    with Store(tmp_path / DATABASE) as store:
        state = store.open_state()
        facts = store.facts(PLAN.id)
    assert state is not None
    last = dict(one.split() for one in answered)
    assert {one.delegate: str(one.present) for one in state.attendance} == last
    told = [f"{one.delegate} {one.present}" for one in facts if isinstance(one, CheckedIn)]
    assert told == answered, "a fact was lost, or is there twice"
