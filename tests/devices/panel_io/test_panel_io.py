"""One suite over the twin, over gpiozero on its mock pins, and over a unit on an RS-485 pair."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from devices.contract.config import from_document
from devices.contract.errors import DeviceError, UnpluggedError
from devices.messages import LampState
from devices.panel_io.gpio import GpioPanelIo, GpioPanelIoConfig
from devices.panel_io.modbus import ModbusPanelIoConfig
from devices.panel_io.port import NoSuchLampError, PanelIo
from devices.panel_io.simulated import SimulatedPanelIo, SimulatedPanelIoConfig
from tests.counterparts.rs485 import rs485
from tests.devices.rs485.running import bus_at, running
from tests.waiting import until


class Rig:
    """Buttons and lamps, with a finger and an eye."""

    def __init__(
        self, panel_io: PanelIo, press: Callable[[], None], glows: Callable[[], bool]
    ) -> None:
        self.panel_io = panel_io
        self.press = press
        self.glows = glows


@asynccontextmanager
async def twin(_folder: Path) -> AsyncIterator[Rig]:
    panel_io = SimulatedPanelIo(SimulatedPanelIoConfig())
    yield Rig(
        panel_io,
        lambda: panel_io.press("speak"),
        lambda: panel_io.lit["speak"] is not LampState.OFF,
    )


def pins() -> Rig:
    factory: Any = MockFactory()
    config = GpioPanelIoConfig(buttons={"speak": 17}, lamps={"speak": 27}, bounce_s=0)
    panel_io = GpioPanelIo(config, factory)

    def press() -> None:
        factory.pin(17).drive_low()
        factory.pin(17).drive_high()

    return Rig(panel_io, press, lambda: bool(factory.pin(27).state))


@asynccontextmanager
async def mock_pins(_folder: Path) -> AsyncIterator[Rig]:
    yield pins()


@asynccontextmanager
async def keypad(folder: Path) -> AsyncIterator[Rig]:
    """Give a unit of libmodbus that counts presses and has a coil for its lamp."""
    speak = {"buttons": {"speak": {"by": "count", "at": 0}}, "lamps": {"speak": 3}}
    document = {"driver": "modbus", "keypads": [{"unit": 11, **speak}]}
    with rs485(folder / "usb-rs485", 11) as pair:
        async with running(bus_at(pair.path)) as bus:
            yield Rig(
                from_document(document, ModbusPanelIoConfig).build_on_bus(bus),
                lambda: pair.poke(11, "input", 0, pair.peek(11, "input", 0)[0] + 1),
                lambda: pair.peek(11, "coil", 3) == [1],
            )


@pytest.fixture(params=[twin, mock_pins, pytest.param(keypad, marks=pytest.mark.real)])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    async with request.param(tmp_path) as made:
        yield made


async def test_each_press_is_told_once(rig: Rig) -> None:
    async with rig.panel_io as panel_io, asyncio.timeout(5):
        presses = panel_io.presses()
        for _ in range(3):
            rig.press()
        assert [(await anext(presses)).button for _ in range(3)] == ["speak"] * 3
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await anext(presses)


async def test_a_lamp_burns_blinks_and_goes_out(rig: Rig) -> None:
    async with rig.panel_io as panel_io:
        assert panel_io.lamps == ("speak",)
        await panel_io.set_lamp("speak", LampState.ON)
        assert rig.glows()
        await panel_io.set_lamp("speak", LampState.BLINKING)
        await until(rig.glows, "it glows")
        await panel_io.set_lamp("speak", LampState.OFF)
        assert not rig.glows()


async def test_a_lamp_that_is_not_there_is_refused(rig: Rig) -> None:
    async with rig.panel_io as panel_io:
        with pytest.raises(NoSuchLampError):
            await panel_io.set_lamp("door", LampState.ON)


async def test_it_is_dark_after_it_was_opened_again(rig: Rig) -> None:
    async with rig.panel_io as panel_io:
        await panel_io.set_lamp("speak", LampState.ON)
        await panel_io.close()
        await panel_io.close()
        await panel_io.open()
        assert not rig.glows()
        assert (await panel_io.self_test()).passed


async def test_blinking_pins_go_on_and_off() -> None:
    rig = pins()
    async with rig.panel_io as panel_io:
        await panel_io.set_lamp("speak", LampState.BLINKING)
        await until(rig.glows, "it glows")
        await until(lambda: not rig.glows(), "it is dark")
        await until(rig.glows, "it glows again")


async def test_a_machine_without_pins_says_so() -> None:
    with pytest.raises(DeviceError):
        await GpioPanelIoConfig(buttons={"speak": 17}).build().open()


async def test_the_twin_reads_presses_from_a_file_and_writes_its_lamps(tmp_path: Path) -> None:
    presses, lamps = tmp_path / "presses", tmp_path / "lamps"
    presses.write_text("old\n")
    config = SimulatedPanelIoConfig(presses_file=str(presses), lamps_file=str(lamps))
    async with config.build() as panel_io, asyncio.timeout(5):
        pressed = panel_io.presses()
        presses.write_text("old\nspeak\n")
        assert (await anext(pressed)).button == "speak", (
            "what was pressed before it opened is forgotten"
        )
        await panel_io.set_lamp("speak", LampState.BLINKING)
        assert lamps.read_text() == "speak blinking\n"


async def test_an_unplugged_twin_fails_and_comes_back(tmp_path: Path) -> None:
    fault = tmp_path / "fault"
    panel_io = SimulatedPanelIoConfig(faults_file=str(fault)).build()
    async with panel_io:
        fault.write_text("unplugged")
        with pytest.raises(UnpluggedError):
            await panel_io.check()
        with pytest.raises(UnpluggedError):
            await panel_io.open()
        fault.unlink()
        await panel_io.open()
