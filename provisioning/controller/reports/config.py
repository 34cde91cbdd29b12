"""What reports promise and when offices are open."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from provisioning.controller.reports.month import Hours


class ReportsConfig(Config, frozen=True, kw_only=True):
    """The wait that citizens are promised, in minutes, and the hours availability is judged in.

    `services` are the names of services (lĩnh vực) by their codes, as papers write them.
    """

    promised_wait_min: Annotated[int, msgspec.Meta(ge=1, le=480)] = 30
    hours: Hours = Hours()
    services: dict[str, str] = msgspec.field(default_factory=dict)
