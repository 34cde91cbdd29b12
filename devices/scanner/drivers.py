"""Every kind of scanner a box can be fitted with."""

from devices.scanner.camera import CameraScannerConfig
from devices.scanner.hid import HidScannerConfig
from devices.scanner.serial import SerialScannerConfig
from devices.scanner.simulated import SimulatedScannerConfig

ScannerConfig = (
    SerialScannerConfig | HidScannerConfig | CameraScannerConfig | SimulatedScannerConfig
)
