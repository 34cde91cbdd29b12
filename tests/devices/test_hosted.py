"""One device in care: it heals, it is used by one at a time, and its faults are told at once."""

import asyncio
import functools
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.errors import (
    BusyError,
    DeviceError,
    MotcuaError,
    MuteError,
    StorageError,
    UnpluggedError,
)
from devices.contract.message import Health
from devices.device import DeviceState
from devices.display.simulated import SimulatedPanel, SimulatedPanelConfig
from devices.faults import BrokenTwinError
from devices.hosted import Fitted, Hosted, Limits, NotOpenYetError
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff
from devices.runtime.supervisor import keep
from tests.waiting import until

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BRISK = Backoff(least_s=0.02, most_s=0.1)
SHORT = Limits(open_s=0.3, check_s=0.3, waiting=2, wait_s=0.4)


class BriskPanel(SimulatedPanel):
    """The twin, asked how it is more often than a real panel."""

    check_every_s = 0.02

    def __init__(self, config: SimulatedPanelConfig) -> None:
        super().__init__(config)
        self.diary: deque[str] = deque(maxlen=1000)
        self.shown: list[str] = []

    async def check(self) -> DeviceState:
        self.diary.append("check")
        return await super().check()

    async def show(self, number: str, counter: str) -> None:
        self.shown.append(number)
        await super().show(number, counter)


class Case:
    """A panel in care, and the file that makes it fail."""

    def __init__(self, folder: Path) -> None:
        self.faults = folder / "faults"
        self.clock = SimulatedClock(START)
        self.panel = BriskPanel(SimulatedPanelConfig(faults_file=str(self.faults)))
        self.greeted = 0
        self.healths: list[Health] = []
        self.hosted = Hosted(
            Fitted(self.panel, "simulated"),
            clock=self.clock,
            changed=lambda: self.healths.append(self.hosted.report.health),
            greet=self._greet,
            limits=SHORT,
        )

    async def _greet(self, _panel: SimulatedPanel) -> None:
        self.greeted += 1

    def is_(self, health: Health, code: str = "") -> Callable[[], bool]:
        return lambda: (self.hosted.report.health, self.hosted.report.code) == (health, code)

    async def show(self, number: str) -> None:
        await self.hosted.use(lambda panel: panel.show(number, "1"), within_s=1)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        async with alongside(keep("panel", self.hosted.live, backoff=BRISK), name="panel"):
            await self.hosted.settled()
            yield


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


async def test_an_open_device_is_ready_and_can_be_used(case: Case) -> None:
    async with case.kept():
        await case.show("A007")
        assert case.panel.lit == ("A007", "1")
        assert case.is_(Health.READY)()


async def test_before_it_was_opened_it_says_so_at_once(case: Case) -> None:
    with pytest.raises(NotOpenYetError):
        await case.show("A007")
    assert case.is_(Health.WARNING, "device.opening")(), "a start is no fault yet"


async def test_an_unplugged_device_heals_by_itself_and_is_greeted_again(case: Case) -> None:
    async with case.kept():
        case.clock.move(timedelta(hours=1))
        case.faults.write_text("unplugged")
        await until(case.is_(Health.FAULT, "device.unplugged"), "unplugged is told")
        assert case.hosted.report.since == START + timedelta(hours=1)
        case.clock.move(timedelta(minutes=5))
        with pytest.raises(UnpluggedError):
            await case.show("A007")
        assert case.hosted.report.since == START + timedelta(hours=1), "it is the same fault"
        case.faults.unlink()
        await until(case.is_(Health.READY), "it heals")
        assert case.hosted.report.since == START + timedelta(hours=1, minutes=5)
        assert case.greeted == 2
        assert case.healths == [Health.READY, Health.FAULT, Health.READY]


async def test_a_device_that_is_missing_at_the_start_is_found_later(case: Case) -> None:
    case.faults.write_text("unplugged")
    async with case.kept():
        assert case.is_(Health.FAULT, "device.unplugged")()
        case.faults.unlink()
        await until(case.is_(Health.READY), "it is found")
        await case.show("A007")


async def test_a_hung_device_is_mute_and_heals(case: Case) -> None:
    async with case.kept():
        case.faults.write_text("hung")
        await until(case.is_(Health.FAULT, "device.mute"), "mute is told")
        with pytest.raises(MuteError):
            await case.show("A007")
        case.faults.unlink()
        await until(case.is_(Health.READY), "it heals")


async def test_work_that_hangs_is_refused_in_time_and_so_is_all_that_waits(case: Case) -> None:
    async def hang(_panel: SimulatedPanel) -> None:
        await asyncio.Event().wait()

    async with case.kept(), asyncio.TaskGroup() as group:
        hung = group.create_task(outcome(case.hosted.use(hang, within_s=0.1)))
        await asyncio.sleep(0)
        waiting = group.create_task(outcome(case.show("A007")))
        assert isinstance(await hung, MuteError)
        assert isinstance(await waiting, MuteError)
        await until(case.is_(Health.READY), "it was opened anew")


async def test_a_turn_under_way_is_refused_when_the_devices_stream_fails() -> None:
    unplug, begun = asyncio.Event(), asyncio.Event()

    async def stream(_panel: SimulatedPanel) -> None:
        await unplug.wait()
        raise UnpluggedError

    async def long_work(_panel: SimulatedPanel) -> None:
        begun.set()
        await asyncio.Event().wait()

    panel = SimulatedPanel(SimulatedPanelConfig())
    hosted = Hosted(
        Fitted(panel, "simulated"),
        clock=SimulatedClock(START),
        changed=lambda: None,
        tend=stream,
    )
    async with alongside(keep("panel", hosted.live, backoff=BRISK), name="panel"):
        await hosted.settled()
        asked = asyncio.ensure_future(outcome(hosted.use(long_work, within_s=60)))
        await begun.wait()
        unplug.set()
        async with asyncio.timeout(10):
            assert isinstance(await asked, UnpluggedError)


async def test_a_bug_of_a_driver_passes_through(case: Case) -> None:
    case.faults.write_text("broken")
    with pytest.raises(BrokenTwinError):
        await keep("panel", case.hosted.live, backoff=BRISK)


async def test_a_timeout_of_the_drivers_own_is_a_bug(case: Case) -> None:
    async def forget_to_name_it(_panel: SimulatedPanel) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        async with case.kept():
            await case.hosted.use(forget_to_name_it, within_s=5)


async def test_one_at_a_time_in_the_order_they_came_and_no_check_between(case: Case) -> None:
    async def look(panel: SimulatedPanel, name: str) -> None:
        case.panel.diary.append(f"{name} begins")
        await asyncio.sleep(3 * panel.check_every_s)
        case.panel.diary.append(f"{name} ends")

    async with case.kept():
        async with asyncio.TaskGroup() as group:
            for name in ("first", "second"):
                work = functools.partial(look, name=name)
                group.create_task(case.hosted.use(work, within_s=5))
        await until(lambda: case.panel.diary[-1] == "check", "checks go on")
    turns = [entry for entry in case.panel.diary if entry != "check"]
    assert turns == ["first begins", "first ends", "second begins", "second ends"]
    during = list(case.panel.diary)
    assert during.index("first ends") == during.index("first begins") + 1
    assert during.index("second ends") == during.index("second begins") + 1


async def test_more_than_may_wait_is_refused_at_once(case: Case) -> None:
    async def wait(_panel: SimulatedPanel) -> None:
        await go_on.wait()

    go_on = asyncio.Event()
    async with case.kept(), asyncio.TaskGroup() as group:
        first = group.create_task(outcome(case.hosted.use(wait, within_s=5)))
        await asyncio.sleep(0.05)
        waiting = [group.create_task(outcome(case.show(f"A00{at}"))) for at in range(3)]
        assert isinstance(await waiting[2], BusyError)
        go_on.set()
        assert await first is None
        assert [await each for each in waiting[:2]] == [None, None]
        assert case.panel.lit == ("A001", "1")


async def test_a_turn_that_does_not_come_in_time_is_refused_and_never_taken(case: Case) -> None:
    async def wait(_panel: SimulatedPanel) -> None:
        await go_on.wait()

    go_on = asyncio.Event()
    async with case.kept(), asyncio.TaskGroup() as group:
        group.create_task(case.hosted.use(wait, within_s=5))
        await asyncio.sleep(0.05)
        assert isinstance(await outcome(case.show("A007")), BusyError)
        go_on.set()
        await case.show("A008")
    assert case.panel.shown == ["A008"]


async def test_what_is_not_the_devices_fault_leaves_it_ready(case: Case) -> None:
    async def refuse(_panel: SimulatedPanel) -> None:
        raise StorageError

    async with case.kept():
        assert isinstance(await outcome(case.hosted.use(refuse, within_s=1)), StorageError)
        await case.show("A007")
        assert case.greeted == 1, "it was never closed"


async def test_a_refusal_of_the_device_is_looked_into_before_it_is_opened_anew(case: Case) -> None:
    async def fail(_panel: SimulatedPanel) -> None:
        raise DeviceError

    async with case.kept():
        assert isinstance(await outcome(case.hosted.use(fail, within_s=1)), DeviceError)
        await case.show("A007")
        assert case.greeted == 1, "its check passed, so it stayed open"


async def test_work_of_those_who_left_is_not_begun(case: Case) -> None:
    async def wait(_panel: SimulatedPanel) -> None:
        await go_on.wait()

    go_on = asyncio.Event()
    async with case.kept(), asyncio.TaskGroup() as group:
        group.create_task(case.hosted.use(wait, within_s=5))
        await asyncio.sleep(0.05)
        left = group.create_task(case.show("A007"))
        await asyncio.sleep(0)
        left.cancel()
        go_on.set()
        await asyncio.wait((left,))
        await case.show("A008")
    assert "A007" not in case.panel.shown


async def outcome(work: Coroutine[Any, Any, object]) -> object:
    try:
        return await work
    except MotcuaError as error:
        return error
