"""A conference server under test: the example plan, on a free port, with the engine's twin."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.contract.clock import Clock
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from devices.web.pin import hash_pin
from tests.vc.example import example_plan
from vc.engine.simulated import SimulatedEngine
from vc.server import main
from vc.server.config import ConferenceConfig, HttpConfig, RecordingConfig, SimulatedConfig
from vc.server.plans import PlansFile
from vc.state import ConferencePlan, ConferenceState

CHAIR_PIN, OPERATOR_PIN = "135790", "246813"
_HASHES = {"chair_pin_hash": hash_pin(CHAIR_PIN), "operator_pin_hash": hash_pin(OPERATOR_PIN)}
PLAN = msgspec.structs.replace(example_plan(), starts_at=datetime.now(UTC) + timedelta(hours=5))
"""Announced to its rooms and not due while the tests run: the server goes by the real clock."""
SDP = {"Content-Type": "application/sdp"}
OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:0123456789abcdef0123456789\r\na=fingerprint:sha-256 "
    + ":".join(["AB"] * 32)
    + "\r\na=setup:actpass\r\na=rtcp-mux\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:0123456789abcdef0123456789\r\na=fingerprint:sha-256 "
    + ":".join(["AB"] * 32)
    + "\r\na=setup:actpass\r\na=rtcp-mux\r\na=sendrecv\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n"
)


def hall_config(
    state_dir: Path, plans: tuple[ConferencePlan, ...] = (PLAN,), **changes: Any
) -> ConferenceConfig:
    """Return a configuration with these plans, a free port and no broker."""
    port = free_port()
    state_dir.mkdir(parents=True, exist_ok=True)
    seeds = state_dir / "plans.json"
    seeds.write_bytes(msgspec.json.encode(PlansFile(plans=plans, templates=(PLAN,))))
    return ConferenceConfig(
        **{
            "box": "province-vc",
            "state_dir": str(state_dir),
            "http": HttpConfig(port=port),
            "public_url": f"http://127.0.0.1:{port}",
            "bus": BusConfig(port=free_port()),
            "engine": SimulatedConfig(),
            "plans_file": str(seeds),
            "recordings": RecordingConfig(min_free_mb=0),
            **_HASHES,
            **changes,
        }
    )


@asynccontextmanager
async def running(
    config: ConferenceConfig,
    engine: SimulatedEngine | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Run the whole conference server in this loop; yields a client of it without a session."""
    ready = asyncio.Event()
    serve = main.build(config, clock, engine)
    async with (
        alongside(serve(ready.set), name="conference"),
        httpx.AsyncClient(base_url=config.public_url, timeout=20) as client,
    ):
        async with asyncio.timeout(20):
            await ready.wait()
        yield client


@asynccontextmanager
async def console(
    config: ConferenceConfig, role: str = "chair", *, trust: ssl.SSLContext | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Sign in at the chair's or the operator's console, as a browser does."""
    url = config.public_url
    pin = {"chair": CHAIR_PIN, "operator": OPERATOR_PIN}[role]
    async with httpx.AsyncClient(
        base_url=url, headers={"Origin": url}, timeout=20, verify=trust or True
    ) as client:
        body = {"role": role, "pin": pin, "name": "Trần Thị Bình"}
        answer = await client.post("/api/sign-in", json=body)
        assert answer.status_code == 201, answer.text
        yield client


async def open_plan(client: httpx.AsyncClient, conference: str = PLAN.id) -> None:
    answer = await client.post(f"/api/conferences/{conference}/open")
    assert answer.status_code == 200, answer.text


async def act(client: httpx.AsyncClient, kind: str, **fields: Any) -> httpx.Response:
    return await client.post("/api/acts", json={"type": kind, **fields})


async def done(client: httpx.AsyncClient, kind: str, **fields: Any) -> None:
    answer = await act(client, kind, **fields)
    assert answer.status_code == 200, answer.text


async def state_of(client: httpx.AsyncClient) -> ConferenceState:
    answer = await client.get("/api/state")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ConferenceState)


async def state_where(client: httpx.AsyncClient, holds: Any, what: str) -> ConferenceState:
    """Return the first state for which it holds, within 10 s."""
    async with asyncio.timeout(10):
        while not holds(state := await state_of(client)):
            await asyncio.sleep(0.02)
    del what
    return state
