"""The kiosk's configuration: the glass, the counter server, the patience."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from devices.runtime.settings import ProcessConfig
from kiosk.api import Id
from kiosk.ui.state import LANGUAGES, Rules


class GlassConfig(Config, frozen=True, kw_only=True):
    """The panel. `px_per_mm` gives all sizes: a 10.1" 1280 x 800 has 5.88, a 21.5" full HD 4.03.

    `mirror_file` gets what stands on the glass: for demo and tests, with sample data only.
    """

    width: Annotated[int, msgspec.Meta(ge=480, le=7680)] = 1280
    height: Annotated[int, msgspec.Meta(ge=480, le=7680)] = 800
    px_per_mm: Annotated[float, msgspec.Meta(ge=1, le=20)] = 5.88
    fullscreen: bool = True
    mirror_file: str = ""
    cursor: bool = False


class CounterLinkConfig(Config, frozen=True, kw_only=True):
    """The site's counter server, and how long it is waited for."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/]+$")] = "http://127.0.0.1:8080"
    site_key: str = ""
    answer_within_s: Annotated[float, msgspec.Meta(ge=0.5, le=30)] = 3.0
    number_within_s: Annotated[float, msgspec.Meta(ge=1, le=38)] = 12.0
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
    language: Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(LANGUAGES)})$")] = LANGUAGES[0]
    glass: GlassConfig = GlassConfig()
    counter: CounterLinkConfig = CounterLinkConfig()
    agent: AgentLinkConfig = AgentLinkConfig()
    printing: PrintingConfig = PrintingConfig()
    rules: Rules = Rules()

    @property
    def name(self) -> str:
        """The kiosk's name at the counter server."""
        return self.kiosk or self.box
