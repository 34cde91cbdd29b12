"""Keypads on an RS-485 pair, units of libmodbus: presses once, lamps, absence."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract.config import BadConfigError, from_document
from devices.contract.errors import MuteError
from devices.contract.message import Health
from devices.messages import LampState
from devices.panel_io.modbus import ModbusPanelIo, ModbusPanelIoConfig
from devices.rs485.bus import Rs485Bus
from tests.counterparts.rs485 import Pair, rs485
from tests.devices.rs485.running import bus_at, running
from tests.waiting import until

pytestmark = pytest.mark.real

FIRST = {
    "unit": 11,
    "buttons": {"next": {"by": "count", "at": 0}, "again": {"by": "count", "at": 1}},
    "lamps": {"wait": 0, "call": 1, "apart": 7},
    "reply_within_s": 1.0,
}
SECOND = {
    "unit": 12,
    "buttons": {
        "door": {"by": "input", "at": 3},
        "bell": {"by": "input", "at": 4, "closed": 0},
        "help": {"by": "bit", "at": 9, "bit": 3, "table": "holding"},
    },
    "lamps": {"help-lamp": 2},
    "function": 5,
    "every_s": 0.005,
    "bounce_s": 0.01,
    "reply_within_s": 1.0,
}


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with rs485(tmp_path / "usb-rs485", 11, 12) as laid:
        laid.poke(12, "discrete", 4, 1)
        yield laid


def keypads(bus: Rs485Bus) -> ModbusPanelIo:
    document = {"driver": "modbus", "keypads": [FIRST, SECOND]}
    return from_document(document, ModbusPanelIoConfig).build_on_bus(bus)


async def pressed(panel_io: ModbusPanelIo, count: int) -> list[str]:
    presses = panel_io.presses()
    async with asyncio.timeout(10):
        return [(await anext(presses)).button for _ in range(count)]


async def nothing_comes(panel_io: ModbusPanelIo) -> bool:
    try:
        async with asyncio.timeout(0.2):
            await anext(panel_io.presses())
    except TimeoutError:
        return True
    return False


async def read_again(pair: Pair, unit: int) -> None:
    """Wait until all that a keypad has was read, more than once."""
    end = pair.replies(unit) + 12
    await until(lambda: pair.replies(unit) >= end, f"unit {unit} was read again and again")


async def test_a_count_gives_every_press_however_fast(pair: Pair) -> None:
    pair.poke(11, "input", 0, 65_534, 7)
    async with running(bus_at(pair.path)) as bus, keypads(bus) as panel_io:
        pair.poke(11, "input", 0, 1)  # three presses, over the end of the count
        pair.poke(11, "input", 1, 8)
        assert sorted(await pressed(panel_io, 4)) == ["again", "next", "next", "next"]
        assert await nothing_comes(panel_io)


@pytest.mark.parametrize(
    ("button", "place", "values"),
    [
        ("door", ("discrete", 3), (1, 0)),
        ("bell", ("discrete", 4), (0, 1)),
        ("help", ("holding", 9), (0b1000, 0)),
    ],
)
async def test_a_contact_is_pressed_as_it_closes_or_opens(
    pair: Pair, button: str, place: tuple[str, int], values: tuple[int, int]
) -> None:
    (table, at), (down, up) = place, values
    async with running(bus_at(pair.path)) as bus, keypads(bus) as panel_io:
        for _ in range(2):
            pair.poke(12, table, at, down)
            assert await pressed(panel_io, 1) == [button]
            await read_again(pair, 12)
            assert await nothing_comes(panel_io), "it is still down"
            pair.poke(12, table, at, up)
            await read_again(pair, 12)
            assert await nothing_comes(panel_io), "letting go is no press"


async def test_presses_of_one_keypad_come_while_the_other_is_away(pair: Pair) -> None:
    pair.away(12)
    async with running(bus_at(pair.path)) as bus, keypads(bus) as panel_io:
        for count in range(1, 6):
            pair.poke(11, "input", 0, count)
            assert await pressed(panel_io, 1) == ["next"]
        state = await panel_io.check()
        assert (state.health, state.code) == (Health.WARNING, "device.mute")
        pair.poke(12, "discrete", 3, 1)
        pair.back(12)
        async with asyncio.timeout(10):
            while (await panel_io.check()).health is not Health.READY:
                await asyncio.sleep(0.01)
        assert await nothing_comes(panel_io), "what was pressed while it was away is not told"


async def test_presses_counted_while_the_adapter_was_out_for_a_moment_come(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, keypads(bus) as panel_io:
        pair.unplug()
        await until(lambda: bus.fault is not None, "the bus is down")
        pair.poke(11, "input", 0, 2)
        pair.plug()
        assert await pressed(panel_io, 2) == ["next", "next"]


async def test_lamps_are_coils_that_burn_blink_and_are_lit_again(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, keypads(bus) as panel_io:
        await panel_io.set_lamp("call", LampState.ON)
        await panel_io.set_lamp("apart", LampState.ON)
        assert pair.peek(11, "coil", 0, 8) == [0, 1, 0, 0, 0, 0, 0, 1]
        await panel_io.set_lamp("help-lamp", LampState.ON)
        assert pair.peek(12, "coil", 2) == [1]
        await panel_io.set_lamp("wait", LampState.BLINKING)
        for lit in (1, 0, 1):
            await until(lambda lit=lit: pair.peek(11, "coil", 0) == [lit], f"it is {lit}")  # type: ignore[misc]
        assert pair.peek(11, "coil", 1) == [1], "its neighbour burns on"
        pair.poke(12, "coil", 2, 0)
        await until(lambda: pair.peek(12, "coil", 2) == [1], "it is lit again")
        await panel_io.close()
        await panel_io.open()
        assert pair.peek(11, "coil", 0, 8) == [0] * 8


async def test_nothing_of_the_lamps_is_done_by_a_keypad_that_is_away(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, keypads(bus) as panel_io:
        pair.away(12)
        with pytest.raises(MuteError):
            await panel_io.set_lamp("help-lamp", LampState.ON)
        await panel_io.set_lamp("call", LampState.ON)
        test = await panel_io.self_test()
        assert not test.passed
        assert "Unit 12 " in test.text


def test_what_is_there_twice_or_empty_is_no_configuration() -> None:
    empty = {"unit": 13}
    for keypads_, problem in (
        ([FIRST, {**SECOND, "unit": 11}], "unit '11' is there twice"),
        ([FIRST, {**SECOND, "buttons": FIRST["buttons"]}], "button 'again' is there twice"),
        ([FIRST, {**SECOND, "lamps": FIRST["lamps"]}], "lamp 'apart' is there twice"),
        ([{**FIRST, "lamps": {"a": 1, "b": 1}}], "two lamps of one coil"),
        ([empty], "neither buttons nor lamps"),
    ):
        with pytest.raises(BadConfigError, match=problem):
            from_document({"driver": "modbus", "keypads": keypads_}, ModbusPanelIoConfig)
