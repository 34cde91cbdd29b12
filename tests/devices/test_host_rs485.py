"""A box whose panels and keypads hang on one RS-485 pair, from the bus of the box to the coils."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import devices
from devices.config import DevicesConfig
from devices.contract.afar import judge_afar
from devices.contract.config import BadConfigError, from_document, judge
from devices.contract.message import Health, decode
from devices.main import equipment
from devices.messages import ButtonPressed, Kind, LampState, SetLamp, ShowOnPanel
from tests.counterparts.rs485 import Pair, rs485
from tests.devices.boxes import box_in_memory
from tests.waiting import until

SAMPLE = (Path(devices.__file__).parent / "sample-rs485.toml").read_text(encoding="utf-8")
DOCUMENT = tomllib.loads(SAMPLE)
HALL, COUNTER_1, COUNTER_2, KEYPAD_1, KEYPAD_2 = 1, 2, 3, 11, 12


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    units = (HALL, COUNTER_1, COUNTER_2, KEYPAD_1, KEYPAD_2)
    with rs485(tmp_path / "usb-rs485", *units) as laid:
        yield laid


def config(pair: Pair) -> DevicesConfig:
    """Return the sample's, with this pair's port."""
    port = {"rs485": {"path": str(pair.path), "baud": 115_200}}
    return from_document(DOCUMENT | port, DevicesConfig)


def hall(pair: Pair) -> str:
    return "".join(map(chr, pair.peek(HALL, "holding", 0, 6)))


@pytest.mark.real
async def test_the_samples_box_shows_calls_and_tells_presses(pair: Pair, tmp_path: Path) -> None:
    async with box_in_memory(equipment(config(pair)), tmp_path) as user:
        heard: list[str] = []
        user.on_signal = lambda payload: heard.append(decode(payload, ButtonPressed).button)
        await user.sees(Kind.PANEL, Health.READY)
        await user.sees(Kind.PANEL_IO, Health.READY)
        assert user.device(Kind.PANEL).driver == "modbus"
        await user.ask(ShowOnPanel(number="A007", counter="1"))
        assert hall(pair) == "A007 1"
        assert pair.peek(COUNTER_1, "holding", 0) == [0xF007]
        pair.poke(KEYPAD_1, "input", 0, 1)
        await until(lambda: heard == ["counter-1-next"], "the press is told")
        await user.ask(SetLamp(lamp="counter-1-lamp", state=LampState.ON))
        assert pair.peek(KEYPAD_1, "coil", 0) == [1]


@pytest.mark.real
async def test_a_pulled_adapter_heals_by_itself_and_all_that_was_lit_is_lit_again(
    pair: Pair, tmp_path: Path
) -> None:
    async with box_in_memory(equipment(config(pair)), tmp_path) as user:
        await user.sees(Kind.PANEL, Health.READY)
        await user.sees(Kind.PANEL_IO, Health.READY)
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        await user.ask(SetLamp(lamp="counter-1-lamp", state=LampState.ON))
        pair.unplug()
        for kind in (Kind.PANEL, Kind.PANEL_IO):
            await user.sees(kind, Health.FAULT, "device.unplugged")
        pair.poke(HALL, "holding", 0, 0, 0, 0, 0, 0, 0)
        pair.poke(KEYPAD_1, "coil", 0, 0)
        pair.plug()
        for kind in (Kind.PANEL, Kind.PANEL_IO):
            await user.sees(kind, Health.READY)
        assert hall(pair) == "A007 2"
        await until(lambda: pair.peek(KEYPAD_1, "coil", 0) == [1], "the lamp is lit again")


def test_the_sample_is_right_also_from_afar() -> None:
    assert judge(DOCUMENT, DevicesConfig) == []
    assert judge_afar(from_document(DOCUMENT, DevicesConfig), trials=False) == []


def test_from_afar_the_port_is_a_serial_port() -> None:
    document = DOCUMENT | {"rs485": {"path": "/dev/sda"}}
    problems = judge_afar(from_document(document, DevicesConfig), trials=False)
    assert {problem.key for problem in problems} == {"rs485.path"}


@pytest.mark.parametrize("table", ["panel", "panel_io"])
def test_without_a_bus_nothing_can_hang_on_it(table: str) -> None:
    with pytest.raises(BadConfigError, match=r"there is no \[rs485\]"):
        from_document({"box": "b", table: DOCUMENT[table]}, DevicesConfig)
