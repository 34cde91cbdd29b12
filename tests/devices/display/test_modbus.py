"""Several panels on one RS-485 pair: each shows what belongs there, whatever the others do."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract.config import BadConfigError, from_document
from devices.contract.errors import MuteError
from devices.contract.message import Health
from devices.display.digits import Digits
from devices.display.modbus import FieldConfig, ModbusPanel, ModbusPanelConfig, PanelUnitConfig
from devices.display.port import TEST_COUNTER, TEST_NUMBER
from devices.rs485.bus import Rs485Bus
from devices.rs485.frames import RefusedByUnitError
from tests.counterparts.rs485 import Pair, rs485
from tests.devices.rs485.running import bus_at, running
from tests.waiting import until

pytestmark = pytest.mark.real
HALL, ONE, TWO = 1, 2, 3


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with rs485(tmp_path / "usb-rs485", HALL, ONE, TWO) as laid:
        yield laid


def field(at: int = 0, **changes: object) -> FieldConfig:
    return from_document({"at": at, **changes}, FieldConfig)


def panels(bus: Rs485Bus, *, hall_at: int = 0) -> ModbusPanel:
    hall = PanelUnitConfig(
        unit=HALL, number=field(hall_at), counter=field(4, places=2), reply_within_s=1.0
    )
    one = PanelUnitConfig(
        unit=ONE, calls_to="1", number=field(digits=Digits.BCD), reply_within_s=1.0
    )
    two = PanelUnitConfig(
        unit=TWO, calls_to="2", number=field(digits=Digits.VALUE, function=6), reply_within_s=1.0
    )
    return ModbusPanelConfig(units=(hall, one, two)).build_on_bus(bus)


def hall(pair: Pair) -> str:
    return "".join(map(chr, pair.peek(HALL, "holding", 0, 6)))


async def test_a_call_is_shown_in_the_hall_and_above_its_own_counter(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, panels(bus) as panel:
        await panel.show("A007", "2")
        await panel.show("B012", "1")
        assert hall(pair) == "B012 1"
        assert pair.peek(ONE, "holding", 0) == [0xF012]
        assert pair.peek(TWO, "holding", 0) == [7]
        await panel.show("", "")
        assert pair.peek(ONE, "holding", 0) == [0xFFFF]


async def test_an_absent_panel_is_a_warning_and_shows_what_it_missed_when_it_is_back(
    pair: Pair,
) -> None:
    pair.away(ONE)
    async with running(bus_at(pair.path)) as bus, panels(bus) as panel, asyncio.timeout(20):
        await panel.show("A007", "1")
        assert hall(pair) == "A007 1"
        state = await panel.check()
        assert (state.health, state.code) == (Health.WARNING, "device.mute")
        assert f"Unit {ONE} " in state.text
        assert state.facts == {"unit_1": True, "unit_2": False, "unit_3": True}
        assert not (await panel.self_test()).passed
        pair.back(ONE)
        await until(lambda: pair.peek(ONE, "holding", 0) == [0xF007], "it shows the call")
        while (await panel.check()).health is not Health.READY:
            await asyncio.sleep(0.01)


async def test_a_panel_that_lost_its_power_for_a_moment_is_written_again(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, panels(bus) as panel:
        await panel.show("A007", "1")
        pair.poke(HALL, "holding", 0, 0, 0, 0, 0, 0, 0)
        await until(lambda: hall(pair) == "A007 1", "it is lit again")


async def test_without_any_panel_there_is_a_fault(pair: Pair) -> None:
    pair.away(HALL, ONE, TWO)
    async with running(bus_at(pair.path)) as bus:
        panel = panels(bus)
        for _ in range(2):
            with pytest.raises(MuteError):
                await panel.open()
        with pytest.raises(MuteError):
            await panel.check()
        pair.back(TWO)
        async with asyncio.timeout(10):
            while True:
                try:
                    await panel.open()
                except MuteError:
                    await asyncio.sleep(0.05)
                else:
                    break
        assert (await panel.check()).health is Health.WARNING


async def test_a_pattern_lights_all_of_them_and_gives_back_what_they_showed(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, panels(bus) as panel:
        await panel.show("A007", "1")
        await panel.show("A008", "2")
        await panel.show(TEST_NUMBER, TEST_COUNTER)
        assert hall(pair) == "888888"
        assert pair.peek(ONE, "holding", 0) == [0x8888]
        await panel.show("A008", "2")
        assert hall(pair) == "A008 2"
        await until(lambda: pair.peek(ONE, "holding", 0) == [0xF007], "its own call again")


async def test_a_wrong_register_map_is_told_by_name(pair: Pair) -> None:
    async with running(bus_at(pair.path)) as bus, panels(bus, hall_at=5000) as panel:
        state = await panel.check()
        assert (state.health, state.code) == (Health.WARNING, RefusedByUnitError.code)
        assert "no such address" in state.text


def test_two_panels_of_one_number_are_no_configuration() -> None:
    unit = {"unit": 1, "number": {"at": 0}}
    with pytest.raises(BadConfigError, match="same number"):
        from_document({"driver": "modbus", "units": [unit, unit]}, ModbusPanelConfig)
