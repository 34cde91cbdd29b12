"""The controller's table `settings`."""

from typing import Annotated

import msgspec

from devices.contract.config import Config


class SettingsConfig(Config, frozen=True, kw_only=True):
    """With `two_persons`, a change waits until somebody other than its author says yes.

    A box that is there and has not answered for its newest document is sent it again each
    `again_s`; as often is looked whether a box came or moved.
    """

    two_persons: bool = False
    again_s: Annotated[float, msgspec.Meta(ge=0.2, le=3600)] = 30.0
