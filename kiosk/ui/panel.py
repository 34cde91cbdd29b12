"""The panel a kiosk is seen on. Pure."""

from typing import Annotated

import msgspec

from devices.contract.config import Config


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
