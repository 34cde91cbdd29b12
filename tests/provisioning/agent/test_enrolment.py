"""A box on its way to its certificate, at the province's real gate over real TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.contract.clock import SystemClock
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.worker import Worker
from provisioning.agent.clock import Timekeeper
from provisioning.agent.config import AgentConfig, GateConfig
from provisioning.agent.enrolment.enrolment import Enrolment
from provisioning.agent.enrolment.moment import renewal
from provisioning.agent.identity import Identity, IdentityStore
from provisioning.agent.matters import MatterCode
from provisioning.agent.notice import Notice
from tests.provisioning.agent.province import Province, province
from tests.waiting import until

SERIAL = "10000000abcdef01"
SOON = Backoff(least_s=0.05, most_s=0.1)


class SureClock:
    """A clock that NTP keeps."""

    def is_sure(self) -> bool:
        return True

    def move(self, by: timedelta) -> None:
        raise AssertionError(by)


class Later(SystemClock):
    """The machine's clock, some time on."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by


class Box:
    """A box that enrols, and what it shows."""

    def __init__(self, directory: Path, worker: Worker, config: AgentConfig) -> None:
        self.clock = Later()
        self.notice = Notice()
        self.had: list[Identity] = []
        self.store = IdentityStore(directory)
        self.life = Enrolment(
            config,
            SERIAL,
            self.store,
            worker,
            clock=self.clock,
            timekeeper=Timekeeper(SureClock()),
            notice=self.notice,
            on_identity=self.had.append,
            try_again=SOON,
            renew_again=SOON,
        )

    @property
    def matter(self) -> MatterCode:
        return self.notice.showing.matter.code

    async def shows(self, code: MatterCode) -> None:
        await until(lambda: self.matter is code, f"{code} shown")

    async def has(self, count: int) -> Identity:
        await until(lambda: len(self.had) >= count, f"{count} certificates")
        return self.had[-1]


@asynccontextmanager
async def box_of(
    there: Province, directory: Path, *, claim: str = "", pin: str = ""
) -> AsyncIterator[Box]:
    gate = GateConfig(url=there.url, ca_sha256=pin or there.ca_sha256)
    config = AgentConfig(gate=gate, claim=claim)
    async with Worker("identity") as worker:
        box = Box(directory, worker, config)
        async with alongside(box.life.run(), name="enrolment"):
            yield box


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Province]:
    async with province(tmp_path / "province") as opened:
        await opened.open_gate()
        yield opened


async def test_a_box_nobody_expected_waits_until_a_technician_knows_its_words(
    there: Province, tmp_path: Path
) -> None:
    async with box_of(there, tmp_path / "box") as box:
        await box.shows(MatterCode.WAITING)
        showing = box.notice.showing
        assert showing.serial == SERIAL
        assert len(showing.claim.split("-")) == 5
        there.accept(showing.words, "quay-01")
        box.life.nudge()
        identity = await box.has(1)
        await box.shows(MatterCode.IN_SERVICE)
    assert identity.box == "quay-01"
    record = there.registrar.registry.known("quay-01")
    assert record
    assert record.standing == "in_service"


async def test_a_box_with_a_sheet_s_claim_is_in_at_once(there: Province, tmp_path: Path) -> None:
    claim = there.expect(SERIAL, "quay-02")
    async with box_of(there, tmp_path / "box", claim=claim) as box:
        assert (await box.has(1)).box == "quay-02"
    assert there.waiting() == {}


async def test_an_answer_that_was_lost_is_given_again(there: Province, tmp_path: Path) -> None:
    claim = there.expect(SERIAL, "quay-03")
    there.lose_answers = 2
    async with box_of(there, tmp_path / "box", claim=claim) as box:
        assert (await box.has(1)).box == "quay-03"
    assert there.lose_answers == 0
    assert len(there.registrar.registry.certificates("quay-03")) == 1


async def test_a_claim_that_is_refused_is_followed_by_one_of_the_box_s_own(
    there: Province, tmp_path: Path
) -> None:
    there.expect(SERIAL, "quay-04")
    async with box_of(there, tmp_path / "box", claim="lusab-babad-gutih-tugad-mudof") as box:
        await until(lambda: bool(there.waiting()), "the box in the queue")
        await box.shows(MatterCode.WAITING)
        assert there.waiting().keys() == {box.notice.showing.words}


async def test_a_box_asks_again_when_two_thirds_of_the_life_are_over(
    there: Province, tmp_path: Path
) -> None:
    claim = there.expect(SERIAL, "quay-05")
    async with box_of(there, tmp_path / "box", claim=claim) as box:
        first = await box.has(1)
        box.clock.by = timedelta(days=54)  # 60 days less a spread of 4.5
        box.life.nudge()
        await box.shows(MatterCode.IN_SERVICE)
        assert box.had == [first]
        box.clock.by = timedelta(days=66)
        there.lose_answers = 1
        box.life.nudge()
        second = await box.has(2)
    assert second.box == first.box
    assert second.number != first.number


async def test_a_box_that_was_away_too_long_asks_a_technician_anew(
    there: Province, tmp_path: Path
) -> None:
    claim = there.expect(SERIAL, "quay-06")
    async with box_of(there, tmp_path / "box", claim=claim) as box:
        first = await box.has(1)
        box.clock.by = timedelta(days=91)
        box.life.nudge()
        await box.shows(MatterCode.WAITING)
        assert "hết hạn" in box.notice.showing.matter.detail
        assert box.notice.showing.box == "quay-06"
        there.accept(box.notice.showing.words, "quay-06")
        box.clock.by = timedelta()
        box.life.revoked(first.number)  # the old one ends where the new one begins
        assert (await box.has(2)).box == "quay-06"


async def test_a_retired_box_says_so_and_asks_to_come_back(there: Province, tmp_path: Path) -> None:
    claim = there.expect(SERIAL, "quay-07")
    async with box_of(there, tmp_path / "box", claim=claim) as box:
        await box.has(1)
        there.registrar.registry.retire("quay-07", "ky-thuat")
        box.clock.by = timedelta(days=66)
        box.life.nudge()
        await until(lambda: bool(there.waiting()), "the box in the queue")
        there.accept(box.notice.showing.words, "quay-08")
        box.life.nudge()
        assert (await box.has(2)).box == "quay-08"


async def test_a_gate_of_another_province_gets_no_claim(there: Province, tmp_path: Path) -> None:
    async with box_of(there, tmp_path / "box", pin="0" * 64) as box:
        await box.shows(MatterCode.GATE_FOREIGN)
    assert there.waiting() == {}


@pytest.mark.parametrize(
    ("days", "names", "code"),
    [
        (-1, ("localhost",), MatterCode.GATE_DATES),
        (90, ("other.example",), MatterCode.GATE_NAME),
    ],
)
async def test_what_is_wrong_with_the_gate_is_shown(
    there: Province, tmp_path: Path, days: int, names: tuple[str, ...], code: MatterCode
) -> None:
    await there.shut_gate()
    async with box_of(there, tmp_path / "box") as box:
        await box.shows(MatterCode.NO_LINE)
        await there.open_gate(days=days, names=names)
        await box.shows(code)
        await there.shut_gate()
        await there.open_gate()
        await box.shows(MatterCode.WAITING)


async def test_a_request_under_way_is_carried_on_after_a_restart(
    there: Province, tmp_path: Path
) -> None:
    async with box_of(there, tmp_path / "box") as box:
        await box.shows(MatterCode.WAITING)
        before = box.notice.showing
    there.accept(before.words, "quay-09")
    async with box_of(there, tmp_path / "box") as box:
        assert (await box.has(1)).box == "quay-09"
    async with box_of(there, tmp_path / "box") as box:
        assert (await box.has(1)).box == "quay-09"
        await asyncio.sleep(0)
    assert len(there.registrar.registry.certificates("quay-09")) == 1


def test_a_fleet_does_not_come_at_once() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    until_ = since + timedelta(days=90)
    moments = {
        renewal(since, until_, at=2 / 3, spread=0.05, box=f"box-{number}") for number in range(300)
    }
    first, last = min(moments), max(moments)
    assert since + timedelta(days=55.5) <= first < since + timedelta(days=57)
    assert since + timedelta(days=63) < last <= since + timedelta(days=64.5)
    assert len({moment.date() for moment in moments}) >= 8


def test_a_certificate_taken_under_a_clock_far_ahead_is_renewed_in_time() -> None:
    not_after = datetime(2026, 4, 1, tzinfo=UTC)
    ahead = datetime(2040, 1, 1, tzinfo=UTC)
    due = renewal(ahead, not_after, at=2 / 3, spread=0.05, box="box-1")
    assert not_after - timedelta(days=45) < due < not_after
