"""The real counter server, killed between taking feedback and handing it on."""

import asyncio
import contextlib
from pathlib import Path

import httpx

from devices.contract.toml import as_toml
from kiosk.register.simulated import simulated
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.feedback import events, there, wish
from tests.kiosk.counter.site import sample_config
from tests.kiosk.counter.test_killed import process

KILLS = 4
HANDED_IN = 12


async def test_feedback_survives_kill_9_and_arrives_once(tmp_path: Path) -> None:
    """The system loses answers too, so that a kill may fall after it has it."""
    async with simulated(tmp_path / "register") as register:
        systems = systems_of(register, tmp_path)
        config = sample_config(tmp_path / "counter", back_office=systems)
        file = tmp_path / "counter.toml"
        file.write_text(as_toml(config), encoding="utf-8")
        url = f"http://127.0.0.1:{config.http.port}"
        register.faults.only, register.faults.lost = "/open311/v2/requests.", HANDED_IN
        codes: dict[int, str] = {}

        async def kiosk(client: httpx.AsyncClient) -> None:
            for at in range(HANDED_IN):
                while at not in codes:
                    with contextlib.suppress(httpx.HTTPError):
                        told = wish(f"r{at}", text=f"Phản ánh số {at}")
                        answer = await client.post("/api/feedback", json=told)
                        codes[at] = answer.json()["code"]
                        continue
                    await asyncio.sleep(0.05)

        async with (
            asyncio.timeout(100),
            httpx.AsyncClient(base_url=url, timeout=5) as client,
            httpx.AsyncClient(base_url=register.url, timeout=5) as api,
            asyncio.TaskGroup() as group,
        ):
            handing_in = group.create_task(kiosk(client))
            for kill in range(KILLS):
                async with process(file):
                    while len(codes) < (kill + 1) * HANDED_IN // KILLS:
                        await asyncio.sleep(0.005)
            await handing_in
            register.faults.lost = 0
            async with process(file):
                while len(await there(api)) < HANDED_IN:
                    await asyncio.sleep(0.1)
            texts = [one["description"] for one in await there(api)]
    assert sorted(texts) == sorted(f"Phản ánh số {at}" for at in range(HANDED_IN))
    assert len(set(codes.values())) == HANDED_IN
    told = [one["feedback"] for one in events(tmp_path / "counter")]
    assert len(told) == len(set(told)) == HANDED_IN
