"""One suite over the LED panel's twin, and over libmodbus units on an RS-485 pair."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from devices.contract.errors import UnpluggedError
from devices.contract.message import Health
from devices.display.modbus import FieldConfig, ModbusPanelConfig, PanelUnitConfig
from devices.display.port import Panel
from devices.display.simulated import SimulatedPanelConfig
from tests.counterparts.rs485 import rs485
from tests.devices.rs485.running import bus_at, running
from tests.waiting import until


class Rig(ABC):
    """A panel, and an eye for it; its plug."""

    panel: Panel

    @abstractmethod
    async def stand(self, stack: AsyncExitStack, folder: Path) -> None:
        """Put it up."""

    @abstractmethod
    def lit(self) -> tuple[str, str]:
        """See what is lit."""

    @abstractmethod
    async def unplug(self) -> None:
        """Pull the plug."""

    @abstractmethod
    async def plug(self) -> None:
        """Put it in again."""


class Twin(Rig):
    async def stand(self, stack: AsyncExitStack, folder: Path) -> None:  # noqa: ARG002 - the rig's
        self._faults = folder / "faults"
        self._twin = SimulatedPanelConfig(faults_file=str(self._faults)).build()
        self.panel = self._twin

    def lit(self) -> tuple[str, str]:
        return self._twin.lit

    async def unplug(self) -> None:
        self._faults.write_text("unplugged")

    async def plug(self) -> None:
        self._faults.unlink()


class Modbus(Rig):
    async def stand(self, stack: AsyncExitStack, folder: Path) -> None:
        self._pair = stack.enter_context(rs485(folder / "usb-rs485", 1))
        self._bus = await stack.enter_async_context(running(bus_at(self._pair.path)))
        unit = PanelUnitConfig(
            unit=1,
            number=FieldConfig(at=0),
            counter=FieldConfig(at=4, places=2),
            reply_within_s=1.0,  # it shares its processor
        )
        self.panel = ModbusPanelConfig(units=(unit,)).build_on_bus(self._bus)

    def lit(self) -> tuple[str, str]:
        text = "".join(map(chr, self._pair.peek(1, "holding", 0, 6)))
        return text[:4].strip(), text[4:].strip()

    async def unplug(self) -> None:
        self._pair.unplug()
        await until(lambda: self._bus.fault is not None, "the bus is down")

    async def plug(self) -> None:
        self._pair.plug()
        await until(lambda: self._bus.fault is None, "the bus is up")


@pytest.fixture(params=[Twin, pytest.param(Modbus, marks=pytest.mark.real)])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    made: Rig = request.param()
    async with AsyncExitStack() as stack:
        await made.stand(stack, tmp_path)
        yield made


async def test_the_latest_number_is_lit_and_can_be_cleared(rig: Rig) -> None:
    async with rig.panel as panel:
        assert rig.lit() == ("", "")
        await panel.show("A006", "1")
        await panel.show("A007", "2")
        assert rig.lit() == ("A007", "2")
        await panel.show("", "")
        assert rig.lit() == ("", "")
        assert (await panel.check()).health is Health.READY


async def test_an_unplugged_panel_says_so_and_shows_again_when_it_is_back(rig: Rig) -> None:
    async with rig.panel as panel:
        await panel.show("A007", "2")
        await rig.unplug()
        with pytest.raises(UnpluggedError):
            await panel.check()
        with pytest.raises(UnpluggedError):
            await panel.show("A008", "1")
    with pytest.raises(UnpluggedError):
        await rig.panel.open()
    await rig.plug()
    async with rig.panel as panel:
        await panel.show("A008", "1")
        assert rig.lit() == ("A008", "1")


async def test_the_test_passes_and_leaves_a_panel_that_works(rig: Rig) -> None:
    async with rig.panel as panel:
        assert (await panel.self_test()).passed
        await panel.show("A009", "3")
        assert rig.lit() == ("A009", "3")
