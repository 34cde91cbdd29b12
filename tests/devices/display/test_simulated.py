"""The LED panel's twin."""

from pathlib import Path

import pytest

from devices.contract.errors import UnpluggedError
from devices.display.simulated import SimulatedPanelConfig


async def test_the_panel_shows_the_latest_number_and_can_be_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "panel"
    async with SimulatedPanelConfig(file=str(file)).build() as panel:
        await panel.show("A006", "1")
        await panel.show("A007", "2")
        assert panel.lit == ("A007", "2")
        assert file.read_text() == "A007 2\n"
        await panel.show("", "")
        assert file.read_text() == "\n"


async def test_an_unplugged_panel_shows_nothing_and_comes_back_dark(tmp_path: Path) -> None:
    faults = tmp_path / "faults"
    panel = SimulatedPanelConfig(faults_file=str(faults)).build()
    async with panel:
        await panel.show("A007", "2")
        faults.write_text("unplugged")
        with pytest.raises(UnpluggedError):
            await panel.check()
        with pytest.raises(UnpluggedError):
            await panel.show("A008", "1")
    faults.unlink()
    async with panel:
        assert panel.lit == ("", "")


async def test_the_self_test_lights_every_segment() -> None:
    async with SimulatedPanelConfig().build() as panel:
        assert (await panel.self_test()).passed
        assert panel.lit == ("8888", "88")
