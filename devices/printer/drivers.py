"""The drivers of receipt printers: the union of their configurations is the registry."""

from devices.printer.escpos import EscposConfig
from devices.printer.simulated import SimulatedPrinterConfig

PrinterConfig = EscposConfig | SimulatedPrinterConfig
