"""What lies outside the glass, as far as the session must know it."""

from enum import StrEnum

from devices.contract.message import DeviceReport
from devices.contract.notice import BoxNotice
from kiosk.api.queue import Site
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.ui.facts import Fact


class PrinterState(StrEnum):
    """What the citizen must know of the printer; NONE where the box has none."""

    READY = "ready"
    NO_PAPER = "no_paper"
    FAULT = "fault"
    NONE = "none"


class ScannerState(StrEnum):
    """What the citizen must know of the scanner; NONE where the box has none."""

    READY = "ready"
    FAULT = "fault"
    NONE = "none"


class ChipState(StrEnum):
    """What the citizen must know of the chip reader; NONE where the box has none, or has it off."""

    READY = "ready"
    FAULT = "fault"
    NONE = "none"


class Headphones(StrEnum):
    """Whether somebody listens. UNKNOWN where nobody can tell, NONE where a box has none."""

    PLUGGED = "plugged"
    UNPLUGGED = "unplugged"
    UNKNOWN = "unknown"
    NONE = "none"


class World(Fact, frozen=True, kw_only=True):
    """What lies outside the glass; outlives sessions. `site`, `reachable`: None until heard of.

    `box` is the last that its agent said; None where there is none. `catalogue` are the day's
    procedures, None until they are read, and `catalogue_report` how that went; `languages_report`
    is how the language packs are. `chip_takes_can` is whether an access number may open a chip.
    """

    site: Site | None = None
    reachable: bool | None = None
    printer: PrinterState = PrinterState.FAULT
    scanner: ScannerState = ScannerState.FAULT
    headphones: Headphones = Headphones.NONE
    chip: ChipState = ChipState.NONE
    chip_takes_can: bool = False
    box: BoxNotice | None = None
    catalogue: DayCatalogue | None = None
    catalogue_report: DeviceReport | None = None
    languages_report: DeviceReport | None = None

    @property
    def in_service(self) -> bool:
        """Whether new citizens are served, as far as anybody says that they are not."""
        return self.box is None or self.box.serves is not False
