"""Every kind of buttons and lamps a box can be fitted with."""

from devices.panel_io.gpio import GpioPanelIoConfig
from devices.panel_io.simulated import SimulatedPanelIoConfig

PanelIoConfig = GpioPanelIoConfig | SimulatedPanelIoConfig
