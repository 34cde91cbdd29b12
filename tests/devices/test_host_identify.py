"""A box that shows which one it is: lamps and panel, and what they showed before."""

from pathlib import Path

from devices.contract.message import Health
from devices.display.simulated import SimulatedPanel, SimulatedPanelConfig
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import Identified, IdentifyBox, Kind, LampState, SetLamp, ShowOnPanel
from devices.panel_io.simulated import SimulatedPanelIo, SimulatedPanelIoConfig
from tests.devices.boxes import box_in_memory
from tests.waiting import until


def _equipment() -> tuple[SimulatedPanelIo, SimulatedPanel, Equipment]:
    lamps = SimulatedPanelIoConfig(lamps=("speak", "call")).build()
    panel = SimulatedPanelConfig().build()
    fitted = Equipment(panel_io=Fitted(lamps, "simulated"), panel=Fitted(panel, "simulated"))
    return lamps, panel, fitted


async def test_lamps_blink_and_then_do_what_they_did(tmp_path: Path) -> None:
    lamps, panel, equipment = _equipment()
    async with box_in_memory(equipment, tmp_path) as user:
        await user.sees(Kind.PANEL_IO, Health.READY)
        await user.sees(Kind.PANEL, Health.READY)
        await user.ask(SetLamp(lamp="call", state=LampState.ON))
        await user.ask(ShowOnPanel(number="A007", counter="2"))
        shown = await user.ask(IdentifyBox(seconds=1))
        assert shown == Identified(shown_by=("panel_io", "panel"))
        assert set(lamps.lit.values()) == {LampState.BLINKING}
        assert panel.lit == ("8888", "88")
        await until(lambda: panel.lit == ("A007", "2"), "the panel shows the number again")
        assert lamps.lit == {"speak": LampState.OFF, "call": LampState.ON}


async def test_a_box_with_nothing_to_blink_says_so(tmp_path: Path) -> None:
    async with box_in_memory(Equipment(), tmp_path) as user:
        assert await user.refusal(IdentifyBox(seconds=1)) == "device.none"
