"""The drivers of chip readers: the union of their configurations is the registry."""

from devices.chip.pcsc import PcscChipReaderConfig
from devices.chip.simulated import SimulatedChipReaderConfig

ChipReaderConfig = PcscChipReaderConfig | SimulatedChipReaderConfig
