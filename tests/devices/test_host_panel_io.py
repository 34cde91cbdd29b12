"""Buttons and lamps in the device process's care."""

from pathlib import Path

from devices.contract.message import Done, Health, decode
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import ButtonPressed, Kind, LampState, SetLamp
from devices.panel_io.port import PanelIo
from devices.panel_io.simulated import SimulatedPanelIo, SimulatedPanelIoConfig
from tests.devices.boxes import box_in_memory
from tests.waiting import until


def twin(faults: Path) -> SimulatedPanelIo:
    return SimulatedPanelIoConfig(faults_file=str(faults)).build()


def fitted(panel_io: PanelIo) -> Equipment:
    return Equipment(panel_io=Fitted(panel_io, "simulated"))


async def test_a_press_is_told_to_the_neighbours(tmp_path: Path) -> None:
    buttons = twin(tmp_path / "fault")
    async with box_in_memory(fitted(buttons), tmp_path) as user:
        heard: list[ButtonPressed] = []
        user.on_signal = lambda payload: heard.append(decode(payload, ButtonPressed))
        await user.sees(Kind.PANEL_IO, Health.READY)
        buttons.press("speak")
        await until(lambda: heard == [ButtonPressed(button="speak")], "the press is told")


async def test_a_lamp_is_lit_again_after_the_device_came_back(tmp_path: Path) -> None:
    fault = tmp_path / "fault"
    buttons = twin(fault)
    async with box_in_memory(fitted(buttons), tmp_path) as user:
        await user.sees(Kind.PANEL_IO, Health.READY)
        assert await user.ask(SetLamp(lamp="speak", state=LampState.ON)) == Done()
        fault.write_text("unplugged")
        await user.sees(Kind.PANEL_IO, Health.FAULT, "device.unplugged")
        buttons.lit["speak"] = LampState.OFF
        fault.unlink()
        await user.sees(Kind.PANEL_IO, Health.READY)
        assert buttons.lit["speak"] is LampState.ON


async def test_a_lamp_that_is_not_there_is_refused_and_hurts_nothing(tmp_path: Path) -> None:
    async with box_in_memory(fitted(twin(tmp_path / "fault")), tmp_path) as user:
        await user.sees(Kind.PANEL_IO, Health.READY)
        order = SetLamp(lamp="door", state=LampState.ON)
        assert await user.refusal(order) == "panel_io.no_such_lamp"
        assert user.device(Kind.PANEL_IO).health is Health.READY


async def test_a_box_without_lamps_says_so(tmp_path: Path) -> None:
    async with box_in_memory(Equipment(), tmp_path) as user:
        assert await user.refusal(SetLamp(lamp="speak", state=LampState.ON)) == "device.none"


async def test_lamps_are_no_business_of_the_province(tmp_path: Path) -> None:
    async with box_in_memory(fitted(twin(tmp_path / "fault")), tmp_path) as user:
        order = SetLamp(lamp="speak", state=LampState.ON)
        assert await user.refusal_by_province(order) == "command.not_allowed"
