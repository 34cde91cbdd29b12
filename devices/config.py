"""The device process's configuration. The union of a family's drivers is the family's registry."""

from devices.camera.drivers import CameraConfig
from devices.display.drivers import PanelConfig
from devices.panel_io.drivers import PanelIoConfig
from devices.printer.drivers import PrinterConfig
from devices.runtime.settings import ProcessConfig
from devices.scanner.classify import DEFAULT_RULES, ScanRules
from devices.scanner.drivers import ScannerConfig
from devices.speaker.drivers import SpeakerConfig


class DevicesConfig(ProcessConfig, frozen=True, kw_only=True):
    """A table for each device of the box; a family without a table has none."""

    printer: PrinterConfig | None = None
    scanner: ScannerConfig | None = None
    panel: PanelConfig | None = None
    speaker: SpeakerConfig | None = None
    camera: CameraConfig | None = None
    panel_io: PanelIoConfig | None = None
    scan_rules: ScanRules = DEFAULT_RULES
