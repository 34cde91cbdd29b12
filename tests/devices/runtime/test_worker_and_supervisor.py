"""Blocking work has one thread and ends; failing work heals, a bug does not."""

import asyncio
import threading
from collections import Counter

import pytest

from devices.contract.errors import BusyError, DeadlinePassedError, MotcuaError, UnpluggedError
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff, FullJitter
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker

QUICK = Backoff(least_s=0.001, most_s=0.002)


def numbered(number: int) -> tuple[int, str]:
    return number, threading.current_thread().name


async def test_jobs_run_on_one_thread_in_the_order_given() -> None:
    async with Worker("store") as worker:
        seen = await asyncio.gather(*(worker.do(numbered, n) for n in range(20)))
    assert seen == [(n, "store") for n in range(20)]


async def test_an_error_of_the_job_reaches_the_one_who_waits_and_the_thread_lives_on() -> None:
    async with Worker("store") as worker:
        with pytest.raises(ZeroDivisionError):
            await worker.do(lambda: 1 // 0)
        assert await worker.do(len, "abc") == 3


async def test_a_hung_job_ends_the_wait_and_too_many_are_refused() -> None:
    hold = threading.Event()
    async with Worker("store", limit=1) as worker:
        with pytest.raises(DeadlinePassedError):
            await worker.within(0.05, hold.wait)
        waiting = asyncio.create_task(worker.do(len, "ab"))
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await worker.do(len, "abc")
        hold.set()
        assert await waiting == 2


async def test_a_job_that_hangs_before_a_full_queue_does_not_keep_the_process_from_ending() -> None:
    hold = threading.Event()
    async with asyncio.timeout(10):
        async with Worker("store", limit=1, end_s=0.05) as worker:
            with pytest.raises(DeadlinePassedError):
                await worker.within(0.05, hold.wait)
            waiting = asyncio.create_task(worker.do(len, "ab"))
            await asyncio.sleep(0)
        assert not waiting.done()
    hold.set()
    assert await waiting == 2


async def test_a_named_failure_heals_with_back_off_and_is_told() -> None:
    runs, told = 0, []
    healed = asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs < 4:
            raise UnpluggedError
        healed.set()
        await asyncio.Event().wait()

    async with alongside(
        keep("scanner", work, backoff=QUICK, on_failure=lambda e: told.append(e.code)), name="k"
    ):
        await asyncio.wait_for(healed.wait(), 10)
    assert told == ["device.unplugged"] * 3


async def test_a_bug_is_not_healed() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await keep("scanner", work, backoff=QUICK)


async def test_a_failure_beside_the_body_ends_the_body_and_is_raised_as_itself() -> None:
    async def fails() -> None:
        raise MotcuaError("the line is cut")

    with pytest.raises(MotcuaError, match="the line is cut"):
        async with alongside(fails(), name="x"):
            await asyncio.Event().wait()


def test_waits_double_to_a_bound_and_a_fleet_does_not_come_back_in_step() -> None:
    steady = Backoff(least_s=0.5, most_s=4, jitter=False)
    assert [steady.wait_s(tries) for tries in (1, 2, 3, 4, 5, 1000)] == [0.5, 1, 2, 4, 4, 4]
    jittered = {Backoff(least_s=0.5, most_s=4).wait_s(9) for _ in range(50)}
    assert len(jittered) > 40
    assert all(0.4 <= wait <= 4 for wait in jittered)


def test_a_fleet_that_lost_one_server_comes_back_spread_over_the_whole_bound() -> None:
    fleet = [FullJitter(f"box-{at}") for at in range(10_000)]
    after_long = [waits.wait_s(20) for waits in fleet]
    tenths = Counter(int(wait / 30) for wait in after_long)
    assert set(tenths) == set(range(10))
    assert max(tenths.values()) < 1_200  # none comes with much more than its tenth of them
    assert max(FullJitter(f"box-{at}").wait_s(1) for at in range(100)) <= 2.0


def test_a_box_waits_by_its_own_name() -> None:
    first, again, other = (FullJitter(name) for name in ("box-1", "box-1", "box-2"))
    waits = [first.wait_s(tries) for tries in range(1, 9)]
    assert waits == [again.wait_s(tries) for tries in range(1, 9)]
    assert waits != [other.wait_s(tries) for tries in range(1, 9)]
