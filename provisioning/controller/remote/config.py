"""The controller's table `remote`."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from provisioning.controller.remote.shells import ShellsConfig
from provisioning.controller.remote.uploads import UploadsConfig


class RemoteConfig(Config, frozen=True, kw_only=True):
    """Files, terminals, and how long all is kept; the audit log keeps its own."""

    uploads: UploadsConfig = UploadsConfig()
    shells: ShellsConfig = ShellsConfig()
    orders_days: Annotated[int, msgspec.Meta(ge=30, le=3650)] = 365
    recordings_days: Annotated[int, msgspec.Meta(ge=30, le=3650)] = 365
