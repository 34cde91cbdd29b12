"""The help desk over HTTP and the bus: who may do what, and what is forgotten."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.contract.clock import Clock, SimulatedClock
from devices.contract.identity import KIOSK, BoxId
from devices.contract.message import RefusedError
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import Ask, asking
from devices.runtime.settings import BusConfig
from devices.web.pin import hash_pin
from tests.counterparts.mosquitto import RealBroker
from tests.vc.example import STARTS_AT
from tests.vc.server.hall import SDP, console, hall_config, running
from vc.messages import AskForHelp, HelpPlace
from vc.server.config import ConferenceConfig, HelpDeskConfig
from vc.server.sessions import LASTS

pytestmark = pytest.mark.real
PIN = "975311"
TOPICS = PartTopics(BoxId("gio-linh-1"), KIOSK)
JPEG = {"Content-Type": "image/jpeg"}


@asynccontextmanager
async def a_desk(
    folder: Path, clock: Clock | None = None
) -> AsyncIterator[tuple[ConferenceConfig, Ask]]:
    """Run a conference server with a help desk; yields what a kiosk asks it with."""
    (folder / "broker").mkdir()
    async with RealBroker(folder / "broker") as broker:
        bus = BusConfig(port=broker.port)
        desk = HelpDeskConfig(pin_hash=hash_pin(PIN), most_waiting=1)
        config = hall_config(folder / "conference", bus=bus, help_desk=desk)
        async with (
            running(config, clock=clock),
            mqtt_bus(bus, "kiosk") as line,
            asking(line, TOPICS.ask_reply, KIOSK) as ask,
        ):
            yield config, ask


@asynccontextmanager
async def an_officer(config: ConferenceConfig) -> AsyncIterator[httpx.AsyncClient]:
    """Sign in and be on duty, as the page does."""
    url = config.public_url
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=20) as client:
        body = {"role": "helper", "pin": PIN, "name": "Trần Thị Bình"}
        assert (await client.post("/api/sign-in", json=body)).status_code == 201
        async with client.stream("GET", "/api/help/live") as duty:
            assert duty.status_code == 200
            yield client


async def desk_of(officer: httpx.AsyncClient) -> dict[str, Any]:
    """Return what a page of the desk begins with."""
    async with officer.stream("GET", "/api/help/live") as live:
        async for line in live.aiter_lines():
            if line.startswith("data: "):
                desk: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return desk
    raise AssertionError


async def called(ask: Ask) -> HelpPlace:
    return await ask(TOPICS.ask, AskForHelp(site="Gio Linh"), within_s=5)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_call_belongs_to_its_kiosk_and_to_who_took_it(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as (config, ask):
        with pytest.raises(RefusedError) as refused:
            await called(ask)
        assert refused.value.refused.code == "help.nobody"
        async with (
            an_officer(config) as officer,
            an_officer(config) as other,
            httpx.AsyncClient(timeout=20) as kiosk,
        ):
            place = await called(ask)
            own, call = bearer(place.token), f"/api/help/{place.call}"
            news = (await kiosk.get(f"{place.url}?seen=0", headers=own)).json()
            assert news["stage"] == "waiting"
            for wrong in ({}, bearer("x" * 24)):
                answer = await kiosk.get(f"{place.url}?seen=0", headers=wrong)
                assert answer.status_code in (401, 403)
            assert (await kiosk.post(f"{config.public_url}{call}/take")).status_code == 401

            taken = await officer.post(f"{call}/take")
            assert taken.status_code == 200
            assert (await other.post(f"{call}/take")).json()["code"] == "help.taken"
            media = f"{config.public_url}{taken.json()['url']}"
            offer = await kiosk.post(media, headers=own | SDP, content="v=0\r\n")
            assert offer.status_code == 403  # the kiosk's token is not the officer's

            assert (
                await kiosk.put(f"{place.url}/form", headers=own | JPEG, content=b"1")
            ).is_success
            assert (await officer.get(f"{call}/form")).content == b"1"
            assert (await other.get(f"{call}/form")).status_code == 404
            assert (await kiosk.delete(f"{place.url}/form?why=photo", headers=own)).is_success
            assert (await officer.get(f"{call}/form")).status_code == 404

            await kiosk.put(f"{place.url}/form", headers=own | JPEG, content=b"2")
            assert (await other.post(f"{call}/end")).status_code == 404
            assert (await officer.post(f"{call}/end")).status_code == 204
            assert (await officer.get(f"{call}/form")).status_code == 404
            over = (await kiosk.get(f"{place.url}?seen=99", headers=own)).json()
            assert (over["stage"], over["why"]) == ("over", "officer")

            again = await called(ask)
            await officer.post(f"/api/help/{again.call}/take")
            url = f"{again.url}?why=lost"
            assert (await kiosk.delete(url, headers=bearer(again.token))).is_success
            ended = (await desk_of(officer))["ended"]
            assert ended == {place.call: "officer", again.call: "lost"}


async def test_what_an_officer_follows_and_his_call_end_with_his_session(tmp_path: Path) -> None:
    clock = SimulatedClock(STARTS_AT)
    async with (
        a_desk(tmp_path, clock) as (config, ask),
        an_officer(config) as officer,
        an_officer(config) as other,
        officer.stream("GET", "/api/help/live") as left,
        other.stream("GET", "/api/help/live") as stays,
    ):
        place = await called(ask)
        assert (await officer.post(f"/api/help/{place.call}/take")).status_code == 200
        follows = asyncio.ensure_future(stays.aread())
        assert (await officer.post("/api/sign-out")).status_code == 204
        async with asyncio.timeout(5):
            await left.aread()
        assert (await desk_of(other))["ended"] == {place.call: "officer"}
        assert not follows.done(), "his colleague's session goes on"
        clock.move(LASTS + timedelta(minutes=1))
        async with asyncio.timeout(10):
            await follows


async def test_news_come_at_once_and_a_full_desk_says_so(tmp_path: Path) -> None:
    async with (
        a_desk(tmp_path) as (config, ask),
        an_officer(config) as officer,
        httpx.AsyncClient(timeout=20) as kiosk,
    ):
        place = await called(ask)
        first = (await kiosk.get(f"{place.url}?seen=0", headers=bearer(place.token))).json()
        waits = asyncio.ensure_future(
            kiosk.get(f"{place.url}?seen={first['revision']}", headers=bearer(place.token))
        )
        again = await called(ask)  # the same kiosk: its call of before is over
        assert (await waits).json()["stage"] == "over"
        other = PartTopics(BoxId("dong-ha-1"), KIOSK)
        async with (
            mqtt_bus(config.bus, "other") as line,
            asking(line, other.ask_reply, KIOSK) as ask_too,
        ):
            with pytest.raises(RefusedError) as refused:
                await ask_too(other.ask, AskForHelp(site="Đông Hà"), within_s=5)
        assert refused.value.refused.code == "help.full"
        assert (await officer.post(f"/api/help/{again.call}/take")).status_code == 200


async def test_the_help_desks_pin_opens_nothing_else(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as (config, _), an_officer(config) as officer:
        for path in ("/api/state", "/api/conferences", "/api/recordings", "/api/live"):
            assert (await officer.get(path)).status_code == 403, path
        act = {"type": "mute_all"}
        assert (await officer.post("/api/acts", json=act)).status_code == 403
        async with console(config, "operator") as operator:
            assert (await operator.get("/api/conferences")).status_code == 200
