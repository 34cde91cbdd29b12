"""Every kind of buttons and lamps a box can be fitted with."""

from devices.panel_io.board import BoardPanelIoConfig
from devices.panel_io.gpio import GpioPanelIoConfig
from devices.panel_io.modbus import ModbusPanelIoConfig
from devices.panel_io.simulated import SimulatedPanelIoConfig

PanelIoConfig = (
    BoardPanelIoConfig | GpioPanelIoConfig | ModbusPanelIoConfig | SimulatedPanelIoConfig
)
