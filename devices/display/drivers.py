"""Every kind of LED panel a box can be fitted with."""

from devices.display.board import BoardPanelConfig
from devices.display.modbus import ModbusPanelConfig
from devices.display.simulated import SimulatedPanelConfig

PanelConfig = BoardPanelConfig | ModbusPanelConfig | SimulatedPanelConfig
