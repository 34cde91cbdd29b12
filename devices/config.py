"""The device process's configuration. The union of a family's drivers is the family's registry."""

from devices.board.drivers import BoardConfig
from devices.board.mcuboot import McubootBoardConfig
from devices.camera.drivers import CameraConfig
from devices.chip.drivers import ChipReaderConfig
from devices.display.board import BoardPanelConfig
from devices.display.drivers import PanelConfig
from devices.display.modbus import ModbusPanelConfig
from devices.panel_io.board import BoardPanelIoConfig
from devices.panel_io.drivers import PanelIoConfig
from devices.panel_io.modbus import ModbusPanelIoConfig
from devices.printer.drivers import PrinterConfig
from devices.rs485.settings import Rs485Config
from devices.runtime.settings import ProcessConfig
from devices.scan.settings import ScansConfig
from devices.scanner.classify import DEFAULT_RULES, ScanRules
from devices.scanner.drivers import ScannerConfig
from devices.speaker.drivers import SpeakerConfig
from devices.speaker.headphones import HeadphonesConfig


class DevicesConfig(ProcessConfig, frozen=True, kw_only=True):
    """A table for each device of the box; a family without a table has none."""

    printer: PrinterConfig | None = None
    scanner: ScannerConfig | None = None
    panel: PanelConfig | None = None
    speaker: SpeakerConfig | None = None
    headphones: HeadphonesConfig | None = None
    camera: CameraConfig | None = None
    panel_io: PanelIoConfig | None = None
    board: BoardConfig | None = None
    chip: ChipReaderConfig | None = None
    rs485: Rs485Config | None = None
    scan_rules: ScanRules = DEFAULT_RULES
    scans: ScansConfig | None = None

    def __post_init__(self) -> None:
        """Refuse what is on a board or a bus that is not there, and scans without a camera."""
        if self.scans and self.camera is None:
            raise ValueError("[scans] are taken with the camera, and there is no [camera]")
        attached = {"panel": self.panel, "panel_io": self.panel_io}
        bare = self.board is None or isinstance(self.board, McubootBoardConfig)
        for table, driver in attached.items():
            if bare and isinstance(driver, BoardPanelConfig | BoardPanelIoConfig):
                raise ValueError(f"[{table}] is on the board, and there is no [board] that has one")
            if self.rs485 is None and isinstance(driver, ModbusPanelConfig | ModbusPanelIoConfig):
                raise ValueError(f"[{table}] is on the RS-485 bus, and there is no [rs485]")
