"""The technician sees a conference's trouble in the province's overview, site by site."""

import asyncio
from pathlib import Path

import httpx
import pytest

from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from provisioning.controller.config import ControllerConfig, HttpConfig
from provisioning.controller.main import build
from tests.counterparts.mosquitto import RealBroker
from tests.provisioning.controller.signing_in import (
    QUICK_ACCOUNTS,
    signed_in,
    with_administrator,
)
from tests.vc.server.hall import console, done, hall_config, open_plan, running

pytestmark = pytest.mark.real
WITHIN_S = 30
SITE = "Thành phố Đông Hà"


async def reads(overview: httpx.AsyncClient, path: str, *words: str) -> str:
    """Return the page once it holds these words."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            page = (await overview.get(path)).text
            if all(word in page for word in words):
                return page
            await asyncio.sleep(0.1)


async def test_a_site_that_is_missed_is_named_in_the_overview_in_both_languages(
    tmp_path: Path,
) -> None:
    async with RealBroker(tmp_path / "broker") as broker:
        bus = BusConfig(port=broker.port)
        hall = hall_config(tmp_path / "conference", bus=bus, status_every_s=0.5)
        afar = ControllerConfig(
            state_dir=str(tmp_path / "controller"),
            bus=bus,
            http=HttpConfig(port=free_port()),
            accounts=QUICK_ACCOUNTS,
        )
        await asyncio.to_thread(with_administrator, afar)
        ready = asyncio.Event()
        async with (
            alongside(build(afar)(ready.set), name="controller"),
            running(hall),
            console(hall) as chair,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{afar.http.port}") as overview,
        ):
            await asyncio.wait_for(ready.wait(), WITHIN_S)
            await signed_in(overview)
            await open_plan(chair)
            await reads(overview, "/", hall.box)
            before = await reads(overview, f"/boxes/{hall.box}?lang=vi", "Máy chủ hội nghị")
            assert SITE not in before, "before the meeting nobody is missed"
            await done(chair, "start_meeting")
            await reads(overview, "/?lang=vi", SITE, "Mất kết nối")
            await reads(overview, f"/boxes/{hall.box}?lang=en", SITE, "Disconnected")
            await done(chair, "end_meeting")
            async with asyncio.timeout(WITHIN_S):
                while SITE in (await overview.get("/")).text:
                    await asyncio.sleep(0.1)
