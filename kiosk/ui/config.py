"""The kiosk's configuration: the glass, the counter server, the patience."""

import math
from typing import Annotated

import msgspec

from devices.contract.afar import ScanFolder
from devices.contract.config import Config
from devices.runtime.settings import ProcessConfig
from devices.scan.settings import FOLDER
from kiosk.api.words import Id
from kiosk.catalogue.portal import PortalConfig
from kiosk.catalogue.shelf import CatalogueConfig
from kiosk.ui.keyboard.layout import fits
from kiosk.ui.languages.folder import LanguagesConfig
from kiosk.ui.panel import GlassConfig
from kiosk.ui.state import BUILT_IN, Rules
from vc.endpoint.helping.config import HelpConfig

__all__ = (
    "AgentLinkConfig",
    "CounterLinkConfig",
    "GlassConfig",
    "KioskConfig",
    "PrintingConfig",
)


class CounterLinkConfig(Config, frozen=True, kw_only=True):
    """The site's counter server, and how long it is waited for."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/]+$")] = "http://127.0.0.1:8080"
    site_key: str = ""
    answer_within_s: Annotated[float, msgspec.Meta(ge=0.5, le=30)] = 3.0
    number_within_s: Annotated[float, msgspec.Meta(ge=1, le=38)] = 12.0
    draft_within_s: Annotated[float, msgspec.Meta(ge=1, le=38)] = 30.0
    silent_after_s: Annotated[float, msgspec.Meta(ge=1, le=600)] = 12.0


class AgentLinkConfig(Config, frozen=True, kw_only=True):
    """The box's own agent, which says whether the box is in service; with no `url` nobody is asked.

    A box without an agent shows its services.
    """

    url: Annotated[
        str, msgspec.Meta(pattern=r"^http://(127\.0\.0\.1|localhost):[0-9]{1,5}\Z|^\Z")
    ] = "http://127.0.0.1:8479"
    every_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 2.0
    answer_within_s: Annotated[float, msgspec.Meta(ge=0.1, le=30)] = 2.0


class PrintingConfig(Config, frozen=True, kw_only=True):
    """How long the device process is waited for."""

    within_s: Annotated[float, msgspec.Meta(ge=1, le=50)] = 25.0


class KioskConfig(ProcessConfig, frozen=True, kw_only=True):
    """`motcua kiosk`. `kiosk` is its name at the counter server; the box's name when empty."""

    kiosk: Id | None = None
    language: Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(BUILT_IN)})$")] = BUILT_IN[0]
    languages: LanguagesConfig = LanguagesConfig()
    glass: GlassConfig = GlassConfig()
    counter: CounterLinkConfig = CounterLinkConfig()
    agent: AgentLinkConfig = AgentLinkConfig()
    printing: PrintingConfig = PrintingConfig()
    catalogue: CatalogueConfig = CatalogueConfig()
    portal: PortalConfig = PortalConfig()
    rules: Rules = Rules()
    scans_folder: ScanFolder = FOLDER
    help: HelpConfig | None = None
    """Without it nobody can be called from here."""

    def __post_init__(self) -> None:
        """Refuse a panel on which nobody can type (ValueError)."""
        if not fits(self.glass):
            one = self.glass
            inches = math.hypot(one.width, one.height) / one.px_per_mm / 25.4
            raise ValueError(
                f"glass: the keyboard needs keys of 20 mm, and {one.width} x {one.height} at"
                f' {one.px_per_mm:g} px/mm ({inches:.1f}") has no room for them:'
                " measure px_per_mm, or take a larger panel"
            )

    @property
    def name(self) -> str:
        """The kiosk's name at the counter server."""
        return self.kiosk or self.box
