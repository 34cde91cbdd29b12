"""The drivers of LED panels: their union is the registry."""

from devices.display.simulated import SimulatedPanelConfig

PanelConfig = SimulatedPanelConfig
