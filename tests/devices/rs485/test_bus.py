"""A bus of libmodbus units: absent, slow and refusing ones, noise, an adapter pulled out."""

import asyncio
import time
from collections.abc import Container, Iterator
from pathlib import Path

import pytest

from devices.contract.errors import MuteError, TakenError, UnpluggedError
from devices.rs485.duty import Duty, Outcome
from devices.rs485.frames import Read, RefusedByUnitError, Table, WriteRegisters
from tests.counterparts.rs485 import Pair, rs485
from tests.devices.rs485.running import bus_at, running
from tests.waiting import until

pytestmark = pytest.mark.real

PRESENT, ABSENT = (11, 12, 13), (4, 5)
REPLY_WITHIN_S = 1.0  # a busy machine's threads are slower than units
SOON_S = 0.15  # for those whose silence is the test
READ = Read(Table.INPUT, 0, 2)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with rs485(tmp_path / "usb-rs485", *PRESENT, *ABSENT) as laid:
        yield laid


class Reader:
    """Reads units of a bus all the time, and keeps how it went."""

    def __init__(
        self, pair: Pair, *units: int, silent: Container[int] = ABSENT, after_silence_s: float = 0.0
    ) -> None:
        self.bus = bus_at(pair.path, after_silence_s=after_silence_s)
        self._silent = silent
        self.outcomes: dict[int, list[Outcome]] = {unit: [] for unit in units}
        self.duties = {unit: self._reading(unit) for unit in units}

    def _reading(self, unit: int) -> Duty:
        seat = self.bus.seat(unit, SOON_S if unit in self._silent else REPLY_WITHIN_S)
        return seat.duty(lambda: READ, 0.0, self.outcomes[unit].append)

    async def rounds(self, count: int) -> None:
        """Wait until every unit of the first of them has been asked so many times more."""
        unit, outcomes = next(iter(self.outcomes.items()))
        end = len(outcomes) + count
        await until(lambda: len(outcomes) >= end, f"{count} rounds of unit {unit}")


def between(asked: list[int], others: set[int], absent: set[int]) -> list[set[int]]:
    """Return who of the others was asked between one absent unit and the next."""
    gaps: list[set[int]] = []
    for unit in asked:
        if unit in absent:
            gaps.append(set())
        elif gaps and unit in others:
            gaps[-1].add(unit)
    return gaps[:-1]


async def test_what_units_have_is_read_and_what_is_ordered_is_written(pair: Pair) -> None:
    pair.poke(11, "input", 0, 7, 65_535)
    reader = Reader(pair, 11)
    writing = reader.bus.seat(12, REPLY_WITHIN_S).duty(
        lambda: WriteRegisters(3, (1, 2)), 60, lambda _: None
    )
    async with running(reader.bus), asyncio.timeout(10):
        await reader.bus.opened()
        assert await reader.duties[11].order() == (7, 65_535)
        assert await writing.order() == ()
        assert pair.peek(12, "holding", 3, 2) == [1, 2]


async def test_absent_units_take_one_slot_of_a_round_and_the_others_are_all_asked(
    pair: Pair,
) -> None:
    pair.away(*ABSENT)
    reader = Reader(pair, *PRESENT, *ABSENT)
    async with running(reader.bus):
        for unit in ABSENT:
            duty = reader.duties[unit]
            await until(lambda duty=duty: _gone(duty), f"unit {unit} counts as absent")  # type: ignore[misc]
        pair.asked()
        await reader.rounds(100)
        asked = pair.asked()
    gaps = between(asked, set(PRESENT), set(ABSENT))
    assert gaps, "the absent are asked again"
    assert all(gap == set(PRESENT) for gap in gaps)
    assert not any(_gone(reader.duties[unit]) for unit in PRESENT)


def test_a_bus_that_asks_again_and_again_would_be_found_out() -> None:
    """Negative control of the count above."""
    patient = [11, 12, 13, 4, 4, 4, 11, 12, 13, 5, 5, 5]
    assert set() in between(patient, set(PRESENT), set(ABSENT))


async def test_a_slow_unit_is_silent_and_harms_nobody_for_long(pair: Pair) -> None:
    pair.slow(13, 0.4)
    reader = Reader(pair, 11, 12, 13, silent=(13,))
    async with running(reader.bus):
        await until(lambda: _gone(reader.duties[13]), "the slow one counts as absent")
        pair.asked()
        await reader.rounds(100)
        asked = pair.asked()
        assert all(gap == {11, 12} for gap in between(asked, {11, 12}, {13}))
        assert not _gone(reader.duties[11])
        pair.slow(13, 0.0)
        await until(lambda: not _gone(reader.duties[13]), "it is heard again")


async def test_units_that_wait_for_an_absent_ones_reply_are_let_wait(tmp_path: Path) -> None:
    """So does libmodbus, left as it is."""
    with rs485(tmp_path / "usb-rs485", *PRESENT, 4, by_silence=False) as pair:
        pair.away(4)
        reader = Reader(pair, *PRESENT, 4, after_silence_s=0.6)
        async with running(reader.bus):
            await until(lambda: len(reader.outcomes[4]) > 4, "the absent one was asked")
            await reader.rounds(10)
            assert _gone(reader.duties[4])
            assert not any(_gone(reader.duties[unit]) for unit in PRESENT)


async def test_without_that_rest_an_absent_one_takes_others_with_it(tmp_path: Path) -> None:
    """Negative control."""
    with rs485(tmp_path / "usb-rs485", *PRESENT, 4, by_silence=False) as pair:
        pair.away(4)
        reader = Reader(pair, *PRESENT, 4, silent=(*PRESENT, 4))
        async with running(reader.bus):
            await until(lambda: any(_gone(reader.duties[unit]) for unit in PRESENT), "one is lost")


async def test_a_unit_that_comes_back_is_heard_and_told_what_was_ordered_meanwhile(
    pair: Pair,
) -> None:
    pair.away(11)
    bus = bus_at(pair.path)
    text = [(1, 1)]
    writing = bus.seat(11, 0.05).duty(lambda: WriteRegisters(0, text[0]), 60, lambda _: None)
    async with running(bus), asyncio.timeout(10):
        await bus.opened()
        assert isinstance(await writing.order(), MuteError)
        text[0] = (2, 3)
        assert isinstance(await writing.order(), MuteError), "at once: it is silent"
        pair.back(11)
        await until(lambda: pair.peek(11, "holding", 0, 2) == [2, 3], "it has the newest")


async def test_a_unit_that_refuses_is_there_and_says_why(pair: Pair) -> None:
    bus = bus_at(pair.path)
    reading = bus.seat(11, REPLY_WITHIN_S).duty(
        lambda: Read(Table.HOLDING, 5000, 1), 60, lambda _: None
    )
    async with running(bus), asyncio.timeout(10):
        await bus.opened()
        assert isinstance(await reading.order(), RefusedByUnitError)
        assert reading.refusal
        assert not _gone(reading)


async def test_stray_bytes_before_replies_cost_nothing(pair: Pair) -> None:
    pair.poke(11, "input", 0, 5, 6)
    pair.hiss(1.0)
    reader = Reader(pair, 11)
    async with running(reader.bus):
        await reader.rounds(50)
    assert reader.outcomes[11] == [(5, 6)] * len(reader.outcomes[11])


async def test_a_reply_that_came_while_this_process_was_busy_counts(pair: Pair) -> None:
    pair.poke(11, "input", 0, 5, 6)
    pair.slow(11, 0.05)
    bus = bus_at(pair.path)

    def be_busy() -> None:
        end = time.monotonic() + 10
        while not pair.replies(11) and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(2 * SOON_S)

    def asks() -> Read:
        asyncio.get_running_loop().call_later(0.02, be_busy)
        return READ

    outcomes: list[Outcome] = []
    bus.seat(11, SOON_S).duty(asks, 60, outcomes.append)
    async with running(bus):
        await until(lambda: bool(outcomes), "it was asked")
    assert outcomes[0] == (5, 6)


async def test_an_adapter_that_hears_itself_is_told_so(tmp_path: Path) -> None:
    with rs485(tmp_path / "usb-rs485", 11, echo=True) as pair:
        bus = bus_at(pair.path, echo=True)
        seat = bus.seat(11, REPLY_WITHIN_S)
        write = seat.duty(lambda: WriteRegisters(0, (9,)), 60, lambda _: None)
        async with running(bus), asyncio.timeout(10):
            await bus.opened()
            assert await write.order() == ()
            assert pair.peek(11, "holding", 0) == [9]


async def test_a_pulled_adapter_is_one_error_and_works_again_when_it_is_back(pair: Pair) -> None:
    reader = Reader(pair, *PRESENT)
    async with running(reader.bus):
        for _ in range(2):
            await reader.rounds(5)
            pair.unplug()
            await until(lambda: reader.bus.fault is not None, "the bus is down")
            with pytest.raises(UnpluggedError):
                await reader.bus.opened()
            assert isinstance(await reader.duties[11].order(), UnpluggedError)
            pair.plug()
            await until(lambda: reader.bus.fault is None, "the bus is up")
        await reader.rounds(5)
        outcomes = [one for unit in PRESENT for one in reader.outcomes[unit]]
        assert {type(one) for one in outcomes} <= {tuple, MuteError}


async def test_a_port_that_is_not_there_or_is_taken_is_said(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(UnpluggedError):
        await bus_at(tmp_path / "nothing").run()
    first = bus_at(pair.path)
    async with running(first), asyncio.timeout(10):
        await first.opened()
        with pytest.raises(TakenError):
            await bus_at(pair.path).run()


async def test_a_bus_that_ends_lets_go_of_its_port(pair: Pair) -> None:
    for _ in range(2):
        reader = Reader(pair, 11)
        async with running(reader.bus):
            await reader.rounds(3)
        with pytest.raises(UnpluggedError):
            await reader.bus.opened()


def _gone(duty: Duty) -> bool:
    return duty.seat.attendance.silent
