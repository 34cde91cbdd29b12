"""Every kind of LED panel a box can be fitted with."""

from devices.display.simulated import SimulatedPanelConfig

PanelConfig = SimulatedPanelConfig
