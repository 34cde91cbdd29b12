"""The agent as a process: killed anywhere, and with a clock that is years off."""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from provisioning.agent.clock import SimulatedTimeConfig
from provisioning.agent.config import AgentConfig, GateConfig, ScreenConfig, SerialFixedConfig
from provisioning.agent.identity import Identity, IdentityStore
from tests.provisioning.agent.process import agent_process, faked
from tests.provisioning.agent.province import Province, province
from tests.waiting import until

pytestmark = pytest.mark.real
SERIAL = "10000000abcdef02"
STEPS = (
    "1/key.pem",
    "1/claim",
    "1/request.pem",
    "1/taken.json",
    "1/ca.pem",
    "1/certificate.pem",
    "current",
)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Province]:
    async with province(tmp_path / "province") as opened:
        await opened.open_gate()
        yield opened


def agent_of(there: Province, directory: Path, claim: str) -> AgentConfig:
    return AgentConfig(
        gate=GateConfig(url=there.url, ca_sha256=there.ca_sha256),
        serial=SerialFixedConfig(serial=SERIAL),
        claim=claim,
        state_dir=str(directory / "state"),
        screen=ScreenConfig(port=-1),
    )


async def enrolled(directory: Path, *, within_s: float = 20) -> Identity:
    store = IdentityStore(directory / "state" / "identity")
    await until(lambda: store.held() is not None, "an identity", within_s=within_s)
    identity = store.held()
    assert identity
    return identity


async def test_a_box_killed_at_every_step_enrols_all_the_same(
    there: Province, tmp_path: Path
) -> None:
    config = agent_of(there, tmp_path, there.expect(SERIAL, "quay-11"))
    for step in STEPS:
        place = tmp_path / "state" / "identity" / step
        async with agent_process(config, tmp_path) as process:
            await until(place.exists, step, within_s=20)
            process.kill()
    assert (await enrolled(tmp_path)).box == "quay-11"
    async with agent_process(config, tmp_path):
        identity = await enrolled(tmp_path)
    certificates = there.registrar.registry.certificates("quay-11")
    assert identity.number in {one.number for one in certificates if one.revoked_at is None}


@pytest.mark.parametrize("year", [2022, 2040])
async def test_a_clock_that_is_years_off_is_set_right_and_the_box_enrols(
    there: Province, tmp_path: Path, year: int
) -> None:
    off = tmp_path / "off"
    off_s = datetime(year, 3, 1, tzinfo=UTC).timestamp() - time.time()
    off.write_text(f"{off_s:+.0f}")
    config = agent_of(there, tmp_path, there.expect(SERIAL, "quay-12"))
    log_file = tmp_path / "agent.log"
    right = SimulatedTimeConfig(file=str(off))
    async with agent_process(with_clock(config, right), tmp_path, faked(off)):
        identity = await enrolled(tmp_path)
    assert abs(float(off.read_text())) < 5
    assert abs(identity.since.timestamp() - time.time()) < 60
    events = [json.loads(line) for line in log_file.read_text().splitlines()]
    assert [one["event"] for one in events if one["event"].startswith("clock")] == ["clock.set"]
    assert events[0]["timestamp"].startswith(str(year)), "the clock was faked at all"


async def test_a_box_that_cannot_set_its_clock_says_so(there: Province, tmp_path: Path) -> None:
    off = tmp_path / "off"
    off.write_text("-126230400")
    config = agent_of(there, tmp_path, there.expect(SERIAL, "quay-13"))
    stuck = SimulatedTimeConfig(file=str(tmp_path / "none"))
    async with agent_process(with_clock(config, stuck), tmp_path, faked(off)):
        log = tmp_path / "agent.log"
        await until(lambda: "clock_wrong" in log.read_text(), "the clock", within_s=20)
    assert IdentityStore(tmp_path / "state" / "identity").held() is None


def with_clock(config: AgentConfig, clock: SimulatedTimeConfig) -> AgentConfig:
    return msgspec.structs.replace(config, clock=clock)
