"""The real counter server, killed at each step of drafts: none lost, none twice, none left over."""

import asyncio
import contextlib
from pathlib import Path

import httpx

from devices.contract.toml import as_toml
from kiosk.counter.drafts.room import FOLDER
from kiosk.register.simulated import simulated
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.drafting import drafts_config, in_memory, listed, new_request, put
from tests.kiosk.counter.site import officer, sample_config
from tests.kiosk.counter.test_drafts import dossiers, found
from tests.kiosk.counter.test_killed import process

DRAFTS = 2
_DOWN = (httpx.HTTPError, AssertionError)  # an answer of a server that is going down is none


class Morning:
    """A kiosk, an officer, and power cuts; each at its own pace."""

    def __init__(self, config_file: Path, client: httpx.AsyncClient) -> None:
        self.config_file = config_file
        self.client = client
        self.sent: set[str] = set()
        self.accepted: set[str] = set()
        self.kills = 0
        self.done = False

    async def kiosk(self) -> None:
        for _ in range(DRAFTS):
            request = new_request()
            while True:
                with contextlib.suppress(*_DOWN):
                    answer = await put(self.client, request)
                    if answer.status_code == 200:
                        self.sent.add(answer.json()["local_code"])
                        break
                await asyncio.sleep(0.02)

    async def console(self) -> None:
        while len(self.accepted) < DRAFTS:
            with contextlib.suppress(*_DOWN):
                async with officer(self.client, "1") as desk:
                    for one in (await listed(desk)).waiting:
                        await desk.post("/api/officer/drafts/accept", json={"draft": one.id})
                    self.accepted |= {row.local_code for row in (await listed(desk)).accepted}
            await asyncio.sleep(0.02)

    async def power_cuts(self) -> None:
        """Kill the server at once after each thing that was answered."""
        while not self.done:
            async with process(self.config_file):
                before = len(self.sent) + len(self.accepted)
                while len(self.sent) + len(self.accepted) == before and not self.done:
                    await asyncio.sleep(0.005)
            self.kills += 1

    async def work(self) -> None:
        async with asyncio.TaskGroup() as group:
            cuts = group.create_task(self.power_cuts())
            await asyncio.gather(self.kiosk(), self.console())
            self.done = True
            await cuts


async def test_a_draft_is_accepted_once_though_the_server_is_killed_at_every_step(
    tmp_path: Path,
) -> None:
    folder, config_file = tmp_path / "counter", tmp_path / "counter.toml"
    folder.mkdir()
    async with asyncio.timeout(110), simulated(tmp_path / "register") as register:
        with in_memory() as memory:
            office = systems_of(register, tmp_path)
            config = sample_config(folder, back_office=office, drafts=drafts_config(memory))
            config_file.write_text(as_toml(config), encoding="utf-8")
            url = f"http://127.0.0.1:{config.http.port}"
            async with httpx.AsyncClient(base_url=url, timeout=5) as client:
                morning = Morning(config_file, client)
                await morning.work()
            async with process(config_file):
                while {local for _, local in dossiers(tmp_path / "register")} != morning.sent:
                    await asyncio.sleep(0.05)
        assert morning.kills > DRAFTS
        assert morning.accepted == morning.sent
        assert len(dossiers(tmp_path / "register")) == DRAFTS
        assert list((folder / FOLDER).iterdir()) == []
        assert found(folder) == set()
